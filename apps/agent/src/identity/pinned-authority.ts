import { presentedChain } from "@holdfast/pinned-authority/presented-chain";
import { pinnedAuthority } from "@holdfast/pinned-authority/public-key-pin";

export type FoundAuthority =
  | { readonly kind: "found"; readonly certificate: string }
  | { readonly kind: "not-reachable"; readonly why: string }
  /** Somebody answered who is not the server that the pin names. */
  | { readonly kind: "refused"; readonly why: string };

/** The certificate authority behind a server, as PEM, where its public key is the one that the enrolment code pins. */
export async function findAuthority(server: URL, pin: string, timeoutMs: number): Promise<FoundAuthority> {
  const presented = await presentedChain(server, timeoutMs);
  if (presented.kind === "timed-out")
    return { kind: "not-reachable", why: `no answer within ${timeoutMs / 1000} s` };
  if (presented.kind === "failed") {
    return { kind: "not-reachable", why: presented.error.code ?? presented.error.message };
  }
  const authority = pinnedAuthority(presented.chain, pin);
  return authority === null
    ? { kind: "refused", why: "its certificate chain does not lead to the authority in the code" }
    : { kind: "found", certificate: authority.toString() };
}
