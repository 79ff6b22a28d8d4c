import { isIP } from "node:net";
import { hostname } from "node:os";
import type { Values } from "@holdfast/options/declaration";
import { defineOptions, option } from "@holdfast/options/declaration";

/** Every option of `holdfast-server`: `/etc/holdfast/server.toml`, `HOLDFAST_*` and flags (STYLE habit 15). */
export const serverOptions = defineOptions({
  config: option({
    type: "path",
    env: "HOLDFAST_CONFIG",
    flag: "--config",
    default: "/etc/holdfast/server.toml",
    help: "The configuration file.",
  }),
  stateDir: option({
    type: "path",
    file: "state_dir",
    env: "HOLDFAST_STATE_DIR",
    flag: "--state-dir",
    default: "/var/lib/holdfast-server",
    help: "Where the server keeps its master key, its identity and, without a database URL, its SQLite store.",
  }),
  listen: option({
    type: "address",
    file: "listen",
    env: "HOLDFAST_LISTEN",
    flag: "--listen",
    default: "0.0.0.0:8443",
    help: "Where to listen once an administrator exists. Until then the server listens on the loopback address at the same port.",
  }),
  publicUrl: option({
    type: "url",
    protocols: ["https:", "http:"],
    file: "public_url",
    env: "HOLDFAST_PUBLIC_URL",
    flag: "--public-url",
    default: null,
    help: "The URL under which endpoints reach this server. Without it: https, the first of the names, and the port.",
  }),
  names: option({
    type: "list",
    file: "names",
    env: "HOLDFAST_NAMES",
    flag: "--names",
    default: [],
    help: "DNS names and addresses of this server, for its certificate. Without any: the address it listens on, or the host's name. localhost is always among them.",
  }),
  authorityNames: option({
    type: "list",
    file: "authority_names",
    env: "HOLDFAST_AUTHORITY_NAMES",
    flag: "--authority-names",
    default: [],
    help: "At the first start: further domains and addresses that Holdfast's own authority may ever vouch for, such as those of later servers. Private addresses are always among them.",
  }),
  consoleListen: option({
    type: "address",
    file: "console_listen",
    env: "HOLDFAST_CONSOLE_LISTEN",
    flag: "--console-listen",
    default: null,
    help: "Where the console has a listener of its own. Without this and without a console URL: the loopback address, one port above the API's, or any if that is taken.",
  }),
  consoleUrl: option({
    type: "url",
    protocols: ["https:", "http:"],
    file: "console_url",
    env: "HOLDFAST_CONSOLE_URL",
    flag: "--console-url",
    default: null,
    help: "The URL under which browsers reach the console, such as https://console.example.org. Without console_listen it is served under that name on the API's listener.",
  }),
  consoleFiles: option({
    type: "path",
    file: "console_files",
    env: "HOLDFAST_CONSOLE_FILES",
    flag: "--console-files",
    default: null,
    help: "The built console. Without it: what was built beside this program.",
  }),
  portalListen: option({
    type: "address",
    file: "portal_listen",
    env: "HOLDFAST_PORTAL_LISTEN",
    flag: "--portal-listen",
    default: null,
    help: "Where the portal has a listener of its own. Without this and without a portal URL: the loopback address, two ports above the API's, or any if that is taken.",
  }),
  portalUrl: option({
    type: "url",
    protocols: ["https:", "http:"],
    file: "portal_url",
    env: "HOLDFAST_PORTAL_URL",
    flag: "--portal-url",
    default: null,
    help: "The URL under which browsers reach the portal, such as https://id.example.org. Without portal_listen it is served under that name on the API's listener.",
  }),
  portalFiles: option({
    type: "path",
    file: "portal_files",
    env: "HOLDFAST_PORTAL_FILES",
    flag: "--portal-files",
    default: null,
    help: "The built portal. Without it: what was built beside this program.",
  }),
  site: option({
    type: "string",
    file: "site",
    env: "HOLDFAST_SITE",
    flag: "--site",
    default: "main",
    help: "The site of this server; endpoints try the servers of their own site first.",
  }),
  failoverBetweenSites: option({
    type: "boolean",
    file: "failover_between_sites",
    env: "HOLDFAST_FAILOVER_BETWEEN_SITES",
    flag: "--failover-between-sites",
    default: false,
    help: "Whether endpoints may turn to servers of other sites when those of their own cannot be reached.",
  }),
  databaseUrl: option({
    type: "url",
    protocols: ["postgres:", "postgresql:"],
    file: "database_url",
    env: "HOLDFAST_DATABASE_URL",
    secret: true,
    default: null,
    help: "PostgreSQL, for several servers on one store. Without it the store is SQLite in the state directory.",
  }),
  tlsMode: option({
    type: "enum",
    values: ["own", "given", "none"],
    file: "tls.mode",
    env: "HOLDFAST_TLS_MODE",
    flag: "--tls-mode",
    default: "own",
    help: "Certificates from Holdfast's own authority, from given files, or none: that only on a loopback address, behind a proxy.",
  }),
  tlsCertificate: option({
    type: "path",
    file: "tls.certificate",
    env: "HOLDFAST_TLS_CERTIFICATE",
    flag: "--tls-certificate",
    default: null,
    help: "With --tls-mode given: PEM of the certificate and of its chain, the authority's last.",
  }),
  tlsKey: option({
    type: "path",
    file: "tls.key",
    env: "HOLDFAST_TLS_KEY",
    flag: "--tls-key",
    default: null,
    help: "With --tls-mode given: PEM of the private key.",
  }),
  heartbeat: option({
    type: "duration",
    min: 1,
    max: 60,
    file: "heartbeat",
    env: "HOLDFAST_HEARTBEAT",
    flag: "--heartbeat",
    default: "PT5S",
    help: "Time between two signs of life on an endpoint's event stream.",
  }),
  productName: option({
    type: "string",
    file: "product_name",
    env: "HOLDFAST_PRODUCT_NAME",
    flag: "--product-name",
    default: "Holdfast",
    pattern: /^[^:]{1,60}$/,
    help: "The name shown by authenticator apps.",
  }),
  signInsPerSource: option({
    type: "integer",
    min: 1,
    max: 1_000_000,
    file: "rate_limits.sign_ins_per_source",
    env: "HOLDFAST_RATE_LIMITS_SIGN_INS_PER_SOURCE",
    flag: "--rate-limit-sign-ins-per-source",
    default: 300,
    help: "Sign-in requests a minute that one endpoint, or one address that has no key or session, may make; beyond them 429. Raise it where many people's browsers come through one proxy.",
  }),
  signInsPerName: option({
    type: "integer",
    min: 1,
    max: 1_000_000,
    file: "rate_limits.sign_ins_per_name",
    env: "HOLDFAST_RATE_LIMITS_SIGN_INS_PER_NAME",
    flag: "--rate-limit-sign-ins-per-name",
    default: 60,
    help: "Sign-ins a minute that may begin for one user name, at each endpoint and in all browsers together; beyond them 429.",
  }),
  requestsPerCaller: option({
    type: "integer",
    min: 1,
    max: 100_000_000,
    file: "rate_limits.requests_per_caller",
    env: "HOLDFAST_RATE_LIMITS_REQUESTS_PER_CALLER",
    flag: "--rate-limit-requests-per-caller",
    default: 60_000,
    help: "Other requests a minute by one session, one API key, or one address that has neither; beyond them 429.",
  }),
  logLevel: option({
    type: "enum",
    values: ["fatal", "error", "warn", "info", "debug"],
    file: "log_level",
    env: "HOLDFAST_LOG_LEVEL",
    flag: "--log-level",
    default: "info",
    help: "Least severity that is logged. Sign-ins are in the audit, not in the log.",
  }),
  exportRootKey: option({
    type: "path",
    flag: "--export-root-key",
    default: null,
    help: "Instead of serving: move the root key out of the store into this new file (0600), to be kept offline.",
  }),
  signManifest: option({
    type: "path",
    flag: "--sign-manifest",
    default: null,
    help: "Instead of serving: sign the next key manifest with the root key in this file.",
  }),
  rotateBundleKey: option({
    type: "boolean",
    flag: "--rotate-bundle-key",
    default: false,
    help: "Instead of serving: announce a new bundle key, one maximum lease ahead, in the next manifest.",
  }),
  backup: option({
    type: "path",
    flag: "--backup",
    default: null,
    help: "Instead of serving: write an encrypted backup into this new file (0600). Servers on the store may go on.",
  }),
  checkBackup: option({
    type: "path",
    flag: "--check-backup",
    default: null,
    help: "Instead of serving: read this backup to its end and say whether it is whole.",
  }),
  restore: option({
    type: "path",
    flag: "--restore",
    default: null,
    help: "Instead of serving: put this backup where no store is. Servers on the store must be stopped.",
  }),
  replace: option({
    type: "boolean",
    flag: "--replace",
    default: false,
    help: "With --restore: set an SQLite store that is there aside first.",
  }),
  backupKey: option({
    type: "path",
    flag: "--backup-key",
    default: null,
    help: "With --backup, --check-backup, --restore: the file that holds the backups' key, instead of a passphrase.",
  }),
  demo: option({
    type: "boolean",
    flag: "--demo",
    env: "HOLDFAST_DEMO",
    default: false,
    help: "Marks the store as a demonstration's, which no production start will open; loopback only.",
  }),
});

