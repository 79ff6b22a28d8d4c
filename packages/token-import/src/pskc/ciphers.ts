import { createDecipheriv, createHmac, timingSafeEqual } from "node:crypto";
import type { XmlElement } from "../xml.ts";
import { childOf } from "../xml.ts";
import { dsig, dsigMore, xenc } from "./names.ts";

/** Strict base64 (RFC 4648 §4) with the blanks that XML allows; null: it is none. */
export function base64(text: string): Uint8Array | null {
  const plain = text.replace(/[\t\n\r ]+/g, "");
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(plain)) return null;
  const bytes = Buffer.from(plain, "base64");
  return bytes.toString("base64") === plain ? new Uint8Array(bytes) : null;
}

type Cipher = { readonly openSsl: string; readonly keyBytes: number; readonly mode: "cbc" | "wrap" };

/** RFC 6030 §6.1: AES-CBC has no integrity of its own, AES key wrap (RFC 3394) has. */
const ciphers = new Map<string, Cipher>(
  ([128, 192, 256] as const).flatMap((bits) => [
    [`${xenc}aes${bits}-cbc`, { openSsl: `aes-${bits}-cbc`, keyBytes: bits / 8, mode: "cbc" }],
    [`${xenc}kw-aes${bits}`, { openSsl: `id-aes${bits}-wrap`, keyBytes: bits / 8, mode: "wrap" }],
  ]),
);

export type Encrypted = { readonly cipher: Cipher; readonly value: Uint8Array };
export type EncryptedRefusal = "unsupported-cipher" | "malformed";

/** An EncryptedValue or MACKey (xenc:EncryptedDataType): read, not opened yet. */
export function readEncrypted(element: XmlElement): Encrypted | EncryptedRefusal {
  const algorithm = childOf(element, xenc, "EncryptionMethod")?.attributes.get("Algorithm");
  const cipher = algorithm === undefined ? undefined : ciphers.get(algorithm);
  if (!cipher) return algorithm === undefined ? "malformed" : "unsupported-cipher";
  const value = base64(childOf(element, xenc, "CipherData", "CipherValue")?.text ?? "");
  if (value === null || value.length === 0 || value.length > 4096) return "malformed";
  return { cipher, value };
}

/** The plaintext; null where this is not its key, or where it was changed. */
export function open({ cipher, value }: Encrypted, key: Uint8Array): Uint8Array | null {
  if (key.length !== cipher.keyBytes) return null;
  const { iv, body } =
    cipher.mode === "wrap"
      ? { iv: keyWrapIv, body: value }
      : { iv: value.subarray(0, 16), body: value.subarray(16) };
  if (body.length === 0 || iv.length !== (cipher.mode === "wrap" ? 8 : 16)) return null;
  try {
    const decipher = createDecipheriv(cipher.openSsl, key, iv);
    // XML Encryption §5.2: only the last octet of the padding says anything, the others may be what they like.
    if (cipher.mode === "cbc") decipher.setAutoPadding(false);
    const opened = Buffer.concat([decipher.update(body), decipher.final()]);
    const padding = cipher.mode === "cbc" ? (opened.at(-1) ?? 0) : 0;
    const right = cipher.mode === "wrap" || (padding >= 1 && padding <= 16 && padding <= opened.length);
    const plain = right ? new Uint8Array(opened.subarray(0, opened.length - padding)) : null;
    opened.fill(0);
    return plain;
  } catch {
    // OpenSSL throws where a length or the wrap's check is wrong.
    return null;
  }
}

/** RFC 3394 §2.2.3.1. */
const keyWrapIv = Buffer.from("a6a6a6a6a6a6a6a6", "hex");

/** Hashes of a MACMethod. Files write HMAC-SHA1 in both namespaces, though only the first has it. */
const macHashes = new Map<string, string>([
  [`${dsig}hmac-sha1`, "sha1"],
  [`${dsigMore}hmac-sha1`, "sha1"],
  [`${dsigMore}hmac-sha224`, "sha224"],
  [`${dsigMore}hmac-sha256`, "sha256"],
  [`${dsigMore}hmac-sha384`, "sha384"],
  [`${dsigMore}hmac-sha512`, "sha512"],
]);

export function macHash(algorithm: string): string | null {
  return macHashes.get(algorithm) ?? null;
}

/** RFC 6030 §6.1.1: over the cipher value as it is transmitted, initialisation vector first, before it is opened. */
export function macFits(hash: string, key: Uint8Array, { value }: Encrypted, mac: Uint8Array): boolean {
  const wanted = createHmac(hash, key).update(value).digest();
  return wanted.length === mac.length && timingSafeEqual(wanted, mac);
}
