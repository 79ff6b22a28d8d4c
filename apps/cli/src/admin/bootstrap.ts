import { existsSync, readFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import path from "node:path";
import { option } from "@holdfast/options/declaration";
import { defineOptions } from "@holdfast/options/define-options";
import { manifestAnswer } from "@holdfast/protocol/admin-answers";
import type { SetupFile } from "@holdfast/protocol/admin-api";
import { setupAnswer, setupFile } from "@holdfast/protocol/admin-api";
import { z } from "zod";
import type { AnyCommand } from "../frame/command.ts";
import { command } from "../frame/command.ts";
import type { Answer } from "../frame/outcome.ts";
import { done, ok, refused, usage } from "../frame/outcome.ts";
import type { Ports } from "../frame/ports.ts";
import { commandLine, flagWords } from "../frame/shell-words.ts";
import { withProgress } from "../output/progress.ts";
import { facts } from "../output/table.ts";
import { dateTime } from "../output/time.ts";
import { createApi, notReached } from "../transport/api.ts";
import { openPinned } from "../transport/pinned-https.ts";
import { defaultAdministratorFile, readAdministrator, writeAdministrator } from "./administrator-file.ts";
import { administratorOptions } from "./administrator-options.ts";
import { secretFromInput } from "./secrets.ts";
import { adminCommand } from "./with-api.ts";

const keptShape = z.strictObject({
  url: z.string(),
  authorityPin: z.string(),
  apiKeyId: z.string().nullable(),
  file: z.string(),
});

const replaceOption = option({
  type: "boolean",
  flag: "--replace",
  default: false,
  help: "Replace the key file that is there; the key in it is lost to this account.",
});

export const connectionCommands: readonly AnyCommand[] = [
  command({
    words: ["admin", "bootstrap"],
    summary: "Become the first administrator, on the server's own host",
    about: [
      "A server without an administrator writes a one-time setup token into its state directory. This command trades it for the first administrator's key and keeps that for this account, mode 0600. It works once, and for a day.",
    ],
    arguments: [],
    options: {
      ...defineOptions({
        stateDirectory: option({
          type: "path",
          flag: "--state-dir",
          env: "HOLDFAST_STATE_DIR",
          default: "/var/lib/holdfast-server",
          help: "The server's state directory.",
        }),
        name: option({
          type: "string",
          flag: "--name",
          default: null,
          help: "What the audit calls this key; user@host where nothing is said.",
        }),
        replace: replaceOption,
      }),
      ...administratorOptions,
    },
    examples: ["holdfast admin bootstrap --state-dir /var/lib/holdfast-server"],
    json: keptShape,
    run: async ({ values, ports }) => {
      const file = values.administratorFile ?? defaultAdministratorFile(ports);
      const again = commandLine("holdfast", "admin", "bootstrap", "--state-dir", values.stateDirectory);
      const free = checkFree(file, values.replace, again);
      if (free.kind === "refused") return free;
      const setup = readSetup(values.stateDirectory, ports.now());
      if (setup.kind === "refused") return setup;
      const { url, authorityPin, token } = setup.value;
      const connection = await withProgress(ports, `Connecting to ${url}`, openPinned({ url, authorityPin }));
      if (connection.kind === "unreachable") return notReached(url, connection);
      const api = createApi(connection, { url, authorityPin }, null);
      const body = { token, name: values.name ?? `${userInfo().username}@${hostname()}` };
      const answer = await api.send(setupAnswer, "POST", "/setup", body, {
        doing: "make the first administrator",
      });
      connection.close();
      if (answer.kind === "refused") return answer;
      const { id, key } = answer.value.apiKey;
      const written = writeAdministrator(file, { url, authorityPin, apiKeyId: id, key });
      if (written.kind === "refused") {
        // Nobody else can become the first administrator now, so the key must not be lost with the file.
        ports.stderr.write(`The key, shown because it could not be stored: ${key}\n`);
        return {
          ...written,
          next: commandLine(
            "holdfast",
            "admin",
            "connect",
            "--server",
            url,
            ...flagWords("--pin", authorityPin),
          ),
        };
      }
      return done(
        { url, authorityPin, apiKeyId: id, file },
        `You administer ${url} now. The key is in ${file}; keep it like a password.\nNext: holdfast admin users add NAME`,
      );
    },
  }),

  command({
    words: ["admin", "connect"],
    summary: "Keep a key that another administrator issued, on any machine",
    about: [
      "The key is read from standard input or asked for. The pin is the SHA-256 of the certificate authority's public key, as `holdfast admin connection` shows it: with it no certificate needs to be installed.",
    ],
    arguments: [],
    options: {
      ...defineOptions({
        server: option({ type: "url", protocols: ["https:"], flag: "--server", help: "The server's URL." }),
        pin: option({
          type: "string",
          flag: "--pin",
          pattern: /^[A-Za-z0-9_-]{43}$/,
          help: "The certificate authority's pin.",
        }),
        replace: replaceOption,
      }),
      ...administratorOptions,
    },
    examples: [
      "holdfast admin connect --server https://holdfast.example:8443 --pin KS39VvOwE3GDUdwu_0pR7wm14VLZvi6nUG2sXS1vl48",
    ],
    json: keptShape,
    run: async ({ values, ports }) => {
      const file = values.administratorFile ?? defaultAdministratorFile(ports);
      const again = commandLine(
        "holdfast",
        "admin",
        "connect",
        "--server",
        values.server,
        ...flagWords("--pin", values.pin),
      );
      const free = checkFree(file, values.replace, again);
      if (free.kind === "refused") return free;
      const key = await keyFrom(ports);
      if (key.kind === "refused") return key;
      const server = { url: new URL(values.server).origin, authorityPin: values.pin };
      const connection = await withProgress(ports, `Connecting to ${server.url}`, openPinned(server));
      if (connection.kind === "unreachable") return notReached(server.url, connection);
      const api = createApi(connection, server, key.value);
      const tried = await api.get(z.looseObject({}), "/policies", { doing: "accept the key" });
      connection.close();
      if (tried.kind === "refused") return tried;
      const written = writeAdministrator(file, { ...server, apiKeyId: null, key: key.value });
      if (written.kind === "refused") return written;
      return done(
        { ...server, apiKeyId: null, file },
        `The key works and is in ${file}; keep it like a password.`,
      );
    },
  }),

  adminCommand({
    words: ["admin", "connection"],
    summary: "Show which server this account administers, and try it",
    arguments: [],
    options: {},
    examples: ["holdfast admin connection"],
    json: keptShape.extend({ manifestNumber: z.number().int() }),
    run: async (api, { values, ports, screen }) => {
      const { administratorFile } = values as typeof values & { administratorFile: string | null };
      const file = administratorFile ?? defaultAdministratorFile(ports);
      const kept = readAdministrator(file);
      if (kept.kind === "refused") return kept;
      const { url, authorityPin, apiKeyId } = kept.value;
      const manifest = await api.get(manifestAnswer, "/manifest", { doing: "show the key manifest" });
      if (manifest.kind === "refused") return manifest;
      const tried = await api.get(z.looseObject({}), "/policies", { doing: "accept the key" });
      if (tried.kind === "refused") return tried;
      return done(
        { url, authorityPin, apiKeyId, file, manifestNumber: manifest.value.number },
        facts([
          ["Server", `${url}  ${screen.paint("good", "answers, and takes the key")}`],
          ["Pin", authorityPin],
          ["Key", apiKeyId ?? "issued by another administrator"],
          ["Kept in", file],
          ["Manifest", `number ${manifest.value.number}`],
        ]),
      );
    },
  }),
];

function checkFree(file: string, replace: boolean, again: string): Answer<null> {
  if (replace || !existsSync(file)) return ok(null);
  return usage(`There is a key in ${file} already.`, "It would be lost.", `${again} --replace`);
}

function readSetup(directory: string, nowMs: number): Answer<SetupFile> {
  const file = path.join(directory, "setup.json");
  const what = "No administrator was made.";
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EACCES") {
      const next = commandLine("sudo", "holdfast", "admin", "bootstrap", "--state-dir", directory);
      return refused(
        "unauthorised",
        "setup-forbidden",
        what,
        `${file} may be read by the server's owner and root only.`,
        next,
      );
    }
    const why = `${file} ${code === "ENOENT" ? "is not there: the server has an administrator already, has not started yet, or keeps its state elsewhere" : `cannot be read (${code})`}.`;
    return refused(
      "refused",
      "setup-absent",
      what,
      why,
      "holdfast admin bootstrap --state-dir DIR, or holdfast admin connect --help",
    );
  }
  const parsed = setupFile.safeParse(jsonOf(text));
  if (!parsed.success) {
    return refused(
      "refused",
      "setup-damaged",
      what,
      `${file} is not a setup file of this version.`,
      "Restart the server for a new one.",
    );
  }
  if (parsed.data.expiresAtMs <= nowMs) {
    const why = `The setup token has expired (${dateTime(parsed.data.expiresAtMs)}).`;
    return refused(
      "refused",
      "setup-expired",
      what,
      why,
      "Restart the server for a new one, then try again.",
    );
  }
  return ok(parsed.data);
}

async function keyFrom(ports: Ports): Promise<Answer<string>> {
  const typed = await ports.ask("Key (hfk_…): ", "secret");
  const key = typed === null ? await secretFromInput(ports, "key") : ok(typed);
  if (key.kind === "refused") return key;
  const text = key.value.trim();
  if (/^hfk_[A-Za-z0-9_-]{43}$/.test(text)) return ok(text);
  return usage(
    "The key was not taken.",
    "It is not of the form hfk_… that `holdfast admin api-keys add` prints.",
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
