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
};

export const factors = Object.keys(factorWords) as readonly Factor[];
