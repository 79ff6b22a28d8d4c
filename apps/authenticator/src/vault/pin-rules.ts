/** PINs of this app: which are taken, and how long a wrong one makes the next wait. */

export const leastPinDigits = 6;
export const mostPinDigits = 32;

export type PinProblem = "not-digits" | "too-short" | "too-long" | "too-plain";

/** Null: it may be used. */
export function pinProblem(pin: string): PinProblem | null {
  if (!/^[0-9]*$/.test(pin)) return "not-digits";
  if (pin.length < leastPinDigits) return "too-short";
  if (pin.length > mostPinDigits) return "too-long";
  const steps = new Set(
    [...pin].slice(1).map((digit, index) => (Number(digit) - Number(pin[index]) + 10) % 10),
  );
  // 111111, 123456, 987654, 135791: one step throughout.
  return steps.size === 1 ? "too-plain" : null;
}

export const pinProblemText: Readonly<Record<PinProblem, string>> = {
  "not-digits": "A PIN has digits only.",
  "too-short": `A PIN has at least ${leastPinDigits} digits.`,
  "too-long": `A PIN has at most ${mostPinDigits} digits.`,
  "too-plain": "These digits follow each other too evenly: such PINs are tried first.",
};

/** Tries since the last right PIN, recorded before each is checked. */
export type PinTries = { readonly wrong: number; readonly lastAtMs: number };

export const noTries: PinTries = { wrong: 0, lastAtMs: 0 };
const freeTries = 3;
const firstWaitMs = 15_000;
const longestWaitMs = 60 * 60_000;

/** How long the next try has to wait. A clock that was set back makes it no longer than the whole wait. */
export function pinWaitMs({ wrong, lastAtMs }: PinTries, nowMs: number): number {
  if (wrong < freeTries) return 0;
  const wait = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(20, wrong - freeTries));
  return Math.min(wait, Math.max(0, lastAtMs + wait - nowMs));
}
