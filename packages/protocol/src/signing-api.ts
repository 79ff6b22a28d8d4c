import { z } from "zod";
import { factor } from "./policy.ts";
import { displayText, duration, epochMs, identifier, userName } from "./primitives.ts";
import { given, prompt } from "./sign-in-api.ts";
import { sha256Text } from "./signing-statement.ts";

/**
 * Signing of orders: an application asks (POST /api/v1/signings, API key with the scope `sign`), the person signs at the
 * portal by two fresh factors, the application fetches the statement.
 */

/** Repeated with the same `requestId` it is the same request; with another content under it, a conflict. */
export const signingCreation = z.strictObject({
  userName,
  /** SHA-256 of the document, base64url. */
  digest: sha256Text,
  /** What the person reads before he signs. */
  documentTitle: displayText,
  /** The application's own, unique among its requests. */
  requestId: identifier,
  /** How long the person has; a minute to a day, an hour if nothing is said. */
  expiresIn: duration.optional(),
});
export type SigningCreation = z.infer<typeof signingCreation>;

export const signingStatus = z.enum(["pending", "signed", "declined", "cancelled", "expired", "void"]);
export type SigningStatus = z.infer<typeof signingStatus>;

export const signingCreated = z.strictObject({
  id: identifier,
  /** Where the person signs. */
  url: z.string(),
  status: signingStatus,
  expiresAtMs: epochMs,
});
export type SigningCreated = z.infer<typeof signingCreated>;

/** GET /api/v1/signings/:id, for the application that asked. */
export const signingView = z.strictObject({
  id: identifier,
  requestId: identifier,
  status: signingStatus,
  userName,
  documentTitle: displayText,
  digest: sha256Text,
  url: z.string(),
  createdAtMs: epochMs,
  expiresAtMs: epochMs,
  endedAtMs: epochMs.nullable(),
  /** Once signed: the statement as a JWS in compact form. */
  statement: z.string().nullable(),
});
export type SigningView = z.infer<typeof signingView>;

/** Why the person who is signed in cannot sign orders now, and what he does about it. */
export const signingObstacle = z.strictObject({
  code: z.enum(["not-allowed", "no-passkey", "not-proofed", "proofing-unconfirmed", "proofing-lost"]),
  text: z.string(),
  next: z.string(),
});
export type SigningObstacle = z.infer<typeof signingObstacle>;

/** GET /api/v1/me/signings/:id: what the person is asked to sign. */
export const ownSigningView = z.strictObject({
  id: identifier,
  status: signingStatus,
  applicationName: displayText,
  documentTitle: displayText,
  digest: sha256Text,
  createdAtMs: epochMs,
  expiresAtMs: epochMs,
  endedAtMs: epochMs.nullable(),
  obstacle: signingObstacle.nullable(),
});
export type OwnSigningView = z.infer<typeof ownSigningView>;
export const ownSigningList = z.strictObject({ items: z.array(ownSigningView) });

/** POST /api/v1/me/signings/:id/sign and …/steps. */
export const signingBegin = z.strictObject({ given: z.array(given).max(3).default([]) });
export type SigningBegin = z.infer<typeof signingBegin>;
const continuation = z.string().max(32_768);
export const signingStep = z.strictObject({ continuation, given });
export type SigningStep = z.infer<typeof signingStep>;

export const signingAnswer = z.discriminatedUnion("status", [
  z.strictObject({
    status: z.literal("asking"),
    continuation,
    expiresAtMs: epochMs,
    prompts: z.array(prompt).min(1),
  }),
  z.strictObject({ status: z.literal("signed"), factors: z.array(factor), signing: ownSigningView }),
]);
export type SigningAnswer = z.infer<typeof signingAnswer>;
