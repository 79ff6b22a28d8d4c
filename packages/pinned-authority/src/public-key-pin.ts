import { createHash, type X509Certificate } from "node:crypto";

/**
 * SHA-256 of a certificate's SubjectPublicKeyInfo, base64url: what an enrolment code and an administrator's key file
 * carry, so that a server is known before anything else of it is trusted (RFC 7469 §2.4 has the same digest).
 */
export function publicKeyPin(certificate: X509Certificate): string {
  const publicKeyInfo = certificate.publicKey.export({ type: "spki", format: "der" });
  return createHash("sha256").update(publicKeyInfo).digest("base64url");
}

/** The certificate authority with this public key in a chain, or null. A leaf with the key is none. */
export function pinnedAuthority(chain: readonly X509Certificate[], pin: string): X509Certificate | null {
  return chain.find((certificate) => certificate.ca && publicKeyPin(certificate) === pin) ?? null;
}
