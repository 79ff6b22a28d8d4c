import type { Schema } from "@holdfast/api-client/client";
import { clockTime } from "@holdfast/ui/time-words.ts";

export type Phone = Schema<"PhoneView">;
type End = Extract<Schema<"PhoneRegistrationView">, { state: "ended" }>["why"];

/** What a phone is good for, as its person says it: "Can approve sign-ins and shows codes that change". */
export function abilityText(phone: Phone): string {
  const words = abilities.flatMap(([type, text]) => (phone.types.includes(type) ? [text] : []));
  const said =
    words.length < 2
      ? (words[0] ?? "does nothing yet")
      : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
  return said.charAt(0).toUpperCase() + said.slice(1);
}

const abilities: readonly (readonly [Phone["types"][number], string])[] = [
  ["push", "can approve sign-ins"],
  ["totp", "shows codes that change"],
  ["hotp", "shows codes that work without the network"],
  ["qr-challenge", "answers QR codes without the network"],
];

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
