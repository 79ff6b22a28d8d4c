import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { isIP } from "node:net";
import { splitPem } from "./pin.ts";

/** Files that somebody else renews. */
export type GivenFiles = { readonly certificatePath: string; readonly keyPath: string };

export type GivenCertificate = {
  readonly cert: string;
  readonly key: string;
  readonly leaf: X509Certificate;
  /** The last of the chain, which endpoints pin. */
  readonly authorityPem: string;
};

/** What is wrong with a pair of files, before it is used: what is served until then stays. */
export async function readGiven(
  { certificatePath, keyPath }: GivenFiles,
  names: readonly string[],
  nowMs: number,
): Promise<{ kind: "ok"; value: GivenCertificate } | { kind: "refused"; why: string }> {
  const cert = await textOf(certificatePath);
  const key = await textOf(keyPath);
  if (cert.kind === "refused") return cert;
  if (key.kind === "refused") return key;
  const chain: X509Certificate[] = [];
  for (const pem of splitPem(cert.text)) {
    try {
      chain.push(new X509Certificate(pem));
    } catch {
      return refused(`${certificatePath} holds a certificate that cannot be read.`);
    }
  }
  const [leaf] = chain;
  const authorityPem = splitPem(cert.text).at(-1);
  if (!leaf || !authorityPem) return refused(`${certificatePath} holds no certificate.`);
  try {
    if (!leaf.checkPrivateKey(createPrivateKey(key.text)))
      return refused(`The key in ${keyPath} does not fit the first certificate in ${certificatePath}.`);
  } catch {
    return refused(`${keyPath} holds no private key without a passphrase.`);
  }
  for (const [index, one] of chain.entries()) {
    if (nowMs >= Date.parse(one.validTo))
      return refused(`${nameOf(one)} in ${certificatePath} expired on ${isoOf(one.validTo)}.`);
    if (nowMs < Date.parse(one.validFrom))
      return refused(`${nameOf(one)} in ${certificatePath} is not valid before ${isoOf(one.validFrom)}.`);
    const issuer = chain[index + 1];
    if (issuer && !one.verify(issuer.publicKey))
      return refused(`In ${certificatePath}, ${nameOf(one)} is not signed by the certificate after it.`);
  }
  const missing = names.filter((name) => !covers(leaf, name));
  if (missing.length > 0)
    return refused(`The certificate in ${certificatePath} is not for ${missing.join(", ")}.`);
  return { kind: "ok", value: { cert: cert.text, key: key.text, leaf, authorityPem } };
}

export function covers(leaf: X509Certificate, name: string): boolean {
  return (isIP(name) === 0 ? leaf.checkHost(name) : leaf.checkIP(name)) !== undefined;
}

/** Changes whenever one of the files does; null where one is not there, as in the middle of being replaced. */
export async function markOf({ certificatePath, keyPath }: GivenFiles): Promise<string | null> {
  try {
    const all = await Promise.all([certificatePath, keyPath].map((path) => stat(path)));
    return all.map(({ ino, size, mtimeMs }) => `${ino}.${size}.${mtimeMs}`).join(" ");
  } catch {
    return null;
  }
}

async function textOf(
  path: string,
): Promise<{ kind: "text"; text: string } | { kind: "refused"; why: string }> {
  try {
    return { kind: "text", text: await readFile(path, "utf8") };
  } catch (error) {
    return refused(
      `${path} cannot be read (${error instanceof Error && "code" in error ? error.code : error}).`,
    );
  }
}

function nameOf({ subject }: X509Certificate): string {
  const common = /(?:^|\n)CN=([^\n]*)/.exec(subject)?.[1];
  return common === undefined ? "a certificate" : `the certificate "${common.slice(0, 100)}"`;
}

function isoOf(text: string): string {
  return new Date(text).toISOString();
}

function refused(why: string) {
  return { kind: "refused", why } as const;
}
