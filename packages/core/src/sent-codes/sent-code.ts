/**
 * Codes that travel to the person by SMS or e-mail (NIST SP 800-63B §5.1.3): how long one is good, how often one may be
 * tried, and how many messages one person and one address get. Who sends them is nobody's business here.
 */

export const SENT_CODE_LIFETIME_MS = 300_000;
export const MOST_TRIES = 3;

/** A code on its way. The code itself is nowhere: `mac` is a keyed MAC of it. */
export type PendingCode = {
  readonly id: string;
  readonly mac: string;
  /** What it was asked for; it is good for nothing else. */
  readonly workflow: string;
  readonly sentAtMs: number;
  readonly tries: number;
  readonly usedAtMs: number | null;
};

export function isLive(pending: PendingCode, workflow: string, nowMs: number): boolean {
  const ageMs = nowMs - pending.sentAtMs;
  return (
    pending.workflow === workflow &&
    pending.usedAtMs === null &&
    pending.tries < MOST_TRIES &&
    // A clock that was put back makes no code good for longer.
    ageMs >= 0 &&
    ageMs < SENT_CODE_LIFETIME_MS
  );
}

/** `again`: the code that was used, once more: what a retry of the same attempt is known by. */
export type Weighed =
  | { readonly kind: "right"; readonly next: PendingCode }
  | { readonly kind: "wrong"; readonly next: PendingCode | null; readonly again: boolean };

/** `fits` compares the typed code's MAC in constant time. */
export function weighSentCode(
  pending: PendingCode | null,
  fits: (mac: string) => boolean,
  workflow: string,
  nowMs: number,
): Weighed {
  if (pending === null) return { kind: "wrong", next: null, again: false };
  const same = fits(pending.mac);
  if (!isLive(pending, workflow, nowMs))
    return { kind: "wrong", next: null, again: same && pending.usedAtMs !== null };
  return same
    ? { kind: "right", next: { ...pending, usedAtMs: nowMs } }
    : { kind: "wrong", next: { ...pending, tries: pending.tries + 1 }, again: false };
}

/** While a code is on its way no second one follows: a network is slow, and people press twice. */
export const LEAST_BETWEEN_MS = 30_000;

export function isOnItsWay({ sentAtMs }: Pick<PendingCode, "sentAtMs">, nowMs: number): boolean {
  return Math.abs(nowMs - sentAtMs) < LEAST_BETWEEN_MS;
}

/** Messages in a time, to one person or to one address: whoever has a password must be no bell and no bill. */
const limits = [
  { withinMs: 900_000, most: 5 },
  { withinMs: 86_400_000, most: 20 },
] as const;

/** How far back `maySend` looks. */
export const LIMITS_LOOK_BACK_MS = 86_400_000;

/** `toUser` and `toAddress`: when messages went out lately, in any order. */
export function maySend(
  { toUser, toAddress }: { readonly toUser: readonly number[]; readonly toAddress: readonly number[] },
  nowMs: number,
): boolean {
  return limits.every(({ withinMs, most }) =>
    [toUser, toAddress].every((times) => times.filter((atMs) => nowMs - atMs < withinMs).length < most),
  );
}

/** Spaces, brackets, dots and dashes are how people write numbers; `00` is how they dial a plus sign. */
export function phoneNumberOf(typed: string): string {
  return typed.replace(/[\s().\-/]/g, "").replace(/^00/, "+");
}

/** Enough to tell which one it is, too little to write to it. */
export function maskedAddress(address: string): string {
  const at = address.lastIndexOf("@");
  if (at < 0) return `${address.slice(0, 3)} ••• ${address.slice(-2)}`;
  return `${address.slice(0, 1)}•••${address.slice(at)}`;
}
