import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hotp, hotpCodes, matchHotp } from "./hotp.ts";
import { anyToken, referenceHotp, rfcToken } from "./testing/reference-hotp.ts";

const ascii = (text: string) => new TextEncoder().encode(text);
const anyCounter = fc.oneof(
  fc.nat(5000),
  fc.maxSafeNat(),
  fc.constantFrom(2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1),
);

describe("HOTP values", () => {
  // RFC 4226 appendix D.
  test.each(
    ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"].map(
      (code, counter) => ({ counter, code }),
    ),
  )("OTP-33 RFC 4226 appendix D: counter $counter is $code", ({ counter, code }) => {
    expect(hotp({ ...rfcToken, counter })).toBe(code);
  });

  // RFC 6238 appendix B, read as HOTP at counter T (a TOTP value is nothing else, RFC 6238 §4.2).
  const secrets = {
    "SHA-1": ascii("12345678901234567890"),
    "SHA-256": ascii("12345678901234567890123456789012"),
    "SHA-512": ascii("1234567890123456789012345678901234567890123456789012345678901234"),
  } as const;
  test.each([
    [0x1, "94287082", "46119246", "90693936"],
    [0x23523ec, "07081804", "68084774", "25091201"],
    [0x23523ed, "14050471", "67062674", "99943326"],
    [0x273ef07, "89005924", "91819424", "93441116"],
    [0x3f940aa, "69279037", "90698825", "38618901"],
    [0x27bc86aa, "65353130", "77737706", "47863826"],
  ] as const)("OTP-33 RFC 6238 appendix B at counter %i", (counter, sha1, sha256, sha512) => {
    const codeBy = (algorithm: keyof typeof secrets) =>
      hotp({ secret: secrets[algorithm], algorithm, digits: 8, counter });
    expect([codeBy("SHA-1"), codeBy("SHA-256"), codeBy("SHA-512")]).toEqual([sha1, sha256, sha512]);
  });

  test("OTP-33 equal an independent implementation for any secret, counter, digits and algorithm", async () => {
    await fc.assert(
      fc.property(anyToken, anyCounter, (token, counter) => {
        expect(hotp({ ...token, counter })).toBe(referenceHotp(token, counter));
      }),
      { numRuns: 400 },
    );
  });

  test("a row of codes holds each range's codes in order", () => {
    const ranges = [
      { from: 0, to: 3 },
      { from: 7, to: 7 },
      { from: 9, to: 10 },
    ];
    expect(hotpCodes({ ...rfcToken, ranges })).toEqual([
      { counter: 0, code: "755224" },
      { counter: 1, code: "287082" },
      { counter: 2, code: "359152" },
      { counter: 9, code: "520489" },
    ]);
  });

  test("leaves the secret as it was", () => {
    const secret = Uint8Array.from(rfcToken.secret);
    hotp({ ...rfcToken, secret, counter: 1 });
    expect(secret).toEqual(rfcToken.secret);
  });

  test.each([-1, 1.5, 2 ** 53, Number.NaN])("counter %s is a fault", (counter) => {
    expect(() => hotp({ ...rfcToken, counter })).toThrow(RangeError);
  });

  test("an empty secret, another algorithm or number of digits is a fault", () => {
    expect(() => hotp({ ...rfcToken, secret: new Uint8Array(), counter: 0 })).toThrow(RangeError);
    expect(() => hotp({ ...rfcToken, algorithm: "MD5" as "SHA-1", counter: 0 })).toThrow(RangeError);
    expect(() => hotp({ ...rfcToken, digits: 9 as 8, counter: 0 })).toThrow(RangeError);
  });
});

describe("matching a code", () => {
  test("finds the lowest counter of the range with that code, and none outside of it", async () => {
    await fc.assert(
      fc.property(
        anyToken,
        anyCounter,
        fc.nat(40),
        fc.integer({ min: -45, max: 45 }),
        (token, start, count, off) => {
          const from = Math.max(0, Math.min(start, Number.MAX_SAFE_INTEGER - 100));
          const typedAt = Math.max(0, from + off);
          const code = referenceHotp(token, typedAt);
          const lowest = Array.from({ length: count }, (_, index) => from + index).find(
            (at) => referenceHotp(token, at) === code,
          );
          expect(matchHotp({ ...token, code, from, count })).toEqual(
            lowest === undefined ? { kind: "none" } : { kind: "match", counter: lowest },
          );
        },
      ),
    );
  });

  test("of two counters with one code the lower counts", () => {
    // Six digits: among some thousand codes two are equal (the birthday bound of 10^6 values).
    const token = { ...rfcToken };
    const firstAt = new Map<string, number>();
    let twice: { code: string; counter: number } | null = null;
    for (let at = 0; at < 5000 && !twice; at++) {
      const code = referenceHotp(token, at);
      const counter = firstAt.get(code);
      if (counter !== undefined) twice = { code, counter };
      else firstAt.set(code, at);
    }
    if (!twice) throw new Error("no code occurs twice below counter 5000");
    expect(matchHotp({ ...token, code: twice.code, from: 0, count: 5000 })).toEqual({
      kind: "match",
      counter: twice.counter,
    });
  });

  test.each([
    "",
    "75522",
    "7552240",
    " 755224",
    "755224\n",
    "75522４",
    "7.5e5",
    "-55224",
    "0x5522",
    "+55224",
  ])("the text %j matches nothing", (code) => {
    expect(matchHotp({ ...rfcToken, code, from: 0, count: 30 })).toEqual({ kind: "none" });
  });

  test("leading zeros belong to the code", () => {
    const counter = Array.from({ length: 200 }, (_, at) => at).find(
      (at) => referenceHotp(rfcToken, at)[0] === "0",
    );
    if (counter === undefined) throw new Error("no code below counter 200 begins with a zero");
    const code = referenceHotp(rfcToken, counter);
    expect(matchHotp({ ...rfcToken, code, from: counter, count: 1 })).toEqual({ kind: "match", counter });
    expect(matchHotp({ ...rfcToken, code: code.slice(1), from: counter, count: 1 })).toEqual({
      kind: "none",
    });
  });

  test("a range that no window has is a fault, not a long walk", () => {
    expect(() => matchHotp({ ...rfcToken, code: "755224", from: 0, count: 10_000_000 })).toThrow(RangeError);
    expect(() => matchHotp({ ...rfcToken, code: "755224", from: 5, count: -1 })).toThrow(RangeError);
  });

  test.each(["SHA-1", "SHA-256", "SHA-512"] as const)(
    "a window of 30 misses takes well under 0.3 ms with %s",
    (algorithm) => {
      const secret = new Uint8Array(32).fill(7);
      const walk = () => matchHotp({ secret, algorithm, digits: 8, code: "00000000", from: 5, count: 30 });
      for (let round = 0; round < 500; round++) walk();
      const rounds = Array.from({ length: 9 }, () => {
        const startMs = performance.now();
        for (let call = 0; call < 50; call++) walk();
        return (performance.now() - startMs) / 50;
      });
      // The best round: the others measure what else runs on the machine.
      expect(Math.min(...rounds)).toBeLessThan(0.3);
    },
  );
});
