import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeBase32, encodeBase32 } from "./base32.ts";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const ascii = (text: string) => new TextEncoder().encode(text);

/** RFC 4648 §6 by strings of bits. */
function referenceEncode(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return (bits.match(/.{1,5}/g) ?? [])
    .map((five) => alphabet[Number.parseInt(five.padEnd(5, "0"), 2)])
    .join("");
}

describe("base32", () => {
  // RFC 4648 §10, without the padding.
  test.each([
    ["", ""],
    ["f", "MY"],
    ["fo", "MZXQ"],
    ["foo", "MZXW6"],
    ["foob", "MZXW6YQ"],
    ["fooba", "MZXW6YTB"],
    ["foobar", "MZXW6YTBOI"],
  ])("OTP-33 RFC 4648 §10: %j is %j", (plain, text) => {
    expect(encodeBase32(ascii(plain))).toBe(text);
    expect(decodeBase32(text)).toEqual(ascii(plain));
  });

  test("encodes like an independent implementation and decodes back", async () => {
    await fc.assert(
      fc.property(fc.uint8Array({ maxLength: 140 }), (bytes) => {
        const text = encodeBase32(bytes);
        expect(text).toBe(referenceEncode(bytes));
        expect(decodeBase32(text)).toEqual(bytes);
      }),
    );
  });

  test("decodes only the one text of some bytes", async () => {
    const texts = fc.oneof(
      fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 24 }),
      fc.string({ unit: fc.constantFrom(..."AZ27018=az -\u0100\u0141"), maxLength: 12 }),
      fc.string({ unit: "binary", maxLength: 12 }),
    );
    await fc.assert(
      fc.property(texts, (text) => {
        const bytes = decodeBase32(text);
        if (bytes !== null) expect(referenceEncode(bytes)).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  test("every single character that is not in the alphabet refuses", () => {
    for (let unit = 0; unit <= 0xffff; unit++) {
      const letter = String.fromCharCode(unit);
      // Seven letters before it: the last of eight may be any letter.
      expect(decodeBase32(`AAAAAAA${letter}`) !== null).toBe(alphabet.includes(letter));
    }
  });

  test.each(["M", "MZX", "MZXW6Y", "MZ", "MZXR", "MY======", "my", "MZXW 6YT", "MZXW6YTB\n"])(
    "refuses %j",
    (text) => {
      expect(decodeBase32(text)).toBeNull();
    },
  );
});
