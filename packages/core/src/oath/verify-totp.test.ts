import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hotpCodes } from "./hotp.ts";
import { timeStep, totpPeriods, type VerifyTotp, verifyTotp } from "./verify-totp.ts";

const ascii = (text: string) => new TextEncoder().encode(text);
const secrets = {
  "SHA-1": ascii("12345678901234567890"),
  "SHA-256": ascii("12345678901234567890123456789012"),
  "SHA-512": ascii("1234567890123456789012345678901234567890123456789012345678901234"),
} as const;

/** RFC 6238 appendix B: seconds, time step, code by algorithm. */
const vectors = [
  [59, 0x1, "94287082", "46119246", "90693936"],
  [1_111_111_109, 0x23523ec, "07081804", "68084774", "25091201"],
  [1_111_111_111, 0x23523ed, "14050471", "67062674", "99943326"],
  [1_234_567_890, 0x273ef07, "89005924", "91819424", "93441116"],
  [2_000_000_000, 0x3f940aa, "69279037", "90698825", "38618901"],
  [20_000_000_000, 0x27bc86aa, "65353130", "77737706", "47863826"],
] as const;

const token: VerifyTotp = {
  secret: secrets["SHA-1"],
  digits: 6,
  algorithm: "SHA-1",
  code: "",
  periodSeconds: 30,
  nextCounter: 0,
  driftSteps: 1,
  nowMs: 1_234_567_890_000,
};
const codeAt = (counter: number, { secret, digits, algorithm } = token): string =>
  hotpCodes({ secret, digits, algorithm, ranges: [{ from: counter, to: counter + 1 }] })[0]?.code ?? "";

describe("time-based codes", () => {
  test.each(vectors)("RFC 6238 appendix B at %i s", (seconds, step, ...codes) => {
    expect(timeStep(seconds * 1000, 30)).toBe(step);
    for (const [index, algorithm] of (["SHA-1", "SHA-256", "SHA-512"] as const).entries()) {
      const asked = { algorithm, secret: secrets[algorithm], digits: 8, nowMs: seconds * 1000 } as const;
      const verdict = verifyTotp({ ...token, ...asked, code: codes[index] ?? "" });
      expect(verdict, algorithm).toEqual({ kind: "accepted", counter: step });
    }
  });

  test.each([
    [1, [-1, 0, 1]],
    [0, [0]],
    [2, [-2, -1, 0, 1, 2]],
  ])("with a drift of %i the steps %j are accepted", (driftSteps, accepted) => {
    const now = timeStep(token.nowMs, 30);
    const taken = [-3, -2, -1, 0, 1, 2, 3].filter(
      (away) => verifyTotp({ ...token, driftSteps, code: codeAt(now + away) }).kind === "accepted",
    );
    expect(taken).toEqual(accepted);
  });

  test("no code is taken twice, nor any of a step before it", () => {
    const now = timeStep(token.nowMs, 30);
    const after = { ...token, nextCounter: now + 1 };
    for (const away of [-1, 0]) {
      expect(verifyTotp({ ...after, code: codeAt(now + away) })).toEqual({
        kind: "refused",
        reason: "wrong-code",
      });
    }
    expect(verifyTotp({ ...after, code: codeAt(now + 1) })).toEqual({ kind: "accepted", counter: now + 1 });
    expect(verifyTotp({ ...token, nextCounter: now + 9, code: codeAt(now) }).kind).toBe("refused");
  });

  test.each(["", "12345", "1234567", "12 456", "١٢٣٤٥٦"])("%j is no code", (code) => {
    expect(verifyTotp({ ...token, code }).kind).toBe("refused");
  });

  test("what is accepted is always the code of a step that is near and not used", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...totpPeriods),
        fc.constantFrom(6 as const, 7 as const, 8 as const),
        fc.nat(10 ** 12),
        fc.integer({ min: -5, max: 5 }),
        fc.integer({ min: -5, max: 5 }),
        (periodSeconds, digits, nowMs, away, floorAway) => {
          const now = timeStep(nowMs, periodSeconds);
          const [counter, nextCounter] = [Math.max(0, now + away), Math.max(0, now + floorAway)];
          const code = codeAt(counter, { ...token, digits });
          const verdict = verifyTotp({ ...token, periodSeconds, digits, nowMs, nextCounter, code });
          if (verdict.kind === "refused") return;
          expect(Math.abs(verdict.counter - now)).toBeLessThanOrEqual(1);
          expect(verdict.counter).toBeGreaterThanOrEqual(nextCounter);
          expect(codeAt(verdict.counter, { ...token, digits })).toBe(code);
        },
      ),
      { numRuns: 200 },
    );
  });
});
