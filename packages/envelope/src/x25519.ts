/** X25519 keys (RFC 7748) by WebCrypto, the same in a browser and in Node. */

/** RFC 8410 §7: what stands before the thirty-two bytes of a private key in PKCS #8. */
const pkcs8Prefix = Uint8Array.from([
  0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x04, 0x22, 0x04, 0x20,
]);

export function x25519Pkcs8(privateBytes: Uint8Array): Uint8Array<ArrayBuffer> {
  if (privateBytes.length !== 32) throw new RangeError("an X25519 private key has thirty-two bytes");
  return new Uint8Array([...pkcs8Prefix, ...privateBytes]);
}

/** The public half, base64url. The private bytes are read and not kept. */
export async function x25519PublicOf(privateBytes: Uint8Array): Promise<string> {
  const pkcs8 = x25519Pkcs8(privateBytes);
  try {
    const key = await crypto.subtle.importKey("pkcs8", pkcs8, { name: "X25519" }, true, ["deriveBits"]);
    const { x } = await crypto.subtle.exportKey("jwk", key);
    if (x === undefined) throw new Error("a key without a public half");
    return x;
  } finally {
    pkcs8.fill(0);
  }
}
