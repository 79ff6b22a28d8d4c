import type { Schema } from "@holdfast/api-client/client";
import { clockTime } from "@holdfast/ui/time-words.ts";

export type Phone = Schema<"PhoneView">;
type End = Extract<Schema<"PhoneRegistrationView">, { state: "ended" }>["why"];

/** What a phone is good for, as its person says it. */
export const typeWords: Readonly<Record<Phone["types"][number], string>> = {
  push: "approves sign-ins",
  totp: "codes that change",
  hotp: "codes that work without the network",
  "qr-challenge": "answers QR codes without the network",
};

/** How it was registered (REG-3, REG-5). */
export function registeredText({ mode, lastSyncMs }: Phone): string {
  if (mode === "offline") return "Offline QR code";
  return lastSyncMs === null ? "Last sync: not yet" : `Last sync ${clockTime(lastSyncMs)}`;
}

/** Why a registration ended, and what that means for what was there before (REG-22). */
export const endWords: Readonly<Record<End, string>> = {
  expired: "The QR code was not used in time.",
  cancelled: "It was cancelled.",
  "digits-differ":
    "You said that the digits differ. Nothing was given to that phone, and your administrators can see it.",
  "wrong-device-id": "Three Device IDs were typed that do not belong to this QR code.",
  replaced: "You began again somewhere else, so this QR code is worth nothing any more.",
  "user-stopped": "Your account was locked, or a device was reported stolen.",
  restored: "The server was restored from a backup meanwhile.",
};
