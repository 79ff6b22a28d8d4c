import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { connect, type TLSSocket } from "node:tls";

export type PresentedChain =
  | { readonly kind: "presented"; readonly chain: readonly X509Certificate[] }
  | { readonly kind: "failed"; readonly error: NodeJS.ErrnoException }
  | { readonly kind: "timed-out" };

/** Longest chain that is looked at. */
const mostCertificates = 8;

/**
 * The certificates that a server presents, leaf first, trusted or not. Nothing is said on this connection but the TLS
 * handshake, so whoever is at the other end learns nothing; the caller looks for the pinned authority in the chain, and
 * has every later connection verified against it.
 */
export function presentedChain(server: URL, timeoutMs: number): Promise<PresentedChain> {
  const host = server.hostname.replace(/^\[(.*)\]$/, "$1");
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port: Number(server.port || 443),
      // An IP address is no server name (RFC 6066 §3).
      ...(isIP(host) ? {} : { servername: host }),
      rejectUnauthorized: false,
      ALPNProtocols: ["http/1.1"],
    });
    const end = (result: PresentedChain) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(result);
    };
    const timer = setTimeout(() => end({ kind: "timed-out" }), timeoutMs);
    socket.once("error", (error: NodeJS.ErrnoException) => end({ kind: "failed", error }));
    socket.once("secureConnect", () => end({ kind: "presented", chain: chainOf(socket) }));
  });
}

function chainOf(socket: TLSSocket): X509Certificate[] {
  const chain: X509Certificate[] = [];
  let one = socket.getPeerX509Certificate();
  while (one && chain.length < mostCertificates) {
    // A copy of its own: the socket's certificates go with the socket.
    chain.push(new X509Certificate(one.raw));
    const issuer: X509Certificate | undefined = one.issuerCertificate;
    one = issuer?.fingerprint256 === one.fingerprint256 ? undefined : issuer;
  }
  return chain;
}
