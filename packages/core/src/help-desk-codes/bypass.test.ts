import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  challengeAnswer,
  challengeHolds,
  challengeLifetimeMs,
  eightDigits,
  grouped,
  mostTriesOfChallenge,
  newChallenge,
} from "./bypass-challenge.ts";
import {
  bypassCodeForm,
  bypassCodeHash,
  bypassCodeOf,
  bypassDerivation,
  groupedBypassCode,
} from "./bypass-code.ts";
import { temporaryCodeForm } from "./temporary-code.ts";

const derived = fc.uint8Array({ minLength: 32, maxLength: 32 });
const place = { endpointId: "ep_1", userId: "usr_1", number: 1 };

describe("bypass codes", () => {
  test("one has more than 60 bits, no look-alikes, and is read however it is typed (OTP-23)", () => {
    fc.assert(
      fc.property(derived, (bytes) => {
        const code = bypassCodeOf(bytes);
        expect(code).toMatch(/^[34679ACDEFGHJKMNPQRTWXY]{18}$/);
        expect(Math.log2(23) * code.length).toBeGreaterThan(60);
        const shown = groupedBypassCode(code);
        expect(shown).toMatch(/^.{6}-.{6}-.{6}$/);
        expect(bypassCodeForm(` ${shown.toLowerCase().replaceAll("-", " ")} `)).toBe(code);
      }),
    );
  });

  test("no bypass code has the form of a temporary or a one-time code (AMB-X-1)", () => {
    fc.assert(
      fc.property(derived, (bytes) => {
        expect(temporaryCodeForm(bypassCodeOf(bytes))).toBeNull();
      }),
    );
    for (const typed of ["123456", "12345678", "7KQ4MXW3NA", "7KQ4MXW3NA9CTRH6E", ""])
      expect(bypassCodeForm(typed)).toBeNull();
  });

  test("its hash is good at its place only", () => {
    const code = bypassCodeOf(new Uint8Array(32).fill(7));
    const hashes = [
      place,
      { ...place, endpointId: "ep_2" },
      { ...place, userId: "usr_2" },
      { ...place, number: 2 },
    ].map((one) => bypassCodeHash(one, code));
    expect(new Set(hashes).size).toBe(4);
    expect(bypassDerivation({ ...place, endpointId: 'a","b' })).not.toBe(
      bypassDerivation({ ...place, endpointId: "a", userId: 'b","usr_1' }),
    );
  });
});

describe("challenges", () => {
  const key = new Uint8Array(32).fill(9);

  test("an answer is of one user, one endpoint and one challenge (OTP-23)", () => {
    const answers = [
      challengeAnswer(key, place, "12345678"),
      challengeAnswer(key, { ...place, endpointId: "ep_2" }, "12345678"),
      challengeAnswer(key, { ...place, userId: "usr_2" }, "12345678"),
      challengeAnswer(key, place, "12345679"),
      challengeAnswer(new Uint8Array(32).fill(8), place, "12345678"),
    ];
    expect(new Set(answers).size).toBe(5);
    for (const answer of answers) expect(answer).toMatch(/^\d{8}$/);
  });

  test("one is random, holds for ten minutes and three tries, and a clock put back makes it no longer", () => {
    const challenge = newChallenge((bytes) => Uint8Array.from({ length: bytes }, (_, at) => 240 + at), 1000);
    // 250 and above would make some digits likelier, and are left out.
    expect(challenge.text).toBe("01234567");
    expect(challengeHolds(challenge, 1000 + challengeLifetimeMs - 1)).toBe(true);
    expect(challengeHolds(challenge, 1000 + challengeLifetimeMs)).toBe(false);
    expect(challengeHolds(challenge, 999)).toBe(false);
    expect(challengeHolds({ ...challenge, tries: mostTriesOfChallenge }, 1000)).toBe(false);
    expect(challengeHolds(null, 1000)).toBe(false);
  });

  test("digits are read out in two groups and typed as one likes", () => {
    expect(grouped("12345678")).toBe("1234 5678");
    expect(eightDigits(" 1234-5678")).toBe("12345678");
    for (const typed of ["1234567", "123456789", "1234567a", "١٢٣٤٥٦٧٨"])
      expect(eightDigits(typed)).toBeNull();
  });
});
