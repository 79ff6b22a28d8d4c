import type { CacheRecommendation, SignInRecord } from "@holdfast/core/oath/cache-recommendation";
import { recommendCacheSize } from "@holdfast/core/oath/cache-recommendation";
import type { CacheSizeQuestion } from "@holdfast/core/oath/cache-size";
import { cacheSize } from "@holdfast/core/oath/cache-size";
import { SERVER_SOURCE } from "@holdfast/core/reconcile/merge-endpoint-event";
import type { TokenView } from "@holdfast/protocol/admin-api";
import type { Actor } from "./actor.ts";
import { refusal, userResource } from "./authorization.ts";
import type { Outcome } from "./outcome.ts";
import { invalid, notFound, ok, refused } from "./outcome.ts";
import type { AppPorts } from "./ports.ts";
import { changeToken, withOwner } from "./tokens.ts";
import { policyOf } from "./users.ts";

/** The calculator of OTP-10 to OTP-13. */
export function calculateCacheSize(question: CacheSizeQuestion): Outcome<unknown> {
  const answer = cacheSize(question);
  if (answer.kind === "ok") return ok(answer);
  if (answer.reason === "cache-too-large") {
    return refused(
      "invalid-request",
      `${answer.working}: more than the ${answer.limit} codes that a cache may hold.`,
    );
  }
  return invalid(
    answer.field,
    answer.limit === null ? answer.reason : `${answer.reason} (limit ${answer.limit})`,
  );
}

export type RecommendationQuery = {
  days?: number | undefined;
  expectedDaysOffline?: number | undefined;
  variancePercent?: number | undefined;
};

const dayMs = 86_400_000;
const defaultDays = 30;

/** What the token's own sign-ins say about the size of its cache (OTP-14). */
export async function recommend(
  ports: AppPorts,
  actor: Actor,
  tokenId: string,
  query: RecommendationQuery,
): Promise<Outcome<CacheRecommendation>> {
  const nowMs = ports.clock.now();
  const fromMs = nowMs - (query.days ?? defaultDays) * dayMs;
  const found = await ports.store.read(async (tx) => {
    const owned = await withOwner(tx, tokenId);
    if (!owned) return null;
    if (refusal(actor, "users.read", await userResource(tx, owned.user.id))) return null;
    const { document: policy } = await policyOf(tx, owned.user);
    const currentSize = owned.token.cacheSize ?? owned.user.cacheSize ?? policy.offline.cacheSize;
    return { rows: await tx.consumptions.ofToken(tokenId, fromMs), currentSize };
  });
  if (!found) return notFound("token");
  const signIns: SignInRecord[] = found.rows.map(({ atMs, source }) => ({
    atMs,
    mode: source === SERVER_SOURCE ? "online" : "offline",
    endpoint: source,
  }));
  return ok(
    recommendCacheSize({
      signIns,
      ...(query.expectedDaysOffline === undefined ? {} : { expectedDaysOffline: query.expectedDaysOffline }),
      ...(query.variancePercent === undefined ? {} : { variancePercent: query.variancePercent }),
      ...(found.currentSize === null ? {} : { currentSize: found.currentSize }),
    }),
  );
}

/** Sets the recommended size; the window follows where a person agrees (AMB-OTP-2). */
export async function applyRecommendation(
  ports: AppPorts,
  actor: Actor,
  tokenId: string,
  query: RecommendationQuery & { confirmWindow?: boolean | undefined },
): Promise<Outcome<{ token: TokenView; recommendation: CacheRecommendation }>> {
  const { confirmWindow, ...asked } = query;
  const no = await ports.store.read(async (tx) => {
    const owned = await withOwner(tx, tokenId);
    return owned && refusal(actor, "users.authenticators", await userResource(tx, owned.user.id));
  });
  if (no) return no.code === "not-found" ? notFound("token") : no;
  const recommendation = await recommend(ports, actor, tokenId, asked);
  if (recommendation.kind === "refused") return recommendation;
  if (recommendation.value.kind !== "recommended")
    return refused("conflict", `There is no recommendation to apply: ${recommendation.value.kind}.`);
  const changed = await changeToken(ports, actor, tokenId, {
    cacheSize: recommendation.value.size,
    ...(confirmWindow === undefined ? {} : { confirmWindow }),
  });
  return changed.kind === "refused"
    ? changed
    : ok({ token: changed.value, recommendation: recommendation.value });
}
