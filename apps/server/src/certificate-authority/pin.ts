import { createHash, X509Certificate } from "node:crypto";

/**
 * SHA-256 of a certificate's SubjectPublicKeyInfo, base64url: what an enrolment code carries, so that an endpoint knows
 * its server before it trusts anything else (RFC 7469 §2.4 has the same digest).
 */
export function authorityPin(certificatePem: string): string {
  const spki = new X509Certificate(certificatePem).publicKey.export({ format: "der", type: "spki" });
  return createHash("sha256").update(spki).digest("base64url");
}

/** The certificates of a PEM file, in its order. */
export function splitPem(text: string): string[] {
  return text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
}
