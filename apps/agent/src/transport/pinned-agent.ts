import type { X509Certificate } from "node:crypto";
import { Agent, type AgentOptions } from "node:https";
import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";

/** When a certificate chain is valid: the narrowest of its members. */
export type Validity = { readonly fromMs: number; readonly toMs: number };

export type PinnedAgentOptions = {
  /** PEM. Nobody else is trusted. */
  readonly authorities: readonly string[];
  /** Judges a chain that the system's clock calls expired or not valid yet. */
  readonly validNow: (validity: Validity) => boolean;
};

/** Error code where only the time was wrong. */
export const NOT_VALID_NOW = "CERTIFICATE_NOT_VALID_NOW";

const timeErrors = new Set(["CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID"]);
/** A connection that takes longer is given up; whoever waited for it has long gone. */
const connectMs = 10_000;
const maximumChain = 4;

/**
 * Connections to this enterprise's servers alone. OpenSSL checks the chain by the system's clock; where the clock is the
 * only objection, the chain is checked once more without it and the endpoint's effective time judges, so that a clock
 * set back or forward does not cut an endpoint off (UNI-6). A socket is handed out only once it has passed.
 */
export class PinnedAgent extends Agent {
  readonly #pinned: PinnedAgentOptions;

  constructor(pinned: PinnedAgentOptions, options: AgentOptions) {
    super({ ...options, ca: [...pinned.authorities] });
    this.#pinned = pinned;
  }

  override createConnection(
    options: ConnectionOptions,
    callback: (error: Error | null, socket: Duplex) => void,
  ): undefined {
    // Checked below: with `true` there is nothing left to look at where only the clock objects.
    const socket = connect({ ...options, rejectUnauthorized: false });
    const end = (error: Error | null) => {
      clearTimeout(timer);
      socket.off("error", end);
      if (error) socket.destroy();
      callback(error, socket);
    };
    const timer = setTimeout(() => end(withCode("no connection in time", "ETIMEDOUT")), connectMs);
    socket.once("error", end);
    socket.once("secureConnect", () => end(this.#objection(socket, options)));
    return undefined;
  }

  #objection(socket: TLSSocket, options: ConnectionOptions): Error | null {
    if (socket.authorized) return null;
    const code = String(socket.authorizationError);
    if (!timeErrors.has(code)) return withCode("the server's certificate is not trusted", code);
    const leaf = socket.getPeerX509Certificate();
    const host = options.servername || options.host || "";
    const validity = leaf === undefined ? null : chainValidity(leaf, host, this.#pinned.authorities);
    if (validity === null) return withCode("the server's certificate is not trusted", code);
    return this.#pinned.validNow(validity)
      ? null
      : withCode("the server's certificate is not valid at this time", NOT_VALID_NOW);
  }
}

/** The chain without regard to the clock: names, signatures and the pinned authority. Null where it does not hold. */
function chainValidity(leaf: X509Certificate, host: string, authorities: readonly string[]): Validity | null {
  const named = isIP(host) ? leaf.checkIP(host) : leaf.checkHost(host);
  if (named === undefined || leaf.ca || !leaf.keyUsage?.includes(serverAuthentication)) return null;
  const trusted = new Set(authorities.map(normalPem));
  let validity = validityOf(leaf);
  let certificate = leaf;
  for (let depth = 0; depth < maximumChain; depth += 1) {
    const issuer = certificate.issuerCertificate;
    if (issuer === undefined || !issuer.ca) return null;
    if (!certificate.checkIssued(issuer) || !certificate.verify(issuer.publicKey)) return null;
    validity = narrower(validity, validityOf(issuer));
    if (trusted.has(normalPem(issuer.toString()))) return validity;
    certificate = issuer;
  }
  return null;
}

/** id-kp-serverAuth (RFC 5280 §4.2.1.12). */
const serverAuthentication = "1.3.6.1.5.5.7.3.1";

function validityOf({ validFromDate, validToDate }: X509Certificate): Validity {
  return { fromMs: validFromDate.getTime(), toMs: validToDate.getTime() };
}

function narrower(a: Validity, b: Validity): Validity {
  return { fromMs: Math.max(a.fromMs, b.fromMs), toMs: Math.min(a.toMs, b.toMs) };
}

function normalPem(pem: string): string {
  return pem.replace(/\s+/g, "");
}

function withCode(message: string, code: string): Error {
  return Object.assign(new Error(message), { code });
}
