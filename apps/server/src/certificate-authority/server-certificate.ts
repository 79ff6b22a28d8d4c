import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import type { SecureContext, SecureContextOptions, TlsOptions } from "node:tls";
import { createSecureContext } from "node:tls";
import type { CertificateView } from "@holdfast/protocol/operating-api";
import type { TlsConfig } from "../config.ts";
import type { Secrets } from "../keys/secrets.ts";
import { UnsafeStart } from "../operations/unsafe-start.ts";
import type { Store } from "../store/store.ts";
import type { AuthorityNames, CertificateAuthority } from "./authority.ts";
import {
  authorityInForce,
  openAuthority,
  serverCertificateLifetimeMs,
  takeUpSuccessor,
} from "./authority.ts";
import type { GivenCertificate, GivenFiles } from "./given-certificate.ts";
import { covers, markOf, readGiven } from "./given-certificate.ts";
import { authorityPin } from "./pin.ts";

/** What the listeners present, and what endpoints pin. */
export type ServerCertificate = {
  authorityPem(): string;
  authorityPin(): string;
  /** Null without TLS. The chain ends with the authority, so that an enrolling client can check its pin before trusting. */
  context(): Promise<(SecureContextOptions & Pick<TlsOptions, "SNICallback">) | null>;
  /**
   * Reads given files again, or makes the own certificate anew where a third of its lifetime is left. What is refused is
   * not used; the old one stays.
   */
  reload(): Promise<Reloaded>;
  /** True where `reload` would find something new. */
  changed(): Promise<boolean>;
  status(): readonly CertificateView[];
};

export type Reloaded =
  | { readonly kind: "reloaded"; readonly context: SecureContextOptions }
  | { readonly kind: "unchanged" }
  | { readonly kind: "refused"; readonly why: string };

type Names = AuthorityNames & { readonly assumed: string | null };
type Clock = { now(): number };

/** One certificate of this server, own or given. */
type Presented = {
  readonly use: CertificateView["use"];
  readonly source: CertificateView["source"];
  context(): SecureContextOptions;
  leaf(): X509Certificate;
  changed(): Promise<boolean>;
  reload(): Promise<{ kind: "reloaded" | "unchanged" } | { kind: "refused"; why: string }>;
};

export async function openServerCertificate(
  tls: TlsConfig,
  names: Names,
  store: Store,
  secrets: Secrets,
  clock: Clock,
  /** Names under which browsers come, for the certificate that is for them alone. */
  webNames: readonly string[] = [],
): Promise<ServerCertificate> {
  if (tls.kind === "none") {
    const { authority } = await ownAuthority(names, store, secrets, clock);
    return { ...pinned(() => authority.certificatePem), ...withoutTls };
  }
  const webFiles = tls.web ?? null;
  const web = webFiles && (await given("web", webFiles, webNames, clock));
  // Where browsers have a certificate of their own, its names need not be of this authority's domains.
  const apiNames = names.names.filter((name) => webFiles === null || !webNames.includes(name));
  const api =
    tls.kind === "own"
      ? await own({ ...names, names: apiNames }, store, secrets, clock)
      : await given("api", tls, apiNames, clock);
  const all: Presented[] = [api, ...(web === null ? [] : [web])];
  const refusals = new Map<Presented, { why: string; atMs: number }>();
  let webContext: SecureContext | null = web && createSecureContext(web.context());
  // The same function for as long as the listeners live: they take no other later.
  const SNICallback: TlsOptions["SNICallback"] = (name, answer) =>
    answer(null, web !== null && webContext !== null && covers(web.leaf(), name) ? webContext : undefined);
  const context = () => ({ ...api.context(), ...(web === null ? {} : { SNICallback }) });
  return {
    ...pinned(api.authorityPem),
    context: async () => context(),
    changed: async () => (await Promise.all(all.map((one) => one.changed()))).includes(true),
    async reload() {
      let reloaded = false;
      const why: string[] = [];
      for (const one of all) {
        const result = await one.reload();
        if (result.kind === "refused") {
          refusals.set(one, { why: result.why, atMs: clock.now() });
          why.push(result.why);
        } else {
          refusals.delete(one);
          reloaded ||= result.kind === "reloaded";
        }
      }
      if (web !== null) webContext = createSecureContext(web.context());
      if (why.length > 0) return { kind: "refused", why: why.join(" ") };
      return reloaded ? { kind: "reloaded", context: context() } : { kind: "unchanged" };
    },
    status: () =>
      all.map((one) => {
        const leaf = one.leaf();
        return {
          use: one.use,
          source: one.source,
          names: namesOf(leaf),
          fingerprint: leaf.fingerprint256,
          notBeforeMs: Date.parse(leaf.validFrom),
          notAfterMs: Date.parse(leaf.validTo),
          refused: refusals.get(one) ?? null,
        };
      }),
  };
}

