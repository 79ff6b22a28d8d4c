import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { expect } from "vitest";
import type { ServerConfig } from "../config.ts";
import type { Listener } from "../http/listener.ts";
import { createListener } from "../http/listener.ts";
import type { ServerPorts, Started } from "../server.ts";
import type { AuditRow } from "../store/audit-rows.ts";
import type { Person, Rig } from "./rig.ts";
import { code, startBareRig, startRig } from "./rig.ts";

type WebApp = "console" | "portal" | "authenticator";
export type WebAnswer = {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers that their assertions then pin down
  body: any;
};

/** A server that listens, with a small built console, portal and authenticator app, asked over real sockets as browsers ask it. */
export type WebRig = Rig & {
  started: Started;
  folder: string;
  /** Any request at all; headers as given and nothing besides. */
  raw(
    app: WebApp | "api",
    method: string,
    path: string,
    headers?: Headers,
    body?: string,
  ): Promise<WebAnswer>;
  /** At the API's socket, whatever name is asked for. */
  rawAtApi(method: string, path: string, headers: Headers, body?: string): Promise<WebAnswer>;
  browser(app: WebApp): Browser;
};
type Headers = Record<string, string | string[]>;

/** Keeps its cookies and sends what a page's own fetch would. */
export type Browser = {
  readonly app: WebApp;
  readonly origin: string;
  cookie: string | null;
  call(method: string, path: string, body?: unknown, headers?: Headers): Promise<WebAnswer>;
};

const indexHtml = `<!doctype html><html><head><meta property="csp-nonce" nonce="__CSP_NONCE__">
<script type="module" nonce="__CSP_NONCE__" src="/assets/app-1a2b3c4d.js"></script></head><body></body></html>`;
const script = `console.log(${JSON.stringify("x".repeat(500))});`;

export async function startWebRig(
  config: Partial<ServerConfig> = {},
  ports: ServerPorts = {},
  { withoutAdministrator = false } = {},
): Promise<WebRig> {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-web-test-"));
  mkdirSync(join(folder, "dist", "assets"), { recursive: true });
  const files = join(folder, "dist");
  writeFileSync(join(files, "index.html"), indexHtml);
  writeFileSync(join(files, "favicon.svg"), "<svg xmlns='http://www.w3.org/2000/svg'/>");
  writeFileSync(join(files, ".hidden.json"), "{}");
  writeFileSync(join(files, "assets", "app-1a2b3c4d.js"), script);
  writeFileSync(join(files, "assets", "app-1a2b3c4d.js.br"), brotliCompressSync(script));
  writeFileSync(join(folder, "secret.json"), '{"secret":true}');
  const own = { listen: { host: "127.0.0.1", port: 0 }, url: null, files };
  const listeners: Listener[] = [];
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  const rig = await (withoutAdministrator ? startBareRig : startRig)(
    { tls: { kind: "none" }, console: own, portal: own, authenticator: own, ...config },
    {
      createListener: (handler, context) => {
        const listener = createListener(handler, context);
        listeners.push(listener);
        return listener;
      },
      ...ports,
    },
  ).catch((error) => {
    removeFolder();
    throw error;
  });
  const started = await rig.server.start();
  const baseOf = (app: WebApp | "api") => new URL((app === "api" ? started.url : started[app]) as string);

  const raw: WebRig["raw"] = (app, method, path, headers = {}, body) =>
    ask(baseOf(app), method, path, headers, body);
  const ask = (
    { port, host }: Pick<URL, "port" | "host">,
    method: string,
    path: string,
    headers: Headers,
    body?: string,
  ): Promise<WebAnswer> =>
    new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
      const asked = request(
        { host: "127.0.0.1", port, method, path, headers: { host, ...length, ...headers }, agent: false },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () =>
            resolve(webAnswer(response.statusCode ?? 0, response.headers, Buffer.concat(chunks))),
          );
        },
      );
      asked.on("error", reject);
      asked.end(body);
    });

  return {
    ...rig,
    started,
    folder,
    raw,
    rawAtApi: (method, path, headers, body) =>
      ask({ port: String(listeners[0]?.port()), host: "none" }, method, path, headers, body),
    browser(app) {
      const { origin } = baseOf(app);
      const browser: Browser = {
        app,
        origin,
        cookie: null,
        async call(method, path, body, headers = {}) {
          const answer = await raw(
            app,
            method,
            path,
            {
              origin,
              "sec-fetch-site": "same-origin",
              "user-agent": "Test browser",
              ...(body === undefined ? {} : { "content-type": "application/json" }),
              ...(browser.cookie === null ? {} : { cookie: browser.cookie }),
              ...headers,
            },
            body === undefined ? undefined : JSON.stringify(body),
          );
          const [set] = [answer.headers["set-cookie"] ?? []].flat();
          if (set !== undefined) browser.cookie = /Max-Age=0/.test(set) ? null : (set.split(";")[0] ?? null);
          return answer;
        },
      };
      return browser;
    },
    async stop() {
      await rig.stop();
      removeFolder();
    },
  };
}

function webAnswer(status: number, headers: WebAnswer["headers"], content: Buffer): WebAnswer {
  const text = content.toString("utf8");
  const isJson = String(headers["content-type"] ?? "").includes("json");
  return { status, headers, text, body: isJson && text !== "" ? JSON.parse(text) : null };
}

/** Signs in with password and code, and expects it to work. */
export async function signInAt(browser: Browser, person: Person, counter: number): Promise<WebAnswer> {
  const answer = await tryToSignIn(browser, person, code(person, counter));
  expect([answer.status, answer.body?.status]).toEqual([200, "succeeded"]);
  return answer;
}

export function tryToSignIn(
  browser: Browser,
  person: Pick<Person, "user" | "password">,
  typedCode: string,
): Promise<WebAnswer> {
  const given = [
    { factor: "password", value: person.password },
    { factor: "hotp", value: typedCode },
  ];
  return browser.call("POST", "/api/v1/session/sign-in", { userName: person.user.userName, given });
}

/** Gives a role past the API: who may give which is tested elsewhere. */
export function giveRole(rig: Rig, person: Pick<Person, "user">, roleId: string | null): Promise<void> {
  return rig.server.ports.store.transaction((tx) =>
    tx.authorization.administrators.set(person.user.id, roleId),
  );
}

export const sessionEvents = async (rig: Rig, type: string): Promise<AuditRow[]> =>
  (await rig.server.ports.store.audit({ type, limit: 100 })).items;
