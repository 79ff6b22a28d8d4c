import { createHmac } from "node:crypto";
import * as fc from "fast-check";
import type { HotpParameters } from "../hotp.ts";

/** RFC 4226 §5.3 written a second time, over OpenSSL and big integers: shares nothing with the product's code. */
export function referenceHotp({ secret, digits, algorithm }: HotpParameters, counter: number): string {
  const message = Buffer.from(BigInt(counter).toString(16).padStart(16, "0"), "hex");
  const mac = createHmac(algorithm.replace("-", "").toLowerCase(), secret).update(message).digest("hex");
  const offset = Number.parseInt(mac.at(-1) ?? "", 16);
  const truncated = BigInt(`0x${mac.slice(2 * offset, 2 * offset + 8)}`) % 2n ** 31n;
  return truncated.toString().padStart(10, "0").slice(-digits);
}

/** Any token, secrets from one byte to beyond every HMAC block. */
export const anyToken: fc.Arbitrary<HotpParameters> = fc.record({
  secret: fc.uint8Array({ minLength: 1, maxLength: 150 }),
  digits: fc.constantFrom(6 as const, 7 as const, 8 as const),
  algorithm: fc.constantFrom("SHA-1" as const, "SHA-256" as const, "SHA-512" as const),
});

/** The secret of RFC 4226 appendix D. */
export const rfcToken: HotpParameters = {
  secret: new TextEncoder().encode("12345678901234567890"),
  digits: 6,
  algorithm: "SHA-1",
};
