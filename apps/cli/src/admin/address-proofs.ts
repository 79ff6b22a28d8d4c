import { option } from "@holdfast/options/declaration";
import { defineOptions } from "@holdfast/options/define-options";
import { authenticatorView } from "@holdfast/protocol/authenticators-api";
import { addressProof } from "@holdfast/protocol/senders-api";
import type { AnyCommand } from "../frame/command.ts";
import { done, usage } from "../frame/outcome.ts";
import { commandLine } from "../frame/shell-words.ts";
import { printable } from "../output/printable.ts";
import { segment } from "../transport/api.ts";
import { findUser } from "./lookups.ts";
import { secretFromInput } from "./secrets.ts";
import { adminCommand } from "./with-api.ts";

const userArgument = { name: "USER", help: "The user's name or id.", required: true } as const;

/** A phone number or a mail address of somebody's: a code goes there, and he reads it out. */
export const addressProofCommands: readonly AnyCommand[] = [
  adminCommand({
    words: ["admin", "authenticators", "send-code"],
    summary: "Send a code to a phone number or mail address that is to be a user's",
    about: [
      "The first of two steps: who reads the code has the number or the address. It is good for five minutes.",
    ],
    arguments: [userArgument],
    options: defineOptions({
      phone: option({
        type: "string",
        flag: "--phone",
        default: null,
        help: "With its country code: +49 170 1234567.",
      }),
      email: option({ type: "string", flag: "--email", default: null, help: "A mail address." }),
    }),
    examples: ["holdfast admin authenticators send-code anna --phone '+49 170 1234567'"],
    json: addressProof,
    run: async (api, { values: { phone, email }, arguments: [typed = ""] }) => {
      const address = phone ?? email;
      if (address === null || (phone !== null && email !== null))
        return usage(
          "No code was sent.",
          "Say where to: --phone or --email.",
          "holdfast admin authenticators send-code --help",
        );
      const user = await findUser(api, typed);
      if (user.kind === "refused") return user;
      const body = { kind: phone === null ? "email-code" : "sms-code", address };
      const sent = await api.send(
        addressProof,
        "POST",
        `/users/${segment(user.value.id)}/authenticators/proofs`,
        body,
        {
          doing: "send the code",
          next: { conflict: "holdfast admin senders show" },
        },
      );
      if (sent.kind === "refused") return sent;
      const { proofId, sentTo } = sent.value;
      const next = commandLine(
        "holdfast",
        "admin",
        "authenticators",
        "confirm-code",
        user.value.userName,
        proofId,
      );
      return done(
        sent.value,
        `A code is on its way to ${printable(sentTo)}. Once ${printable(typed)} has read it to you:\n  ${next}`,
      );
    },
  }),

  adminCommand({
    words: ["admin", "authenticators", "confirm-code"],
    summary: "Enrol the phone number or mail address at which a code arrived",
    about: ["A number or address that the user had before is replaced."],
    arguments: [
      userArgument,
      { name: "PROOF", help: "As `holdfast admin authenticators send-code` told it.", required: true },
    ],
    options: defineOptions({
      stdin: option({
        type: "boolean",
        flag: "--stdin",
        default: false,
        help: "Read the code from standard input instead of asking.",
      }),
    }),
    examples: ["holdfast admin authenticators confirm-code anna prf_x1"],
    json: authenticatorView,
    run: async (api, { values, arguments: [typed = "", proofId = ""], ports }) => {
      const user = await findUser(api, typed);
      if (user.kind === "refused") return user;
      const again = commandLine(
        "holdfast",
        "admin",
        "authenticators",
        "confirm-code",
        typed,
        proofId,
        "--stdin",
      );
      const asked = values.stdin
        ? await secretFromInput(ports, "code")
        : await ports.ask("The code that arrived: ", "plain");
      if (asked !== null && typeof asked === "object" && asked.kind === "refused") return asked;
      const code = (typeof asked === "string" ? asked : (asked?.value ?? "")).trim();
      if (code === "") return usage("Nothing was enrolled.", "No code came.", again);
      const path = `/users/${segment(user.value.id)}/authenticators/proofs/${segment(proofId)}`;
      const made = await api.send(
        authenticatorView,
        "POST",
        path,
        { code },
        {
          doing: "enrol it",
          next: {
            conflict: commandLine("holdfast", "admin", "authenticators", "send-code", typed, "--help"),
          },
        },
      );
      if (made.kind === "refused") return made;
      return done(
        made.value,
        `Codes for ${printable(typed)} go to ${printable(made.value.address ?? "")} from now on.`,
      );
    },
  }),
];
