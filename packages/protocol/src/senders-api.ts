import { z } from "zod";
import { displayText, epochMs, identifier } from "./primitives.ts";

/** How the server reaches people: mail by SMTP, short messages by an HTTP gateway. Under /api/v1/senders. */

export const sendChannel = z.enum(["sms", "email"]);
export type SendChannel = z.infer<typeof sendChannel>;

/** International form (ITU-T E.164): a plus sign and up to fifteen digits. Spaces and the like are taken out. */
export const phoneNumber = z.string().regex(/^\+[1-9]\d{6,14}$/);
export const mailAddress = z.email().max(254);

const host = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[A-Za-z0-9.:_-]+$/);
const certificates = z
  .string()
  .max(32_768)
  .regex(/^-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----\s*$/);
const codeDigits = z.union([z.literal(6), z.literal(7), z.literal(8)]);

const smtp = z.strictObject({
  kind: z.literal("smtp"),
  host,
  port: z.number().int().min(1).max(65_535),
  /** `starttls` and `tls` never go on without a certificate that is right; `none` is for a relay that asks for nothing. */
  security: z.enum(["starttls", "tls", "none"]),
  userName: z.string().min(1).max(256).nullable(),
  from: mailAddress,
  /** PEM; null: the authorities that this machine trusts. */
  authority: certificates.nullable(),
  codeDigits,
});

const gateway = z.strictObject({
  kind: z.literal("http"),
  /** https, or http to this very machine. */
  url: z.url({ protocol: /^https?$/ }).max(2000),
  contentType: z.enum(["application/json", "application/x-www-form-urlencoded", "text/plain"]),
  /** What is posted; {{to}} and {{text}} are put in, escaped for the content type. */
  body: z.string().min(1).max(4000),
  /** Header that carries the secret, such as Authorization. */
  secretHeader: z
    .string()
    .max(64)
    .regex(/^[A-Za-z0-9-]+$/)
    .nullable(),
  authority: certificates.nullable(),
  codeDigits,
});

/** For development, and in a demo only: messages stay here, to be read at the senders' page. */
const catcher = z.strictObject({ kind: z.literal("catcher"), codeDigits });

const secret = z.string().min(1).max(2000).nullable().optional();
/** `secret`: of a password or token; absent: as it is; null: none from now on. */
export const emailSenderChange = z.discriminatedUnion("kind", [smtp.extend({ secret }), catcher]);
export type EmailSenderChange = z.infer<typeof emailSenderChange>;
export const smsSenderChange = z.discriminatedUnion("kind", [gateway.extend({ secret }), catcher]);
export type SmsSenderChange = z.infer<typeof smsSenderChange>;

const kept = { hasSecret: z.boolean(), changedAtMs: epochMs };
export const emailSender = z.discriminatedUnion("kind", [smtp.extend(kept), catcher.extend(kept)]);
export type EmailSender = z.infer<typeof emailSender>;
export const smsSender = z.discriminatedUnion("kind", [gateway.extend(kept), catcher.extend(kept)]);
export type SmsSender = z.infer<typeof smsSender>;

/** One message that was to go out; neither text nor code is kept, and of the address as much as tells which it is. */
export const sentMessage = z.strictObject({
  id: identifier,
  channel: sendChannel,
  purpose: z.enum(["sign-in", "enrolment", "notice", "test"]),
  userId: identifier.nullable(),
  to: z.string(),
  atMs: epochMs,
  state: z.enum(["queued", "sent", "failed"]),
  /** Of a failure. */
  why: z.string().nullable(),
});
export type SentMessage = z.infer<typeof sentMessage>;

export const sendersView = z.strictObject({
  email: emailSender.nullable(),
  sms: smsSender.nullable(),
  /** Whether messages may be caught here instead of sent: in a demo. */
  mayCatch: z.boolean(),
  /** The last ones, newest first. */
  messages: z.array(sentMessage),
});
export type SendersView = z.infer<typeof sendersView>;

export const senderTest = z.strictObject({ to: z.string().min(1).max(254) });
export type SenderTest = z.infer<typeof senderTest>;
/** `why`: what the other side answered, for who sets it up. */
export const senderTestAnswer = z.strictObject({ sent: z.boolean(), why: z.string().nullable() });
export type SenderTestAnswer = z.infer<typeof senderTestAnswer>;

export const caughtMessages = z.strictObject({
  items: z.array(
    z.strictObject({
      id: identifier,
      channel: sendChannel,
      to: z.string(),
      subject: z.string().nullable(),
      text: z.string(),
      atMs: epochMs,
    }),
  ),
});
export type CaughtMessages = z.infer<typeof caughtMessages>;

/** POST …/authenticators/proofs: a code goes to a number or an address, so that nobody enrols what is not his. */
export const addressProofBegin = z.strictObject({
  kind: z.enum(["sms-code", "email-code"]),
  /** As it is typed; a phone number with its country code. */
  address: z.string().min(3).max(254),
});
export type AddressProofBegin = z.infer<typeof addressProofBegin>;
export const addressProof = z.strictObject({
  proofId: identifier,
  sentTo: z.string(),
  expiresAtMs: epochMs,
  triesLeft: z.number().int().nonnegative(),
});
export type AddressProof = z.infer<typeof addressProof>;

/** POST …/authenticators/proofs/:proofId: the code that arrived. A number or address of before is replaced. */
export const addressProofEnd = z.strictObject({
  code: z.string().min(1).max(16),
  label: displayText.optional(),
});
export type AddressProofEnd = z.infer<typeof addressProofEnd>;