export type ServerOptions = Values<typeof serverOptions>;

/** What a server is started with, in code. */
export type ServerConfig = {
  readonly listen: { readonly host: string; readonly port: number };
  readonly publicUrl: string | null;
  readonly names: readonly string[];
  /** What the authority may vouch for besides, decided when it is made. */
  readonly authorityNames: readonly string[];
  readonly site: string;
  readonly failoverBetweenSites: boolean;
  readonly heartbeatSeconds: number;
  readonly productName: string;
  readonly demo: boolean;
  /** Null: no limits (tests, simulation, measurements). */
  readonly rateLimits: RateLimitConfig | null;
  readonly tls: TlsConfig;
  /** Null: not served by this server. */
  readonly console: WebOriginConfig | null;
  readonly portal: WebOriginConfig | null;
  /** Master key, identity and setup file; null keeps them in memory (tests, simulation). */
  readonly stateDir: string | null;
  /** A postgresql:// URL, the path of an SQLite file, or `:memory:`. */
  readonly store: string;
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

export type TlsConfig =
  | { readonly kind: "own" }
  | { readonly kind: "given"; readonly certificatePath: string; readonly keyPath: string }
  | { readonly kind: "none" };

/** A server in memory on the loopback address, at a port of the system's choice. */
export const inMemoryConfig: ServerConfig = {
  listen: { host: "127.0.0.1", port: 0 },
  publicUrl: null,
  names: [],
  authorityNames: [],
  site: "main",
  failoverBetweenSites: false,
  heartbeatSeconds: 5,
  productName: "Holdfast",
  demo: false,
  rateLimits: null,
  tls: { kind: "own" },
  console: null,
  portal: null,
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
      site: options.site,
      failoverBetweenSites: options.failoverBetweenSites,
      heartbeatSeconds: options.heartbeat,
      productName: options.productName,
      demo: options.demo,
      rateLimits: {
        signInsPerSource: options.signInsPerSource,
        signInsPerName: options.signInsPerName,
        requestsPerCaller: options.requestsPerCaller,
      },
      tls,
      console: webOrigin(options.consoleListen, options.consoleUrl, options.consoleFiles),
      portal: webOrigin(options.portalListen, options.portalUrl, options.portalFiles),
      stateDir: options.stateDir,
      store: options.databaseUrl ?? `${options.stateDir}/holdfast.db`,
    },
  };
}

