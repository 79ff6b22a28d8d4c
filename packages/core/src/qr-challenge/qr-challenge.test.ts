import vectors from "@holdfast/protocol/vectors/qr-challenge.json" with { type: "json" };
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answerTo } from "./answer.ts";
import { encodeChallenge, mostMessageBytes, parseChallenge, type QrChallenge, shownText } from "./message.ts";
import {
  clocksApartMs,
  mostTriesOfQrChallenge,
  qrChallengeHolds,
  qrChallengeLifetimeMs,
} from "./standing.ts";

const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const hex = (value: Uint8Array) => [...value].map((byte) => byte.toString(16).padStart(2, "0")).join("");

describe("the vectors that every implementation runs", () => {
  test.each(vectors.answers)("SECURITY §4, message and answer: $name", (vector) => {
    const { profileId, endpointId, endpointName, account, issuedAtMs } = vector;
    const challenge: QrChallenge = {
      ...{ profileId, endpointId, endpointName, account, issuedAtMs, workflow: "workstation" },
      ephemeralKey: bytes(vector.ephemeralPublicKey),
    };
    expect(hex(encodeChallenge(challenge))).toBe(vector.message);
    expect(parseChallenge(bytes(vector.message))).toEqual({ kind: "challenge", challenge });
    const answer = answerTo(bytes(vector.sharedSecret), bytes(vector.message), bytes(vector.phonePublicKey));
    expect(answer).toBe(vector.answer);
  });

  test.each(vectors.refused)("what is no challenge: $name", ({ message, kind }) => {
    expect(parseChallenge(bytes(message)).kind).toBe(kind);
  });
});

const text = fc.string({ unit: "binary", maxLength: 200 });
const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
const challenges = fc.record({
  profileId: id,
  ephemeralKey: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  endpointId: id,
  endpointName: text,
  account: text,
  workflow: fc.constant("workstation" as const),
  issuedAtMs: fc.integer({ min: 0, max: 1_000_000_000_000_000 }),
});

describe("properties", () => {
  test("whatever is encoded is read back, with texts that a screen can show", () => {
    fc.assert(
      fc.property(challenges, (challenge) => {
        const message = encodeChallenge(challenge);
        expect(message.length).toBeLessThanOrEqual(mostMessageBytes);
        const { endpointName, account, issuedAtMs } = challenge;
        const shown = { endpointName: shownText(endpointName), account: shownText(account) };
        const seconds = Math.floor(issuedAtMs / 1000) * 1000;
        expect(parseChallenge(message)).toEqual({
          kind: "challenge",
          challenge: { ...challenge, ...shown, issuedAtMs: seconds },
        });
      }),
      { numRuns: 60 },
    );
  });

  test("what is read is the one encoding of what it says: no byte can be changed and mean the same", () => {
    const changed = fc.tuple(challenges, fc.nat(), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(changed, ([challenge, at, by]) => {
        const message = encodeChallenge(challenge);
        message[at % message.length] = (message[at % message.length] ?? 0) ^ by;
        const parsed = parseChallenge(message);
        if (parsed.kind === "challenge") expect(encodeChallenge(parsed.challenge)).toEqual(message);
      }),
      { numRuns: 100 },
    );
  });

  test("arbitrary bytes never throw, and are never taken for what they are not", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (foreign) => {
        const parsed = parseChallenge(foreign);
        if (parsed.kind === "challenge") expect(encodeChallenge(parsed.challenge)).toEqual(foreign);
      }),
      { numRuns: 100 },
    );
  });

  test("any changed byte of the message asks for another answer", () => {
    const [vector] = vectors.answers;
    if (!vector) throw new Error("no vector");
    const [secret, key] = [bytes(vector.sharedSecret), bytes(vector.phonePublicKey)];
    const message = bytes(vector.message);
    const answers = [...message.keys()].map((at) => {
      const other = message.slice();
      other[at] = (other[at] ?? 0) ^ 1;
      return answerTo(secret, other, key);
    });
    expect(answers).not.toContain(vector.answer);
  });
});

test("SECURITY §4: a shared secret of zero, or none, answers nothing", () => {
  expect(answerTo(new Uint8Array(32), new Uint8Array(100), new Uint8Array(32))).toBeNull();
  expect(answerTo(new Uint8Array(31).fill(1), new Uint8Array(100), new Uint8Array(32))).toBeNull();
});

test("what does not come from a server is not put into a message", () => {
  const challenge = {
    ...{ profileId: "p", endpointId: "e", endpointName: "", account: "a", issuedAtMs: 0 },
    ephemeralKey: new Uint8Array(32),
    workflow: "workstation" as const,
  };
  expect(() => encodeChallenge({ ...challenge, profileId: "a b" })).toThrow(RangeError);
  expect(() => encodeChallenge({ ...challenge, ephemeralKey: new Uint8Array(31) })).toThrow(RangeError);
  expect(parseChallenge(encodeChallenge(challenge))).toMatchObject({ challenge: { endpointName: "?" } });
});

test.each([
  [0, 0, true],
  [qrChallengeLifetimeMs - 1, mostTriesOfQrChallenge - 1, true],
  [qrChallengeLifetimeMs, 0, false],
  [0, mostTriesOfQrChallenge, false],
  [-1, 0, false],
])(
  "SECURITY §4: two minutes of boot clock, three tries: %d ms after, %d tries: %s",
  (ageMs, tries, holds) => {
    expect(qrChallengeHolds({ shownSinceBootMs: 5000, tries }, 5000 + ageMs)).toBe(holds);
  },
);

test("a clock that is ten minutes off is worth a word, whichever of the two is wrong", () => {
  expect(clocksApartMs(1_000_000, 1_000_000 + 600_000)).toBeNull();
  expect(clocksApartMs(1_000_000, 1_000_000 + 600_001)).toBe(-600_001);
  expect(clocksApartMs(2_000_000, 1_000_000)).toBe(1_000_000);
});
