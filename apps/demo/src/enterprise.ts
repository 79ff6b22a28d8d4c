import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { writeAdministrator } from "@holdfast/cli/admin/administrator-file";
import type { Answer } from "@holdfast/cli/frame/outcome";
import { type Api, createApi } from "@holdfast/cli/transport/api";
import { askAgent } from "@holdfast/cli/transport/control-socket";
import { openPinned } from "@holdfast/cli/transport/pinned-https";
import { hotp } from "@holdfast/core/oath/hotp";
import { parseOtpauthUri } from "@holdfast/core/oath/otpauth-uri";
import {
  apiKeyIssued,
  enrolmentIssued,
  policyView,
  setupAnswer,
  setupFile,
  tokenEnrolment,
  userView,
} from "@holdfast/protocol/admin-api";
import { authenticatorEnrolment } from "@holdfast/protocol/authenticators-api";
import type { AgentStatus } from "@holdfast/protocol/control";
import { administratorView } from "@holdfast/protocol/roles-api";
import { signingKeySet } from "@holdfast/protocol/signing-statement";
import { freePort, type Program, startProgram } from "./children.ts";
import { type OrderEntry, startOrderEntry } from "./order-entry.ts";

/** Codes kept at the endpoint: few, so that the walk reaches the end of them. */
const cachedCodes = 3;
const readyLimitMs = 15_000;

export type Person = { readonly name: string; readonly password: string; readonly token: Token };

export type Administrator = {
  readonly name: string;
  readonly password: string;
  readonly otpauthUri: string;
  readonly recoveryCodes: readonly string[];
};

/** Of `holdfast-server --json`'s first line. */
type Pages = {
  readonly console: string | null;
  readonly portal: string | null;
  readonly authenticator: string | null;
};

/** A person's token in the demo: the next code, as a button press brings it. */
export type Token = { press(): string; readonly pressed: () => number };

/** A server, one endpoint and the people of a small hospital, in a directory that goes with the demo. */
export class Enterprise {
  readonly serverUrl: string;
  readonly #directory: string;
  readonly #port: number;
  #server: Program | null = null;
  #agent: Program | null = null;
  #api: Api | null = null;
  #orderEntry: OrderEntry | null = null;
  administratorKey = "";
  /** Where a browser finds the web apps. */
  pages: Pages = { console: null, portal: null, authenticator: null };

  private constructor(directory: string, port: number) {
    this.#directory = directory;
    this.#port = port;
    this.serverUrl = `https://localhost:${port}`;
  }

  static async create(): Promise<Enterprise> {
    const directory = await mkdtemp(path.join(tmpdir(), "holdfast-demo-"));
    // Files of its own, so that nothing under /etc is read.
    for (const name of ["server.toml", "agent.toml"])
      await writeFile(path.join(directory, name), "# the demo's\n");
    return new Enterprise(directory, await freePort());
  }

