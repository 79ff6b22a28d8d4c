import type { Schema } from "@holdfast/api-client/client";

export type Factor = Schema<"Factor">;

export const factorWords: Readonly<Record<Factor, string>> = {
  password: "Password",
  hotp: "Event-based code (HOTP)",
  totp: "Time-based code (TOTP)",
  passkey: "Passkey",
  "recovery-code": "Recovery code",
  pin: "PIN",
  card: "Proximity card",
  "temporary-code": "Temporary code",
  "sms-code": "Code by SMS",
  "email-code": "Code by e-mail",
  "bypass-code": "Bypass code",
  ocra: "Answer to a challenge (OCRA)",
  push: "Approval on the phone (Mobile Push)",
  "qr-challenge": "QR challenge answered by the phone",
};

/** What a workflow can ask for. What the help desk gives to computers without a network is none of them. */
export const workflowFactors = (Object.keys(factorWords) as readonly Factor[]).filter(
  (factor) => factor !== "bypass-code" && factor !== "ocra",
);

/** What people enrol. */
export const enrollableFactors = workflowFactors.filter(
  (factor) => factor !== "password" && factor !== "temporary-code" && factor !== "qr-challenge",
);
