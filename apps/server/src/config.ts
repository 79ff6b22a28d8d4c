import { isIP } from "node:net";
import { hostname } from "node:os";
import { compile } from "@fastify/proxy-addr";
import type { ServerOptions } from "./server-options.ts";

/** What a server is started with, in code. */
export type ServerConfig = {
  readonly listen: { readonly host: string; readonly port: number };
  readonly publicUrl: string | null;
  readonly names: readonly string[];
  /** What the authority may vouch for besides, decided when it is made. */
  readonly authorityNames: readonly string[];
  /** Addresses and networks of proxies whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  readonly site: string;
  readonly failoverBetweenSites: boolean;
  /** Host names of push services that may be called. */
  readonly webPushServices: readonly string[];
  readonly heartbeatSeconds: number;
  readonly productName: string;
  /** Passwords that nobody may choose; null: none. Needs a state directory for its index. */
  readonly breachedPasswordsFile: string | null;
  /** The collector of the audit; null: none. */
  readonly syslog: SyslogConfig | null;
  readonly demo: boolean;
  /** Null: no limits (tests, simulation, measurements). */
  readonly rateLimits: RateLimitConfig | null;
  readonly tls: TlsConfig;
  /** Null: not served by this server. */
  readonly console: WebOriginConfig | null;
  readonly portal: WebOriginConfig | null;
  readonly authenticator: WebOriginConfig | null;
  /** Master key, identity and setup file; null keeps them in memory (tests, simulation). */
  readonly stateDir: string | null;
  /** A postgresql:// URL, the path of an SQLite file, or `:memory:`. */
  readonly store: string;
};

/** `authorityPath`: PEM of who vouches for the collector; null: the system's authorities. */
export type SyslogConfig = {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly authorityPath: string | null;
};

/** Requests a minute; as many may come at once. */
export type RateLimitConfig = {
  readonly signInsPerSource: number;
  readonly signInsPerName: number;
  readonly requestsPerCaller: number;
};

/** One web app's origin: by a listener of its own, or by the name of its URL on the API's (SECURITY §6). */
export type WebOriginConfig = {
  readonly listen: { readonly host: string; readonly port: number } | null;
  readonly url: string | null;
  /** Where the built app lies; null: beside this program. */
  readonly files: string | null;
};

type CertificateFiles = { readonly certificatePath: string; readonly keyPath: string };
/** `web`: a certificate of its own for the names under which browsers come. */
export type TlsConfig =
  | { readonly kind: "own"; readonly web?: CertificateFiles | null }
  | ({ readonly kind: "given"; readonly web?: CertificateFiles | null } & CertificateFiles)
  | { readonly kind: "none" };

/** A server in memory on the loopback address, at a port of the system's choice. */
export const inMemoryConfig: ServerConfig = {
  listen: { host: "127.0.0.1", port: 0 },
  publicUrl: null,
  names: [],
  authorityNames: [],
  trustedProxies: [],
  site: "main",
  failoverBetweenSites: false,
  webPushServices: [],
  heartbeatSeconds: 5,
  productName: "Holdfast",
  breachedPasswordsFile: null,
  syslog: null,
  demo: false,
  rateLimits: null,
  tls: { kind: "own" },
  console: null,
  portal: null,
  authenticator: null,
  stateDir: null,
  store: ":memory:",
};

/** The configuration that the options say, or what is wrong with them together. */
export function configOf(
  options: ServerOptions,
): { kind: "ok"; config: ServerConfig } | { kind: "refused"; problem: string } {
  const tls = tlsOf(options);
  if (typeof tls === "string") return { kind: "refused", problem: tls };
  return {
    kind: "ok",
    config: {
      listen: options.listen,
      publicUrl: options.publicUrl?.replace(/\/+$/, "") ?? null,
      names: options.names,
      authorityNames: options.authorityNames,
      trustedProxies: options.trustedProxies,
      site: options.site,
      failoverBetweenSites: options.failoverBetweenSites,
      webPushServices: options.webPushServices,
      heartbeatSeconds: options.heartbeat,
      productName: options.productName,
      breachedPasswordsFile: options.breachedPasswordsFile,
      syslog: syslogOf(options),
      demo: options.demo,
      rateLimits: {
        signInsPerSource: options.signInsPerSource,
        signInsPerName: options.signInsPerName,
        requestsPerCaller: options.requestsPerCaller,
      },
      tls,
      console: webOrigin(options.consoleListen, options.consoleUrl, options.consoleFiles),
      portal: webOrigin(options.portalListen, options.portalUrl, options.portalFiles),
      authenticator: webOrigin(
        options.authenticatorListen,
        options.authenticatorUrl,
        options.authenticatorFiles,
      ),
      stateDir: options.stateDir,
      store: options.databaseUrl ?? `${options.stateDir}/holdfast.db`,
    },
  };
}

/** RFC 5425 gives syslog over TLS its port; over TCP there is a custom and no number of its own. */
function syslogOf({ syslog, syslogAuthority }: ServerOptions): SyslogConfig | null {
  if (syslog === null) return null;
  const url = new URL(syslog);
  const tls = url.protocol === "tls:";
  const host = url.hostname.replace(/^\[|\]$/g, "");
  return { host, port: Number(url.port || (tls ? 6514 : 601)), tls, authorityPath: syslogAuthority };
}

