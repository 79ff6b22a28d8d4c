import { END_OF_COUNTERS } from "@holdfast/core/oath/counter-ranges";
import { matchHotp } from "@holdfast/core/oath/hotp";
import { lookAheadWindow } from "@holdfast/core/oath/look-ahead-window";
import { verifyHotp } from "@holdfast/core/oath/verify-hotp";
import type { Check } from "@holdfast/core/sign-in/types";
import type { UserPolicy } from "@holdfast/protocol/policy";
import type { Secrets } from "../../keys/secrets.ts";
import type { TokenRow } from "../../store/tokens-store.ts";
import { exposedNow } from "../restored-tokens.ts";

/**
 * Checks a code against a token. The code expected next is tried first: whoever has it learns nothing from a quick
 * answer. Every other code costs the same walk, found or not.
 */
export function checkCode(
  secrets: Secrets,
  token: TokenRow,
  policy: UserPolicy,
  code: string,
  /** Whether what lies beyond the window may be told: only after a right password. */
  tellWhere: boolean,
): Check {
  const windowSize = token.windowSize ?? policy.hotp.windowSize;
  const secret = secrets.open("token-secret", token.id, token.sealedSecret);
  try {
    const parameters = { secret, digits: token.digits, algorithm: token.algorithm };
    const position = { nextCounter: token.nextCounter, exposed: halfOpen(token) };
    const next = nextAcceptable(token, windowSize);
    if (next !== null) {
      const expected = matchHotp({ ...parameters, code, from: next, count: 1 });
      if (expected.kind === "match") return { check: "right", counter: next };
    }
    const verdict = verifyHotp({ ...parameters, ...position, code, windowSize, explain: tellWhere });
    if (verdict.kind === "accepted") return { check: "right", counter: verdict.counter };
    if (verdict.reason === "code-exposed") return { check: "exposed" };
    return verdict.reason === "token-out-of-step" ? { check: "far" } : { check: "wrong" };
  } finally {
    secret.fill(0);
  }
}

/** The lowest counter that may be accepted; null at the end of all counters. */
function nextAcceptable(token: TokenRow, windowSize: number): number | null {
  if (exposedNow(token).length === 0) return token.nextCounter < END_OF_COUNTERS ? token.nextCounter : null;
  const { from, to } = lookAheadWindow({
    nextCounter: token.nextCounter,
    exposed: halfOpen(token),
    windowSize,
  });
  return from < to ? from : null;
}

/** Whether a code is the one of this counter, whatever the token has passed since. */
export function codeStandsAt(secrets: Secrets, token: TokenRow, counter: number, code: string): boolean {
  const secret = secrets.open("token-secret", token.id, token.sealedSecret);
  const { digits, algorithm } = token;
  const found = matchHotp({ secret, digits, algorithm, code, from: counter, count: 1 });
  secret.fill(0);
  return found.kind === "match";
}

/** The store keeps ranges with their last counter; core's ranges end before theirs. */
export function halfOpen(token: Pick<TokenRow, "nextCounter" | "exposed">): { from: number; to: number }[] {
  return exposedNow(token).map(({ from, through }) => ({ from, to: through + 1 }));
}
