import { z } from "zod";

/** Milliseconds since 1970-01-01T00:00:00Z, as the store and every message keep instants. */
export const epochMs = z.number().int().nonnegative().max(8_640_000_000_000_000);

/** An opaque identifier: what the issuer made, never parsed. */
export const identifier = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);

/** An operating-system account name, which is the user's name too. Compared exactly. */
export const userName = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[^\p{Cc}\p{Cs}\s/:]+$/u);

/** Unpadded base64url (RFC 4648 §5). */
export const base64url = z.string().regex(/^[A-Za-z0-9_-]*$/);

/** What a console shows people; no control characters. */
export const displayText = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}]*$/u);

/** Why somebody did something, in his own words, for the audit: of several lines perhaps, and never blank. */
export const reasonText = z
  .string()
  .max(500)
  .regex(/^(?=\s*\S)(?:[^\p{Cc}]|\r?\n)*$/u);

/** A HOTP counter (RFC 4226 §5.1), kept within the integers JSON carries exactly. */
export const counter = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);

const isoDuration = /^P(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,9})S)?)?$/;

/**
 * Seconds in an ISO 8601 duration of days, hours, minutes and seconds (`PT5S`, `P7D`), or null where the text is
 * none. Years and months have no fixed length and are refused.
 */
export function durationSeconds(text: string): number | null {
  const match = isoDuration.exec(text);
  if (!match || text === "P" || text.endsWith("T")) return null;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
}

/** The shortest ISO 8601 text for a whole number of seconds. */
export function durationText(totalSeconds: number): string {
  const days = Math.floor(totalSeconds / 86_400);
  const hours = Math.floor((totalSeconds % 86_400) / 3600);
  const minutes = Math.floor((totalSeconds % 3600) / 60);
  const seconds = totalSeconds % 60;
  const time = `${hours ? `${hours}H` : ""}${minutes ? `${minutes}M` : ""}${seconds ? `${seconds}S` : ""}`;
  if (!days && !time) return "PT0S";
  return `P${days ? `${days}D` : ""}${time ? `T${time}` : ""}`;
}

/** A duration in a message or file: ISO 8601 with second granularity (UNI-12). */
export const duration = z
  .string()
  .max(40)
  .refine((text) => durationSeconds(text) !== null, {
    message: "an ISO 8601 duration such as PT5S or P7D is wanted",
  });

/** The public half of a P-256 key (RFC 7517, RFC 7518 §6.2). */
export const publicKey = z.strictObject({
  kty: z.literal("EC"),
  crv: z.literal("P-256"),
  x: base64url.length(43),
  y: base64url.length(43),
});
export type PublicKey = z.infer<typeof publicKey>;

/** The public half of an Ed25519 key (RFC 8037 §2). */
export const signingPublicKey = z.strictObject({
  kty: z.literal("OKP"),
  crv: z.literal("Ed25519"),
  x: base64url.length(43),
});
export type SigningPublicKey = z.infer<typeof signingPublicKey>;

export const hotpAlgorithm = z.enum(["SHA-1", "SHA-256", "SHA-512"]);
export type HotpAlgorithm = z.infer<typeof hotpAlgorithm>;
export const hotpDigits = z.union([z.literal(6), z.literal(7), z.literal(8)]);
export type HotpDigits = z.infer<typeof hotpDigits>;
