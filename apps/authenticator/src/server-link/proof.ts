import { toBase64url } from "@holdfast/core/encoding/base64url";
import type { PublicKey } from "@holdfast/protocol/primitives";

/** A DPoP proof (RFC 9449 §4.2) for one request with the profile's request key, ES256 (RFC 7518 §3.4). */
export async function proofOf(request: {
  readonly method: string;
  readonly url: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: PublicKey;
  readonly nowMs: number;
}): Promise<string> {
  const { method, url, privateKey, publicKey, nowMs } = request;
  const { kty, crv, x, y } = publicKey;
  const header = { typ: "dpop+jwt", alg: "ES256", jwk: { kty, crv, x, y } };
  const jti = toBase64url(crypto.getRandomValues(new Uint8Array(16)));
  const claims = { jti, htm: method, htu: url, iat: Math.floor(nowMs / 1000) };
  const input = `${textOf(header)}.${textOf(claims)}`;
  const algorithm = { name: "ECDSA", hash: "SHA-256" };
  const signature = await crypto.subtle.sign(algorithm, privateKey, new TextEncoder().encode(input));
  return `${input}.${toBase64url(new Uint8Array(signature))}`;
}

function textOf(content: object): string {
  return toBase64url(new TextEncoder().encode(JSON.stringify(content)));
}
