import { z } from "zod";
import { factor, userPolicy } from "./policy.ts";
import {
  base64url,
  counter,
  epochMs,
  hotpAlgorithm,
  hotpDigits,
  identifier,
  publicKey,
  userName,
} from "./primitives.ts";

/** The bundle format this code writes and reads. */
export const bundleVersion = 1;

/** A person has one phone or two; more than this go into no bundle. */
export const mostBundlePhones = 8;

/** Which of the bypass codes of one user at one endpoint, one after another. */
export const bypassNumber = z.number().int().positive().max(Number.MAX_SAFE_INTEGER);

/** One look-ahead code. It exists in clear only inside the inner JWE and in memory. */
export const bundleCode = z.strictObject({ counter, code: z.string().regex(/^\d{6,8}$/) });

/**
 * The inner document, encrypted to the user's refill key: what only a user who has typed his factors may open.
 * Codes ascend by counter without gaps but for exposed ranges.
 */
export const bundleInner = z.strictObject({
  version: z.literal(1),
  endpointId: identifier,
  userId: identifier,
  tokenId: identifier,
  epoch: z.number().int().positive(),
  sequence: z.number().int().positive(),
  codes: z.array(bundleCode).max(1000),
  /**
   * What the help desk can give this user here (SECURITY §3): the hash of the bypass code in force, and the key of
   * challenges, each where the policy has it. The code itself leaves the server only to be read out.
   */
  bypass: z
    .strictObject({
      number: bypassNumber,
      codeHash: base64url.length(43).nullable(),
      challengeKey: base64url.length(43).nullable(),
    })
    .nullable(),
});
export type BundleInner = z.infer<typeof bundleInner>;

/**
 * The offline bundle (DESIGN §6): signed by a bundle key (EdDSA JWS, `typ` = "holdfast-bundle+jws"), then encrypted to
 * the endpoint (JWE ECDH-ES, A256GCM, `typ` = "holdfast-bundle+jwe").
 */
export const bundle = z.strictObject({
  version: z.literal(1),
  endpointId: identifier,
  userId: identifier,
  userName,
  epoch: z.number().int().positive(),
  sequence: z.number().int().positive(),
  issuedAtMs: epochMs,
  serverTimeMs: epochMs,
  /** Absolute end of the lease, always set; moves only by the server's signature. */
  notAfterMs: epochMs,
  maxSignIns: z.number().int().min(0).max(1000),
  policy: userPolicy,
  token: z
    .strictObject({
      id: identifier,
      digits: hotpDigits,
      algorithm: hotpAlgorithm,
      /** Lowest counter that may still be accepted. */
      nextCounter: counter,
      /** Highest counter in `inner`; nextCounter − 1 where it holds none. */
      handedThrough: z.number().int().min(-1).max(Number.MAX_SAFE_INTEGER),
    })
    .nullable(),
  /** The user's second factors that work online only: they say why an offline sign-in is not possible (OTP-3, OTP-4). */
  onlineOnly: z.array(factor).max(12),
  /**
   * Phones that answer challenges here (SECURITY §4), the one registered last first: a profile is one key of a phone, and
   * has its name from it. Public X25519 keys are no secret: whoever reads them can answer nothing, and none can be put in
   * their place, because all of this is signed.
   */
  phones: z
    .array(z.strictObject({ profileId: identifier, publicKey: base64url.length(43) }))
    .max(mostBundlePhones),
  /** The server's count at issue; the endpoint goes on from it. */
  failures: z.strictObject({
    count: z.number().int().nonnegative(),
    sinceLock: z.number().int().nonnegative(),
    lockedUntilMs: epochMs.nullable(),
  }),
  /** What of `inner.bypass` there is; null: nothing. */
  bypass: z.strictObject({ number: bypassNumber, code: z.boolean(), challenge: z.boolean() }).nullable(),
  /** Argon2id salt of the password's slot (SECURITY §1). */
  offlineSalt: base64url.length(22),
  credentialEpoch: z.number().int().nonnegative(),
  /** Oldest agent that may use this bundle (MDA-9). */
  minimumAgentVersion: z.string().regex(/^\d+\.\d+\.\d+$/),
  /** JWE of `bundleInner` to the refill key; null where the server has none from this user here. */
  inner: z.string().max(400_000).nullable(),
});
export type Bundle = z.infer<typeof bundle>;

/** POST /api/v1/endpoints/self/bundles. The same `requestId` gets the same bundle again. */
export const bundleRequest = z.strictObject({
  requestId: identifier,
  userName,
  /** From the sign-in that just succeeded; needed to register a refill key, not for a background refill. */
  grant: z.string().max(4096).optional(),
  refillKey: publicKey.optional(),
});
export type BundleRequest = z.infer<typeof bundleRequest>;

export const bundleAcknowledgement = z.strictObject({
  userId: identifier,
  epoch: z.number().int().positive(),
  sequence: z.number().int().positive(),
});
export type BundleAcknowledgement = z.infer<typeof bundleAcknowledgement>;

/** A signed order to delete (`typ` = "holdfast-revocation+jws"): the only thing that deletes cached material. */
export const revocation = z.strictObject({
  version: z.literal(1),
  id: identifier,
  endpointId: identifier,
  /** null: everything this endpoint holds. */
  userId: identifier.nullable(),
  /** null: everything of that user, but for phone-revoked: then the phone has none. */
  tokenId: identifier.nullable(),
  /** Set for phone-revoked: the answers of this profile are taken no more. */
  profileId: identifier.optional(),
  reason: z.enum([
    "user-disabled",
    "user-deleted",
    "device-stolen",
    "token-revoked",
    "phone-revoked",
    "endpoint-revoked",
    "offline-disallowed",
    "password-changed",
  ]),
  /** Slots of an older credential epoch go; set for password-changed. */
  credentialEpoch: z.number().int().nonnegative().optional(),
  issuedAtMs: epochMs,
});
export type Revocation = z.infer<typeof revocation>;
