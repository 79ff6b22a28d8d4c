import { createDecipheriv, hkdfSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lengthPrefixed } from "./bytes.ts";
import {
  countFrom,
  currentKdf,
  findClearCode,
  findCode,
  makePasswordSlot,
  openRefillKey,
  sealCodes,
  sealRefillKey,
} from "./sealing.ts";
import { SeededRandom, simulatedDevice } from "./testing/simulated-ports.ts";

const device = simulatedDevice("this machine");
const binding = { endpointId: "endpoint-1", userId: "anna" };
const random = new SeededRandom("sealing").bytes;
const storeKey = random(32);
const of = { tokenId: "token-1", epoch: 1, sequence: 2 };
const codes = [5, 6, 7, 9].map((counter) => ({ counter, code: String(100_000 + counter) }));

test("length prefixes keep lists of parts apart", () => {
  fc.assert(
    fc.property(fc.array(fc.string()), fc.array(fc.string()), (a, b) => {
      const same = JSON.stringify(a) === JSON.stringify(b);
      expect(Buffer.from(lengthPrefixed(...a)).equals(lengthPrefixed(...b))).toBe(same);
    }),
  );
  expect([...lengthPrefixed("ab", Uint8Array.of(7))]).toEqual([0, 0, 0, 2, 97, 98, 0, 0, 0, 1, 7]);
});

describe("the password's slot", () => {
  test("is what SECURITY §1 says, computed independently", async () => {
    const passwordKey = random(32);
    const terms = { kdf: currentKdf, salt: "A".repeat(22), credentialEpoch: 3 };
    const slot = await makePasswordSlot(device, binding, terms, passwordKey, storeKey, random);
    const text = (value: string) => [Buffer.from([0, 0, 0, value.length]), Buffer.from(value)];
    const bound = await device.hmac(
      Buffer.concat([...text("password"), Buffer.from([0, 0, 0, 32]), passwordKey]),
    );
    const info = Buffer.concat(["holdfast slot v1", "endpoint-1", "anna", "password"].flatMap(text));
    const wrapKey = new Uint8Array(hkdfSync("sha256", bound, "", info, 32));
    const sealed = Buffer.from(slot.wrapped, "base64url");
    const open = createDecipheriv("aes-256-gcm", wrapKey, Buffer.from(slot.nonce, "base64url"));
    open.setAAD(
      lengthPrefixed("holdfast slot v1", "endpoint-1", "anna", "password", 1, 65_536, 3, 1, terms.salt, 3),
    );
    open.setAuthTag(sealed.subarray(-16));
    expect(new Uint8Array(Buffer.concat([open.update(sealed.subarray(0, -16)), open.final()]))).toEqual(
      storeKey,
    );
  });
});

describe("sealed codes", () => {
  test("are found at or above the floor only", async () => {
    const sealed = await sealCodes(binding, storeKey, of, codes, random);
    expect(sealed.ranges).toEqual([
      [5, 7],
      [9, 9],
    ]);
    expect([0, 6, 8, 10].map((floor) => countFrom(sealed.ranges, floor))).toEqual([4, 3, 1, 0]);
    for (const { counter, code } of codes) {
      expect(await findCode(binding, storeKey, sealed, code, 0)).toBe(counter);
      expect(await findCode(binding, storeKey, sealed, code, counter)).toBe(counter);
      expect(await findCode(binding, storeKey, sealed, code, counter + 1)).toBeUndefined();
    }
    expect(await findCode(binding, storeKey, sealed, "100008", 0)).toBeUndefined();
  });

  test("the lowest of equal codes counts, sealed or clear", async () => {
    const anyCodes = fc.uniqueArray(fc.nat(40), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(anyCodes, fc.nat(3), fc.nat(40), async (counters, typed, floor) => {
        const some = counters.map((counter) => ({ counter, code: String(100_000 + (counter % 4)) }));
        const sealed = await sealCodes(binding, storeKey, of, some, random);
        const wanted = counters
          .filter((counter) => counter % 4 === typed && counter >= floor)
          .toSorted((a, b) => a - b)[0];
        expect(await findCode(binding, storeKey, sealed, String(100_000 + typed), floor)).toBe(wanted);
        expect(findClearCode(some, String(100_000 + typed), floor)).toBe(wanted);
        expect(countFrom(sealed.ranges, floor)).toBe(counters.filter((counter) => counter >= floor).length);
      }),
      { numRuns: 40 },
    );
  });

  test("open for no other endpoint, user, token, epoch, sequence or key", async () => {
    const sealed = await sealCodes(binding, storeKey, of, codes, random);
    const others: [typeof binding, Uint8Array, typeof sealed][] = [
      [{ ...binding, endpointId: "endpoint-2" }, storeKey, sealed],
      [{ ...binding, userId: "ben" }, storeKey, sealed],
      [binding, random(32), sealed],
      [binding, storeKey, { ...sealed, tokenId: "token-2" }],
      [binding, storeKey, { ...sealed, epoch: 2 }],
      [binding, storeKey, { ...sealed, sequence: 3 }],
      [binding, storeKey, { ...sealed, nonce: "" }],
      [binding, storeKey, { ...sealed, ciphertext: "!" }],
    ];
    for (const [where, key, what] of others) expect(await findCode(where, key, what, "100005", 0)).toBeNull();
  });
});

test("a refill key opens under its store key and for its user alone", async () => {
  const publicKey = { kty: "EC", crv: "P-256", x: "x".repeat(43), y: "y".repeat(43) } as const;
  const privateKey = random(138);
  const sealed = await sealRefillKey(binding, storeKey, { publicKey, privateKey }, random);
  expect(await openRefillKey(binding, storeKey, sealed)).toEqual(privateKey);
  expect(await openRefillKey({ ...binding, userId: "ben" }, storeKey, sealed)).toBeNull();
  expect(await openRefillKey(binding, random(32), sealed)).toBeNull();
  const swapped = { ...sealed, publicKey: { ...publicKey, x: "z".repeat(43) } };
  expect(await openRefillKey(binding, storeKey, swapped)).toBeNull();
});
