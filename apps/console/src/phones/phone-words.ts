import type { Schema } from "@holdfast/api-client/client";

export type Phone = Schema<"PhoneView">;
export type PhoneType = Phone["types"][number];

/** In the order in which screens list them. */
export const phoneTypes: readonly PhoneType[] = ["push", "totp", "hotp", "qr-challenge"];

export const phoneTypeWords: Readonly<Record<PhoneType, { readonly name: string; readonly about: string }>> =
  {
    push: {
      name: "Mobile Push",
      about:
        "Approves sign-ins while phone and server are connected. Only on phones that are registered online.",
    },
    totp: { name: "Time-based codes (TOTP)", about: "Change every half minute. Where the server answers." },
    hotp: {
      name: "Event-based codes (HOTP)",
      about: "Work at workstations without the network too, from codes that are cached there.",
    },
    "qr-challenge": {
      name: "Answers to QR codes",
      about: "For workstations without the network: nothing is cached, and nothing runs out.",
    },
  };
