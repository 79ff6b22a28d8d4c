import type { ServerResponse } from "node:http";
import type { StreamMessage } from "@holdfast/protocol/endpoint-api";
import { durationText } from "@holdfast/protocol/primitives";
import type { Logger } from "pino";
import type { Store } from "../store/store.ts";

/**
 * The event streams of endpoints (server-sent events): a heartbeat every few seconds, so that silence is news of an
 * outage, and `contact-now` when something about an endpoint changed, here or at another server on the same store.
 */
export type StreamHub = {
  /** Takes over the response; the stream ends when either side closes it. */
  open(endpointId: string, response: ServerResponse): void;
  wake(endpointId: string, why: string): void;
  readonly streams: () => number;
  start(): Promise<void>;
  stop(): void;
};

export type StreamHubOptions = {
  readonly store: Pick<Store, "changedEndpoints">;
  readonly serverId: string;
  readonly site: string;
  readonly heartbeatSeconds: number;
  readonly log: Logger;
  /** An endpoint's first stream opened, or its last one closed. */
  readonly connectionChanged: (endpointId: string, connected: boolean) => void;
};

/** How soon a change made at another server is told here. */
const pollMs = 750;
/** A reader that takes nothing off is gone. */
const mostUnread = 64 * 1024;
/** A reconnect may overlap with the stream it replaces, no more. */
const streamsPerEndpoint = 2;

export function createStreamHub(options: StreamHubOptions): StreamHub {
  const streams = new Map<string, ServerResponse[]>();
  const timers: NodeJS.Timeout[] = [];
  let mark = 0;
  let polling = false;

  const drop = (endpointId: string, response: ServerResponse) => {
    const left = (streams.get(endpointId) ?? []).filter((one) => one !== response);
    if (left.length > 0) streams.set(endpointId, left);
    else if (streams.delete(endpointId)) options.connectionChanged(endpointId, false);
  };
  const send = (endpointId: string, response: ServerResponse, message: StreamMessage) => {
    if (response.writableLength > mostUnread) {
      response.destroy();
      drop(endpointId, response);
      return;
    }
    response.write(`event: ${message.type}\ndata: ${JSON.stringify(message)}\n\n`);
  };
  const wake = (endpointId: string, why: string) => {
    for (const response of streams.get(endpointId) ?? [])
      send(endpointId, response, { type: "contact-now", why });
  };
  const poll = async () => {
    if (polling) return;
    polling = true;
    try {
      const changed = await options.store.changedEndpoints(mark);
      mark = changed.mark;
      for (const endpointId of changed.endpointIds) wake(endpointId, "changed");
    } catch (err) {
      options.log.warn({ err }, "changes of endpoints could not be read; trying again");
    } finally {
      polling = false;
    }
  };

  return {
    open(endpointId, response) {
      response.writeHead(200, {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        // A proxy that collects the stream would turn heartbeats into silence.
        "x-accel-buffering": "no",
      });
      const there = streams.get(endpointId) ?? [];
      for (const oldest of there.splice(0, Math.max(0, there.length - streamsPerEndpoint + 1))) oldest.end();
      if (!streams.has(endpointId)) options.connectionChanged(endpointId, true);
      streams.set(endpointId, [...there, response]);
      response.on("close", () => drop(endpointId, response));
      response.on("error", () => drop(endpointId, response));
      send(endpointId, response, {
        type: "hello",
        serverId: options.serverId,
        site: options.site,
        heartbeat: durationText(options.heartbeatSeconds),
      });
    },
    wake,
    streams: () => [...streams.values()].reduce((sum, { length }) => sum + length, 0),
    async start() {
      // What changed before this start is told by the first contact that every endpoint makes after its hello.
      ({ mark } = await options.store.changedEndpoints(0));
      const beat = setInterval(() => {
        for (const [endpointId, responses] of streams)
          for (const response of responses) send(endpointId, response, { type: "heartbeat" });
      }, options.heartbeatSeconds * 1000);
      const look = setInterval(() => void poll(), pollMs);
      timers.push(beat, look);
    },
    stop() {
      for (const timer of timers.splice(0)) clearInterval(timer);
      for (const [endpointId, responses] of streams) {
        for (const response of responses) response.end();
        options.connectionChanged(endpointId, false);
      }
      streams.clear();
    },
  };
}
