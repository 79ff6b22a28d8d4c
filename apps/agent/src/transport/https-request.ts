import type { IncomingMessage } from "node:http";
import { type Agent, request } from "node:https";

export type HttpReply = {
  readonly status: number;
  readonly contentType: string | null;
  /** The body as JSON; undefined where it is none. */
  readonly body: unknown;
  /** From a Retry-After header in seconds (RFC 9110 §10.2.3). */
  readonly retryAfterSeconds: number | null;
};
export type HttpOutcome =
  | { readonly kind: "reply"; readonly reply: HttpReply }
  | { readonly kind: "failed"; readonly why: string }
  /** A kept connection that the server had closed meanwhile: no news about the server, try again on a new one. */
  | { readonly kind: "stale-connection"; readonly why: string };

export type HttpRequest = {
  readonly method: "GET" | "POST";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly agent: Agent;
  readonly maximumBytes: number;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** 102: the server is there and works on it (RFC 2518 §10.1). From then on the answer may take this much longer. */
  readonly onProcessing?: (() => void) | undefined;
  readonly processingTimeoutMs?: number;
};

/** One exchange, to its end or its deadline. Never throws, follows no redirect, reads no more than it may. */
export function exchange(asked: HttpRequest): Promise<HttpOutcome> {
  return new Promise((resolve) => {
    let ended = false;
    let answered = false;
    const outgoing = request(asked.url, {
      method: asked.method,
      agent: asked.agent,
      headers: {
        accept: "application/json",
        ...(asked.body === null
          ? {}
          : { "content-type": "application/json", "content-length": Buffer.byteLength(asked.body) }),
        ...asked.headers,
      },
    });
    const end = (outcome: HttpOutcome) => {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      asked.signal?.removeEventListener("abort", aborted);
      resolve(outcome);
      // A whole reply leaves the connection to the next request; anything else ends it.
      if (outcome.kind !== "reply") outgoing.destroy();
    };
    const late = () => end({ kind: "failed", why: "no answer in time" });
    const aborted = () => end({ kind: "failed", why: "given up" });
    let timer = setTimeout(late, asked.timeoutMs);
    // First of all: a request that is destroyed before its socket is there emits one, too.
    outgoing.on("error", (error: NodeJS.ErrnoException) => {
      const why = error.code ?? error.message;
      const stale = outgoing.reusedSocket && !answered && (why === "ECONNRESET" || why === "EPIPE");
      end(stale ? { kind: "stale-connection", why } : { kind: "failed", why });
    });
    if (asked.signal?.aborted) return aborted();
    asked.signal?.addEventListener("abort", aborted);
    outgoing.on("information", ({ statusCode }) => {
      answered = true;
      if (statusCode !== 102 || ended) return;
      clearTimeout(timer);
      timer = setTimeout(late, asked.processingTimeoutMs ?? asked.timeoutMs);
      asked.onProcessing?.();
    });
    outgoing.on("response", (incoming) => {
      answered = true;
      void readBody(incoming, asked.maximumBytes).then((body) =>
        end(
          typeof body === "string"
            ? { kind: "failed", why: body }
            : { kind: "reply", reply: replyOf(incoming, body) },
        ),
      );
    });
    outgoing.end(asked.body ?? undefined);
  });
}

/** The bytes, or why there are none. */
function readBody(incoming: IncomingMessage, maximumBytes: number): Promise<Buffer | string> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let length = 0;
    incoming.on("data", (part: Buffer) => {
      length += part.length;
      if (length > maximumBytes) resolve("an answer beyond its limit");
      else parts.push(part);
    });
    incoming.on("end", () => resolve(incoming.complete ? Buffer.concat(parts) : "an answer cut short"));
    incoming.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    incoming.on("close", () => resolve("an answer cut short"));
  });
}

function replyOf(incoming: IncomingMessage, bytes: Buffer): HttpReply {
  const retryAfter = incoming.headers["retry-after"];
  return {
    status: incoming.statusCode ?? 0,
    contentType: incoming.headers["content-type"] ?? null,
    body: jsonOf(bytes),
    retryAfterSeconds: retryAfter !== undefined && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) : null,
  };
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
