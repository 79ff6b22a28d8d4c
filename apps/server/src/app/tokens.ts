import { planWindow } from "@holdfast/core/oath/effective-cache-size";
import { resynchronisationSearchWindow } from "@holdfast/core/oath/look-ahead-window";
import { resynchronise } from "@holdfast/core/oath/resynchronise";
import { pruneExposed } from "@holdfast/core/reconcile/exposed";
import type { OwnedTokenView, TokenChange, TokenQuery, TokenView } from "@holdfast/protocol/admin-api";
import type { Transaction } from "../store/store.ts";
import type { TokenRow } from "../store/tokens-store.ts";
import type { UserRow } from "../store/users-store.ts";
import type { Actor } from "./actor.ts";
import { report } from "./audit.ts";
import { refusal, refusalOfChange, userResource } from "./authorization.ts";
import type { Outcome, Refused } from "./outcome.ts";
import { notFound, ok, refused } from "./outcome.ts";
import type { AppPorts } from "./ports.ts";
import { reachOf } from "./reach.ts";
import { opened } from "./restored-tokens.ts";
import { changeWithRevocations } from "./revocations.ts";
import { halfOpen } from "./sign-in/code-check.ts";
import { tokenCounts } from "./token-enrolment.ts";
import { enabledHotp, offlineCapableKinds, tokenView, watchTokens } from "./token-view.ts";
import { markStale, policyOf } from "./users.ts";

export function readToken(ports: AppPorts, actor: Actor, id: string): Promise<Outcome<TokenView>> {
  return ports.store.read(async (tx) => {
    const found = await withOwner(tx, id);
    const out = found && refusal(actor, "users.read", await userResource(tx, found.user.id));
    return found && !out ? ok(await view(tx, found.token, found.user)) : notFound("token");
  });
}

/** Tokens of all users or of one, by id. */
export function listTokens(
  ports: AppPorts,
  actor: Actor,
  query: TokenQuery,
): Promise<{ items: OwnedTokenView[]; next: string | null }> {
  const { offlineCapable, userId, status, after, limit } = query;
  return ports.store.read(async (tx) => {
    const page = await tx.tokens.list({
      limit,
      ...reachOf(actor),
      ...(userId === undefined ? {} : { userId }),
      ...(offlineCapable === undefined ? {} : { kinds: kindsThatAre(offlineCapable === "true") }),
      ...(status === undefined ? {} : { status }),
      ...(after === undefined ? {} : { after }),
    });
    return { items: await viewOwned(tx, page.items), next: page.next };
  });
}

const kinds: readonly TokenRow["kind"][] = ["hotp", "totp"];

function kindsThatAre(offlineCapable: boolean): readonly TokenRow["kind"][] {
  return kinds.filter((kind) => offlineCapableKinds.includes(kind) === offlineCapable);
}

/**
 * Sizes, label and status. A larger cache asks for a larger window, which a person confirms (AMB-OTP-2). A token that is
 * disabled is ordered off the endpoints like a revoked one; enabled again, it comes back to them by a refill.
 */
