import { type BypassStanding, rotationDue } from "@holdfast/core/help-desk-codes/bypass-standing";
import { leaseTerms } from "@holdfast/core/lease/terms";
import { effectiveCacheSize } from "@holdfast/core/oath/effective-cache-size";
import { hotpCodes } from "@holdfast/core/oath/hotp";
import type { LookAheadWindow } from "@holdfast/core/oath/look-ahead-window";
import { acceptableRanges, lookAheadWindow } from "@holdfast/core/oath/look-ahead-window";
import { needsCodeOffline, takes, worksOffline } from "@holdfast/core/policy/workflows";
import type { BundleInner } from "@holdfast/protocol/bundle";
import type { Factor, UserPolicy } from "@holdfast/protocol/policy";
import { durationSeconds } from "@holdfast/protocol/primitives";
import type { BundleRow } from "../store/bundles-store.ts";
import type { EndpointRow } from "../store/endpoints-store.ts";
import type { PolicyRow } from "../store/policies-store.ts";
import type { Transaction } from "../store/store.ts";
import type { TokenRow } from "../store/tokens-store.ts";
import type { SignInStateRow, UserRow } from "../store/users-store.ts";
import { bypassSecrets } from "./bypass/secrets.ts";
import { standingOf } from "./bypass/standing.ts";
import { type ChallengeProfile, challengeProfiles } from "./phones/challenge-profiles.ts";
import type { AppPorts } from "./ports.ts";
import { readinessOf } from "./push/users.ts";
import { halfOpen } from "./sign-in/code-check.ts";
import { enabledHotp } from "./token-view.ts";
import { policyOf } from "./users.ts";

/** All that decides over what a user may hold at an endpoint. */
export type BundleFacts = {
  readonly endpoint: EndpointRow;
  readonly user: UserRow;
  readonly policy: PolicyRow;
  readonly state: SignInStateRow;
  /** The first enabled event-based token (OTP-28). */
  readonly token: TokenRow | null;
  /** Second factors that work online only: they say why offline sign-in is not possible (OTP-3, OTP-4). */
  readonly onlineOnly: readonly Factor[];
  /** Phones that answer challenges there, where the policy takes that. */
  readonly phones: readonly ChallengeProfile[];
  readonly held: BundleRow | null;
  /** Where his bypass codes there stand; null: none was ever made. */
  readonly bypass: BypassStanding | null;
};

export type BundleRefusal =
  | "user-disabled"
  | "offline-not-allowed"
  | "no-token"
  | "not-signed-in-recently"
  | "too-many-users"
  | "endpoint-revoked";

export type BundlePlan = {
  readonly notAfterMs: number;
  readonly maxSignIns: number;
  /** Counters whose codes are handed out; null where the policy asks for none. */
  readonly window: LookAheadWindow | null;
  /** Highest of them; below `nextCounter` where there is none. */
  readonly handedThrough: number;
};

/** Bundles go to few enough users per endpoint that a stolen one is no directory (SECURITY §2). */
export const mostUsersPerEndpoint = 100;

export async function readBundleFacts(
  tx: Transaction,
  endpoint: EndpointRow,
  user: UserRow,
  /** Where it was read already. */
  bypass?: BypassStanding | null,
): Promise<BundleFacts> {
  const policy = await policyOf(tx, user);
  const tokens = await tx.tokens.ofUser(user.id);
  const state = await tx.users.state(user.id);
  return {
    endpoint,
    user,
    policy,
    state,
    token: enabledHotp(tokens)[0] ?? null,
    onlineOnly: state.otherAuthenticators === 0 ? [] : await onlineOnlyOf(tx, user.id),
    phones: takes(policy.document, "workstation", "qr-challenge") ? await challengeProfiles(tx, user.id) : [],
    held: await tx.bundles.get(endpoint.id, user.id),
    bypass: bypass === undefined ? await standingOf(tx, endpoint.id, user.id) : bypass,
  };
}

async function onlineOnlyOf(tx: Transaction, userId: string): Promise<Factor[]> {
  const kinds = [...(await tx.tokens.ofUser(userId)), ...(await tx.authenticators.ofUser(userId))]
    .filter(({ status }) => status === "enabled")
    .map(({ kind }) => kind);
  const pushed = (await readinessOf(tx, userId)).kind === "ready" ? (["push"] as const) : [];
  return [...(["totp", "passkey"] as const).filter((kind) => kinds.includes(kind)), ...pushed];
}

