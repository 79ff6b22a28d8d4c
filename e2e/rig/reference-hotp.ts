import { createHmac } from "node:crypto";
import type { HotpToken } from "./oathtool.ts";

/**
 * HOTP straight from RFC 4226 §5.3, written for tests only and from the RFC, so that it shares no mistake
 * with the product. For machines without oathtool and for properties that need thousands of values.
 */
export function referenceHotp(token: HotpToken, counter: number): string {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(counter));
  const mac = createHmac(token.algorithm ?? "SHA1", token.secret)
    .update(message)
    .digest();
  const offset = (mac.at(-1) as number) & 0xf;
  const truncated = mac.readUInt32BE(offset) & 0x7fff_ffff;
  const digits = token.digits ?? 6;
  return `${truncated % 10 ** digits}`.padStart(digits, "0");
}
