/**
 * The chain of an endpoint's events (SECURITY §7), the same where it is written and where it is checked.
 *
 * mac = HMAC-SHA-256(K, previous mac ‖ JSON of {sequence, atMs, body}); then K ← HKDF(K, "holdfast event chain v1") and
 * the old K is forgotten. The body is brought into its schema's order first, so that both sides hash the same text.
 */

import type { ChainedEvent, EndpointEventBody } from "@holdfast/protocol/endpoint-events";
import { endpointEventBody } from "@holdfast/protocol/endpoint-events";
import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { fromBase64url, toBase64url } from "../encoding/base64url.ts";

/** Where a chain stands: the last link's sequence and mac (base64url, empty before the first), and the next link's key. */
export type ChainPosition = { readonly sequence: number; readonly mac: string; readonly key: Uint8Array };

export type ChainVerdict =
  | { readonly kind: "linked"; readonly position: ChainPosition }
  | { readonly kind: "broken"; readonly why: "gap" | "wrong-mac" };

const keyStep = utf8ToBytes("holdfast event chain v1");

/** Before the first event: the key that enrolment agreed on (`chainKey`). */
export function chainStart(key: Uint8Array): ChainPosition {
  return { sequence: 0, mac: "", key };
}

/** Appends one event. The caller overwrites the old position, and its key with it. */
export function linkEvent(
  position: ChainPosition,
  atMs: number,
  body: EndpointEventBody,
): { readonly event: ChainedEvent; readonly position: ChainPosition } {
  const sequence = position.sequence + 1;
  const ordered = endpointEventBody.parse(body);
  const mac = toBase64url(linkMac(position, { sequence, atMs, body: ordered }));
  return {
    event: { sequence, atMs, body: ordered, mac },
    position: { sequence, mac, key: nextChainKey(position.key) },
  };
}

/** Checks that an event is the next link. */
export function checkLink(position: ChainPosition, event: ChainedEvent): ChainVerdict {
  if (event.sequence !== position.sequence + 1) return { kind: "broken", why: "gap" };
  const body = endpointEventBody.parse(event.body);
  const expected = linkMac(position, { sequence: event.sequence, atMs: event.atMs, body });
  if (!sameText(toBase64url(expected), event.mac)) return { kind: "broken", why: "wrong-mac" };
  return {
    kind: "linked",
    position: { sequence: event.sequence, mac: event.mac, key: nextChainKey(position.key) },
  };
}

export function nextChainKey(key: Uint8Array): Uint8Array {
  return hkdf(sha256, key, undefined, keyStep, 32);
}

function linkMac(position: ChainPosition, link: Omit<ChainedEvent, "mac">): Uint8Array {
  const { sequence, atMs, body } = link;
  const text = JSON.stringify({ sequence, atMs, body });
  const previous = fromBase64url(position.mac);
  if (previous === null) throw new RangeError("event chain: the last link's mac is no base64url");
  return hmac(sha256, position.key, concatBytes(previous, utf8ToBytes(text)));
}

function sameText(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let at = 0; at < a.length; at += 1) difference |= a.charCodeAt(at) ^ b.charCodeAt(at);
  return difference === 0;
}