/** What a bundle would hold now, or why there is none. `justSignedIn`: a grant proves an online success of this minute. */
export function planBundle(
  facts: BundleFacts,
  justSignedIn: boolean,
  nowMs: number,
): { kind: "planned"; plan: BundlePlan } | { kind: "refused"; why: BundleRefusal } {
  const { endpoint, user, policy, token, held } = facts;
  const { offline } = policy.document;
  if (endpoint.status !== "active") return { kind: "refused", why: "endpoint-revoked" };
  if (user.status !== "active") return { kind: "refused", why: "user-disabled" };
  const [asks, hasPhone] = [asksForCode(policy.document), facts.phones.length > 0];
  const needsCode = needsCodeOffline(policy.document, "workstation", hasPhone);
  // Where something else is there, a bundle without any sign-in goes out: the endpoint can then say why (OTP-3, OTP-4).
  if (needsCode && token === null && facts.onlineOnly.length === 0)
    return { kind: "refused", why: "no-token" };
  if (!justSignedIn && !(held?.status === "active" && signedInRecently(held, policy.document, nowMs))) {
    return { kind: "refused", why: "not-signed-in-recently" };
  }
  const window = asks && token ? cacheWindow(facts, token) : null;
  const handed = window ? acceptableRanges(window).reduce((sum, { from, to }) => sum + (to - from), 0) : 0;
  // A phone that answers challenges has no codes to run out of.
  const limited = needsCode || !worksOffline(policy.document, "workstation", hasPhone);
  const codes = limited ? handed : null;
  const terms = leaseTerms(offline, endpoint.keyProtection, codes, nowMs);
  if (terms.kind === "refused") return { kind: "refused", why: terms.reason };
  return {
    kind: "planned",
    plan: {
      notAfterMs: terms.notAfterMs,
      maxSignIns: terms.maxSignIns,
      window,
      handedThrough: window && window.from < window.to ? window.to - 1 : (token?.nextCounter ?? 0) - 1,
    },
  };
}

/** The codes themselves; they exist in clear only until they are sealed to the refill key. */
export function innerContent(
  ports: Pick<AppPorts, "secrets" | "lookupMac">,
  facts: BundleFacts,
  plan: BundlePlan,
  bypass: BypassStanding,
  epoch: number,
  sequence: number,
): BundleInner | null {
  const { token, endpoint, user } = facts;
  if (!token || !plan.window) return null;
  const place = { endpointId: endpoint.id, userId: user.id, number: bypass.number };
  const secret = ports.secrets.open("token-secret", token.id, token.sealedSecret);
  try {
    const { digits, algorithm } = token;
    const codes = hotpCodes({ secret, digits, algorithm, ranges: acceptableRanges(plan.window) });
    return {
      version: 1,
      endpointId: endpoint.id,
      userId: user.id,
      tokenId: token.id,
      epoch,
      sequence,
      codes,
      bypass: bypassSecrets(ports, place, facts.policy.document.offline.bypass),
    };
  } finally {
    secret.fill(0);
  }
}

/**
 * Whether a refill would bring more or newer than what is held: codes used up or exposed, a lease that is a tenth
 * through, a policy, token or password that changed since, or a bundle that never was acknowledged.
 */
export function refillDue(facts: BundleFacts, nowMs: number): boolean {
  const { held, token } = facts;
  if (held === null || held.refillKey === null) return false;
  const planned = planBundle(facts, false, nowMs);
  if (planned.kind === "refused") return false;
  const { plan } = planned;
  if (bypassDue(facts)) return true;
  if (held.requestId === "" || held.acknowledgedSequence !== held.sequence) return true;
  if (plan.window !== null && (held.tokenId !== token?.id || plan.handedThrough > held.handedThrough))
    return true;
  const gainedMs = plan.notAfterMs - held.notAfterMs;
  return gainedMs * 10 > plan.notAfterMs - nowMs;
}

/** The endpoint's bypass code was used or ended, or it never had one. */
function bypassDue({ bypass, policy, token }: BundleFacts): boolean {
  if (token === null || policy.document.offline.bypass.length === 0 || !asksForCode(policy.document))
    return false;
  return bypass === null || rotationDue(bypass);
}

export function asksForCode(policy: UserPolicy): boolean {
  return needsCodeOffline(policy, "workstation");
}

/** How many codes an endpoint gets of this token (AMB-OTP-4), and which. */
export function cacheWindow({ endpoint, user, policy }: BundleFacts, token: TokenRow): LookAheadWindow {
  const { hotp, offline } = policy.document;
  const { size } = effectiveCacheSize({
    tokenCacheSize: token.cacheSize,
    userCacheSize: user.cacheSize ?? offline.cacheSize,
    profile: endpoint.profile,
    windowSize: token.windowSize ?? hotp.windowSize,
  });
  const position = { nextCounter: token.nextCounter, exposed: halfOpen(token) };
  return size === 0
    ? { from: token.nextCounter, to: token.nextCounter, excluded: [] }
    : lookAheadWindow({ ...position, windowSize: size });
}

function signedInRecently(held: BundleRow, { offline }: UserPolicy, nowMs: number): boolean {
  const seconds = durationSeconds(offline.maxAge) ?? 0;
  return nowMs - held.lastSignInAtMs <= seconds * 1000;
}
