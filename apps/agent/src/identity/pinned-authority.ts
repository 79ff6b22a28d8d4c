import { createHash, type X509Certificate } from "node:crypto";
import { connect } from "node:tls";

export type FoundAuthority =
  | { readonly kind: "found"; readonly certificate: string }
  | { readonly kind: "not-reachable"; readonly why: string }
  /** Somebody answered who is not the server that the pin names. */
  | { readonly kind: "refused"; readonly why: string };

/**
 * The certificate authority behind a server, where its public key is the pinned one (SHA-256 of its
 * SubjectPublicKeyInfo, base64url). Nothing is said on this connection but the TLS handshake: whoever is at the other
 * end learns nothing, and only what fits the pin is believed.
 */
export function findAuthority(server: URL, pin: string, timeoutMs: number): Promise<FoundAuthority> {
  return new Promise((resolve) => {
    const socket = connect({
      host: server.hostname.replace(/^\[(.*)\]$/, "$1"),
      port: Number(server.port || 443),
      // An IP address is no server name (RFC 6066 §3).
      ...(/^[\d.]+$|:/.test(server.hostname) ? {} : { servername: server.hostname }),
      // The chain is checked against the pin below, and against the authority found by it in every later connection.
      rejectUnauthorized: false,
      ALPNProtocols: ["http/1.1"],
    });
    const end = (found: FoundAuthority) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(found);
    };
    const timer = setTimeout(
      () => end({ kind: "not-reachable", why: `no answer within ${timeoutMs / 1000} s` }),
      timeoutMs,
    );
    socket.once("error", (error: NodeJS.ErrnoException) =>
      end({ kind: "not-reachable", why: error.code ?? error.message }),
    );
    socket.once("secureConnect", () => {
      const authority = pinnedIn(socket.getPeerX509Certificate(), pin);
      end(
        authority === null
          ? { kind: "refused", why: "its certificate chain does not lead to the authority in the code" }
          : { kind: "found", certificate: authority.toString() },
      );
    });
  });
}

export function publicKeyPin(certificate: X509Certificate): string {
  const publicKeyInfo = certificate.publicKey.export({ type: "spki", format: "der" });
  return createHash("sha256").update(publicKeyInfo).digest("base64url");
}

/** Longest chain that is looked at. */
const maximumChain = 8;

function pinnedIn(leaf: X509Certificate | undefined, pin: string): X509Certificate | null {
  let certificate = leaf;
  for (let at = 0; at < maximumChain && certificate !== undefined; at += 1) {
    if (certificate.ca && publicKeyPin(certificate) === pin) return certificate;
    certificate = certificate.issuerCertificate;
  }
  return null;
}
