import { X509Certificate } from "node:crypto";
import { presentedChain } from "@holdfast/pinned-authority/presented-chain";
import { pinnedAuthority, publicKeyPin } from "@holdfast/pinned-authority/public-key-pin";
import type { Enterprise } from "../identity/enterprise.ts";

/** What a connection ends with where the chain does not lead to an authority that is trusted here. */
const untrusted: ReadonlySet<string> = new Set([
  "CERT_SIGNATURE_FAILURE",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);
const mostAuthorities = 16;
const handshakeMs = 5000;

export function isUntrusted(why: string): boolean {
  return untrusted.has(why);
}

/**
 * A server that presents another authority than before is believed where the key manifest, which the root key signed,
 * names that authority's public key (SECURITY §7). Its certificate is then one of this endpoint's own; connections are
 * verified against it as against any other. Nothing is said on the connection that looks for it.
 */
export async function adoptAuthority(
  enterprise: Pick<Enterprise, "manifest" | "record" | "update">,
  server: string,
): Promise<"adopted" | "unknown"> {
  const { authorities } = enterprise.record;
  const known = new Set(authorities.map((pem) => publicKeyPin(new X509Certificate(pem))));
  const announced = enterprise.manifest.authorityPins.filter((pin) => !known.has(pin));
  if (announced.length === 0) return "unknown";
  const presented = await presentedChain(new URL(server), handshakeMs);
  if (presented.kind !== "presented") return "unknown";
  const found = announced.flatMap((pin) => pinnedAuthority(presented.chain, pin)?.toString() ?? []);
  if (found.length === 0) return "unknown";
  await enterprise.update({ authorities: [...authorities, ...found].slice(-mostAuthorities) });
  return "adopted";
}
