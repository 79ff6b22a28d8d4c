import { verifyProof } from "@holdfast/envelope/proof";
import { proofProtocolPrefix } from "@holdfast/protocol/phone-stream";
import type { FastifyRequest } from "fastify";
import type { Refused } from "../app/outcome.ts";
import { refused } from "../app/outcome.ts";
import { offeredProtocols } from "./web-sockets.ts";

/** A request signed with a device key (DPoP, RFC 9449); whose key it is remains to be found out. */
export type Proof = {
  readonly kind: "ok";
  readonly jti: string;
  readonly nonce: string | null;
  readonly thumbprint: string;
  readonly fresh: boolean;
};

/** How far an endpoint's clock may be off; a correct nonce makes up for more. */
export const proofWindowSeconds = 300;

export async function checkProof(request: FastifyRequest, nowMs: number): Promise<Proof | Refused> {
  const header = proofIn(request);
  if (header === null) return refused("unauthenticated", "This request needs a DPoP proof.");
  const path = request.url.split("?", 1)[0] ?? "";
  // The client's own word on the scheme: a proxy on this host may have taken TLS off.
  const scheme = claimed(header).htu?.startsWith("http:") ? "http" : "https";
  const proof = await verifyProof(header, {
    method: request.method,
    url: `${scheme}://${request.host}${path}`,
    nowSeconds: Math.floor(nowMs / 1000),
    window: null,
  });
  if (proof.kind === "refused")
    return refused("proof-invalid", `The request's proof was not accepted: ${proof.why}.`);
  const fresh = Math.abs(nowMs / 1000 - proof.iatSeconds) <= proofWindowSeconds;
  return { kind: "ok", jti: proof.jti, nonce: proof.nonce, thumbprint: proof.thumbprint, fresh };
}

export const staleProof = refused(
  "proof-invalid",
  "The proof's time is too far from the server's; the Date header has the server's time.",
);

/**
 * What the request calls itself, so that every answer can say which request it is for: the proof's `jti`, before the
 * proof is checked, or the `Holdfast-Request` header.
 */
export function requestName(request: FastifyRequest): string | null {
  const given = request.headers["holdfast-request"];
  if (typeof given === "string") return nameForm.test(given) ? given : null;
  const proof = proofIn(request);
  const jti = proof === null ? undefined : claimed(proof).jti;
  return jti !== undefined && nameForm.test(jti) ? jti : null;
}
const nameForm = /^[A-Za-z0-9_-]{1,64}$/;

/** A browser's WebSocket sends no header of its own but the protocols that it offers. */
function proofIn(request: FastifyRequest): string | null {
  const { dpop } = request.headers;
  if (typeof dpop === "string") return dpop;
  const offered = offeredProtocols(request.raw).find((one) => one.startsWith(proofProtocolPrefix));
  return offered?.slice(proofProtocolPrefix.length) ?? null;
}

/** The text claims of a proof that nobody has verified yet. */
function claimed(proof: string): Partial<Record<string, string>> {
  if (proof.length > 4096) return {};
  try {
    const claims: unknown = JSON.parse(Buffer.from(proof.split(".")[1] ?? "", "base64url").toString("utf8"));
    if (typeof claims !== "object" || claims === null) return {};
    return Object.fromEntries(Object.entries(claims).filter(([, value]) => typeof value === "string"));
  } catch {
    return {};
  }
}
