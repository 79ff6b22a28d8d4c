import { hash } from "node:crypto";
import { TLSSocket } from "node:tls";
import { rules } from "@holdfast/core/authorization/policy";
import type { Principal } from "@holdfast/core/authorization/principal";
import { holdsScope, rightsOf, scopeOf } from "@holdfast/core/authorization/principal";
import type { Right } from "@holdfast/protocol/rights";
import type { FastifyRequest } from "fastify";
import type { Actor } from "../app/actor.ts";
import type { ApiKey, ApiKeys } from "../app/api-keys.ts";
import { endpointByKey } from "../app/endpoints.ts";
import { lackingReach, lackingRight } from "../app/lacking-right.ts";
import type { Outcome, Refused } from "../app/outcome.ts";
import { ok, refused } from "../app/outcome.ts";
import { phoneActor } from "../app/phones/claims.ts";
import { phoneRevoked } from "../app/phones/sync.ts";
import type { AppPorts } from "../app/ports.ts";
import { certificateOfKey } from "../app/radius/servers.ts";
import { freshSignInMs } from "../app/settings.ts";
import type { Browsers, SessionApp, SessionCaller } from "./browser.ts";
import type { Proof } from "./proofs.ts";
import { checkProof, proofWindowSeconds, staleProof } from "./proofs.ts";
import { createReplayGuard } from "./replay-guard.ts";
import type { Access, Caller } from "./route.ts";

/** Finds out who calls, and whether he may call this. */
export type Gate = (request: FastifyRequest, access: Access) => Promise<Outcome<Caller>>;

export function createGate(ports: AppPorts, apiKeys: ApiKeys, browsers: Browsers): Gate {
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
      case "new-phone": {
        // As of a new endpoint: the QR code's one-time token makes it fresh, and the clock of a phone may be anything.
        const proof = await proofAtItsOrigin(request);
        return proof.kind === "refused" ? proof : ok({ kind: "new-phone", proof });
      }
      case "phone":
        return asPhone(request);
      case "administrator":
        return asAdministrator(request, access);
      case "person":
        return asPerson(request, access);
      case "session":
        return freshIf(access.fresh, await asSession(request, sessionAppOf(request)));
      case "browser": {
        const app = sessionAppOf(request);
        return app === null
          ? refused("unauthenticated", "This is asked by the pages of the console and the portal only.")
          : ok({ kind: "browser", app });
      }
      case "radius-server":
        return asRadiusServer(request);
      case "application":
        return asKeyWith(request, access.scope);
      case "sign-in-client":
        return request.headers.dpop === undefined
          ? asKeyWith(request, "sign-in")
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

  async function proofAtItsOrigin(request: FastifyRequest): Promise<Proof | Refused> {
    return browsers.originOf(request) === "authenticator"
      ? checkProof(request, ports.clock.now())
      : refused("unauthenticated", "This is asked by the authenticator app at its own address only.");
  }

  async function asPhone(request: FastifyRequest): Promise<Outcome<Caller>> {
    const proof = await proofAtItsOrigin(request);
    if (proof.kind === "refused") return proof;
    const phone = await ports.store.read((tx) => tx.phones.byThumbprint(proof.thumbprint));
    if (phone === null || phone.status === "revoked") return phoneRevoked;
    if (!guard.first(`${phone.id}.${proof.jti}`))
      return refused("proof-invalid", "This proof was used before.");
    return proof.fresh ? ok({ kind: "phone", phone, proof }) : staleProof;
  }

  async function asAdministrator(
    request: FastifyRequest,
    { right, fresh, freshFor, enterprise }: Extract<Access, { by: "administrator" }>,
  ): Promise<Outcome<Caller>> {
    const caller = await keyOrConsole(request);
    if (caller.kind === "refused") return caller;
    const everywhere = enterprise === true || rules[right].enterprise === true;
    const no = refusalOf(
      caller.value.kind === "api-key" ? principalOfKey(caller.value.key) : principalOf(caller.value),
      right,
      everywhere,
    );
    if (no) return no;
    const dangerous = fresh || freshFor?.some((field) => hasField(request.body, field));
    const stale = dangerous && caller.value.kind === "session" ? await staleSession(caller.value) : null;
    return stale ?? caller;
  }

  async function asPerson(
    request: FastifyRequest,
    { fresh, whileEnrolmentDue, whileRenewalDue }: Extract<Access, { by: "person" }>,
  ): Promise<Outcome<Caller>> {
    const caller = await asSession(request, "portal");
    if (caller.kind === "refused") return caller;
    if (caller.value.session.enrolmentDue && !whileEnrolmentDue)
      return refused("enrolment-required", "Enrol a second factor first; everything else waits for it.");
    if (caller.value.session.renewalDue && !whileRenewalDue)
      return refused(
        "renewal-required",
        "Your PIN has expired: set a new one, everything else waits for it.",
      );
    return freshIf(fresh, caller);
  }

  async function freshIf(
    fresh: boolean | undefined,
    caller: Outcome<SessionCaller>,
  ): Promise<Outcome<SessionCaller>> {
    const stale = fresh && caller.kind === "ok" ? await staleSession(caller.value) : null;
    return stale ?? caller;
  }

  async function staleSession({ session }: SessionCaller): Promise<Refused | null> {
    const ageMs = ports.clock.now() - session.freshAtMs;
    return ageMs < 0 || ageMs >= (await freshSignInMs(ports))
      ? refused("fresh-sign-in-required", "Prove again that it is you, then repeat what you did.")
      : null;
  }

  /** A program says so by its header; a browser at the console by its cookie, which it cannot help sending. */
  async function keyOrConsole(
    request: FastifyRequest,
  ): Promise<Outcome<Extract<Caller, { kind: "api-key" }> | SessionCaller>> {
    if (request.headers.authorization !== undefined || browsers.originOf(request) === null) {
      const key = await keyOf(request, apiKeys.read);
      return key.kind === "refused" ? key : ok({ kind: "api-key", key: key.value });
    }
    return asSession(request, "console");
  }

  async function asSession(request: FastifyRequest, app: SessionApp | null): Promise<Outcome<SessionCaller>> {
    const found =
      app !== null && browsers.originOf(request) === app ? await browsers.findSession(request) : null;
    if (found === null || found.app !== app) return refused("unauthenticated", "You are not signed in here.");
    return ok(found);
  }

  function sessionAppOf(request: FastifyRequest): SessionApp | null {
    const app = browsers.originOf(request);
    return app === "authenticator" ? null : app;
  }

  async function asKeyWith(request: FastifyRequest, scope: "sign-in" | "sign"): Promise<Outcome<Caller>> {
    const key = await keyOf(request);
    if (key.kind === "refused") return key;
    if (!key.value.scopes.includes(scope))
      return refused(
        "forbidden",
        `This API key lacks the scope "${scope}". Use a key that was issued with it.`,
      );
    return holdsScope(scope, key.value.maker)
      ? ok({ kind: "api-key", key: key.value })
      : refused(
          "forbidden",
          `Whoever made this API key may issue none with the scope "${scope}" any more: it was taken from his role. A key of somebody who may is needed.`,
        );
  }

  async function asRadiusServer(request: FastifyRequest): Promise<Outcome<Caller>> {
    const key = await keyOf(request);
    if (key.kind === "refused") return key;
    if (!key.value.scopes.includes("radius"))
      return refused(
        "forbidden",
        'This API key lacks the scope "radius". Use the key that was made for this FreeRADIUS.',
      );
    const shown = shownCertificate(request);
    if (shown === null && request.isFromThisMachine) return ok({ kind: "api-key", key: key.value });
    const registered = await certificateOfKey(ports, key.value.id);
    return registered !== null && registered !== undefined && registered === shown
      ? ok({ kind: "api-key", key: key.value })
      : refused("forbidden", "From another machine this key is taken with its registered certificate only.");
  }

  async function keyOf(request: FastifyRequest, find = apiKeys.find): Promise<Outcome<ApiKey>> {
    const header = request.headers.authorization;
    if (header === undefined || !header.startsWith("Bearer "))
      return refused("unauthenticated", "This request needs an API key: Authorization: Bearer hfk_….");
    const key = await find(header.slice("Bearer ".length));
    return key
      ? ok(key)
      : refused(
          "unauthenticated",
          "This API key is unknown or revoked, or the account of who made it is stopped.",
        );
  }
}

