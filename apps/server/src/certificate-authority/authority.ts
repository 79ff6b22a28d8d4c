import "reflect-metadata";
import type { webcrypto as WebCrypto } from "node:crypto";
import { X509Certificate as NodeCertificate, webcrypto } from "node:crypto";
import { isIP } from "node:net";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
import type { Actor } from "../app/actor.ts";
import { report } from "../app/audit.ts";
import { longestLeaseMs } from "../keys/bundle-key-rotation.ts";
import { addAuthorityPins, announcedSinceMs } from "../keys/key-manifest.ts";
import type { Secrets } from "../keys/secrets.ts";
import { UnsafeStart } from "../operations/unsafe-start.ts";
import type { Store, Transaction } from "../store/store.ts";
import type { PermittedNames } from "./name-constraints.ts";
import { isPermitted, nameConstraints, permittedNames } from "./name-constraints.ts";
import { authorityPin } from "./pin.ts";

cryptoProvider.set(webcrypto as unknown as Parameters<typeof cryptoProvider.set>[0]);

/** The enterprise's own certificate authority: made on first start, kept sealed in the store, shared by its servers. */
export type CertificateAuthority = {
  readonly certificatePem: string;
  permits(name: string): boolean;
  /** A certificate for these DNS names and addresses, with a new key. */
  issue(
    names: readonly string[],
    nowMs: number,
  ): Promise<{ certificatePem: string; keyPem: string; notAfterMs: number }>;
};

type KeptAuthority = { certificatePem: string; sealedKey: string; permitted: PermittedNames };
/** `names` are this server's and must be permitted; `further` are permitted besides when the authority is made. */
export type AuthorityNames = { readonly names: readonly string[]; readonly further: readonly string[] };

const authoritySetting = "authority";
const successorSetting = "authority.successor";
/** Clocks differ, and servers look every few seconds. */
const usedLaterMs = 3_600_000;
const sealedId = "authority.key";
const dayMs = 86_400_000;
/** The authority outlives every lease and endpoint it ever vouched for; the server's certificate is short and renewed. */
const authorityLifetimeMs = 20 * 365 * dayMs;
export const serverCertificateLifetimeMs = 90 * dayMs;
/** Clocks of endpoints run behind. */
const backdatingMs = dayMs;

const ecdsa = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

export async function openAuthority(
  store: Store,
  secrets: Secrets,
  { names, further }: AuthorityNames,
  nowMs: number,
): Promise<CertificateAuthority> {
  const there = await store.read((tx) => tx.settings.get(authoritySetting));
  const kept =
    there === null
      ? await makeAuthority(store, secrets, permittedNames(names, further), nowMs)
      : (JSON.parse(there) as KeptAuthority);
  const outside = names.filter((name) => !isPermitted(kept.permitted, name));
  if (outside.length > 0) {
    throw new UnsafeStart(
      `Holdfast's authority may not vouch for ${outside.join(", ")}: no client would believe the certificate. ` +
        "Its names were fixed when it was made (authority_names); use a name below one of them, or a given certificate.",
    );
  }
  const pkcs8 = secrets.open("setting", sealedId, kept.sealedKey);
  const signingKey = await webcrypto.subtle.importKey("pkcs8", new Uint8Array(pkcs8), ecdsa, false, ["sign"]);
  pkcs8.fill(0);
  const authority = new X509Certificate(kept.certificatePem);
  return {
    certificatePem: kept.certificatePem,
    permits: (name) => isPermitted(kept.permitted, name),
    issue: (wanted, atMs) => issueServerCertificate(authority, signingKey, wanted, atMs),
  };
}

export async function rewrapAuthority(tx: Transaction, secrets: Secrets): Promise<number> {
  let rewrapped = 0;
  for (const setting of [authoritySetting, successorSetting]) {
    const text = await tx.settings.get(setting);
    if (text === null) continue;
    const kept = JSON.parse(text) as KeptAuthority;
    const sealedKey = secrets.rewrap("setting", sealedId, kept.sealedKey);
    if (sealedKey === null) continue;
    await tx.settings.set(setting, JSON.stringify({ ...kept, sealedKey } satisfies KeptAuthority));
    rewrapped += 1;
  }
  return rewrapped;
}

/** The authority that comes after the one in force, for the same names. */
export type Successor = {
  readonly authorityPin: string;
  /** Null as long as no signed manifest names it. */
  readonly signsFromMs: number | null;
};

/**
 * Makes a successor and adds its pin to what the next manifest names. It signs once every endpoint that has a lease has
 * had the time to hear of it: one maximum lease after the manifest that names it.
 */
