import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rangesHold } from "./counter-ranges.ts";
import { anyToken, referenceHotp, rfcToken } from "./testing/reference-hotp.ts";
import { verifyHotp } from "./verify-hotp.ts";

// Eight digits: no two codes of the walked counters are equal, so every refusal below has one reason.
const token = { ...rfcToken, digits: 8 as const };
const codeAt = (counter: number) => referenceHotp(token, counter);
const base = { ...token, nextCounter: 100, exposed: [], windowSize: 30, explain: true };

describe("one code at the server", () => {
  test("OTP-8 an accepted code moves the floor above it; it and all before are then refused", () => {
    const first = verifyHotp({ ...base, code: codeAt(103) });
    expect(first).toEqual({ kind: "accepted", counter: 103, nextCounter: 104 });
    for (const counter of [100, 101, 102, 103]) {
      expect(verifyHotp({ ...base, nextCounter: 104, code: codeAt(counter) })).toEqual({
        kind: "refused",
        reason: "code-already-used",
        counter,
      });
    }
    expect(verifyHotp({ ...base, nextCounter: 104, code: codeAt(104) })).toMatchObject({ kind: "accepted" });
  });

  test("OTP-19 with a window of 60 a value 60 ahead of the last consumed one is accepted, 61 is not", () => {
    expect(verifyHotp({ ...base, windowSize: 60, code: codeAt(99 + 60) })).toEqual({
      kind: "accepted",
      counter: 159,
      nextCounter: 160,
    });
    expect(verifyHotp({ ...base, windowSize: 60, code: codeAt(99 + 61) })).toEqual({
      kind: "refused",
      reason: "token-out-of-step",
      counter: 160,
    });
  });

  test("OTP-26 a token advanced beyond the window is out of step, as far as is searched", () => {
    const answerAt = (counter: number) => verifyHotp({ ...base, code: codeAt(counter) });
    expect(answerAt(130)).toEqual({ kind: "refused", reason: "token-out-of-step", counter: 130 });
    expect(answerAt(1099)).toEqual({ kind: "refused", reason: "token-out-of-step", counter: 1099 });
    expect(answerAt(1100)).toEqual({ kind: "refused", reason: "wrong-code", counter: null });
  });

  test("a code of an exposed range is refused by that name until the token has moved past it", () => {
    const exposed = [{ from: 100, to: 120 }];
    for (const counter of [100, 119]) {
      expect(verifyHotp({ ...base, exposed, code: codeAt(counter) })).toEqual({
        kind: "refused",
        reason: "code-exposed",
        counter,
      });
    }
    expect(verifyHotp({ ...base, exposed, code: codeAt(120) })).toMatchObject({
      kind: "accepted",
      counter: 120,
    });
    expect(verifyHotp({ ...base, exposed, code: codeAt(149) })).toMatchObject({
      kind: "accepted",
      counter: 149,
    });
    expect(verifyHotp({ ...base, exposed, code: codeAt(150) })).toMatchObject({
      reason: "token-out-of-step",
    });
    expect(verifyHotp({ ...base, nextCounter: 120, exposed, code: codeAt(120) })).toMatchObject({
      kind: "accepted",
    });
  });

  test("without `explain` every refusal is the same", () => {
    const exposed = [{ from: 110, to: 120 }];
    for (const code of [codeAt(99), codeAt(115), codeAt(500), "00000000", "nonsense"]) {
      expect(verifyHotp({ ...base, exposed, explain: false, code })).toEqual({
        kind: "refused",
        reason: "wrong-code",
        counter: null,
      });
    }
  });

  test("an absurd exposed range in the store neither hangs nor throws", () => {
    const exposed = [{ from: 0, to: 2 ** 50 }];
    expect(verifyHotp({ ...base, exposed, code: codeAt(100) })).toMatchObject({ reason: "code-exposed" });
    expect(verifyHotp({ ...base, exposed, code: "00000000" })).toMatchObject({ reason: "wrong-code" });
  });

  test("accepts a counter only at or above the floor, within the window, never exposed; against a model", async () => {
    const position = fc.record({
      nextCounter: fc.nat(60),
      windowSize: fc.integer({ min: 1, max: 40 }),
      exposed: fc.array(fc.record({ from: fc.nat(120), to: fc.nat(120) }), { maxLength: 4 }),
      explain: fc.boolean(),
    });
    await fc.assert(
      fc.property(
        anyToken,
        position,
        fc.nat(220),
        (anyone, { nextCounter, windowSize, exposed, explain }, typedAt) => {
          const code = referenceHotp(anyone, typedAt);
          const acceptable: number[] = [];
          for (let at = nextCounter; acceptable.length < windowSize; at++) {
            if (!rangesHold(exposed, at)) acceptable.push(at);
          }
          const right = acceptable.find((at) => referenceHotp(anyone, at) === code);
          const verdict = verifyHotp({
            ...anyone,
            nextCounter,
            windowSize,
            exposed,
            explain,
            code,
            searchWindow: 100,
          });
          if (right !== undefined) {
            expect(verdict).toEqual({ kind: "accepted", counter: right, nextCounter: right + 1 });
          } else {
            expect(verdict.kind).toBe("refused");
            // Whatever counter the reason names, it has this code.
            if (verdict.counter !== null) expect(referenceHotp(anyone, verdict.counter)).toBe(code);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
