import type { ServerResponse } from "node:http";
import type { LiveMessage } from "@holdfast/protocol/outage-api";
import type { Logger } from "pino";
import type { Store } from "../store/store.ts";

/**
 * Tells consoles what to look at again (server-sent events): an endpoint that went offline, an order that was carried
 * out, an alert. Marks in the store are compared, so that what happens at another server shows as well.
 */
export type LiveHub = {
  /**
   * `who`: the session or key that opens it. `stillMay` is asked at every heartbeat: a stream does not outlive what opened
   * it.
   */
  open(response: ServerResponse, who: string, stillMay: () => Promise<boolean>): void;
  stop(): void;
};

export type LiveHubOptions = {
  readonly store: Pick<Store, "read">;
  readonly log: Logger;
  /** Milliseconds between heartbeats; 15,000 by default. */
  readonly heartbeatMs?: number;
};

type Topic = Extract<LiveMessage, { type: "changed" }>["topics"][number];

const lookMs = 500;
const usualHeartbeatMs = 15_000;
/** A reader that takes nothing off is gone. */
const mostUnread = 64 * 1024;
/** More consoles than this at one server are told to come back later. */
const mostStreams = 500;
/** Of one session or key: as many windows as somebody looks at, and no more, so that nobody takes all of them. */
const mostOfOne = 12;

export function createLiveHub({ store, log, heartbeatMs = usualHeartbeatMs }: LiveHubOptions): LiveHub {
  const streams = new Map<ServerResponse, { readonly who: string; stillMay(): Promise<boolean> }>();
  let timers: NodeJS.Timeout[] = [];
  let looking = false;
  let before: Marks | null = null;

  const send = (response: ServerResponse, message: LiveMessage) => {
    if (response.writableLength > mostUnread) response.destroy();
    else response.write(`event: ${message.type}\ndata: ${JSON.stringify(message)}\n\n`);
  };
  const look = async () => {
    if (looking) return;
    looking = true;
    try {
      const now = await readMarks(store);
      const topics = before === null ? [] : changedTopics(before, now);
      before = now;
      if (topics.length > 0)
        for (const response of streams.keys()) send(response, { type: "changed", topics });
    } catch (err) {
      log.warn({ err }, "what changed could not be read; trying again");
    } finally {
      looking = false;
    }
  };
  const beat = async (response: ServerResponse, stillMay: () => Promise<boolean>) => {
    // A store that is away ends no stream: the console says so by itself.
    if (await stillMay().catch(() => true)) send(response, { type: "heartbeat" });
    else response.end();
  };
  const rest = () => {
    for (const timer of timers) clearInterval(timer);
    timers = [];
    before = null;
  };
  const leave = (response: ServerResponse) => {
    streams.delete(response);
    if (streams.size === 0) rest();
  };

  return {
    open(response, who, stillMay) {
      const ofOne = [...streams.values()].filter((one) => one.who === who).length;
      if (streams.size >= mostStreams || ofOne >= mostOfOne) {
        response.writeHead(ofOne >= mostOfOne ? 429 : 503, { "retry-after": "30" }).end();
        return;
      }
      response.writeHead(200, {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        "x-accel-buffering": "no",
      });
      streams.set(response, { who, stillMay });
      response.on("close", () => leave(response));
      response.on("error", () => leave(response));
      send(response, { type: "hello" });
      if (timers.length > 0) return;
      // Nobody asks the database while nobody looks.
      void look();
      timers = [
        setInterval(() => void look(), lookMs),
        setInterval(() => {
          for (const [one, { stillMay }] of streams) void beat(one, stillMay);
        }, heartbeatMs),
      ];
    },
    stop() {
      rest();
      for (const response of streams.keys()) response.end();
      streams.clear();
    },
  };
}

type Marks = { readonly connections: string; readonly audit: number; readonly alerts: string };

function readMarks(store: Pick<Store, "read">): Promise<Marks> {
  return store.read(async (tx) => ({
    connections: await tx.outage.connections.mark(),
    ...(await tx.outage.marks()),
  }));
}

/** Every change of users, policies, endpoints and orders is in the audit; so its end stands for all of them. */
function changedTopics(before: Marks, now: Marks): Topic[] {
  const topics: Topic[] = [];
  const moved = now.audit !== before.audit;
  if (moved || now.connections !== before.connections) topics.push("endpoints");
  if (moved) topics.push("audit", "outage");
  if (now.alerts !== before.alerts) topics.push("alerts");
  return topics;
}
