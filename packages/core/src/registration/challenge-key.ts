/**
 * Public X25519 keys (RFC 7748 §5) that would make a shared secret everybody knows: the points whose order divides the
 * cofactor, in every encoding that names them. Compared as RFC 7748 reads them, without the highest bit.
 */
export const lowOrderPoints: readonly string[] = [
  // 0 and p
  "0000000000000000000000000000000000000000000000000000000000000000",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  // 1 and p + 1
  "0100000000000000000000000000000000000000000000000000000000000000",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  // p − 1
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  // The two of order eight
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
];

export function isUsableChallengeKey(key: Uint8Array): boolean {
  if (key.length !== 32) return false;
  const masked = key.map((byte, index) => (index === 31 ? byte & 0x7f : byte));
  const text = Array.from(masked, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return !lowOrderPoints.includes(text);
}
