import type { PhoneType } from "@holdfast/protocol/phone-types";

const words: Readonly<Record<PhoneType, string>> = {
  totp: "show codes that change with time",
  hotp: "show a code at each press",
  push: "approve sign-ins",
  "qr-challenge": "answer endpoints that have no network",
};

/** "show codes that change with time, and answer endpoints that have no network". */
export function typeWords(types: readonly PhoneType[]): string {
  const all = types.map((type) => words[type]);
  return all.length < 2 ? (all[0] ?? "nothing yet") : `${all.slice(0, -1).join(", ")}, and ${all.at(-1)}`;
}