export async function changeToken(
  ports: AppPorts,
  actor: Actor,
  id: string,
  request: TokenChange,
): Promise<Outcome<TokenView>> {
  const owner = await ports.store.read((tx) => withOwner(tx, id));
  if (!owner) return notFound("token");
  const userId = owner.user.id;
  const disabling = request.status === "disabled" && owner.token.status === "enabled";
  const order = (endpointId: string) =>
    disabling ? ({ endpointId, userId, tokenId: id, reason: "token-revoked" } as const) : null;
  return changeWithRevocations(ports, userId, order, async (tx, queue) => {
    const found = await withOwner(tx, id);
    if (!found) return notFound("token");
    const { token, user } = found;
    const no = await refusalOfToken(tx, actor, user.id);
    if (no) return no;
    if (token.status === "revoked")
      return refused("conflict", "A revoked token stays as it is; enrol another.");
    if (token.status === "pending" && request.status !== undefined)
      return refused(
        "conflict",
        "Nobody has typed a code of this token yet; the first right one enables it.",
      );
    if (token.phoneId !== null && (request.status ?? request.label) !== undefined) return ofPhone;
    if (token.kind === "totp" && (request.windowSize ?? request.cacheSize ?? null) !== null)
      return refused(
        "conflict",
        "A time-based token has no look-ahead window, and no codes of it are cached.",
      );
    const next: TokenRow = {
      ...token,
      label: request.label ?? token.label,
      status: request.status ?? token.status,
      windowSize: request.windowSize === undefined ? token.windowSize : request.windowSize,
      cacheSize: request.cacheSize === undefined ? token.cacheSize : request.cacheSize,
    };
    const { document: policy } = await policyOf(tx, user);
    if (next.cacheSize !== null && (request.cacheSize !== undefined || request.windowSize !== undefined)) {
      const windowSize = next.windowSize ?? policy.hotp.windowSize;
      const plan = planWindow({ cacheSize: next.cacheSize, windowSize });
      if (plan.kind === "refused")
        return refused("conflict", `A window of more than ${plan.limit} codes is not allowed.`);
      if (plan.kind === "confirm") {
        if (request.confirmWindow !== true) {
          return refused(
            "conflict",
            `A cache of ${next.cacheSize} codes needs a window of ${plan.raiseTo} (now ${windowSize}), which makes a guess more likely. Repeat with confirmWindow.`,
            { problems: [{ path: "confirmWindow", message: `raises the window to ${plan.raiseTo}` }] },
          );
        }
        next.windowSize = plan.raiseTo;
      }
    }
    await tx.tokens.update(next);
    await watchTokens(ports, tx, user.id);
    await queue(actor);
    await markStale(tx, user.id);
    await report(tx, actor, "token-changed", {
      userId: user.id,
      detail: { tokenId: id, before: changeable(token), after: changeable(next) },
    });
    return ok(await view(tx, next, user));
  });
}

/** Two codes in a row find a token that was advanced too far, and never move it back (RFC 4226 §7.4, OTP-27). */
export function resynchroniseToken(
  ports: AppPorts,
  actor: Actor,
  id: string,
  first: string,
  second: string,
): Promise<Outcome<TokenView>> {
  return ports.store.transaction(async (tx) => {
    const found = await withOwner(tx, id);
    if (!found) return notFound("token");
    const { token, user } = found;
    const no = await refusalOfToken(tx, actor, user.id);
    if (no) return no;
    if (token.kind === "totp")
      return refused("conflict", "A time-based token keeps in step by its clock; have that put right.");
    const begins = token.status === "pending";
    if (token.status !== "enabled" && !begins) return refused("conflict", "This token is not enabled.");
    const { document: policy } = await policyOf(tx, user);
    const windowSize = token.windowSize ?? policy.hotp.windowSize;
    const secret = ports.secrets.open("token-secret", id, token.sealedSecret);
    const { digits, algorithm, nextCounter } = token;
    const searchWindow = resynchronisationSearchWindow(windowSize);
    const result = resynchronise({
      secret,
      digits,
      algorithm,
      nextCounter,
      exposed: halfOpen(opened(token)),
      first,
      second,
      searchWindow,
    });
    secret.fill(0);
    if (result.kind === "not-found") {
      await report(tx, actor, "token-resynchronised", {
        userId: user.id,
        outcome: "refused",
        reason: "not-found",
        detail: { tokenId: id },
      });
      return refused(
        "conflict",
        `These are no two codes in a row of this token within the next ${searchWindow}.`,
      );
    }
    const next: TokenRow = {
      ...token,
      status: "enabled",
      nextCounter: result.nextCounter,
      exposed: pruneExposed({ nextCounter: result.nextCounter, exposed: opened(token).exposed }),
    };
    await tx.tokens.update(next);
    if (begins) await tokenCounts(ports, tx, actor, next, policy);
    await markStale(tx, user.id);
    await report(tx, actor, "token-resynchronised", {
      userId: user.id,
      outcome: "succeeded",
      detail: { tokenId: id, from: nextCounter, to: result.nextCounter },
    });
    return ok(await view(tx, next, user));
  });
}

