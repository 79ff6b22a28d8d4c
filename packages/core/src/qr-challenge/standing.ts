/** How long a challenge may be answered, by the clock that counts since boot: nobody sets that one back (SECURITY §4). */
export const qrChallengeLifetimeMs = 120_000;
export const mostTriesOfQrChallenge = 3;
/** With less time left than this nobody scans, reads and types: a new one is made. */
const timeToAnswerMs = 45_000;
/** A phone that is further off says so: its codes by time are wrong as well. */
const clockToleranceMs = 600_000;

/** A challenge that is shown; it lives in memory, so that it ends with the process that made it. */
export type ShownChallenge = { readonly shownSinceBootMs: number; readonly tries: number };

export function qrChallengeHolds(shown: ShownChallenge, sinceBootMs: number): boolean {
  const ageMs = sinceBootMs - shown.shownSinceBootMs;
  return shown.tries < mostTriesOfQrChallenge && ageMs >= 0 && ageMs < qrChallengeLifetimeMs;
}

export function worthShowingAgain(shown: ShownChallenge, sinceBootMs: number): boolean {
  return qrChallengeHolds(shown, sinceBootMs) && qrChallengeHolds(shown, sinceBootMs + timeToAnswerMs);
}

/** How far the endpoint's clock is ahead of the phone's, where that is worth a word; null: they agree. */
export function clocksApartMs(issuedAtMs: number, phoneMs: number): number | null {
  const aheadMs = issuedAtMs - phoneMs;
  return Math.abs(aheadMs) > clockToleranceMs ? aheadMs : null;
}