/** Settings that must not be started with (STYLE habit 15). */
export function unsafe(config: ServerConfig): string | null {
  if (config.tls.kind === "none" && !isLoopback(config.listen.host)) {
    return "tls_mode none is allowed only on a loopback address: passwords would cross the network in clear.";
  }
  if (config.demo && !isLoopback(config.listen.host)) return "The demo listens on a loopback address only.";
  return unsafeOrigins(config);
}

/** Paths protect nothing between apps, so each has an origin of its own; and passwords are typed there (SECURITY §6). */
function unsafeOrigins(config: ServerConfig): string | null {
  const taken = new Map<string, string>();
  if (config.publicUrl !== null) taken.set(new URL(config.publicUrl).host, "public_url");
  for (const [app, origin] of [["console", config.console] as const, ["portal", config.portal] as const]) {
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
      return `${app}_url must be an origin without a path, such as https://${app === "console" ? "console" : "id"}.example.org.`;
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
export function webNames({ console, portal }: Pick<ServerConfig, "console" | "portal">): string[] {
  return [console, portal].flatMap((origin) =>
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

function tlsOf({ tlsMode, tlsCertificate, tlsKey }: ServerOptions): TlsConfig | string {
  if (tlsMode !== "given") {
    return tlsCertificate || tlsKey
      ? 'tls certificate and key are given, but tls mode is not "given".'
      : { kind: tlsMode };
  }
  if (!tlsCertificate || !tlsKey) return 'tls mode "given" needs tls certificate and tls key.';
  return { kind: "given", certificatePath: tlsCertificate, keyPath: tlsKey };
}
