import { expect, test } from "vitest";
import { oathtoolCodes, ReferenceToken } from "./oathtool.ts";
import { referenceHotp } from "./reference-hotp.ts";
import { describeWhere } from "./requirements.ts";

const secret = Buffer.from("12345678901234567890");
/** RFC 4226 appendix D. */
const published = "755224 287082 359152 969429 338314 254676 287922 162583 399871 520489".split(" ");

test("OTP-33: the node:crypto reference gives RFC 4226 appendix D's values", () => {
  expect(published.map((_, counter) => referenceHotp({ secret }, counter))).toEqual(published);
});

describeWhere(["oathtool"], "oathtool", () => {
  test("OTP-33: gives RFC 4226 appendix D's values", () => {
    expect(oathtoolCodes({ secret }, 0, 10)).toEqual(published);
  });

  test.each(
    (["SHA1", "SHA256", "SHA512"] as const).flatMap((algorithm) =>
      ([6, 7, 8] as const).map((digits) => ({ algorithm, digits })),
    ),
  )("OTP-33: agrees with the reference for $algorithm, $digits digits", (settings) => {
    const token = { secret: Buffer.from("a secret of some other length, 39 bytes"), ...settings };
    const expected = Array.from({ length: 40 }, (_, index) => referenceHotp(token, 1_000_000 + index));
    expect(oathtoolCodes(token, 1_000_000, 40)).toEqual(expected);
  });

  test("a token shows one value after the other, can be peeked at and pressed in vain", () => {
    const token = new ReferenceToken({ secret });
    expect([token.next(), token.next()]).toEqual(published.slice(0, 2));
    expect([token.peek(), token.peek(2)]).toEqual([published[2], published[4]]);
    token.skip(3);
    expect([token.counter, token.next()]).toEqual([5, published[5]]);
    token.skip(200);
    expect(token.next()).toBe(referenceHotp({ secret }, 206));
    expect(token.codeAt(0)).toBe(published[0]);
  });
});
