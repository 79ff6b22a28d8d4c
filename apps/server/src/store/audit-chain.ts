import { hash } from "node:crypto";
import type { AuditDraft } from "./audit-rows.ts";

/**
 * The audit's hash chains. One chain per server process (its server id) and one per endpoint (`endpoint:<id>`),
 * sequences from 1 without gaps. Each row's hash covers the row before it:
 *
 *   hash = base64url(SHA-256(previous hash ‖ JSON of [chain, sequence, atMs, receivedAtMs, type, actor,
 *          subjectUserId, endpointId, attemptId, outcome, reason, mode, detail as JSON text, mac]))
 *
 * with an empty previous hash for the first row. A base64url hash has no "[", so the join is unambiguous. What the
 * chain cannot show is that its newest rows were cut off: compare `through` with what was seen before.
 */

/** A row as it is stored. */
export type Link = Omit<AuditDraft, "detail"> & {
  chain: string;
  sequence: number;
  receivedAtMs: number;
  /** JSON text. */
  detail: string;
  mac: string | null;
  previousHash: string;
  hash: string;
};

export type ChainHead = { readonly sequence: number; readonly hash: string };
export const emptyChain: ChainHead = { sequence: 0, hash: "" };

export function endpointChain(endpointId: string): string {
  return `endpoint:${endpointId}`;
}

export function appendLink(
  chain: string,
  head: ChainHead,
  draft: AuditDraft,
  receivedAtMs: number,
  mac: string | null,
): Link {
  const link: Link = {
    chain,
    sequence: head.sequence + 1,
    atMs: draft.atMs,
    receivedAtMs,
    type: storable(draft.type),
    actor: storable(draft.actor),
    subjectUserId: storableOrNull(draft.subjectUserId),
    endpointId: storableOrNull(draft.endpointId),
    attemptId: storableOrNull(draft.attemptId),
    outcome: draft.outcome,
    reason: storableOrNull(draft.reason),
    mode: draft.mode,
    detail: JSON.stringify(draft.detail),
    mac,
    previousHash: head.hash,
    hash: "",
  };
  link.hash = linkHash(link);
  return link;
}

export function linkHash(link: Link): string {
  return hash(
    "sha256",
    link.previousHash +
      JSON.stringify([
        link.chain,
        link.sequence,
        link.atMs,
        link.receivedAtMs,
        link.type,
        link.actor,
        link.subjectUserId,
        link.endpointId,
        link.attemptId,
        link.outcome,
        link.reason,
        link.mode,
        link.detail,
        link.mac,
      ]),
    "base64url",
  );
}

/** Why a row does not follow `head`, or null where it does. */
export function linkProblem(head: ChainHead, link: Link): string | null {
  if (link.sequence !== head.sequence + 1) return `row ${head.sequence + 1} is missing`;
  if (link.previousHash !== head.hash) return `row ${link.sequence} does not follow the row before it`;
  if (link.hash !== linkHash(link)) return `row ${link.sequence} was changed after it was written`;
  return null;
}

/**
 * Text that comes back from either database exactly as it went in, or the hash would not fit it: PostgreSQL takes no
 * NUL, and UTF-8 has no unpaired surrogates.
 */
function storable(text: string): string {
  return (text.includes("\0") ? text.replaceAll("\0", "\ufffd") : text).toWellFormed();
}

function storableOrNull(text: string | null): string | null {
  return text === null ? null : storable(text);
}
