import "reflect-metadata";
import { hash, type webcrypto as WebCrypto, webcrypto, X509Certificate } from "node:crypto";
import {
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";

export type ClientCertificate = {
  readonly certificatePem: string;
  readonly keyPem: string;
  /** SHA-256 of the certificate (DER), base64url: by this the server knows it again. */
  readonly hash: string;
};

const lifetimeMs = 10 * 365 * 86_400_000;

/**
 * What a FreeRADIUS shows to Holdfast. It vouches for itself: the server knows it by its hash and asks nobody else, so
 * that it ends when the server says so and not by a date.
 */
export async function makeClientCertificate(nowMs: number): Promise<ClientCertificate> {
  cryptoProvider.set(webcrypto as unknown as Parameters<typeof cryptoProvider.set>[0]);
  const keys = (await webcrypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, [
    "sign",
    "verify",
  ])) as WebCrypto.CryptoKeyPair;
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: Buffer.from(webcrypto.getRandomValues(new Uint8Array(8)))
      .toString("hex")
      .replace(/^./, "1"),
    name: "O=Holdfast, CN=RADIUS server",
    notBefore: new Date(nowMs - 86_400_000),
    notAfter: new Date(nowMs + lifetimeMs),
    signingAlgorithm: { name: "ECDSA", hash: "SHA-256" },
    keys,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]),
    ],
  });
  const certificatePem = `${certificate.toString("pem")}\n`;
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey));
  const lines = pkcs8.toString("base64").match(/.{1,64}/g) ?? [];
  return {
    certificatePem,
    keyPem: `-----BEGIN PRIVATE KEY-----\n${lines.join("\n")}\n-----END PRIVATE KEY-----\n`,
    hash: hash("sha256", new X509Certificate(certificatePem).raw, "base64url"),
  };
}
