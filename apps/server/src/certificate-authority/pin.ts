import { X509Certificate } from "node:crypto";
import { publicKeyPin } from "@holdfast/pinned-authority/public-key-pin";

/** The pin of a certificate in PEM. */
export function authorityPin(certificatePem: string): string {
  return publicKeyPin(new X509Certificate(certificatePem));
}

/** The certificates of a PEM file, in its order. */
export function splitPem(text: string): string[] {
  return text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
}
