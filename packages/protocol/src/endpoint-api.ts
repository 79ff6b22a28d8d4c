import { z } from "zod";
import { chainedEvent } from "./endpoint-events.ts";
import { endpointMemory } from "./endpoint-memory.ts";
import { clientProfile } from "./policy.ts";
import {
  base64url,
  counter,
  displayText,
  duration,
  epochMs,
  identifier,
  publicKey,
  signingPublicKey,
  userName,
} from "./primitives.ts";
import { answerMark } from "./problem.ts";

/** How an endpoint keeps its HMAC key and rollback counter; software ones get shorter leases (DESIGN §6). */
export const keyProtection = z.enum(["file", "tpm"]);
export type KeyProtection = z.infer<typeof keyProtection>;

/** A server as an endpoint should try it. `site` orders the tries (MDA-11). */
export const serverAddress = z.strictObject({ url: z.url({ protocol: /^https$/ }), site: displayText });
export type ServerAddress = z.infer<typeof serverAddress>;

/**
 * POST /api/v1/endpoints: enrolment by a one-time code. The request is signed by the new device key (DPoP), and the
 * code's secret authorises it.
 */
export const enrolmentRequest = z.strictObject({
  enrolmentId: identifier,
  secret: base64url.min(16).max(64),
  hostName: displayText,
  agentVersion: z.string().regex(/^\d+\.\d+\.\d+$/),
  profile: clientProfile,
  keyProtection,
  deviceKey: publicKey,
  encryptionKey: publicKey,
});
export type EnrolmentRequest = z.infer<typeof enrolmentRequest>;

export const enrolmentAnswer = answerMark.extend({
  endpointId: identifier,
  name: displayText,
  site: displayText,
  /** First key of this endpoint's event chain. */
  chainKey: base64url.length(43),
  /** Public half of the root key that signs the key manifest. */
  rootKey: signingPublicKey,
  /** JWS, `typ` = "holdfast-manifest+jws". */
  manifest: z.string().max(65_536),
  nonce: base64url.min(16).max(64),
});
export type EnrolmentAnswer = z.infer<typeof enrolmentAnswer>;

/** The numbered list of keys and servers to trust, signed by the root key (SECURITY §7). */
export const manifest = z.strictObject({
  version: z.literal(1),
  number: z.number().int().positive(),
  issuedAtMs: epochMs,
  epoch: z.number().int().positive(),
  bundleKeys: z
    .array(
      z.strictObject({
        kid: identifier,
        key: signingPublicKey,
        notBeforeMs: epochMs,
        notAfterMs: epochMs.nullable(),
      }),
    )
    .min(1)
    .max(16),
  /** SHA-256 of the SubjectPublicKeyInfo of each certificate authority to trust. */
  authorityPins: z.array(base64url.length(43)).min(1).max(16),
});
export type Manifest = z.infer<typeof manifest>;

/**
 * POST /api/v1/endpoints/self/contact: one exchange that brings both sides level. The endpoint sends what happened
 * (idempotent: events are known by sequence), the server answers with where every cached user stands.
 */
export const contactRequest = z.strictObject({
  /** Fresh randomness; the signed time answers it. */
  timeNonce: base64url.min(16).max(64),
  /** Higher than in any contact before, so that one that was overtaken is known; null: it could not be written down. */
  contactNumber: z.number().int().positive().nullable(),
  /** One that the server said it had taken and that this endpoint has never given: somebody else has its key. */
  foreignNumber: z.number().int().positive().optional(),
  agentVersion: z.string().regex(/^\d+\.\d+\.\d+$/),
  events: z.array(chainedEvent).max(200),
  /** More events wait after these. */
  more: z.boolean(),
  holdings: z
    .array(
      z.strictObject({
        userId: identifier,
        epoch: z.number().int().nonnegative(),
        sequence: z.number().int().nonnegative(),
        remaining: z.number().int().nonnegative(),
        notAfterMs: epochMs,
        /** Which bypass code lies there, and the lowest that would be accepted: a used one is passed. */
        bypass: z
          .strictObject({ number: z.number().int().nonnegative(), floor: z.number().int().nonnegative() })
          .optional(),
      }),
    )
    .max(1000),
  manifestNumber: z.number().int().nonnegative(),
  /** As the endpoint's configuration says now: a buffer set there counts without a new enrolment (OTP-18). */
  profile: clientProfile.optional(),
  /** Set where the endpoint's own chain can tell nothing any more: which file was damaged or changed, and how (UNI-5). */
  storeDamage: z
    .strictObject({ file: z.string().min(1).max(100), why: z.string().min(1).max(200) })
    .optional(),
  /** Where the server asked for it: it was restored from a backup. */
  memory: endpointMemory.optional(),
});
export type ContactRequest = z.infer<typeof contactRequest>;