/** Settings that must not be started with (STYLE habit 15). */
export function unsafe(config: ServerConfig): string | null {
  if (config.tls.kind === "none" && !isLoopback(config.listen.host)) {
    return "tls_mode none is allowed only on a loopback address: passwords would cross the network in clear.";
  }
  if (config.syslog !== null && !config.syslog.tls && !isLoopback(config.syslog.host))
    return "syslog goes by tcp:// to this machine only: the audit says who does what. Use tls://, or a relay here.";
  if (config.demo && !isLoopback(config.listen.host)) return "The demo listens on a loopback address only.";
  if (config.breachedPasswordsFile !== null && config.stateDir === null)
    return "breached_passwords_file needs a state directory for its index.";
  const proxy = config.trustedProxies.find((one) => !isNetwork(one));
  if (proxy !== undefined)
    return `trusted_proxies: "${proxy}" is neither an address nor a network such as 10.20.0.0/24.`;
  return unsafeOrigins(config);
}

/** An address, or a network in CIDR notation (RFC 4632 §3.1) that is not everything. */
function isNetwork(text: string): boolean {
  // The library has names for some networks; what is trusted is to be read off the setting.
  if (isIP(text.split("/", 1)[0] ?? "") === 0) return false;
  try {
    compile(text);
    return true;
  } catch {
    return false;
  }
}

/** Paths protect nothing between apps, so each has an origin of its own; and passwords are typed there (SECURITY §6). */
function unsafeOrigins(config: ServerConfig): string | null {
  const taken = new Map<string, string>();
  if (config.publicUrl !== null) taken.set(new URL(config.publicUrl).host, "public_url");
  for (const app of ["console", "portal", "authenticator"] as const) {
    const origin = config[app];
    if (origin === null) continue;
    const { listen, url } = origin;
    if (listen !== null && config.tls.kind === "none" && !isLoopback(listen.host))
      return `With tls_mode none, ${app}_listen must be a loopback address: passwords would cross the network in clear.`;
    if (listen !== null && config.demo && !isLoopback(listen.host))
      return "The demo listens on a loopback address only.";
    if (url === null) continue;
    const { protocol, hostname, host, pathname, search, hash } = new URL(url);
    if (protocol === "http:" && !isLoopback(bareHost(hostname)))
      return `${app}_url must begin with https: passwords would cross the network in clear.`;
    if (pathname !== "/" || search !== "" || hash !== "")
      return `${app}_url must be an origin without a path, such as https://${app === "portal" ? "id" : app}.example.org.`;
    const other = taken.get(host);
    if (other !== undefined)
      return `${app}_url and ${other} must not be the same: each web app needs an origin of its own.`;
    taken.set(host, `${app}_url`);
  }
  return null;
}

export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

/** Names and addresses that this server was given, the one it is reached by first. */
export function ownNames({ names, publicUrl }: Pick<ServerConfig, "names" | "publicUrl">): string[] {
  const reached = publicUrl === null ? [] : [bareHost(new URL(publicUrl).hostname)];
  return [...new Set([...reached, ...names])];
}

/** Names under which browsers reach the web apps; the certificate is for them, too. */
export function webNames({
  console,
  portal,
  authenticator,
}: Pick<ServerConfig, "console" | "portal" | "authenticator">): string[] {
  return [console, portal, authenticator].flatMap((origin) =>
    origin === null || origin.url === null ? [] : [bareHost(new URL(origin.url).hostname)],
  );
}

/** A URL's host without the brackets of an IPv6 address. */
function bareHost(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, "");
}

function webOrigin(
  listen: WebOriginConfig["listen"],
  url: string | null,
  files: string | null,
): WebOriginConfig {
  return { listen, url: url === null ? null : new URL(url).href.replace(/\/$/, ""), files };
}

/** What stands in where no name was given: the address listened on, or the host's name, which may change. */
export function assumedName(config: Pick<ServerConfig, "names" | "publicUrl" | "listen">): string | null {
  const { host } = config.listen;
  if (ownNames(config).length > 0 || isLoopback(host)) return null;
  return host === "0.0.0.0" || host === "::" ? hostname() : host;
}

function tlsOf(options: ServerOptions): TlsConfig | string {
  const { tlsMode, tlsCertificate, tlsKey, tlsWebCertificate, tlsWebKey } = options;
  if ((tlsWebCertificate === null) !== (tlsWebKey === null))
    return "tls web_certificate and tls web_key go together.";
  const web =
    tlsWebCertificate !== null && tlsWebKey !== null
      ? { certificatePath: tlsWebCertificate, keyPath: tlsWebKey }
      : null;
  if (
    web !== null &&
    [options.consoleUrl, options.portalUrl, options.authenticatorUrl].every((url) => url === null)
  )
    return "tls web_certificate is for the names in console_url, portal_url and authenticator_url, and there are none.";
  if (tlsMode !== "given") {
    if (tlsCertificate || tlsKey) return 'tls certificate and key are given, but tls mode is not "given".';
    if (tlsMode === "none") return web === null ? { kind: "none" } : "tls mode none takes no certificate.";
    return { kind: "own", web };
  }
  if (!tlsCertificate || !tlsKey) return 'tls mode "given" needs tls certificate and tls key.';
  return { kind: "given", certificatePath: tlsCertificate, keyPath: tlsKey, web };
}
