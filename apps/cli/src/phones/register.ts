import { userInfo } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { option } from "@holdfast/options/declaration";
import { defineOptions } from "@holdfast/options/define-options";
import {
  type PhoneRegistration,
  type PhoneRegistrationView,
  phoneRegistration,
  phoneRegistrationView,
  phoneView,
  type RegistrationEnd,
} from "@holdfast/protocol/phones-api";
import { z } from "zod";
import { command } from "../frame/command.ts";
import type { Answer, Outcome } from "../frame/outcome.ts";
import { done, ok, refused } from "../frame/outcome.ts";
import type { Ports } from "../frame/ports.ts";
import { printable } from "../output/printable.ts";
import type { Api } from "../transport/api.ts";
import { segment } from "../transport/api.ts";
import { openPortal } from "./portal-session.ts";

const askEveryMs = 1000;
const again = "holdfast register";

export const registerCommand = command({
  words: ["register"],
  summary: "Register your phone's authenticator app in a terminal",
  about: [
    "Signs you in at the portal as its page does, shows the QR code in the terminal, and asks for the Device ID that the phone shows or, where phones keep a connection, whether its six digits are the same. Needs no root.",
    "The portal's certificate is checked by the authorities that this machine trusts, or by --authority-pin, which `holdfast admin connect` and the enrolment of endpoints use, too.",
  ],
  arguments: [],
  options: defineOptions({
    portal: option({
      type: "url",
      protocols: ["https:"],
      flag: "--portal",
      env: "HOLDFAST_PORTAL_URL",
      help: "The portal's address.",
    }),
    authorityPin: option({
      type: "string",
      flag: "--authority-pin",
      env: "HOLDFAST_AUTHORITY_PIN",
      default: null,
      help: "SHA-256 of the public key of the enterprise's own authority, base64url.",
    }),
    user: option({
      type: "string",
      flag: "--user",
      default: null,
      help: "Your user name there; by default the one of this terminal.",
    }),
    phone: option({
      type: "string",
      flag: "--rescan",
      default: null,
      help: "The id of a phone that is registered already and gets new keys.",
    }),
  }),
  examples: [
    "holdfast register --portal https://id.example",
    "holdfast register --portal https://id.example --user anna",
  ],
  json: z.strictObject({ phone: phoneView }),
  run: async ({ values, ports }) => {
    const userName = values.user ?? userInfo().username;
    const portal = await openPortal(ports, {
      url: values.portal,
      authorityPin: values.authorityPin,
      userName,
    });
    if (portal.kind === "refused") return portal;
    const { api, close } = portal.value;
    try {
      return await register(api, ports, values.phone);
    } finally {
      await close();
    }
  },
});

const registrations = "/me/phones/registrations";

async function register(api: Api, ports: Ports, phoneId: string | null): Promise<Outcome> {
  const request = phoneId === null ? { kind: "new" } : { kind: "rescan", phoneId };
  const begun = await api.send(phoneRegistration, "POST", registrations, request, {
    doing: "begin a registration",
  });
  if (begun.kind === "refused") return begun;
  const { qr, mode, id, link } = begun.value;
  ports.stderr.write(
    `${qr.terminal}\nScan this with the phone's camera or with the authenticator app. If it cannot: ${link}\n`,
  );
  const end =
    mode === "offline" ? await byDeviceId(api, ports, begun.value) : await byDigits(api, ports, begun.value);
  if (end.kind === "refused" || end.value.state !== "done") {
    await api.send(phoneRegistrationView, "DELETE", `${registrations}/${segment(id)}`, undefined, {
      doing: "cancel the registration",
    });
  }
  if (end.kind === "refused") return end;
  if (end.value.state === "done") {
    const { phone } = end.value;
    return done({ phone }, `"${printable(phone.label)}" is registered. Lists call it ${phone.deviceId}.`);
  }
  const why = end.value.state === "ended" ? endText[end.value.why] : "It was not finished.";
  return refused("refused", "not-registered", "No phone was registered.", why, again);
}

/** Three tries, which the server counts. */
async function byDeviceId(
  api: Api,
  ports: Ports,
  { id }: PhoneRegistration,
): Promise<Answer<PhoneRegistrationView>> {
  for (;;) {
    const typed = await ports.ask("Device ID that the phone shows: ", "plain");
    if (typed === null || typed.trim() === "")
      return refused("refused", "not-typed", "No phone was registered.", "No Device ID was typed.", again);
    const body = { deviceId: typed.trim() };
    const path = `${registrations}/${segment(id)}`;
    const answer = await api.send(phoneRegistrationView, "POST", `${path}/device-id`, body, {
      doing: "register the phone",
    });
    if (answer.kind === "ok") return answer;
    const now = await api.get(phoneRegistrationView, path, { doing: "follow the registration" });
    if (now.kind === "refused" || now.value.state !== "waiting") return answer;
    ports.stderr.write(`${answer.why}\n`);
  }
}

async function byDigits(
  api: Api,
  ports: Ports,
  { id }: PhoneRegistration,
): Promise<Answer<PhoneRegistrationView>> {
  const path = `${registrations}/${segment(id)}`;
  for (;;) {
    const now = await api.get(phoneRegistrationView, path, { doing: "follow the registration" });
    if (now.kind === "refused") return now;
    const view = now.value;
    if (view.state === "done" || view.state === "ended") return ok(view);
    if (view.state !== "scanned") {
      await pause(askEveryMs);
      continue;
    }
    const shown = `${view.digits.slice(0, 3)} ${view.digits.slice(3)}`;
    if (view.anotherPhoneTried)
      ports.stderr.write("Another phone scanned this code, too, and was refused.\n");
    const said = await ports.ask(`${printable(view.phoneName)} shows ${shown}? Type yes or no: `, "plain");
    const same = /^y(?:es)?$/i.test((said ?? "").trim());
    const answer = same
      ? await api.send(
          phoneRegistrationView,
          "POST",
          `${path}/confirm`,
          { digits: view.digits },
          {
            doing: "confirm the digits",
          },
        )
      : await api.send(phoneRegistrationView, "POST", `${path}/differ`, undefined, {
          doing: "end the registration",
        });
    if (answer.kind === "refused") return answer;
    if (!same) return ok(answer.value);
  }
}

const endText: Readonly<Record<RegistrationEnd, string>> = {
  expired: "Its time is up.",
  cancelled: "It was cancelled.",
  "digits-differ": "The digits were not the same: another phone may have scanned the code.",
  "wrong-device-id": "Three Device IDs were wrong.",
  replaced: "Another registration was begun.",
  "user-stopped": "The account was locked, or a device was reported stolen.",
  restored: "The server was restored from a backup.",
};
