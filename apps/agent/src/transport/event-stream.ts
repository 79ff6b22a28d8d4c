import { request } from "node:https";
import { classifyAnswer } from "@holdfast/core/connectivity/classify-answer";
import type { StreamMessage } from "@holdfast/protocol/endpoint-api";
import { durationSeconds } from "@holdfast/protocol/primitives";
import type { ProblemCode } from "@holdfast/protocol/problem";
import { EventParser } from "./event-parser.ts";
import type { ServerClient } from "./server-client.ts";

export type StreamEvents = {
  /** The server's `hello` has come over the pinned connection. */
  opened(heartbeatMs: number): void;
  message(message: StreamMessage): void;
  /** Ended, or never began; said once, and nothing after it. `refusal`: by the server's own word. */
  broken(why: string, refusal: ProblemCode | null): void;
};

const maximumRefusalBytes = 16_384;

/** Opens the event stream of one server (server-sent events, HTML Living Standard §9.2). Returns what closes it. */
export function openEventStream(client: ServerClient, server: string, events: StreamEvents): () => void {
  const abort = new AbortController();
  let over = false;
  const broken = (why: string, refusal: ProblemCode | null = null) => {
    if (over) return;
    over = true;
    abort.abort();
    events.broken(why, refusal);
  };
  const take = (message: StreamMessage) => {
    if (over) return;
    if (message.type === "hello") events.opened((durationSeconds(message.heartbeat) ?? 5) * 1000);
    events.message(message);
  };

  client.signedRequest(server, "/endpoints/self/stream", "GET").then(
    ({ id, request: { url, headers, agent } }) => {
      if (over) return;
      // A stream is mostly opened because one broke: a kept connection that died with it would tell of no server.
      client.dropKeptConnections();
      const outgoing = request(url, {
        agent,
        headers: { ...headers, accept: "text/event-stream" },
        signal: abort.signal,
      });
      outgoing.on("error", (error: NodeJS.ErrnoException) => broken(error.code ?? error.message));
      outgoing.on("response", (incoming) => {
        incoming.on("error", (error: NodeJS.ErrnoException) => broken(error.code ?? error.message));
        const contentType = incoming.headers["content-type"] ?? null;
        if (incoming.statusCode === 200 && contentType?.startsWith("text/event-stream")) {
          const parser = new EventParser(take, broken);
          incoming.on("close", () => broken("the stream ended"));
          incoming.setEncoding("utf8");
          incoming.on("data", (text: string) => parser.push(text));
          return;
        }
        void readRefusal(incoming).then((body) => {
          const status = incoming.statusCode ?? 0;
          const classed = classifyAnswer({ status, contentType, body, inReplyTo: id });
          const code = classed.kind === "servers-word" ? (classed.problem?.code ?? null) : null;
          broken(
            code === null
              ? `an answer with status ${status} is no event stream`
              : `the server refuses: ${code}`,
            code,
          );
        });
      });
      outgoing.end();
    },
    (fault: unknown) => broken(String(fault)),
  );
  return () => {
    over = true;
    abort.abort();
  };
}

async function readRefusal(incoming: AsyncIterable<Uint8Array>): Promise<unknown> {
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const part of incoming) {
      length += part.length;
      if (length > maximumRefusalBytes) return undefined;
      parts.push(part);
    }
    return JSON.parse(Buffer.concat(parts).toString("utf8"));
  } catch {
    return undefined;
  }
}