const withoutTls = {
  context: async () => null,
  changed: async () => false,
  reload: async () => ({ kind: "unchanged" }) as const,
  status: () => [],
};

function pinned(authorityPem: () => string) {
  return { authorityPem, authorityPin: () => authorityPin(authorityPem()) };
}

async function own(
  names: Names,
  store: Store,
  secrets: Secrets,
  clock: Clock,
): Promise<Presented & { authorityPem(): string }> {
  let { authority, all } = await ownAuthority(names, store, secrets, clock);
  let issued = await authority.issue(all, clock.now());
  const due = () => clock.now() > issued.notAfterMs - serverCertificateLifetimeMs / 3;
  const changed = async () => {
    await takeUpSuccessor(store, clock.now());
    return due() || (await authorityInForce(store)) !== authority.certificatePem;
  };
  return {
    use: "api",
    source: "own",
    authorityPem: () => authority.certificatePem,
    context: () => ({
      cert: `${issued.certificatePem}\n${authority.certificatePem}`,
      key: issued.keyPem,
      minVersion: "TLSv1.2",
    }),
    leaf: () => new X509Certificate(issued.certificatePem),
    changed,
    async reload() {
      if (!(await changed())) return { kind: "unchanged" };
      ({ authority, all } = await ownAuthority(names, store, secrets, clock));
      issued = await authority.issue(all, clock.now());
      return { kind: "reloaded" };
    },
  };
}

async function ownAuthority(
  { names, further, assumed }: Names,
  store: Store,
  secrets: Secrets,
  clock: Clock,
): Promise<{ authority: CertificateAuthority; all: string[] }> {
  const certain = [...new Set([...names, "localhost", "127.0.0.1", "::1"])];
  const also = assumed === null ? [] : [assumed];
  const wanted = { names: certain, further: [...further, ...also] };
  const authority = await openAuthority(store, secrets, wanted, clock.now());
  // A host that was renamed since still starts; clients reach it by its other names.
  return { authority, all: [...certain, ...also.filter((name) => authority.permits(name))] };
}

/** @throws UnsafeStart where the files cannot be used at all. */
async function given(
  use: CertificateView["use"],
  files: GivenFiles,
  names: readonly string[],
  clock: Clock,
): Promise<Presented & { authorityPem(): string }> {
  const first = await readGiven(files, names, clock.now());
  if (first.kind === "refused") throw new UnsafeStart(first.why);
  let current: GivenCertificate = first.value;
  let mark = await markOf(files);
  const { authorityPem } = current;
  return {
    use,
    source: "given",
    authorityPem: () => authorityPem,
    context: () => ({ cert: current.cert, key: current.key, minVersion: "TLSv1.2" }),
    leaf: () => current.leaf,
    changed: async () => {
      const now = await markOf(files);
      return now !== null && now !== mark;
    },
    async reload() {
      const now = await markOf(files);
      const read = await readGiven(files, names, clock.now());
      if (read.kind === "refused") {
        mark = now;
        return read;
      }
      mark = now;
      // Endpoints trust the pinned authority and no other: with another they would all be cut off at once.
      if (use === "api" && authorityPin(read.value.authorityPem) !== authorityPin(authorityPem))
        return {
          kind: "refused",
          why: `${files.certificatePath} leads to another authority than the one that endpoints trust (the last certificate of the file).`,
        };
      if (read.value.leaf.fingerprint256 === current.leaf.fingerprint256 && read.value.key === current.key)
        return { kind: "unchanged" };
      current = read.value;
      return { kind: "reloaded" };
    },
  };
}

function namesOf(leaf: X509Certificate): string[] {
  return (leaf.subjectAltName ?? "")
    .split(", ")
    .map((entry) => entry.replace(/^(?:DNS|IP Address):/, ""))
    .filter((name) => name !== "")
    .slice(0, 100);
}

/** When the first of them ends. */
export function firstEnd(certificates: readonly CertificateView[]): number | null {
  return certificates.length === 0 ? null : Math.min(...certificates.map(({ notAfterMs }) => notAfterMs));
}

/** The host part of a URL for a name or address. */
export function urlHost(name: string): string {
  return isIP(name) === 6 ? `[${name}]` : name;
}