/** For good: every endpoint that holds codes of it is told to delete them. */
export async function revokeToken(ports: AppPorts, actor: Actor, id: string): Promise<Outcome<TokenView>> {
  const owner = await ports.store.read((tx) => withOwner(tx, id));
  if (!owner) return notFound("token");
  const userId = owner.user.id;
  return changeWithRevocations(
    ports,
    userId,
    (endpointId) => ({ endpointId, userId, tokenId: id, reason: "token-revoked" }),
    async (tx, queue) => {
      const found = await withOwner(tx, id);
      if (!found) return notFound("token");
      const no = await refusalOfToken(tx, actor, userId);
      if (no) return no;
      if (found.token.status === "revoked") return ok(await view(tx, found.token, found.user));
      if (found.token.phoneId !== null) return ofPhone;
      const next = await dropToken(ports, tx, actor, found.token);
      await queue(actor);
      await markStale(tx, userId);
      return ok(await view(tx, next, found.user));
    },
  );
}

const ofPhone = refused(
  "conflict",
  "This token is a part of a phone: change what the phone can do, disable it or remove it.",
);

/** In a transaction that has asked whether it may, and that orders the token off the endpoints. */
export async function dropToken(
  ports: AppPorts,
  tx: Transaction,
  actor: Actor,
  token: TokenRow,
): Promise<TokenRow> {
  const next: TokenRow = { ...token, status: "revoked" };
  await tx.tokens.update(next);
  await watchTokens(ports, tx, token.userId);
  await report(tx, actor, "token-revoked", {
    userId: token.userId,
    detail: { tokenId: token.id, label: next.label },
  });
  return next;
}

/** A token is its owner's: who may not see him is not told that it is there. */
async function refusalOfToken(tx: Transaction, actor: Actor, userId: string): Promise<Refused | null> {
  const no = await refusalOfChange(tx, actor, "users.authenticators", await userResource(tx, userId));
  return no?.code === "not-found" ? notFound("token") : no;
}

export async function withOwner(
  tx: Transaction,
  tokenId: string,
): Promise<{ token: TokenRow; user: UserRow } | null> {
  const token = await tx.tokens.get(tokenId);
  const user = token && (await tx.users.get(token.userId));
  return token && user ? { token, user } : null;
}

/** As many statements for a page of them as for one. */
async function viewOwned(tx: Transaction, rows: readonly TokenRow[]): Promise<OwnedTokenView[]> {
  const owners = rows.map(({ userId }) => userId);
  const users = await tx.ofMany.users(owners);
  const policies = await tx.ofMany.policies([...users.values()].map(({ policyId }) => policyId));
  const ofUser = await tx.ofMany.tokens(owners);
  return rows.flatMap((token) => {
    const user = users.get(token.userId);
    const policy = user && policies.get(user.policyId);
    if (!user || !policy) return [];
    const [cached] = enabledHotp(ofUser.get(user.id) ?? []);
    return [{ ...tokenView(token, policy.document, cached?.id ?? null), userName: user.name }];
  });
}

async function view(tx: Transaction, token: TokenRow, user: UserRow): Promise<TokenView> {
  const [policy, tokens] = [await policyOf(tx, user), await tx.tokens.ofUser(user.id)];
  const [cached] = enabledHotp(tokens);
  return tokenView(token, policy.document, cached?.id ?? null);
}

function changeable({ label, status, windowSize, cacheSize }: TokenRow) {
  return { label, status, windowSize, cacheSize };
}
