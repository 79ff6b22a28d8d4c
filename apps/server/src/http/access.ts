import type { FastifyRequest } from "fastify";
import type { ApiKeys } from "../app/api-keys.ts";
import { endpointByKey } from "../app/endpoints.ts";
import type { Outcome } from "../app/outcome.ts";
import { ok, refused } from "../app/outcome.ts";
import type { Actor, AppPorts } from "../app/ports.ts";
import type { Proof } from "./proofs.ts";
import { checkProof, proofWindowSeconds, staleProof } from "./proofs.ts";
import { createReplayGuard } from "./replay-guard.ts";
import type { Access, Caller } from "./route.ts";

/** Finds out who calls, and whether he may call this. */
export type Gate = (request: FastifyRequest, access: Access) => Promise<Outcome<Caller>>;

export function createGate(ports: AppPorts, apiKeys: ApiKeys): Gate {
  const guard = createReplayGuard({
    now: () => performance.now(),
    keepMs: 2 * proofWindowSeconds * 1000,
    mostPerGeneration: 200_000,
  });

  return async (request, access) => {
    switch (access.by) {
      case "anybody":
        return ok({ kind: "anybody" });
      case "new-endpoint": {
        // The enrolment's one-time secret makes it fresh and unique; the clock of a new machine may be anything.
        const proof = await checkProof(request, ports.clock.now());
        return proof.kind === "refused" ? proof : ok({ kind: "new-endpoint", proof });
      }
      case "endpoint":
        return asEndpoint(request, access);
      case "api-key":
        return asApiKey(request, access.scope);
      case "sign-in-client":
        return request.headers.dpop === undefined
          ? asApiKey(request, "sign-in")
          : asEndpoint(request, { by: "endpoint", revokedToo: true });
    }
  };

  async function asEndpoint(
    request: FastifyRequest,
    access: Extract<Access, { by: "endpoint" }>,
  ): Promise<Outcome<Caller>> {
    const proof = await checkProof(request, ports.clock.now());
    if (proof.kind === "refused") return proof;
    const endpoint = await endpointByKey(ports, proof.thumbprint);
    if (!endpoint) return refused("unauthenticated", "No endpoint is enrolled with this device key.");
    if (!guard.first(`${endpoint.id}.${proof.jti}`)) {
      return refused("proof-invalid", "This proof was used before.");
    }
    if (!proof.fresh && !(access.nonceForTime && provesItsTime(proof, endpoint))) return staleProof;
    if (endpoint.status !== "active" && !access.revokedToo) {
      return refused("endpoint-revoked", "This endpoint has been revoked.", { reason: "endpoint-revoked" });
    }
    return ok({ kind: "endpoint", endpoint, proof });
  }

  async function asApiKey(request: FastifyRequest, scope: string): Promise<Outcome<Caller>> {
    const header = request.headers.authorization;
    if (header === undefined || !header.startsWith("Bearer "))
      return refused("unauthenticated", "This request needs an API key: Authorization: Bearer hfk_….");
    const key = await apiKeys.find(header.slice("Bearer ".length));
    if (!key) return refused("unauthenticated", "This API key is unknown or revoked.");
    const covered = key.scopes.includes(scope) || (scope === "read" && key.scopes.includes("admin"));
    return covered
      ? ok({ kind: "api-key", key })
      : refused("forbidden", `This API key lacks the scope "${scope}".`);
  }
}

/** A nonce that only the server's last answers told proves the request fresh, whatever the clock says (RFC 9449 §8). */
function provesItsTime(proof: Proof, endpoint: { nonce: string; previousNonce: string | null }): boolean {
  return proof.nonce !== null && (proof.nonce === endpoint.nonce || proof.nonce === endpoint.previousNonce);
}

export function actorOf(caller: Caller): Actor {
  switch (caller.kind) {
    case "anybody":
      return { name: "anybody" };
    case "new-endpoint":
      return { name: "enrolment" };
    case "endpoint":
      return { name: `endpoint:${caller.endpoint.id}` };
    case "api-key":
      return { name: `api-key:${caller.key.id}` };
  }
}
