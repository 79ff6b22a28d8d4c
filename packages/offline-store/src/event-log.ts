import { linkEvent } from "@holdfast/core/event-chain/event-chain";
import type { ChainedEvent, EndpointEventBody } from "@holdfast/protocol/endpoint-events";
import { chainedEvent } from "@holdfast/protocol/endpoint-events";
import type { StoreState } from "@holdfast/protocol/stored-files";
import { digestOf, fromBase64url, parseJson, toBase64url, utf8ToBytes } from "./bytes.ts";

/**
 * `events.log`: one link per line. The state decides what the chain is: a write of the state brings its new links
 * along (`tail`), and the log gets them afterwards. So one atomic write commits a verdict together with its event, and
 * the log never runs ahead of the state.
 */
export const eventLogName = "events.log";

export type Chain = StoreState["chain"];

/** Larger than any outage should make it; what does not fit is refused, not dropped. */
export const maxUndelivered = 50_000;
/**
 * From here on refusals are only counted and news of the machine is dropped: the other 40,000 places are for successes,
 * which nobody can have without a password, and for what the server ordered.
 */
export const undeliveredWithRefusals = 10_000;
const maxLogBytes = 128 * 1024 * 1024;
const maxLineBytes = 8_192;

/** The chain of a new store. */
export function newChain(key: string): Chain {
  const digest = toBase64url(digestOf(utf8ToBytes("holdfast event log v1")));
  return { sequence: 0, mac: "", key, digest, deliveredThrough: 0, deliveredDigest: digest };
}

/** Links new events to the chain; the key of each link is gone with it. */
export function link(
  chain: Chain,
  atMs: number,
  bodies: readonly EndpointEventBody[],
): { readonly chain: Chain; readonly events: readonly ChainedEvent[] } {
  const events: ChainedEvent[] = [];
  let position = { sequence: chain.sequence, mac: chain.mac, key: decoded(chain.key) };
  let digest = chain.digest;
  for (const body of bodies) {
    const linked = linkEvent(position, atMs, body);
    position.key.fill(0);
    position = linked.position;
    digest = nextDigest(digest, linked.event);
    events.push(linked.event);
  }
  const { sequence, mac, key } = position;
  return { chain: { ...chain, sequence, mac, key: toBase64url(key), digest }, events };
}

/** The chain once the server holds everything up to a sequence. */
export function deliver(chain: Chain, undelivered: readonly ChainedEvent[], through: number): Chain {
  let { deliveredThrough, deliveredDigest } = chain;
  for (const event of undelivered) {
    if (event.sequence > through) break;
    deliveredDigest = nextDigest(deliveredDigest, event);
    deliveredThrough = event.sequence;
  }
  return { ...chain, deliveredThrough, deliveredDigest };
}

export function encodeLog(events: readonly ChainedEvent[]): Uint8Array {
  return utf8ToBytes(events.map((event) => `${JSON.stringify(event)}\n`).join(""));
}

export type ReadLog =
  | {
      readonly kind: "ok";
      readonly undelivered: readonly ChainedEvent[];
      /** The file holds something else than exactly these: a crash got between, and it is to be written anew. */
      readonly repair: boolean;
    }
  | { readonly kind: "tampered"; readonly why: string };

/**
 * What the log and the state's tail hold together, checked against the state's digest. A torn end is repaired from the
 * tail; a link too many, too few or another one is not a crash's doing.
 */
export function readLog(
  bytes: Uint8Array | null,
  state: Pick<StoreState, "chain" | "tail">,
  /** The state is known to be older than the log: what lies beyond it is dropped. */
  rolledBack = false,
): ReadLog {
  const { chain, tail } = state;
  if (bytes && bytes.length > maxLogBytes) return { kind: "tampered", why: "too-large" };
  const lines = bytes ? readLines(bytes) : [];
  const fromFile = rolledBack ? lines.filter((event) => event.sequence <= chain.sequence) : lines;
  const last = fromFile.at(-1)?.sequence ?? 0;
  if (last > chain.sequence) return { kind: "tampered", why: "events-beyond-the-state" };
  const merged = [...fromFile, ...tail.filter((event) => event.sequence > last)];
  const undelivered = merged.filter((event) => event.sequence > chain.deliveredThrough);
  let digest = chain.deliveredDigest;
  let sequence = chain.deliveredThrough;
  for (const event of undelivered) {
    if (event.sequence !== sequence + 1) return { kind: "tampered", why: "events-missing" };
    sequence = event.sequence;
    digest = nextDigest(digest, event);
  }
  if (sequence !== chain.sequence) return { kind: "tampered", why: "events-missing" };
  if (digest !== chain.digest) return { kind: "tampered", why: "events-changed" };
  const wanted = encodeLog(undelivered);
  return { kind: "ok", undelivered, repair: !sameContent(bytes ?? new Uint8Array(), wanted) };
}

/** The lines up to the first that is none: what follows it was never finished, or is missed by the digest. */
function readLines(bytes: Uint8Array): ChainedEvent[] {
  const events: ChainedEvent[] = [];
  let from = 0;
  while (from < bytes.length) {
    const end = bytes.indexOf(0x0a, from);
    if (end < 0 || end - from > maxLineBytes) break;
    const parsed = chainedEvent.safeParse(parseJson(bytes.subarray(from, end)));
    if (!parsed.success) break;
    events.push(parsed.data);
    from = end + 1;
  }
  return events;
}

function nextDigest(digest: string, event: ChainedEvent): string {
  return toBase64url(digestOf(decoded(digest), utf8ToBytes(JSON.stringify(event))));
}

function decoded(text: string): Uint8Array {
  const bytes = fromBase64url(text);
  if (bytes?.length !== 32) throw new Error("offline store: a key or digest of 32 bytes is wanted");
  return bytes;
}

function sameContent(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