export async function announceSuccessor(
  store: Store,
  secrets: Secrets,
  actor: Actor,
  nowMs: number,
): Promise<{ kind: "announced"; pin: string } | { kind: "refused"; why: string }> {
  const current = await store.read((tx) => tx.settings.get(authoritySetting));
  if (current === null)
    return { kind: "refused", why: "This enterprise has no authority of Holdfast's own." };
  const made = await newAuthority(secrets, (JSON.parse(current) as KeptAuthority).permitted, nowMs);
  const pin = authorityPin(made.certificatePem);
  return store.transaction(async (tx) => {
    if ((await tx.settings.get(successorSetting)) !== null)
      return { kind: "refused", why: "A successor is announced already." };
    await tx.settings.set(successorSetting, JSON.stringify(made));
    await addAuthorityPins(tx, [pin]);
    await report(tx, actor, "authority-announced", { detail: { authorityPin: pin } });
    return { kind: "announced", pin };
  });
}

export async function readSuccessor(tx: Transaction): Promise<Successor | null> {
  const text = await tx.settings.get(successorSetting);
  if (text === null) return null;
  const pin = authorityPin((JSON.parse(text) as KeptAuthority).certificatePem);
  const sinceMs = await announcedSinceMs(tx, pin);
  const signsFromMs = sinceMs === null ? null : sinceMs + (await longestLeaseMs(tx)) + usedLaterMs;
  return { authorityPin: pin, signsFromMs };
}

/** Puts a successor in force that has had its time. Whatever server comes first does it for all. */
export async function takeUpSuccessor(store: Store, nowMs: number): Promise<void> {
  const isDue = ({ signsFromMs }: Successor) => signsFromMs !== null && nowMs >= signsFromMs;
  const before = await store.read(readSuccessor);
  if (before === null || !isDue(before)) return;
  await store.transaction(async (tx) => {
    const [text, now] = [await tx.settings.get(successorSetting), await readSuccessor(tx)];
    if (text === null || now === null || !isDue(now)) return;
    await tx.settings.set(authoritySetting, text);
    await tx.settings.remove(successorSetting);
    await report(tx, { name: "server" }, "authority-changed", { detail: { authorityPin: now.authorityPin } });
  });
}

/** The certificate of the authority in force. */
export async function authorityInForce(store: Store): Promise<string | null> {
  const text = await store.read((tx) => tx.settings.get(authoritySetting));
  return text === null ? null : (JSON.parse(text) as KeptAuthority).certificatePem;
}

async function makeAuthority(
  store: Store,
  secrets: Secrets,
  permitted: PermittedNames,
  nowMs: number,
): Promise<KeptAuthority> {
  const made = await newAuthority(secrets, permitted, nowMs);
  // Another server on this store may have been first: then its authority is the one.
  return store.transaction(async (tx) => {
    const there = await tx.settings.get(authoritySetting);
    if (there !== null) return JSON.parse(there) as KeptAuthority;
    await tx.settings.set(authoritySetting, JSON.stringify(made));
    return made;
  });
}

async function newAuthority(
  secrets: Secrets,
  permitted: PermittedNames,
  nowMs: number,
): Promise<KeptAuthority> {
  const keys = await newKeyPair();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: "O=Holdfast, CN=Holdfast certificate authority",
    notBefore: new Date(nowMs - backdatingMs),
    notAfter: new Date(nowMs + authorityLifetimeMs),
    signingAlgorithm: ecdsa,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      nameConstraints(permitted),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const pkcs8 = new Uint8Array(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey));
  const made: KeptAuthority = {
    certificatePem: certificate.toString("pem"),
    sealedKey: secrets.seal("setting", sealedId, pkcs8),
    permitted,
  };
  pkcs8.fill(0);
  return made;
}

async function issueServerCertificate(
  authority: X509Certificate,
  signingKey: WebCrypto.CryptoKey,
  names: readonly string[],
  nowMs: number,
) {
  const keys = await newKeyPair();
  const notAfterMs = Math.min(nowMs + serverCertificateLifetimeMs, authority.notAfter.getTime());
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    // The names are in subjectAltName alone, as RFC 6125 §6.4.4 wants them.
    subject: "O=Holdfast, OU=Server",
    issuer: authority.subject,
    notBefore: new Date(nowMs - backdatingMs),
    notAfter: new Date(notAfterMs),
    signingAlgorithm: ecdsa,
    publicKey: keys.publicKey,
    signingKey,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) ? "ip" : "dns", value })),
      ),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(authority.publicKey),
    ],
  });
  const certificatePem = certificate.toString("pem");
  if (!new NodeCertificate(certificatePem).verify(new NodeCertificate(authority.toString("pem")).publicKey)) {
    throw new Error("the certificate authority's key does not fit its certificate");
  }
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey));
  const keyPem = `-----BEGIN PRIVATE KEY-----\n${pkcs8
    .toString("base64")
    .match(/.{1,64}/g)
    ?.join("\n")}\n-----END PRIVATE KEY-----\n`;
  return { certificatePem, keyPem, notAfterMs };
}

async function newKeyPair(): Promise<WebCrypto.CryptoKeyPair> {
  return (await webcrypto.subtle.generateKey(ecdsa, true, ["sign", "verify"])) as WebCrypto.CryptoKeyPair;
}

/** 126 random bits, positive and never shortened by a leading zero (RFC 5280 §4.1.2.2). */
function serialNumber(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return Buffer.from(bytes).toString("hex");
}