/** SHA-256 of the certificate whose key the client has proven to hold in the TLS handshake; null: it showed none. */
function shownCertificate({ socket }: FastifyRequest): string | null {
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
  return certificate === undefined ? null : hash("sha256", certificate.raw, "base64url");
}

/**
 * A key may what its scopes say, as far as the role of who made it still gives that. Only the console's sessions give what
 * a role gives; at the portal its holder is a person like all others.
 */
function refusalOf(principal: Principal, right: Right, everywhere: boolean): Refused | null {
  if (!rightsOf(principal).includes(right)) return refused("forbidden", lackingRight(principal, right));
  return everywhere && scopeOf(principal) !== "enterprise"
    ? refused("forbidden", lackingReach(principal))
    : null;
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
    case "new-phone":
      return { name: "phone" };
    case "phone":
      return phoneActor(caller.phone, caller.phone.id);
    case "api-key":
      return {
        name: `api-key:${caller.key.id}`,
        principal: principalOfKey(caller.key),
      };
    case "browser":
      return { name: `browser:${caller.app}` };
    case "session":
      return { name: `user:${caller.user.id}`, principal: principalOf(caller) };
  }
}

function principalOfKey({ scopes, maker }: ApiKey): Principal {
  return { kind: "api-key", scopes, maker };
}

function principalOf({ app, user, role }: SessionCaller): Principal {
  return app === "console" && role !== null
    ? { kind: "administrator", userId: user.id, rights: role.rights, scope: role.scope }
    : { kind: "person", userId: user.id };
}

function hasField(body: unknown, field: string): boolean {
  return typeof body === "object" && body !== null && Object.hasOwn(body, field);
}
