import {
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { base64url, identifier } from "@holdfast/protocol/primitives";
import { z } from "zod";
import type { Answer } from "../frame/outcome.ts";
import { ok, refused } from "../frame/outcome.ts";
import type { Ports } from "../frame/ports.ts";

/** What lets this person administer: which server, how it is known, and the key. Kept at mode 0600. */
const administratorFile = z.strictObject({
  version: z.literal(1),
  url: z.url({ protocol: /^https$/ }),
  authorityPin: base64url.length(43),
  /** Null where the key came from another administrator. */
  apiKeyId: identifier.nullable(),
  key: z.string().min(16).max(256),
});
export type Administrator = Omit<z.infer<typeof administratorFile>, "version">;

export function defaultAdministratorFile(ports: Ports): string {
  const configuration = ports.env.XDG_CONFIG_HOME || path.join(ports.homeDirectory, ".config");
  return path.join(configuration, "holdfast", "admin.json");
}

export function readAdministrator(file: string): Answer<Administrator> {
  let text: string;
  try {
    // Like ssh with its keys: a key that others can read is no secret any more.
    if ((lstatSync(file).mode & 0o077) !== 0) {
      return refused(
        "unauthorised",
        "key-file-readable",
        `The key in ${file} is not used.`,
        "Other users of this machine can read the file.",
        `chmod 600 ${file}`,
      );
    }
    text = readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === "ENOENT"
        ? `There is no administrator's key on this account (${file}).`
        : `${file} cannot be read (${code}).`;
    return refused(
      "unauthorised",
      "no-administrator-key",
      "Nothing was sent to the server.",
      why,
      "holdfast admin bootstrap   (on the server's host, for the first key), or holdfast admin connect --help",
    );
  }
  const parsed = administratorFile.safeParse(jsonOf(text));
  if (!parsed.success) {
    return refused(
      "unauthorised",
      "key-file-damaged",
      "Nothing was sent to the server.",
      `${file} is not a key file of this version.`,
      "holdfast admin connect --help",
    );
  }
  const { version: _, ...administrator } = parsed.data;
  return ok(administrator);
}

/** Replaces the file as a whole, readable by its owner alone from its first byte. */
export function writeAdministrator(file: string, administrator: Administrator): Answer<string> {
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    writePrivateFile(file, `${JSON.stringify({ version: 1, ...administrator }, null, 2)}\n`);
    return ok(file);
  } catch (error) {
    return refused(
      "refused",
      "key-file-not-written",
      "The key was not stored.",
      `${file} cannot be written (${(error as NodeJS.ErrnoException).code}).`,
      "Choose another place with --admin-file and try again.",
    );
  }
}

/** @throws what the file system says. */
export function writePrivateFile(file: string, content: string | Uint8Array): void {
  const temporary = `${file}.${process.pid}.tmp`;
  const descriptor = openSync(temporary, "w", 0o600);
  try {
    writeFileSync(descriptor, content);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(temporary, file);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
