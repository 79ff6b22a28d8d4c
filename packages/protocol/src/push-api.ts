import { z } from "zod";
import { workflow } from "./policy.ts";
import { base64url, displayText, epochMs, identifier } from "./primitives.ts";

/**
 * Push: a sign-in asks the person's phone, and the phone answers with a signature. Administrators switch it on at
 * /api/v1/users/:id/push and /api/v1/push-changes (REG-23, REG-24); phones read and answer at /api/v1/phone.
 */

/** How long a request waits for its answer. */
export const PUSH_LIFETIME_SECONDS = 60;

/** Why a user cannot be asked by push now; the first that applies (REG-4, REG-26). */
export const pushObstacle = z.enum([
  "not-enabled",
  "no-phone",
  /** Only phones that were registered offline, which no server can reach (REG-4). */
  "only-offline-phones",
  /** An online phone is there, and none may approve sign-ins. */
  "not-a-type-of-any-phone",
  /** Require Biometric Seed is on, and no phone's keys are bound to a fingerprint or face (REG-25). */
  "no-phone-with-biometric",
]);
export type PushObstacle = z.infer<typeof pushObstacle>;

/** PUT /api/v1/users/:id/push. */
export const pushChange = z.strictObject({ enabled: z.boolean(), requireBiometric: z.boolean() });
export type PushChange = z.infer<typeof pushChange>;

/** GET /api/v1/users/:id/push. */
export const pushView = z.strictObject({
  enabled: z.boolean(),
  requireBiometric: z.boolean(),
  /** Enabled, and a phone is there that can be asked (REG-26). */
  ready: z.boolean(),
  /** Why not; null: ready. */
  why: pushObstacle.nullable(),
  /** The same in a sentence, with what to do about it. */
  text: z.string().nullable(),
  /** The caller may change it; never his own. */
  may: z.boolean(),
  warnings: z.array(z.strictObject({ code: z.string(), message: z.string() })),
});
export type PushView = z.infer<typeof pushView>;

/** POST /api/v1/push-changes: many users, each by himself (REG-24). */
export const pushChanges = pushChange.extend({ userIds: z.array(identifier).min(1).max(100) });
export type PushChanges = z.infer<typeof pushChanges>;

export const pushChangeResult = z.strictObject({
  userId: identifier,
  /** Null: there is no such user, or the caller cannot see him. */
  userName: z.string().nullable(),
  outcome: z.enum(["changed", "unchanged", "failed"]),
  /** Of a failure: why. */
  detail: z.string().nullable(),
  /** Why push does not work for him even so; null: it does, or it was switched off, or the change failed. */
  why: pushObstacle.nullable(),
});
export type PushChangeResult = z.infer<typeof pushChangeResult>;
export const pushChangesAnswer = z.strictObject({ results: z.array(pushChangeResult) });
export type PushChangesAnswer = z.infer<typeof pushChangesAnswer>;

/** What the person sees before he decides. Never the number, which stands at the sign-in only (SECURITY §3). */
export const pushDetails = z.strictObject({
  account: z.string(),
  workflow,
  /** What he would get into, in words: `the console`, `remote access`, the name of an endpoint. */
  application: displayText,
  /** Where it was begun: an endpoint's name, a gateway, a browser; null: unknown. */
  place: z.string().max(300).nullable(),
  /** Address it was begun from; null: unknown. */
  address: z.string().max(256).nullable(),
});
export type PushDetails = z.infer<typeof pushDetails>;

/** What a phone is to sign. It takes nothing of it on trust: all of it follows from the text, of which it signs the digest. */
export const pushOrder = z.strictObject({
  title: displayText,
  /** SHA-256 of the document, as the portal shows it. */
  documentSha256: base64url.length(43),
  /** The order's canonical text (signing-statement). */
  text: z.string().min(1).max(8192),
  /** SHA-256 of that text: what is signed. */
  digest: base64url.length(43),
});
export type PushOrder = z.infer<typeof pushOrder>;

export const pushRequestView = z.strictObject({
  id: identifier,
  /** base64url of 32 random bytes, to be signed. */
  challenge: base64url.length(43),
  askedAtMs: epochMs,
  expiresAtMs: epochMs,
  details: pushDetails,
  /** Null: a sign-in. */
  order: pushOrder.nullable(),
  /** An approval needs a WebAuthn assertion of the phone's own credential, too. */
  requireBiometric: z.boolean(),
});
export type PushRequestView = z.infer<typeof pushRequestView>;

/** GET /api/v1/phone/push-requests: what waits for this phone's user. */
export const pushRequestList = z.strictObject({
  serverTimeMs: epochMs,
  items: z.array(pushRequestView).max(1),
  /** What went away unanswered and would still wait otherwise, newest first. It can still be reported. */
  withdrawn: z.array(z.strictObject({ id: identifier, text: z.string() })).max(5),
});
export type PushRequestList = z.infer<typeof pushRequestList>;

export const pushDecision = z.enum(["approve", "deny", "report"]);
export type PushDecision = z.infer<typeof pushDecision>;

/** Of a denial; `not-me` of a report alone. */
export const pushReason = z.enum(["not-now", "mistake", "not-me"]);
export type PushReason = z.infer<typeof pushReason>;

/** The payload of the phone's statement, a JWS of the type `holdfast-push-answer+jws` by its approval key (ES256). */
export const pushStatement = z
  .strictObject({
    v: z.literal(1),
    id: identifier,
    phoneId: identifier,
    challenge: base64url.length(43),
    decision: pushDecision,
    /** The two digits as typed; null where nothing is approved. */
    number: z
      .string()
      .regex(/^\d{2}$/)
      .nullable(),
    reason: pushReason.nullable(),
    /** Of an order: what is signed. */
    digest: base64url.length(43).nullable(),
  })
  .refine(
    ({ decision, number, reason }) =>
      decision === "approve"
        ? number !== null && reason === null
        : number === null && (reason === "not-me") === (decision === "report"),
    { message: "an approval has a number, a report the reason not-me, a denial another reason or none" },
  );
export type PushStatement = z.infer<typeof pushStatement>;

/** POST /api/v1/phone/push-requests/:id/answers. */
export const pushAnswer = z.strictObject({
  statement: z.string().min(1).max(4096),
  /** AuthenticationResponseJSON whose challenge is the SHA-256 of the statement's signing input. */
  assertion: z.record(z.string(), z.unknown()).nullable(),
});
export type PushAnswer = z.infer<typeof pushAnswer>;

export const pushAnswered = z.strictObject({
  outcome: z.enum(["approved", "denied", "reported"]),
  /** What the person reads. */
  text: z.string(),
});
export type PushAnswered = z.infer<typeof pushAnswered>;

/** GET /api/v1/phone/web-push: how the app subscribes (RFC 8292). */
export const webPushView = z.strictObject({
  /** The server's VAPID key, base64url of an uncompressed P-256 point. */
  publicKey: base64url.length(87),
  /** The endpoint that is subscribed for this phone; null: none. */
  endpoint: z.string().nullable(),
});
export type WebPushView = z.infer<typeof webPushView>;

/** PUT /api/v1/phone/web-push: a PushSubscription as JSON (Push API §8); null: no more. */
export const webPushChange = z.strictObject({
  subscription: z
    .strictObject({
      endpoint: z.url({ protocol: /^https$/ }).max(1000),
      keys: z.strictObject({ p256dh: base64url.length(87), auth: base64url.length(22) }),
    })
    .nullable(),
});
export type WebPushChange = z.infer<typeof webPushChange>;
