/**
 * Which of an endpoint's contacts the server takes, so that a copied endpoint is found and a contact that was merely
 * under way for long is not taken for one (SECURITY §1).
 *
 * An endpoint writes down a number, higher than any before, before it sends a contact; the contact carries it beside the
 * nonce of the server's last answer. The nonce tells a copy; the number tells which of one endpoint's contacts is older.
 */

/** A contact that was taken, as far as later ones are judged by it. */
export type TakenContact = {
  readonly number: number;
  /** Randomness that the endpoint drew for this contact alone. */
  readonly drawn: string;
  /** What it presented. */
  readonly nonce: string;
  readonly atMs: number;
};

export type ContactMemory = {
  /** The nonce of the last answer, and the one presented for it (that answer can be lost). */
  readonly nonce: string;
  readonly previousNonce: string | null;
  /** The numbered ones taken last, the latest first: that one, and those that can still excuse another. */
  readonly contactsTaken: readonly TakenContact[];
};

export type PresentedContact = {
  /** Null: the endpoint could not write one down. The nonce alone decides, as long as that lasts. */
  readonly number: number | null;
  readonly drawn: string;
  readonly nonce: string | null;
};

export type ContactVerdict =
  | { readonly kind: "in-order"; readonly after: ContactMemory }
  /**
   * A contact with a higher number was taken first, and this can be an older one of the same endpoint: it changes
   * nothing. Somebody who still waits for its answer goes on above `highest`, where his nonce decides.
   */
  | { readonly kind: "overtaken"; readonly highest: number }
  | { readonly kind: "clone" };

/** A request gives up, at either end, long before. An older contact is no excuse for what comes later than this. */
export const overtakenWithinMs = 10 * 60_000;
/** Contacts that are remembered; a contact of before is under way for no longer than these take. */
export const mostContactsTaken = 16;
/** Numbers that an endpoint may use up without being heard. Somebody who leaps has another purpose: to use them all up. */
export const longestLeap = 2 ** 32;

/** `fresh`: the nonce that the answer would bring. */
export function judgeContact(
  memory: ContactMemory,
  { number, drawn, nonce }: PresentedContact,
  fresh: string,
  nowMs: number,
): ContactVerdict {
  const highest = highestTaken(memory);
  if (number !== null && number <= highest) {
    // The first that was taken above it presented the same: had there been another answer between, it would not have.
    const overtaking = memory.contactsTaken.findLast((taken) => taken.number >= number);
    const older =
      overtaking !== undefined &&
      overtaking.nonce === nonce &&
      // One number is drawn for once: twice with other randomness, and two machines have given it.
      (overtaking.number > number || overtaking.drawn === drawn) &&
      nowMs - overtaking.atMs <= overtakenWithinMs;
    return older ? { kind: "overtaken", highest } : { kind: "clone" };
  }
  if (nonce === null || (nonce !== memory.nonce && nonce !== memory.previousNonce)) return { kind: "clone" };
  if (number !== null && number - highest > longestLeap) return { kind: "clone" };
  const taken = number === null ? [] : [{ number, drawn, nonce, atMs: nowMs }];
  const before = memory.contactsTaken.filter((one, at) => at === 0 || nowMs - one.atMs <= overtakenWithinMs);
  const contactsTaken = [...taken, ...before].slice(0, mostContactsTaken);
  return { kind: "in-order", after: { nonce: fresh, previousNonce: nonce, contactsTaken } };
}

export function highestTaken({ contactsTaken }: Pick<ContactMemory, "contactsTaken">): number {
  return contactsTaken[0]?.number ?? 0;
}

/** The endpoint's next number: above all that it has used, and above what the server said it has taken. */
export function nextContactNumber(used: number, told: number): number {
  return Math.max(used, told) + 1;
}

/** The server has taken a number that this endpoint has never used: somebody else has its key, or it was set back. */
export function isForeignNumber(used: number, told: number): boolean {
  return told > used;
}
