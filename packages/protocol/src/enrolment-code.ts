import { z } from "zod";
import { base64url, identifier } from "./primitives.ts";

/**
 * What an administrator hands to whoever sets up an endpoint: which enrolment, its one-time secret, and the SHA-256 of
 * the certificate authority's SubjectPublicKeyInfo, so that nobody clicks through a warning. As text:
 * `HF1.<enrolment id>.<secret>.<pin>`.
 */
export const enrolmentCode = z.strictObject({
  enrolmentId: identifier,
  secret: base64url.min(16).max(64),
  authorityPin: base64url.length(43),
});
export type EnrolmentCode = z.infer<typeof enrolmentCode>;

export function formatEnrolmentCode(code: EnrolmentCode): string {
  return `HF1.${code.enrolmentId}.${code.secret}.${code.authorityPin}`;
}

/** The parts of an enrolment code, or null where the text is none. */
export function parseEnrolmentCode(text: string): EnrolmentCode | null {
  if (text.length > 256) return null;
  const [mark, enrolmentId, secret, authorityPin, ...rest] = text.trim().split(".");
  if (mark !== "HF1" || rest.length > 0) return null;
  const parsed = enrolmentCode.safeParse({ enrolmentId, secret, authorityPin });
  return parsed.success ? parsed.data : null;
}
