import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import type { SecureContextOptions } from "node:tls";
import type { TlsConfig } from "../config.ts";
import type { Secrets } from "../keys/secrets.ts";
import type { Store } from "../store/store.ts";
import type { AuthorityNames } from "./authority.ts";
import { openAuthority, serverCertificateLifetimeMs } from "./authority.ts";
import { authorityPin, splitPem } from "./pin.ts";

/** What the listener presents, and what endpoints pin. */
export type ServerCertificate = {
  readonly authorityPem: string;
  readonly authorityPin: string;
  /** Null without TLS. The chain ends with the authority, so that an enrolling client can check its pin before trusting. */
  context(): Promise<SecureContextOptions | null>;
  /** True where `context` should be asked again: a third of the lifetime is left. */
  dueForRenewal(nowMs: number): boolean;
};

export async function openServerCertificate(
  tls: TlsConfig,
  { names, further, assumed }: AuthorityNames & { readonly assumed: string | null },
  store: Store,
  secrets: Secrets,
  clock: { now(): number },
): Promise<ServerCertificate> {
  if (tls.kind === "given") return given(tls.certificatePath, tls.keyPath);
  const certain = [...new Set([...names, "localhost", "127.0.0.1", "::1"])];
  const also = assumed === null ? [] : [assumed];
  const authority = await openAuthority(
    store,
    secrets,
    { names: certain, further: [...further, ...also] },
    clock.now(),
  );
  // A host that was renamed since still starts; clients reach it by its other names.
  const all = [...certain, ...also.filter((name) => authority.permits(name))];
  let notAfterMs = 0;
  return {
    authorityPem: authority.certificatePem,
    authorityPin: authorityPin(authority.certificatePem),
    async context() {
      if (tls.kind === "none") return null;
      const issued = await authority.issue(all, clock.now());
      notAfterMs = issued.notAfterMs;
      return {
        cert: `${issued.certificatePem}\n${authority.certificatePem}`,
        key: issued.keyPem,
        minVersion: "TLSv1.2",
      };
    },
    dueForRenewal: (nowMs) => tls.kind === "own" && nowMs > notAfterMs - serverCertificateLifetimeMs / 3,
  };
}

/** Files that somebody else renews: they are read again whenever their certificate nears its end. */
async function given(certificatePath: string, keyPath: string): Promise<ServerCertificate> {
  const chain = splitPem(await readFile(certificatePath, "utf8"));
  const [leaf, last] = [chain[0], chain.at(-1)];
  if (!leaf || !last) throw new Error(`${certificatePath} holds no certificate`);
  let notAfterMs = Date.parse(new X509Certificate(leaf).validTo);
  return {
    authorityPem: last,
    authorityPin: authorityPin(last),
    async context() {
      const [cert, key] = [await readFile(certificatePath, "utf8"), await readFile(keyPath, "utf8")];
      notAfterMs = Date.parse(new X509Certificate(splitPem(cert)[0] ?? leaf).validTo);
      return { cert, key, minVersion: "TLSv1.2" };
    },
    dueForRenewal: (nowMs) => nowMs > notAfterMs - 30 * 86_400_000,
  };
}

/** The host part of a URL for a name or address. */
export function urlHost(name: string): string {
  return isIP(name) === 6 ? `[${name}]` : name;
}
