import { randomBytes } from "node:crypto";
import type { Agent } from "node:https";
import { classifyAnswer } from "@holdfast/core/connectivity/classify-answer";
import type { KeyPair } from "@holdfast/envelope/keys";
import { makeProof } from "@holdfast/envelope/proof";
import type { PublicKey } from "@holdfast/protocol/primitives";
import type { Problem } from "@holdfast/protocol/problem";
import { exchange, type HttpOutcome } from "./https-request.ts";
import { createNameLookup } from "./name-lookup.ts";
import { PinnedAgent } from "./pinned-agent.ts";

export type ServerAnswer<T> =
  | { readonly kind: "answered"; readonly value: T }
  /** The server's own refusal of this very request. */
  | { readonly kind: "problem"; readonly problem: Problem }
  /** Anything else; never a refusal (OTP-30). */
  | { readonly kind: "not-reachable"; readonly why: string };

/** A schema of the protocol, as far as it is used here. */
type AnswerSchema<T> = {
  safeParse(value: unknown): { success: true; data: T } | { success: false };
};

export type Call<T> = {
  readonly path: string;
  /** Absent for GET. */
  readonly body?: unknown;
  readonly answer: AnswerSchema<T>;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  readonly onProcessing?: () => void;
  /** The server's last nonce, for contacts. */
  readonly nonce?: string;
};

/** A verdict may take so long once the server has said that it is at work: passwords queue for their Argon2id. */
export const PROCESSING_MS = 10_000;

/** Bundles are the largest answers: 820,000 characters within JSON. */
const maximumAnswerBytes = 1_048_576;

/**
 * Makes this endpoint's time right again by this server's word, or leaves it as it is. A server that declines a proof
 * mostly does so for its time: this clock is further from the server's than requests may be.
 */
export type RenewTime = (server: string) => Promise<unknown>;

/** Connections to servers whose certificates these authorities (PEM) signed. */
export type ServerConnections = (authorities: readonly string[]) => Agent;

/** Talks to this enterprise's servers: TLS pinned to its authorities, every request signed by the device key. */
export class ServerClient {
  readonly #deviceKey: KeyPair<PublicKey>;
  readonly #nowMs: () => number;
  readonly #connections: ServerConnections;
  readonly #renewTime: RenewTime | null;
  #agent: Agent;

  constructor(
    deviceKey: KeyPair<PublicKey>,
    authorities: readonly string[],
    nowMs: () => number,
    connections: ServerConnections = keptConnections(nowMs),
    renewTime: RenewTime | null = null,
  ) {
    this.#deviceKey = deviceKey;
    this.#nowMs = nowMs;
    this.#connections = connections;
    this.#renewTime = renewTime;
    this.#agent = connections(authorities);
  }

  /** Requests on their way end as they began; new ones trust these. */
  trustAuthorities(authorities: readonly string[]): void {
    const old = this.#agent;
    this.#agent = this.#connections(authorities);
    old.destroy();
  }

  /**
   * The server's word on a request, or that there is none. Where it declines the request's proof, this endpoint's time
   * is renewed and the request made once more; whoever waits for it waits no longer for that (`call.signal`).
   */
  async call<T>(server: string, call: Call<T>): Promise<ServerAnswer<T>> {
    const answer = await this.#call(server, call);
    // A contact proves itself fresh by its nonce; and it is what renews the time.
    const renew = call.nonce === undefined ? this.#renewTime : null;
    if (renew === null || answer.kind !== "problem" || answer.problem.code !== "proof-invalid") return answer;
    await renew(server);
    return call.signal?.aborted ? answer : this.#call(server, call);
  }

  async #call<T>(server: string, call: Call<T>): Promise<ServerAnswer<T>> {
    const first = await this.#exchange(server, call);
    const stale = first.outcome.kind === "stale-connection";
    if (stale) this.dropKeptConnections();
    // Once more, with a proof of its own: the server may have seen the first, and takes none twice.
    const { id, outcome } = stale ? await this.#exchange(server, call) : first;
    if (outcome.kind !== "reply") return { kind: "not-reachable", why: outcome.why };
    const { reply } = outcome;
    const classed = classifyAnswer({ ...reply, inReplyTo: id });
    if (classed.kind === "not-reachable") return classed;
    if (classed.problem !== null)
      return { kind: "problem", problem: withRetryAfter(classed.problem, reply.retryAfterSeconds) };
    const value = call.answer.safeParse(reply.body);
    return value.success
      ? { kind: "answered", value: value.data }
      : { kind: "not-reachable", why: "an answer that does not fit the protocol" };
  }

  async #exchange<T>(server: string, call: Call<T>): Promise<{ id: string; outcome: HttpOutcome }> {
    const body = call.body === undefined ? null : JSON.stringify(call.body);
    const { id, request } = await this.signedRequest(
      server,
      call.path,
      body === null ? "GET" : "POST",
      call.nonce,
    );
    const outcome = await exchange({
      ...request,
      body,
      maximumBytes: maximumAnswerBytes,
      timeoutMs: call.timeoutMs,
      processingTimeoutMs: PROCESSING_MS,
      signal: call.signal,
      onProcessing: call.onProcessing,
    });
    return { id, outcome };
  }

  /** What every request carries: the pinned connection, and a proof of the device key (RFC 9449) with a fresh id. */
  async signedRequest(server: string, path: string, method: "GET" | "POST", nonce?: string) {
    const url = new URL(`${server.replace(/\/+$/, "")}/api/v1${path}`);
    const id = randomBytes(16).toString("base64url");
    const proof = await makeProof({
      method,
      url: url.href,
      key: this.#deviceKey,
      jti: id,
      nonce,
      iatSeconds: Math.floor(this.#nowMs() / 1000),
    });
    return { id, request: { method, url, headers: { dpop: proof }, agent: this.#agent } };
  }

  /** Where one connection was found dead, those that are kept beside it may be, too: what is asked next opens its own. */
  dropKeptConnections(): void {
    for (const kept of Object.values(this.#agent.freeSockets).flat()) kept?.destroy();
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** `nowMs`: effective time, at which certificates must be valid where the system's clock says they are not. */
function keptConnections(nowMs: () => number): ServerConnections {
  const lookup = createNameLookup();
  return (authorities) =>
    new PinnedAgent(
      { authorities, validNow: ({ fromMs, toMs }) => fromMs <= nowMs() && nowMs() < toMs },
      {
        lookup,
        keepAlive: true,
        // Below the usual idle limits of servers and middle boxes, so that few kept connections are found dead.
        timeout: 4000,
        maxSockets: 64,
        maxFreeSockets: 4,
        scheduling: "lifo",
      },
    );
}

function withRetryAfter(problem: Problem, retryAfterSeconds: number | null): Problem {
  return problem.retryAfterSeconds === undefined && retryAfterSeconds !== null
    ? { ...problem, retryAfterSeconds }
    : problem;
}
