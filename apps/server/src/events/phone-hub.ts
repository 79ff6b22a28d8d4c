import type { PhoneStreamMessage } from "@holdfast/protocol/phone-api";
import { durationText } from "@holdfast/protocol/primitives";
import type { Logger } from "pino";
import type { WebSocket } from "ws";
import type { PhonePorts } from "../app/ports.ts";
import type { Store } from "../store/store.ts";

/**
 * The streams of phones (WebSockets, REG-9). They say that there is something to ask for and never what, so
 * that a stream carries nothing worth reading. What happens at this server is told at once; what happens at another one,
 * when the marks in the store are next looked at.
 */
export type PhoneHub = Pick<PhonePorts, "wake" | "drop"> & {
  /** Takes over the connection; the stream ends when either side closes it. */
  open(phoneId: string, stream: WebSocket): void;
  readonly streams: () => number;
  start(): Promise<void>;
  stop(): void;
};

export type PhoneHubOptions = {
  readonly store: Pick<Store, "changedPhones" | "read">;
  readonly heartbeatSeconds: number;
  readonly log: Logger;
};

const pollMs = 500;
/** A reader that takes nothing off is gone. */
const mostUnread = 16 * 1024;
/** A reconnect may overlap with the stream that it replaces, no more. */
const streamsPerPhone = 2;

/** "Going away" (RFC 6455 §7.4.1): the phone asks how it stands, and learns it there. */
const gone = 1001;
const heartbeat = JSON.stringify({ type: "heartbeat" } satisfies PhoneStreamMessage);

export function createPhoneHub({ store, heartbeatSeconds, log }: PhoneHubOptions): PhoneHub {
  const streams = new Map<string, WebSocket[]>();
  const timers: NodeJS.Timeout[] = [];
  let mark = 0;
  let polling = false;
  let stopped = false;

  const forget = (phoneId: string, stream: WebSocket) => {
    const left = (streams.get(phoneId) ?? []).filter((one) => one !== stream);
    if (left.length > 0) streams.set(phoneId, left);
    else streams.delete(phoneId);
  };
  const send = (stream: WebSocket, text: string) => {
    if (stream.bufferedAmount > mostUnread) stream.terminate();
    else stream.send(text);
  };
  const tell = (phoneId: string, message: PhoneStreamMessage) => {
    for (const stream of streams.get(phoneId) ?? []) send(stream, JSON.stringify(message));
  };
  const drop: PhoneHub["drop"] = (phoneIds) => {
    for (const phoneId of phoneIds) {
      for (const stream of streams.get(phoneId) ?? []) stream.close(gone);
      streams.delete(phoneId);
    }
  };
  const poll = async () => {
    if (polling) return;
    polling = true;
    try {
      const changed = await store.changedPhones(mark);
      mark = changed.mark;
      const here = changed.phoneIds.filter((phoneId) => streams.has(phoneId));
      if (here.length === 0) return;
      const rows = await store.read(async (tx) => {
        const found: (readonly [string, string | null])[] = [];
        for (const phoneId of here) found.push([phoneId, (await tx.phones.get(phoneId))?.status ?? null]);
        return found;
      });
      for (const [phoneId, status] of rows) {
        if (status === null || status === "revoked") drop([phoneId]);
        else for (const type of ["sync", "push-requests"] as const) tell(phoneId, { type });
      }
    } catch (err) {
      log.warn({ err }, "changes of phones could not be read; trying again");
    } finally {
      polling = false;
    }
  };

  return {
    open(phoneId, stream) {
      // A handshake that was under way: nobody would ever close its stream, and the listener waits for it.
      if (stopped) return stream.close(gone);
      const there = streams.get(phoneId) ?? [];
      for (const oldest of there.splice(0, Math.max(0, there.length - streamsPerPhone + 1)))
        oldest.close(gone);
      streams.set(phoneId, [...there, stream]);
      stream.on("close", () => forget(phoneId, stream));
      send(
        stream,
        JSON.stringify({
          type: "hello",
          heartbeat: durationText(heartbeatSeconds),
        } satisfies PhoneStreamMessage),
      );
    },
    wake(phoneIds, what) {
      for (const phoneId of phoneIds) tell(phoneId, { type: what });
    },
    drop,
    streams: () => [...streams.values()].reduce((sum, { length }) => sum + length, 0),
    async start() {
      // What changed before this start is told by the sync that every phone does after its hello.
      ({ mark } = await store.changedPhones(0));
      const beat = setInterval(() => {
        for (const ofPhone of streams.values()) for (const stream of ofPhone) send(stream, heartbeat);
      }, heartbeatSeconds * 1000);
      const look = setInterval(() => void poll(), pollMs);
      timers.push(beat, look);
    },
    stop() {
      stopped = true;
      for (const timer of timers.splice(0)) clearInterval(timer);
      drop([...streams.keys()]);
    },
  };
}
