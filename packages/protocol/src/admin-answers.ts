import { z } from "zod";
import {
  apiKeyView,
  endpointView,
  enrolmentView,
  offlineOutlookEntry,
  ownedTokenView,
  policyView,
  tokenView,
  userView,
} from "./admin-api.ts";
import { displayText, epochMs, identifier, signingPublicKey } from "./primitives.ts";

/** Lists and findings that the administration API answers with; single things are in admin-api. */

/** Items of one page, and what to pass as `after` for the next; null at the end. */
function pageOf<T extends z.ZodType>(item: T) {
  return z.strictObject({ items: z.array(item), next: z.string().nullable() });
}

export const userPage = pageOf(userView);
export const tokenPage = pageOf(ownedTokenView);
export const endpointPage = pageOf(endpointView);
export const policyPage = pageOf(policyView);
export const enrolmentPage = pageOf(enrolmentView);
export const apiKeyPage = pageOf(apiKeyView);
export const outlookPage = pageOf(offlineOutlookEntry);

/** One audit event; personal data and what happened are here, secrets never are. */
export const auditView = z.strictObject({
  id: z.number().int(),
  /** When it happened; an endpoint's event arrives later. */
  atMs: epochMs,
  receivedAtMs: epochMs,
  type: z.string(),
  /** Who did it, as the chain keeps him: `user:usr_…`, `endpoint:ep_…`, `api-key:key_…`, `server` and others. */
  actor: z.string(),
  /** His name now; of a key that was revoked, its last. Null: nothing but the actor is known. */
  actorName: z.string().nullable(),
  /** The name of who made the API key, or whose phone it is; null: neither, or he is gone. */
  actorPerson: z.string().nullable(),
  subjectUserId: z.string().nullable(),
  endpointId: z.string().nullable(),
  attemptId: z.string().nullable(),
  outcome: z.enum(["succeeded", "refused", "info"]),
  reason: z.string().nullable(),
  mode: z.enum(["online", "offline"]).nullable(),
  detail: z.record(z.string(), z.unknown()),
  chain: z.string(),
  sequence: z.number().int(),
  previousHash: z.string(),
  hash: z.string(),
  mac: z.string().nullable(),
});
export type AuditView = z.infer<typeof auditView>;
export const auditPage = pageOf(auditView);

export const auditChainFinding = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("whole"), chain: z.string(), through: z.number().int() }),
  z.strictObject({ kind: z.literal("broken"), chain: z.string(), at: z.number().int(), why: z.string() }),
]);
export const auditChainPage = pageOf(auditChainFinding);

export const alertView = z.strictObject({
  id: identifier,
  kind: z.string(),
  atMs: epochMs,
  userId: identifier.nullable(),
  endpointId: identifier.nullable(),
  detail: z.record(z.string(), z.unknown()),
  status: z.enum(["open", "closed"]),
});
export type AlertView = z.infer<typeof alertView>;
export const alertPage = pageOf(alertView);

/** The calculator's answer (OTP-10 to OTP-13). */
export const cacheSizeAnswer = z.strictObject({
  kind: z.literal("ok"),
  size: z.number().int(),
  working: z.string(),
  baseline: z.number(),
  loginsPerDay: z.number(),
  daysOffline: z.number(),
  variancePercent: z.number(),
});

const observedUse = z.strictObject({
  days: z.number().int(),
  signIns: z.number().int(),
  peakLoginsPerDay: z.number().int(),
  longestOfflineDays: z.number().int(),
  peakCodesOffline: z.number().int(),
});

/** What a token's own sign-ins say about the size of its cache (OTP-14). */
export const cacheRecommendation = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("recommended"),
    size: z.number().int(),
    working: z.string(),
    observed: observedUse,
    change: z.enum(["raise", "lower", "keep"]).nullable(),
  }),
  z.strictObject({ kind: z.literal("too-little-data"), observed: observedUse, neededDays: z.number().int() }),
  z.strictObject({ kind: z.literal("days-offline-unknown"), observed: observedUse }),
  z.strictObject({
    kind: z.literal("refused"),
    reason: z.string(),
    observed: observedUse,
    field: z.string().optional(),
    size: z.number().optional(),
    working: z.string().optional(),
    limit: z.number().nullable().optional(),
  }),
]);
export type CacheRecommendationView = z.infer<typeof cacheRecommendation>;
export const recommendationApplied = z.strictObject({
  token: tokenView,
  recommendation: cacheRecommendation,
});

/** Where the keys stand that endpoints trust (SECURITY §7). */
export const keysView = z.strictObject({
  rootKey: z.strictObject({
    kid: identifier,
    /** False: it was exported, and is kept offline. */
    onServer: z.boolean(),
  }),
  manifest: z.strictObject({
    number: z.number().int(),
    /** What it says is no longer what is so: the next one waits to be signed. */
    due: z.boolean(),
  }),
  bundleKeys: z.array(
    z.strictObject({
      kid: identifier,
      notBeforeMs: epochMs,
      notAfterMs: epochMs.nullable(),
      signing: z.boolean(),
    }),
  ),
});
export type KeysView = z.infer<typeof keysView>;

/** The key manifest in force, as endpoints get it (SECURITY §7). */
export const manifestAnswer = z.strictObject({
  number: z.number().int(),
  /** JWS, `typ` = "holdfast-manifest+jws". */
  document: z.string(),
  rootKey: signingPublicKey,
});

/** GET /healthz and /readyz. */
export const healthAnswer = z.strictObject({ status: z.literal("ok") });
export const readinessAnswer = z.strictObject({
  status: z.literal("ready"),
  serverId: identifier,
  site: displayText,
  /** When the first of this server's certificates ends; null without TLS. */
  certificateNotAfterMs: epochMs.nullable(),
});
