import { randomUUID } from "node:crypto";
import { defaultUserPolicy } from "@holdfast/protocol/policy";
import type { AuditDraft } from "../audit-rows.ts";
import type { BundleRow } from "../bundles-store.ts";
import type { EndpointRow } from "../endpoints-store.ts";
import type { PolicyRow } from "../policies-store.ts";
import type { SignInCommit } from "../sign-in-commit.ts";
import type { SignInFactsRow } from "../sign-in-facts-row.ts";
import type { Store } from "../store.ts";
import type { TokenRow } from "../tokens-store.ts";
import type { UserRow } from "../users-store.ts";

export const startMs = Date.UTC(2026, 0, 5, 8);

export const defaultPolicy: PolicyRow = {
  id: "pol_default",
  name: "Default",
  isDefault: true,
  version: 1,
  document: defaultUserPolicy,
};

export function user(name: string, changes: Partial<UserRow> = {}): UserRow {
  return {
    id: `usr_${name}`,
    name,
    displayName: name.toUpperCase(),
    status: "active",
    policyId: defaultPolicy.id,
    offlineSalt: "A".repeat(22),
    passwordVerifier: "B".repeat(43),
    credentialEpoch: 1,
    cacheSize: null,
    createdAtMs: startMs,
    ...changes,
  };
}

export function token(owner: UserRow, changes: Partial<TokenRow> = {}): TokenRow {
  return {
    id: `tok_${owner.name}`,
    userId: owner.id,
    kind: "hotp",
    label: "key fob",
    digits: 6,
    algorithm: "SHA-1",
    sealedSecret: "sealed",
    nextCounter: 0,
    periodSeconds: null,
    windowSize: null,
    cacheSize: null,
    status: "enabled",
    exposed: [],
    createdAtMs: startMs,
    phoneId: null,
    ...changes,
  };
}

export function endpoint(name: string, changes: Partial<EndpointRow> = {}): EndpointRow {
  const key = { kty: "EC" as const, crv: "P-256" as const, x: "x".repeat(43), y: "y".repeat(43) };
  return {
    id: `ep_${name}`,
    name,
    site: "main",
    status: "active",
    hostName: `${name}.ward.example`,
    profile: { name: "pam", buffer: 5 },
    keyProtection: "file",
    deviceKeyThumbprint: `thumbprint-${name}`,
    deviceKey: key,
    encryptionKey: key,
    agentVersion: "0.1.0",
    enrolledAtMs: startMs,
    lastContactAtMs: null,
    levelAtMs: null,
    nonce: "nonce",
    previousNonce: null,
    contactsTaken: [],
    chainSequence: 0,
    chainMac: "",
    sealedChainKey: "sealed",
    ...changes,
  };
}

export function bundle(at: EndpointRow, owner: UserRow, changes: Partial<BundleRow> = {}): BundleRow {
  return {
    endpointId: at.id,
    userId: owner.id,
    epoch: 1,
    sequence: 1,
    tokenId: null,
    handedThrough: -1,
    issuedAtMs: startMs,
    notAfterMs: startMs + 1000,
    latestNotAfterMs: startMs + 2000,
    maxSignIns: 30,
    requestId: "request",
    document: "jwe",
    refillKey: null,
    acknowledgedSequence: null,
    lastSignInAtMs: startMs,
    status: "active",
    reportedRemaining: null,
    freshSignInNeeded: false,
    ...changes,
  };
}

export function audit(changes: Partial<AuditDraft> = {}): AuditDraft {
  return {
    atMs: startMs,
    type: "sign-in",
    actor: "ep_desk",
    subjectUserId: "usr_ada",
    endpointId: "ep_desk",
    attemptId: null,
    outcome: "succeeded",
    reason: null,
    mode: "online",
    detail: { workflow: "workstation" },
    ...changes,
  };
}

/** A successful sign-in that uses the next code, as decided on these facts. */
export function success(facts: SignInFactsRow, attemptId: string = randomUUID()): SignInCommit {
  const { user: owner, state, token: used } = facts;
  return {
    expect: { userId: owner.id, version: state.version },
    lockout: { counter: "common", failures: 0, failuresSinceLock: 0, lockedUntilMs: null },
    consume: used && {
      tokenId: used.id,
      counter: used.nextCounter,
      attemptId,
      source: "server",
      atMs: startMs,
    },
    attempt: { id: attemptId, clientId: "ep_desk", verdict: `"${attemptId}"`, atMs: startMs },
    audit: [audit({ subjectUserId: owner.id, attemptId })],
  };
}

/** A failed one, which counts. */
export function failure(facts: SignInFactsRow, attemptId: string = randomUUID()): SignInCommit {
  return {
    ...success(facts, attemptId),
    lockout: {
      counter: "common",
      failures: facts.state.failures + 1,
      failuresSinceLock: facts.state.failures + 1,
      lockedUntilMs: null,
    },
    consume: null,
    audit: [
      audit({ subjectUserId: facts.user.id, attemptId, outcome: "refused", reason: "wrong-credentials" }),
    ],
  };
}

/** A store with the Default policy and these people, each with one token. */
export async function populate(store: Store, ...names: readonly string[]): Promise<void> {
  await store.transaction(async (tx) => {
    await tx.policies.insert(defaultPolicy);
    for (const name of names) {
      await tx.users.insert(user(name));
      await tx.tokens.insert(token(user(name)));
    }
  });
}

export async function factsOf(store: Store, name: string): Promise<SignInFactsRow> {
  const facts = await store.signInFacts(name);
  if (facts === null) throw new Error(`there is no ${name}`);
  return facts;
}
