import { open, readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { Signer as EnvelopeSigner } from "@holdfast/envelope/documents";
import { importSigningKey, thumbprint } from "@holdfast/envelope/keys";
import { base64url, identifier } from "@holdfast/protocol/primitives";
import { z } from "zod";
import { auditDraft } from "../store/audit-draft.ts";
import type { Store } from "../store/store.ts";
import type { KeyActor } from "./kept-keys.ts";
import { openKey, rootKey, rootSetting, sealedAs, writeSetting } from "./kept-keys.ts";
import type { Secrets } from "./secrets.ts";

/**
 * The root key offline (SECURITY §7): taken out of the store into a file, which an administrator keeps away from every
 * server and brings only to sign the next manifest.
 */
const rootKeyFile = z.strictObject({
  holdfast: z.literal("root key v1"),
  kid: identifier,
  /** PKCS #8 (RFC 5958). */
  privateKey: base64url.min(40).max(200),
});

export type RootKeyResult<T> =
  | { readonly kind: "ok"; readonly value: T }
  | { readonly kind: "refused"; readonly why: string };

const refused = (why: string) => ({ kind: "refused", why }) as const;

/** The file is on disk before the store forgets the key. */
export async function exportRootKey(
  store: Store,
  secrets: Secrets,
  actor: KeyActor,
  file: string,
): Promise<RootKeyResult<{ kid: string }>> {
  const { kid, sealed } = await store.read(rootKey);
  if (sealed === null) return refused("The root key is not in the store any more: it was exported before.");
  const pkcs8 = secrets.open("setting", sealedAs(rootSetting, kid), sealed);
  const privateKey = Buffer.from(pkcs8).toString("base64url");
  pkcs8.fill(0);
  const written = await writeNewFile(
    file,
    `${JSON.stringify({ holdfast: "root key v1", kid, privateKey })}\n`,
  );
  if (written.kind === "refused") return written;
  const taken = await store.transaction(async (tx) => {
    const kept = await rootKey(tx);
    if (kept.sealed === null) return false;
    await writeSetting(tx, rootSetting, { ...kept, sealed: null });
    await tx.audit(auditDraft(tx.now(), actor, "root-key-exported", { detail: { kid } }));
    return true;
  });
  if (taken) return { kind: "ok", value: { kid } };
  await rm(file, { force: true });
  return refused("The root key was exported by somebody else just now.");
}

/** The root key out of the file where one is given, else out of the store. */
export async function rootSigner(
  store: Store,
  secrets: Secrets,
  file: string | null,
): Promise<RootKeyResult<EnvelopeSigner>> {
  const kept = await store.read(rootKey);
  if (file !== null) return fromFile(file, kept.kid);
  const signer = await openKey(secrets, rootSetting, kept);
  return signer === null
    ? refused(
        "The root key is not in the store: name the file that it was exported into, by --sign-manifest FILE.",
      )
    : { kind: "ok", value: signer };
}

async function fromFile(file: string, wantedKid: string): Promise<RootKeyResult<EnvelopeSigner>> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    return refused(`${file} cannot be read (${codeOf(error)}).`);
  }
  const parsed = rootKeyFile.safeParse(jsonOf(text));
  if (!parsed.success) return refused(`${file} holds no root key.`);
  const pkcs8 = Buffer.from(parsed.data.privateKey, "base64url");
  const pair = await importSigningKey(pkcs8);
  pkcs8.fill(0);
  if (!pair) return refused(`${file} holds no root key.`);
  const kid = await thumbprint(pair.publicKey);
  if (kid !== wantedKid || parsed.data.kid !== kid)
    return refused(`${file} holds the root key of another enterprise: endpoints here trust ${wantedKid}.`);
  return { kind: "ok", value: { kid, privateKey: pair.privateKey } };
}

/** 0600 from its first byte, durable, and never over a file that is there. */
async function writeNewFile(file: string, text: string): Promise<RootKeyResult<null>> {
  try {
    const handle = await open(file, "wx", 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    const folder = await open(dirname(file), "r");
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
    return { kind: "ok", value: null };
  } catch (error) {
    const code = codeOf(error);
    if (code !== "EEXIST") await rm(file, { force: true }).catch(() => undefined);
    return refused(
      code === "EEXIST"
        ? `${file} is there already; choose a new file.`
        : `${file} cannot be written (${code}).`,
    );
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