/** JWS payload, `typ` = "holdfast-time+jws", signed by a bundle key. */
export const signedTime = z.strictObject({
  version: z.literal(1),
  endpointId: identifier,
  nonce: base64url.min(16).max(64),
  serverTimeMs: epochMs,
});
export type SignedTime = z.infer<typeof signedTime>;

export const contactAnswer = answerMark.extend({
  time: z.string().max(4096),
  /** Every event up to here is safe at the server and may be forgotten. */
  eventsThrough: z.number().int().nonnegative(),
  /** The server's signature over the chain's head (`typ` = "holdfast-chain-head+jws"). */
  headSignature: z.string().max(4096),
  users: z.array(
    z.strictObject({
      userId: identifier,
      userName,
      status: z.enum(["active", "disabled"]),
      failures: z.number().int().nonnegative(),
      /** Of them, those after the last lock began. */
      failuresSinceLock: z.number().int().nonnegative(),
      lockedUntilMs: epochMs.nullable(),
      credentialEpoch: z.number().int().nonnegative(),
      /** Per token: lowest counter still acceptable anywhere. */
      floors: z.array(z.strictObject({ tokenId: identifier, nextCounter: counter })),
      /** Lowest number of a bypass code that may still be accepted there. */
      bypassFloor: z.number().int().nonnegative(),
      /** True where a refill would bring more or newer than what is held. */
      refillDue: z.boolean(),
      /** Set where a conflict was found: the user must sign in online once, open sessions are locked. */
      freshSignInNeeded: z.boolean(),
    }),
  ),
  /** JWS of `revocation`, until the endpoint has reported `revocation-done`. */
  revocations: z.array(z.string().max(8192)),
  manifest: z.string().max(65_536).nullable(),
  servers: z.array(serverAddress).min(1).max(64),
  failoverBetweenSites: z.boolean(),
  /** Retry or refill no sooner than this, so that thousands do not come at once. */
  retryAfterSeconds: z.number().int().nonnegative(),
  nonce: base64url.min(16).max(64),
});
export type ContactAnswer = z.infer<typeof contactAnswer>;

/** POST /api/v1/endpoints/self/slot-parameters: told only to who has just signed in there. */
export const slotParametersAnswer = answerMark.extend({
  userId: identifier,
  /** Argon2id salt of the password's slot (SECURITY §1). */
  offlineSalt: base64url.length(22),
  credentialEpoch: z.number().int().nonnegative(),
});

/** POST /api/v1/endpoints/self/bundles. */
export const bundleAnswer = answerMark.extend({
  /** JWE, `typ` = "holdfast-bundle+jwe". */
  bundle: z.string().max(820_000),
  offlineSalt: base64url.length(22),
  credentialEpoch: z.number().int().nonnegative(),
});

/** GET /api/v1/endpoints/self/stream (server-sent events): `event` is the type, `data` this JSON. */
export const streamMessage = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("hello"), serverId: identifier, site: displayText, heartbeat: duration }),
  z.strictObject({ type: z.literal("heartbeat") }),
  /** Something about this endpoint changed: make contact now. */
  z.strictObject({ type: z.literal("contact-now"), why: z.string().max(100) }),
]);
export type StreamMessage = z.infer<typeof streamMessage>;

/** POST /api/v1/endpoints/self/account-checks: PAM's account phase while online (ssh keys bypass auth). */
export const accountCheck = z.strictObject({ userName });
export const accountAnswer = answerMark.extend({ status: z.enum(["active", "disabled", "unknown"]) });
