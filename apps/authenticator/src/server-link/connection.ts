import { vault } from "../vault/vault.ts";
import { signerOf } from "./call.ts";
import { durationSeconds } from "./duration.ts";
import { streamMessages } from "./stream.ts";
import { syncProfile } from "./sync.ts";

/**
 * The connection that one online profile keeps (REG-9): a stream, opened again whenever it ends, at waits that double and are
 * drawn anew each time, so that after an outage not all phones come at once. Where something on the way lets requests through
 * and no stream, it asks instead, often enough for a sign-in that waits a minute.
 */
export type ConnectionState = "connecting" | "connected" | "asking" | "unreachable" | "revoked";
export type Connection = { readonly stop: () => void; readonly hurry: () => void };

const [firstWaitMs, longestWaitMs] = [1_000, 60_000];
const askingMs = 15_000;
const helloWithinMs = 20_000;
/** Missed heartbeats after which a stream is taken for dead. */
const missed = 2.5;

export function keepConnection(
  profileId: string,
  told: {
    readonly state: (state: ConnectionState) => void;
    readonly pushRequests: () => void;
  },
): Connection {
  const ended = new AbortController();
  let hurry: () => void = () => undefined;

  const run = async () => {
    let waitMs = firstWaitMs;
    while (!ended.signal.aborted) {
      if (waitMs === firstWaitMs) told.state("connecting");
      const synced = await syncProfile(profileId).catch(() => "unreachable" as const);
      if (ended.signal.aborted) return;
      if (synced === "revoked") return told.state("revoked");
      let streamed = false;
      if (synced === "synced") {
        told.pushRequests();
        streamed = await follow();
        if (streamed) waitMs = firstWaitMs;
      }
      if (ended.signal.aborted) return;
      told.state(synced === "synced" && !streamed ? "asking" : "unreachable");
      await pause(Math.random() * waitMs);
      waitMs = Math.min(synced === "synced" ? askingMs : longestWaitMs, 2 * waitMs);
    }
  };
  /** True: it was there for a while. */
  const follow = async (): Promise<boolean> => {
    const profile = vault.profiles().find(({ id }) => id === profileId);
    const signer = profile && signerOf(profile);
    if (!signer) return false;
    const stream = new AbortController();
    const stop = () => stream.abort();
    ended.signal.addEventListener("abort", stop);
    let silence: ReturnType<typeof setTimeout> | undefined;
    let opened = false;
    try {
      let silentMs = helloWithinMs;
      silence = setTimeout(stop, silentMs);
      for await (const message of streamMessages(signer, stream.signal)) {
        if (message.type === "hello") {
          opened = true;
          silentMs = missed * 1000 * durationSeconds(message.heartbeat);
          told.state("connected");
        }
        if (message.type === "push-requests") told.pushRequests();
        if (message.type === "sync" && (await syncProfile(profileId)) === "revoked") return false;
        clearTimeout(silence);
        silence = setTimeout(stop, silentMs);
      }
    } catch {
      // Cut off: as good as ended.
    } finally {
      clearTimeout(silence);
      ended.signal.removeEventListener("abort", stop);
      stop();
    }
    return opened;
  };
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      hurry = () => {
        clearTimeout(timer);
        resolve();
      };
      ended.signal.addEventListener("abort", hurry);
    });

  void run().catch(reportError);
  return { stop: () => ended.abort(), hurry: () => hurry() };
}