  get pamSocket(): string {
    return path.join(this.#directory, "run", "pam.sock");
  }

  get directory(): string {
    return this.#directory;
  }

  get api(): Api {
    if (!this.#api) throw new Error("the demo's administrator does not exist yet");
    return this.#api;
  }

  get #administratorFile(): string {
    return path.join(this.#directory, "admin.json");
  }

  /** What makes `holdfast` this demo's command line, in a shell. */
  get commandLine(): readonly string[] {
    return [
      `export HOLDFAST_ADMIN_FILE=${this.#administratorFile}`,
      `alias holdfast="'${process.execPath}' '${appPath("cli")}'"`,
    ];
  }

  async startServer(): Promise<void> {
    const stateDirectory = path.join(this.#directory, "server");
    this.#server = startProgram("holdfast-server", appPath("server"), [
      "--demo",
      "--json",
      "--log-level=error",
      `--config=${path.join(this.#directory, "server.toml")}`,
      `--state-dir=${stateDirectory}`,
      `--listen=127.0.0.1:${this.#port}`,
    ]);
    const ready = await this.#server.line((line) => (line.includes('"ready"') ? line : null), readyLimitMs);
    this.pages = JSON.parse(ready) as Pages;
  }

  killServer(): Promise<void> {
    return this.#server?.kill() ?? Promise.resolve();
  }

  /** Redeems the one-time setup link, as `holdfast admin bootstrap` does. */
  async bootstrap(): Promise<void> {
    const file = setupFile.parse(
      JSON.parse(await readFile(path.join(this.#directory, "server", "setup.json"), "utf8")),
    );
    const server = { url: this.serverUrl, authorityPin: file.authorityPin };
    const connection = await openPinned(server);
    if (connection.kind !== "open") throw new Error(`the demo's server cannot be reached: ${connection.why}`);
    const setup = createApi(connection, server, null);
    const made = need(
      await setup.send(
        setupAnswer,
        "POST",
        "/setup",
        { token: file.token, name: "demo" },
        { doing: "set up" },
      ),
    );
    this.administratorKey = made.apiKey.key;
    need(
      writeAdministrator(this.#administratorFile, {
        ...server,
        apiKeyId: made.apiKey.id,
        key: made.apiKey.key,
      }),
    );
    this.#api = createApi(connection, server, this.administratorKey);
  }

  /** Somebody for the console: with a password, an authenticator app's secret and codes that stand in for it. */
  async addAdministrator(name: string, displayName: string): Promise<Administrator> {
    const password = randomBytes(9).toString("base64url");
    const person = { userName: name, displayName, password };
    const user = need(
      await this.api.send(userView, "POST", "/users", person, { doing: "add the administrator" }),
    );
    const enrol = async (kind: "totp" | "recovery-code") =>
      need(
        await this.api.send(
          authenticatorEnrolment,
          "POST",
          `/users/${user.id}/authenticators`,
          { kind },
          { doing: "enrol a second factor" },
        ),
      );
    const app = await enrol("totp");
    const { codes } = await enrol("recovery-code");
    need(
      await this.api.send(
        administratorView,
        "PUT",
        `/administrators/${user.id}`,
        { roleId: "superadministrator" },
        { doing: "give the role" },
      ),
    );
    return { name, password, otpauthUri: app.otpauthUri ?? "", recoveryCodes: codes ?? [] };
  }

  /** A policy that allows offline sign-in, and a nurse with password and token. */
  async addNurse(name: string): Promise<Person> {
    const policy = need(
      await this.api.send(
        policyView,
        "POST",
        "/policies",
        {
          name: "Wards",
          changes: {
            offline: { enabled: true, cacheSize: cachedCodes, warnBelow: 2 },
            // Messages are caught and shown here, so that codes by SMS and e-mail can be tried.
            enrolment: { rights: ["totp", "passkey", "recovery-code", "sms-code", "email-code"] },
            workflows: {
              "order-signing": [["password"], ["passkey"]],
              "self-service": [
                ["password", "passkey"],
                ["hotp", "totp", "recovery-code", "sms-code", "email-code"],
              ],
            },
          },
        },
        { doing: "create the policy" },
      ),
    );
    const password = randomBytes(9).toString("base64url");
    const user = need(
      await this.api.send(
        userView,
        "POST",
        "/users",
        { userName: name, displayName: "Nora Ward", policyId: policy.id, password },
        { doing: "add the nurse" },
      ),
    );
    const enrolled = need(
      await this.api.send(
        tokenEnrolment,
        "POST",
        `/users/${user.id}/tokens`,
        {},
        { doing: "enrol the token" },
      ),
    );
    return { name, password, token: tokenOf(enrolled.otpauthUri ?? "") };
  }

  /** An application with a key of its own, which has orders signed. */
  async startOrderEntry(): Promise<string> {
    const { key } = need(
      await this.api.send(
        apiKeyIssued,
        "POST",
        "/api-keys",
        { name: "Order entry", scopes: ["sign"] },
        { doing: "issue the application's key" },
      ),
    );
    const published = need(
      await this.api.get(signingKeySet, "/keys/statement", { doing: "tell its statement keys" }),
    );
    const keys = new Map(published.keys.map(({ kid, kty, crv, x }) => [kid, { kty, crv, x }]));
    const connection = await openPinned(this.api.server);
    if (connection.kind !== "open") throw new Error(`the demo's server cannot be reached: ${connection.why}`);
    this.#orderEntry = await startOrderEntry(createApi(connection, this.api.server, key), keys);
    return this.#orderEntry.url;
  }

  async startEndpoint(): Promise<void> {
    this.#agent = startProgram("holdfast-agent", appPath("agent"), [
      "--log-level=info",
      `--config=${path.join(this.#directory, "agent.toml")}`,
      `--state-dir=${path.join(this.#directory, "agent")}`,
      `--run-dir=${path.join(this.#directory, "run")}`,
    ]);
    await this.#agent.line((line) => (/"(?:msg|event)":"ready"/.test(line) ? true : null), readyLimitMs);
  }

  async enrolEndpoint(name: string): Promise<void> {
    const issued = need(
      await this.api.send(
        enrolmentIssued,
        "POST",
        "/endpoint-enrolments",
        { name },
        { doing: "make an enrolment code" },
      ),
    );
    const answer = await askAgent(
      this.#controlSocket,
      { do: "enroll", server: this.serverUrl, code: issued.code },
      readyLimitMs,
    );
    if (answer.kind !== "enrolled")
      throw new Error(`the endpoint was not enrolled: ${JSON.stringify(answer)}`);
  }

  async status(): Promise<AgentStatus> {
    const answer = await askAgent(this.#controlSocket, { do: "status" }, readyLimitMs);
    if (answer.kind !== "status") throw new Error(`the agent told no status: ${JSON.stringify(answer)}`);
    return answer.status;
  }

  /** Waits until the endpoint says what is wanted; the milliseconds that took, or null. */
  async until(wanted: (status: AgentStatus) => boolean, limitMs: number): Promise<number | null> {
    const startedMs = performance.now();
    while (performance.now() - startedMs < limitMs) {
      if (wanted(await this.status())) return performance.now() - startedMs;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    return null;
  }

  async end(): Promise<void> {
    await this.#orderEntry?.stop();
    await this.#agent?.stop();
    await this.#server?.stop();
    await rm(this.#directory, { recursive: true, force: true });
  }

  get #controlSocket(): string {
    return path.join(this.#directory, "run", "control.sock");
  }
}

function appPath(app: "server" | "agent" | "cli"): string {
  return fileURLToPath(import.meta.resolve(`@holdfast/${app}/main`));
}

function tokenOf(uri: string): Token {
  const parsed = parseOtpauthUri(uri);
  if (parsed.kind !== "ok" || parsed.token.kind !== "hotp")
    throw new Error("the server's otpauth URI cannot be read");
  const { secret, digits, algorithm, counter } = parsed.token;
  let next = counter;
  return { press: () => hotp({ secret, digits, algorithm, counter: next++ }), pressed: () => next - counter };
}

/** The demo stops at the first thing that its own administrator is refused. */
function need<T>(answer: Answer<T>): T {
  if (answer.kind === "ok") return answer.value;
  throw new Error([answer.what, answer.why, answer.next].filter(Boolean).join("\n"));
}
