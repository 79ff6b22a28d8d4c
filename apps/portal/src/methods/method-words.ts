import type { Schema } from "@holdfast/api-client/client";

export type Kind = Schema<"AuthenticatorView">["kind"];
type Factor = Schema<"Factor">;

/** What people call each way to sign in, and what it is good for. */
export const factorWords: Readonly<
  Record<Factor, { readonly name: string; readonly add: string; readonly about: string }>
> = {
  password: {
    name: "Password",
    add: "Change the password",
    about: "What you type first. With and without the network.",
  },
  hotp: {
    name: "Token (HOTP)",
    add: "Add a token (HOTP)",
    about: "An authenticator app or key fob with a button. Works without the network, too.",
  },
  totp: {
    name: "Token (TOTP)",
    add: "Add an authenticator app (TOTP)",
    about: "Codes that change every half minute. Not without the network.",
  },
  passkey: {
    name: "Passkey",
    add: "Add a passkey",
    about: "Fingerprint, face or security key, nothing to type. Not without the network.",
  },
  "recovery-code": {
    name: "Recovery codes",
    add: "Make recovery codes",
    about: "On paper, for the day you lose everything else. Each works once.",
  },
  pin: { name: "PIN", add: "Set a PIN", about: "A short number beside your card." },
  "sms-code": {
    name: "Phone number",
    add: "Add a phone number",
    about: "A code by SMS. Weaker than an app or a passkey. Not without the network.",
  },
  "email-code": {
    name: "E-mail address",
    add: "Add an e-mail address",
    about: "A code by e-mail. The weakest of them. Not without the network.",
  },
  "temporary-code": {
    name: "Temporary code",
    add: "Ask for a temporary code",
    about: "From your help desk, for some hours or days. Not without the network.",
  },
  "bypass-code": {
    name: "Bypass code",
    add: "Ask for a bypass code",
    about: "From your help desk, at a computer without the network.",
  },
  ocra: {
    name: "Answer to a challenge",
    add: "Ask for an answer",
    about: "From your help desk, at a computer without the network.",
  },
  push: {
    name: "Approval on the phone",
    add: "Add a phone",
    about: "A request on your phone that you approve with a number. Not without the network.",
  },
  "qr-challenge": {
    name: "QR code answered by the phone",
    add: "Add a phone",
    about: "At a computer without the network: your phone reads its code and shows the answer.",
  },
  card: { name: "Card", add: "Add a card", about: "Your proximity card, at computers with a reader." },
};

/** In the order in which they are offered: the ones that most people want first. */
export const offered: readonly Kind[] = [
  "passkey",
  "totp",
  "hotp",
  "recovery-code",
  "pin",
  "card",
  "sms-code",
  "email-code",
];
