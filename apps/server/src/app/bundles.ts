import { type BypassStanding, standingForBundle } from "@holdfast/core/help-desk-codes/bypass-standing";
import { satisfies } from "@holdfast/core/policy/workflows";
import { encryptDocument, sealInner } from "@holdfast/envelope/documents";
import type { Bundle, BundleAcknowledgement, BundleRequest } from "@holdfast/protocol/bundle";
import { bundleVersion } from "@holdfast/protocol/bundle";
import type { PublicKey } from "@holdfast/protocol/primitives";
import { currentEpoch } from "../keys/key-manifest.ts";
import type { BundleRow } from "../store/bundles-store.ts";
import type { EndpointRow } from "../store/endpoints-store.ts";
import type { Transaction } from "../store/store.ts";
import type { UserRow } from "../store/users-store.ts";
import type { Actor } from "./actor.ts";
import { report } from "./audit.ts";
import type { BundleFacts, BundlePlan, BundleRefusal } from "./bundle-content.ts";
import { innerContent, mostUsersPerEndpoint, planBundle, readBundleFacts } from "./bundle-content.ts";
import { putStanding } from "./bypass/standing.ts";
import type { Outcome } from "./outcome.ts";
import { notFound, ok, refused } from "./outcome.ts";
import type { AppPorts } from "./ports.ts";
import type { Grant } from "./sign-in/grant.ts";
import { grantLifetimeMs, openGrant } from "./sign-in/grant.ts";

export type BundleAnswer = { bundle: string; offlineSalt: string; credentialEpoch: number };

/** Oldest agent that may use a bundle made here (MDA-9). */
export const minimumAgentVersion = "0.1.0";

/** What the agent needs to make the password's slot; told only to who has just signed in there. */
export async function slotParameters(
  ports: AppPorts,
  endpoint: EndpointRow,
  grantText: string,
): Promise<Outcome<{ userId: string; offlineSalt: string; credentialEpoch: number }>> {
  const grant = openGrant(ports.secrets, grantText, endpoint.id, ports.clock.now());
  if (!grant) return refused("grant-invalid", "This grant is not valid here any more; sign in again.");
  const user = await ports.store.read((tx) => tx.users.get(grant.userId));
  if (!user || user.credentialEpoch !== grant.credentialEpoch)
    return refused("grant-invalid", "The password has changed since; sign in again.");
  // No endpoint spends an Argon2id on a slot that no bundle will follow: by default nobody may sign in offline.
  const planned = await ports.store.read(async (tx) =>
    planBundle(await readBundleFacts(tx, endpoint, user), true, ports.clock.now()),
  );
  if (planned.kind === "refused") return refused(codeOf(planned.why), refusalTexts[planned.why]);
  return ok({ userId: user.id, offlineSalt: user.offlineSalt, credentialEpoch: user.credentialEpoch });
}

/**
 * Hands out a bundle. Nothing is burned by it: only the highest counter handed out is remembered (OTP-29). The same
 * request id gets the same bundle again, so that a lost answer does no harm.
 */
export async function issueBundle(
  ports: AppPorts,
  endpoint: EndpointRow,
  request: BundleRequest,
): Promise<Outcome<BundleAnswer>> {
  const grant =
    request.grant === undefined
      ? null
      : openGrant(ports.secrets, request.grant, endpoint.id, ports.clock.now());
  if (request.grant !== undefined && !grant)
    return refused("grant-invalid", "This grant is not valid here any more; sign in again.");
  if (request.refillKey && !grant)
    return refused(
      "grant-invalid",
      "A refill key is taken only together with the grant of an online sign-in.",
    );

  for (let attempt = 0; attempt < maximumAttempts; attempt++) {
    const before = await ports.store.read((tx) => gather(tx, endpoint.id, request.userName));
    if (!before) return notFound("user");
    const { facts, epoch, usersHere, handedBefore } = before;
    const { held, user } = facts;
    if (held !== null && held.requestId === request.requestId) return ok(answerFrom(held, user));
    if (grant && (grant.userId !== user.id || grant.credentialEpoch !== user.credentialEpoch)) {
      return refused("grant-invalid", "This grant is another user's, or the password has changed since.");
    }
    if (grant && grant.expiresAtMs - grantLifetimeMs <= before.stoppedAtMs) {
      return refused("grant-invalid", "This user was stopped since that sign-in; sign in again.");
    }
    if (grant && !satisfies(facts.policy.document, "workstation", grant.factors)) {
      return refused("grant-invalid", "This sign-in proved less than signing in at a workstation asks for.");
    }
    const nowMs = ports.clock.now();
    const planned = planBundle(facts, grant !== null, nowMs);
    const why =
      planned.kind === "refused" ? planned.why : usersHere >= mostUsersPerEndpoint ? "too-many-users" : null;
    if (why !== null || planned.kind === "refused")
      return refuseBundle(ports, facts, why ?? "offline-not-allowed");

    const refillKey = request.refillKey ?? held?.refillKey ?? null;
    const sequence = held !== null && held.epoch === epoch ? held.sequence + 1 : 1;
    const bypass = standingForBundle(facts.bypass, grant !== null);
    const made = await make(ports, facts, planned.plan, {
      bypass,
      epoch,
      sequence,
      nowMs,
      refillKey,
      requestId: request.requestId,
      grant,
      handedBefore,
    });
    const landed = await ports.store.transaction(async (tx) => {
      const now = await gather(tx, endpoint.id, request.userName);
      if (!now || !sameGround(before, now)) return false;
      await tx.bundles.upsert(made);
      await putStanding(tx, endpoint.id, user.id, bypass);
      await report(tx, endpointActor(endpoint), "bundle-issued", {
        userId: user.id,
        endpointId: endpoint.id,
        detail: {
          epoch,
          sequence,
          codes: made.maxSignIns,
          handedThrough: planned.plan.handedThrough,
          notAfterMs: made.notAfterMs,
          withRefillKey: refillKey !== null,
        },
      });
      return true;
    });
    if (landed) return ok(answerFrom(made, user));
  }
  throw new Error("a bundle could not be issued: its user changed all the time");
}
const maximumAttempts = 10;

