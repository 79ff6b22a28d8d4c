import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Child, start } from "@holdfast/e2e/rig/process";
import { repositoryRoot } from "../needs.ts";

/** The real server in a process of its own: loopback, without TLS, as the bare servers beside it. */
export interface ServerProcess extends AsyncDisposable {
  readonly pid: number;
  readonly port: number;
  /** Calls the API with the first administrator's key; throws on anything but a success. */
  call(method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE", path: string, body?: object): Promise<Json>;
}
// biome-ignore lint/suspicious/noExplicitAny: answers of several shapes; a wrong guess fails the measure
type Json = any;

/** Only for an empty store: the setup token makes the administrator. */
export async function startServerProcess(options: {
  readonly stateDir: string;
  readonly databaseUrl: string | null;
  /** For node, before the program: `--cpu-prof` for instance. */
  readonly nodeOptions?: readonly string[];
  /** Further options of the server's own. */
  readonly further?: readonly string[];
}): Promise<ServerProcess> {
  const { stateDir, databaseUrl, nodeOptions = [], further = [] } = options;
  const configuration = join(stateDir, "server.toml");
  await writeFile(configuration, "");
  const child: Child = await start(
    process.execPath,
    [
      ...nodeOptions,
      join(repositoryRoot, "apps", "server", "src", "main.ts"),
      ...["--json", "--config", configuration, "--state-dir", stateDir],
      ...["--listen", "127.0.0.1:0", "--tls-mode", "none"],
      // One key plays all the clients, and few people sign in very often: the limits are kept, and not reached.
      ...further,
      ...["--rate-limit-requests-per-caller", "100000000", "--rate-limit-sign-ins-per-name", "1000000"],
    ],
    { cleanEnvironment: true, env: databaseUrl === null ? {} : { HOLDFAST_DATABASE_URL: databaseUrl } },
  );
  try {
    const [, line = ""] = await child.waitForOutput(/^(\{"event":"ready".*)\n/m, { timeoutMs: 30_000 });
    const ready = JSON.parse(line) as { url: string; setup: { url: string } };
    const port = Number(new URL(ready.url).port);
    const token = new URL(ready.setup.url).hash.slice(1);
    const setUp = await request(port, "POST", "/api/v1/setup", { token, name: "benchmark" }, null);
    const key: string = setUp.apiKey.key;
    return {
      pid: child.pid,
      port,
      call: (method, path, body) => request(port, method, path, body, key),
      [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
    };
  } catch (cause) {
    await child.kill();
    throw cause;
  }
}

async function request(
  port: number,
  method: string,
  path: string,
  body: object | undefined,
  key: string | null,
): Promise<Json> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 500)}`);
  return text === "" ? null : JSON.parse(text);
}
