import type { Kernel } from "../kernel/kernel.ts";
import type { ServerMachine } from "./server-machine.ts";

export type ConsoleAnswer = { readonly status: number; readonly body: unknown };

/** An administrator's client: the real API, with a key of the first administrator. */
export class Console {
  readonly #kernel: Kernel;
  readonly #servers: readonly ServerMachine[];
  #key = "";

  constructor(kernel: Kernel, servers: readonly ServerMachine[]) {
    this.#kernel = kernel;
    this.#servers = servers;
  }

  /** Becomes the first administrator by the one-time token. */
  async setUp(): Promise<void> {
    const token = this.#servers[0]?.running?.setupToken;
    const answer = await this.ask("POST", "/setup", { token });
    const body = answer?.body as { apiKey?: { key?: string } } | undefined;
    if (!body?.apiKey?.key) throw new Error(`setup failed: ${JSON.stringify(answer)}`);
    this.#key = body.apiKey.key;
  }

  /** Asks the first server that runs. Null: none does, or it died over the request. */
  async ask(
    method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
    path: string,
    body?: unknown,
  ): Promise<ConsoleAnswer | null> {
    const running = this.#servers.find((server) => server.running)?.running;
    if (!running) return null;
    let answer: ConsoleAnswer | null = null;
    let fault: unknown = null;
    const request = async () => {
      const { statusCode, body: text } = await running.server.app.inject({
        method,
        url: `/api/v1${path}`,
        headers: { authorization: `Bearer ${this.#key}` },
        ...(body === undefined ? {} : { payload: body as object }),
      });
      answer = { status: statusCode, body: text === "" ? null : JSON.parse(text) };
    };
    this.#kernel.enter(running.process, request).catch((error: unknown) => {
      fault = error;
    });
    await this.#kernel.runUntil(() => answer !== null || fault !== null || !running.process.alive, 60_000);
    if (fault !== null) throw fault;
    return answer;
  }

  /** The same, where only success will do: for setting up. */
  async must<T>(
    method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
    path: string,
    body?: unknown,
  ): Promise<T> {
    const answer = await this.ask(method, path, body);
    if (answer === null || answer.status >= 300)
      throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    return answer.body as T;
  }
}
