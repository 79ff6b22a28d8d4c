import type { ProofingView } from "@holdfast/protocol/proofing-api";
import { proofingView } from "@holdfast/protocol/proofing-api";
import type { AnyCommand } from "../frame/command.ts";
import { done } from "../frame/outcome.ts";
import { commandLine } from "../frame/shell-words.ts";
import { printable } from "../output/printable.ts";
import type { Screen } from "../output/screen.ts";
import { facts } from "../output/table.ts";
import { dateTime } from "../output/time.ts";
import { segment } from "../transport/api.ts";
import { confirmationOptions } from "./administrator-options.ts";
import { confirm } from "./confirm.ts";
import { findUser } from "./lookups.ts";
import { adminCommand } from "./with-api.ts";

const userArgument = { name: "USER", help: "The user's name or id.", required: true } as const;

/** Who vouches for who signs orders. Recording and confirming are people's words: they are given in the console. */
export const proofingCommands: readonly AnyCommand[] = [
  adminCommand({
    words: ["admin", "users", "proofing"],
    summary: "Show whether a user's identity is proofed for signing orders",
    about: [
      "One administrator records what he saw, another confirms it, both at the console: a program's key cannot vouch for anybody.",
    ],
    arguments: [userArgument],
    options: {},
    examples: ["holdfast admin users proofing anna"],
    json: proofingView,
    run: async (api, { arguments: [typed = ""], screen }) => {
      const user = await findUser(api, typed);
      if (user.kind === "refused") return user;
      const path = `/users/${segment(user.value.id)}/proofing`;
      const view = await api.get(proofingView, path, { doing: `tell of ${typed}'s identity proofing` });
      return view.kind === "refused" ? view : done(view.value, proofingText(view.value, screen));
    },
  }),

  adminCommand({
    words: ["admin", "users", "withdraw-proofing"],
    summary: "Withdraw a user's identity proofing: no orders are signed until proofed again",
    arguments: [userArgument],
    options: confirmationOptions,
    examples: ["holdfast admin users withdraw-proofing anna"],
    json: proofingView,
    run: async (api, { values, arguments: [typed = ""], ports, screen }) => {
      const user = await findUser(api, typed);
      if (user.kind === "refused") return user;
      const repeat = commandLine("holdfast", "admin", "users", "withdraw-proofing", typed, "--yes");
      const question = `Withdraw the identity proofing of ${printable(typed)}?`;
      const no = await confirm(ports, values.yes, question, repeat);
      if (no) return no;
      const path = `/users/${segment(user.value.id)}/proofing`;
      const view = await api.send(proofingView, "DELETE", path, undefined, {
        doing: `withdraw ${typed}'s identity proofing`,
        next: { conflict: commandLine("holdfast", "admin", "users", "proofing", typed) },
      });
      if (view.kind === "refused") return view;
      return done(view.value, `Withdrawn.\n\n${proofingText(view.value, screen)}`);
    },
  }),
];

const states: Readonly<Record<ProofingView["state"], string>> = {
  none: "not proofed",
  recorded: "recorded; waits for another administrator to confirm it",
  confirmed: "proofed",
  lost: "lost; needed again before orders are signed",
};

function proofingText({ state, proofing, signsOrders, candidates }: ProofingView, screen: Screen): string {
  const by = ({ userName, userId }: { userName: string | null; userId: string }) =>
    printable(userName ?? userId);
  return facts([
    ["Identity", screen.paint(state === "confirmed" ? "good" : "caution", states[state])],
    ["Signs orders", signsOrders ? "by policy, yes" : "by policy, no"],
    ["Passkeys at the portal", String(candidates.length)],
    ...(proofing === null
      ? []
      : ([
          [
            "Vouches for",
            proofing.passkeys.map(({ label }) => printable(label ?? "a passkey that is gone")).join(", "),
          ],
          ["Method", proofing.method],
          [
            "Evidence",
            proofing.evidence.map(({ kind, strength }) => `${printable(kind)} (${strength})`).join(", "),
          ],
          ["Recorded", `by ${by(proofing.recordedBy)} on ${dateTime(proofing.recordedAtMs)}`],
          [
            "Confirmed",
            proofing.confirmedBy === null || proofing.confirmedAtMs === null
              ? "not yet"
              : `by ${by(proofing.confirmedBy)} on ${dateTime(proofing.confirmedAtMs)}`,
          ],
          ...(proofing.endedWhy === null ? [] : [["Ended", proofing.endedWhy]]),
        ] as [string, string][])),
  ]);
}