export function acknowledgeBundle(
  ports: AppPorts,
  endpoint: EndpointRow,
  request: BundleAcknowledgement,
): Promise<Outcome<null>> {
  return ports.store.transaction(async (tx) => {
    const held = await tx.bundles.get(endpoint.id, request.userId);
    if (!held) return notFound("bundle");
    // An older one than the last issued: the acknowledgement was late, and a refill stays due.
    if (
      held.epoch === request.epoch &&
      held.sequence === request.sequence &&
      held.acknowledgedSequence !== held.sequence
    ) {
      // What was reported before was said of an older one.
      await tx.bundles.upsert({ ...acknowledged(held), reportedRemaining: null });
      await report(tx, endpointActor(endpoint), "bundle-acknowledged", {
        userId: request.userId,
        endpointId: endpoint.id,
        detail: { epoch: request.epoch, sequence: request.sequence },
      });
    }
    return ok(null);
  });
}

/** The endpoint holds the newest bundle, and with that none before it. */
export function acknowledged(held: BundleRow): BundleRow {
  return { ...held, acknowledgedSequence: held.sequence, latestNotAfterMs: held.notAfterMs };
}

export function endpointActor(endpoint: Pick<EndpointRow, "id">): Actor {
  return { name: `endpoint:${endpoint.id}` };
}

type Ground = {
  facts: BundleFacts;
  epoch: number;
  usersHere: number;
  /** When he was locked, or a device of his was reported stolen; −1: never. */
  stoppedAtMs: number;
  /** Highest counter of the token that this endpoint was ever handed; −1: none. */
  handedBefore: number;
};

async function gather(tx: Transaction, endpointId: string, userName: string): Promise<Ground | null> {
  const [endpoint, user] = [await tx.endpoints.get(endpointId), await tx.users.byName(userName)];
  if (!endpoint || !user) return null;
  const others = await tx.bundles.ofEndpoint(endpointId);
  const facts = await readBundleFacts(tx, endpoint, user);
  const handedOut = await tx.bundles.handedOut(endpointId);
  return {
    facts,
    stoppedAtMs: Math.max(-1, ...(await tx.stops.ofUser(user.id)).map(({ atMs }) => atMs)),
    handedBefore: handedOut.find(({ tokenId }) => tokenId === facts.token?.id)?.handedThrough ?? -1,
    epoch: await currentEpoch(tx),
    usersHere: others.filter((row) => row.status === "active" && row.userId !== user.id).length,
  };
}

/** Nothing that the bundle was made of has changed while it was signed. */
function sameGround(a: Ground, b: Ground): boolean {
  return (
    a.epoch === b.epoch &&
    a.usersHere === b.usersHere &&
    a.facts.state.version === b.facts.state.version &&
    a.facts.policy.version === b.facts.policy.version &&
    a.facts.policy.id === b.facts.policy.id &&
    a.facts.endpoint.status === b.facts.endpoint.status &&
    a.facts.held?.sequence === b.facts.held?.sequence &&
    a.facts.bypass?.number === b.facts.bypass?.number &&
    a.facts.bypass?.floor === b.facts.bypass?.floor &&
    a.facts.held?.status === b.facts.held?.status &&
    a.facts.held?.freshSignInNeeded === b.facts.held?.freshSignInNeeded
  );
}

