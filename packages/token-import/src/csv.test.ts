import { encodeBase32 } from "@holdfast/core/oath/base32";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readTokenFile } from "./read-token-file.ts";
import type { TokenFile } from "./token-file.ts";

const read = (content: string) => readTokenFile("csv", content, null);
const secret = new TextEncoder().encode("12345678901234567890");
const hex = Buffer.from(secret).toString("hex");
const base32 = encodeBase32(secret);

function entriesOf(file: TokenFile) {
  if (file.kind === "refused") throw new Error(`${file.why.code}: ${file.why.message}`);
  return file.entries;
}

describe("a CSV of tokens", () => {
  test("gives each row its token, and what is not said its default", async () => {
    const file = `serial,secret\r\nFT-1,${hex}\r\n`;
    expect(entriesOf(await read(file))).toEqual([
      {
        place: "line 2",
        serial: "FT-1",
        kind: "token",
        warnings: [],
        token: {
          serial: "FT-1",
          kind: "hotp",
          secret,
          digits: 6,
          algorithm: "SHA-1",
          periodSeconds: null,
          counter: 0,
          maker: null,
          userName: null,
        },
      },
    ]);
  });

  test("has its columns in any order and case, quoted as RFC 4180 says", async () => {
    const file = [
      "\uFEFFUser Name,DIGITS,Secret,Serial-No,Type,algorithm,Period,note,manufacturer",
      `"Ada ""the first"", of Lovelace",8,${base32.toLowerCase()}====,A1,TOTP,HmacSHA256,60,,"Acme, Inc."`,
    ].join("\n");
    expect(entriesOf(await read(file))).toMatchObject([
      {
        token: {
          serial: "A1",
          kind: "totp",
          secret,
          digits: 8,
          algorithm: "SHA-256",
          periodSeconds: 60,
          userName: 'Ada "the first", of Lovelace',
          maker: "Acme, Inc.",
        },
      },
    ]);
  });

  test("may have semicolons or tabulators, as spreadsheets write them", async () => {
    for (const mark of [";", "\t"])
      expect(
        entriesOf(await read(`serial${mark}secret${mark}counter\n7${mark}${hex}${mark}12`)),
      ).toMatchObject([{ token: { serial: "7", secret, counter: 12 } }]);
  });

  test("tells hexadecimal from base32 by the whole column", async () => {
    const either = "ABCDEF23".repeat(4);
    const asHex = entriesOf(await read(`serial,secret\n1,${hex}\n2,${either}`));
    expect(asHex[1]).toMatchObject({ token: { secret: new Uint8Array(Buffer.from(either, "hex")) } });
    const asBase32 = entriesOf(await read(`serial,secret\n1,${base32}\n2,${either}`));
    expect(asBase32[1]).toMatchObject({ kind: "token" });
    if (asBase32[1]?.kind === "token") expect(encodeBase32(asBase32[1].token.secret)).toBe(either);
    expect(entriesOf(await read(`serial,secret\n2,${either}`))).toMatchObject([
      { kind: "refused", why: { code: "secret-malformed", message: expect.stringContaining("encoding") } },
    ]);
    expect(entriesOf(await read(`serial,secret,encoding\n2,${either},hex`))).toMatchObject([
      { kind: "token" },
    ]);
  });

  test.each<[string, string, string]>([
    ["no serial number", `,${hex},hotp,6,SHA-1,,0`, "no-serial"],
    ["a serial number that a spreadsheet rounded", `2.60022E+12,${hex},hotp,6,SHA-1,,0`, "serial-malformed"],
    ["no secret", "9,,hotp,6,SHA-1,,0", "no-secret"],
    ["neither hex nor base32", "9,018!,hotp,6,SHA-1,,0", "secret-malformed"],
    ["nine bytes", `9,${"01".repeat(9)},hotp,6,SHA-1,,0`, "secret-too-short"],
    ["OCRA", `9,${hex},ocra,6,SHA-1,,0`, "unsupported-kind"],
    ["MD5", `9,${hex},hotp,6,MD5,,0`, "unsupported-algorithm"],
    ["ten digits", `9,${hex},hotp,10,SHA-1,,0`, "unsupported-digits"],
    ["six and a half", `9,${hex},hotp,6.5,SHA-1,,0`, "number-malformed"],
    ["45 seconds", `9,${hex},totp,6,SHA-1,45,`, "unsupported-period"],
    ["a field too many", `9,${hex},hotp,6,SHA-1,,0,more`, "columns"],
    ["the serial number of line 2", `f-1,${hex},hotp,6,SHA-1,,0`, "serial-twice"],
  ])("refuses a row with %s and takes the others", async (_, row, code) => {
    const file = `serial,secret,type,digits,algorithm,period,counter\nF-1,${hex},hotp,6,SHA-1,,0\n\n${row}\n`;
    expect(entriesOf(await read(file))).toMatchObject([
      { kind: "token" },
      { place: "line 4", kind: "refused", why: { code } },
    ]);
  });

  test("takes a secret of 80 bits with a warning", async () => {
    expect(entriesOf(await read(`serial,secret\n1,${"81".repeat(10)}`))).toMatchObject([
      { kind: "token", warnings: [{ code: "secret-short" }] },
    ]);
  });

  test.each([
    ["", "empty"],
    ["serial,secret\n", "empty"],
    ["1,3132333435\n", "no-header"],
    ["serial,serial,secret\n1,2,3", "no-header"],
    [`serial,secret\n1,"${hex}`, "not-csv"],
    [`serial,secret\n1,${"a".repeat(10_001)}`, "not-csv"],
    [`serial,secret\n${"1,2\n".repeat(10_001)}`, "too-many"],
  ])("is not read where it is none: %#", async (content, code) => {
    const answer = await read(content);
    expect(answer).toMatchObject({ kind: "refused", why: { code } });
    // A secret is in no message, whatever the parser thinks of the line.
    expect(JSON.stringify(answer)).not.toContain(hex);
  });

  test("whatever text comes ends in an answer", async () => {
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc
        .string({ unit: fc.constantFrom(..."serial,secret\n\r\"';\t=A7af09 ") })
        .map((rest) => `serial,secret\n${rest}`),
    );
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        expect(["read", "refused"]).toContain((await read(text)).kind);
      }),
      { numRuns: 500 },
    );
  });
});
