import { z } from "zod";
import { factor } from "./policy.ts";
import { epochMs, identifier } from "./primitives.ts";
import { refusalReason } from "./refusals.ts";

/** Stable codes of what the API refuses (RFC 9457 problem details), apart from sign-in refusals. */
export const problemCode = z.enum([
  "sign-in-refused",
  "invalid-request",
  "too-large",
  "not-found",
  "conflict",
  "idempotency-key-reused",
  "idempotency-key-in-use",
  "unauthenticated",
  "forbidden",
  "fresh-sign-in-required",
  "enrolment-required",
  "renewal-required",
  "endpoint-revoked",
  "phone-revoked",
  "proof-invalid",
  "nonce-stale",
  "clone-suspected",
  "contact-overtaken",
  "enrolment-code-invalid",
  "setup-closed",
  "continuation-invalid",
  "grant-invalid",
  "bundle-refused",
  "chain-broken",
  "restored",
  "too-many-requests",
  "storage-unavailable",
  "internal",
]);
export type ProblemCode = z.infer<typeof problemCode>;

/**
 * The server's word when it refuses. `inReplyTo` repeats the request's own id (its DPoP `jti`, or the
 * `Holdfast-Request` header), so that a cached or made-up answer of a proxy is never taken for a refusal (OTP-30).
 */
export const problem = z.strictObject({
  type: z.string().regex(/^urn:holdfast:problem:[a-z-]+$/),
  code: problemCode,
  title: z.string().max(200),
  status: z.number().int().min(400).max(599),
  detail: z.string().max(2000),
  inReplyTo: identifier.nullable(),
  reason: refusalReason.optional(),
  lockedUntilMs: epochMs.optional(),
  /** With a token out of step: what the person has that would do here instead (OTP-27). */
  otherWays: z.array(factor).max(12).optional(),
  retryAfterSeconds: z.number().int().nonnegative().optional(),
  /** With a contact that was overtaken: the highest number taken. */
  contactNumber: z.number().int().nonnegative().optional(),
  problems: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof problem>;

/** Every successful answer to an endpoint carries the same mark, for the same reason. */
export const answerMark = z.strictObject({ holdfast: z.literal(1), inReplyTo: identifier.nullable() });
