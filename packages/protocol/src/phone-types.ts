import { z } from "zod";

/**
 * What a phone, a registered authenticator app, can do for its user (REG-10): codes by time (RFC 6238) and by event (RFC
 * 4226), approving sign-ins, and answering the challenge of an endpoint that has no network.
 */
export const phoneType = z.enum(["totp", "hotp", "push", "qr-challenge"]);
export type PhoneType = z.infer<typeof phoneType>;

/** How a phone was registered: by a code that its user typed, or over a connection that it keeps (REG-12). */
export const phoneMode = z.enum(["offline", "online"]);
export type PhoneMode = z.infer<typeof phoneMode>;