type Making = {
  bypass: BypassStanding;
  epoch: number;
  sequence: number;
  nowMs: number;
  refillKey: PublicKey | null;
  requestId: string;
  grant: Grant | null;
  handedBefore: number;
};

async function make(
  ports: AppPorts,
  facts: BundleFacts,
  plan: BundlePlan,
  making: Making,
): Promise<BundleRow> {
  const { endpoint, user, policy, state, token, held } = facts;
  const { epoch, sequence, nowMs, refillKey, requestId, grant, handedBefore } = making;
  const content = refillKey ? innerContent(ports, facts, plan, making.bypass, epoch, sequence) : null;
  const handsCodes = content !== null && content.codes.length > 0;
  const inner = content && refillKey ? await sealInner(content, refillKey) : null;
  const bundle: Bundle = {
    version: bundleVersion,
    endpointId: endpoint.id,
    userId: user.id,
    userName: user.name,
    epoch,
    sequence,
    issuedAtMs: nowMs,
    serverTimeMs: nowMs,
    notAfterMs: plan.notAfterMs,
    maxSignIns: plan.maxSignIns,
    policy: policy.document,
    token: token && {
      id: token.id,
      digits: token.digits,
      algorithm: token.algorithm,
      nextCounter: token.nextCounter,
      handedThrough: handsCodes ? plan.handedThrough : token.nextCounter - 1,
    },
    onlineOnly: [...facts.onlineOnly],
    phones: [...facts.phones],
    bypass: content?.bypass
      ? {
          number: content.bypass.number,
          code: content.bypass.codeHash !== null,
          challenge: content.bypass.challengeKey !== null,
        }
      : null,
    failures: {
      count: state.failures,
      sinceLock: state.failuresSinceLock,
      lockedUntilMs: state.lockedUntilMs,
    },
    offlineSalt: user.offlineSalt,
    credentialEpoch: user.credentialEpoch,
    minimumAgentVersion,
    inner,
  };
  const signed = await ports.signer.sign("bundle", bundle);
  const document = await encryptDocument("bundle", new TextEncoder().encode(signed), endpoint.encryptionKey);
  return {
    endpointId: endpoint.id,
    userId: user.id,
    epoch,
    sequence,
    tokenId: token?.id ?? null,
    // What was handed out once stays handed out, whatever comes after.
    handedThrough: Math.max(handedBefore, handsCodes ? plan.handedThrough : -1),
    issuedAtMs: nowMs,
    notAfterMs: plan.notAfterMs,
    latestNotAfterMs: Math.max(plan.notAfterMs, held?.latestNotAfterMs ?? 0),
    maxSignIns: plan.maxSignIns,
    requestId,
    document,
    refillKey,
    // Until the new one is acknowledged the endpoint may go on with this.
    acknowledgedSequence: held?.epoch === epoch ? held.acknowledgedSequence : null,
    lastSignInAtMs: grant ? nowMs : (held?.lastSignInAtMs ?? nowMs),
    status: "active",
    reportedRemaining: held?.reportedRemaining ?? null,
    // Only a sign-in ends the demand, in its own commit.
    freshSignInNeeded: held?.freshSignInNeeded ?? false,
  };
}

function answerFrom(row: BundleRow, user: UserRow): BundleAnswer {
  return { bundle: row.document, offlineSalt: user.offlineSalt, credentialEpoch: user.credentialEpoch };
}

const refusalTexts: Record<BundleRefusal, string> = {
  "user-disabled": "The user is disabled.",
  "offline-not-allowed": "The user's policy does not allow offline sign-in.",
  "no-token": "The user has no enabled event-based token, and no phone that answers challenges.",
  "not-signed-in-recently": "The user has not signed in online here recently.",
  "too-many-users": `This endpoint holds bundles of ${mostUsersPerEndpoint} users already.`,
  "endpoint-revoked": "This endpoint has been revoked.",
};

async function refuseBundle(
  ports: AppPorts,
  { endpoint, user }: BundleFacts,
  why: BundleRefusal,
): Promise<Outcome<never>> {
  await ports.store.transaction((tx) =>
    report(tx, endpointActor(endpoint), "bundle-issued", {
      userId: user.id,
      endpointId: endpoint.id,
      outcome: "refused",
      reason: why,
    }),
  );
  return refused(codeOf(why), refusalTexts[why]);
}

function codeOf(why: BundleRefusal): "endpoint-revoked" | "bundle-refused" {
  return why === "endpoint-revoked" ? why : "bundle-refused";
}
