import { option } from "@holdfast/options/declaration";
import { defineOptions } from "@holdfast/options/define-options";
import type { BypassStanding } from "@holdfast/protocol/bypass-api";
import { bypassCodeAnswer, bypassResponseAnswer, bypassStanding } from "@holdfast/protocol/bypass-api";
import type { AnyCommand } from "../frame/command.ts";
import { done } from "../frame/outcome.ts";
import { commandLine } from "../frame/shell-words.ts";
import { printable } from "../output/printable.ts";
import type { Screen } from "../output/screen.ts";
import { table } from "../output/table.ts";
import { dateTime } from "../output/time.ts";
import { segment } from "../transport/api.ts";
import { findEndpoint, findUser } from "./lookups.ts";
import { adminCommand } from "./with-api.ts";

const userArgument = { name: "USER", help: "The user's name or id.", required: true } as const;
const endpointArgument = { name: "ENDPOINT", help: "The endpoint's name or id.", required: true } as const;

const reasonOption = defineOptions({
  reason: option({
    type: "string",
    flag: "--reason",
    default: null,
    help: "How you know who is asking, and why it is needed; for the audit.",
  }),
});

/** What the help desk gives to somebody at a computer without a network. */
export const bypassCommands: readonly AnyCommand[] = [
  adminCommand({
    words: ["admin", "bypass", "show"],
    summary: "Show at which endpoints a user can be helped out without a network, and what was given",
    arguments: [userArgument],
    options: {},
    examples: ["holdfast admin bypass show anna"],
    json: bypassStanding,
    run: async (api, { arguments: [typed = ""], screen }) => {
      const user = await findUser(api, typed);
      if (user.kind === "refused") return user;
      const standing = await api.get(bypassStanding, `/users/${segment(user.value.id)}/bypass`, {
        doing: `read the bypass codes of ${typed}`,
      });
      return standing.kind === "refused"
        ? standing
        : done(standing.value, standingText(standing.value, screen));
    },
  }),

  adminCommand({
    words: ["admin", "bypass", "code"],
    summary: "Give a user the bypass code of one endpoint, and show it once",
    about: [
      "It stands for the one-time code at that endpoint while it has no network, beside the password, until the endpoint's next contact. Make sure first that you know who is asking: the product takes no part in that.",
    ],
    arguments: [userArgument, endpointArgument],
    options: reasonOption,
    examples: ["holdfast admin bypass code anna ward-7 --reason 'Codes used up, known by voice'"],
    json: bypassCodeAnswer,
    run: async (api, { values, arguments: [typed = "", at = ""] }) => {
      const user = await findUser(api, typed);
      if (user.kind === "refused") return user;
      const endpoint = await findEndpoint(api, at);
      if (endpoint.kind === "refused") return endpoint;
      const given = await api.send(
        bypassCodeAnswer,
        "POST",
        `/users/${segment(user.value.id)}/bypass-codes`,
        { endpointId: endpoint.value.id, ...(values.reason === null ? {} : { reason: values.reason }) },
        {
          doing: `give ${typed} a bypass code`,
          next: { conflict: commandLine("holdfast", "admin", "bypass", "show", typed) },
        },
      );
      if (given.kind === "refused") return given;
      const { code, notAfterMs } = given.value;
      const head = `Bypass code of ${printable(user.value.userName)} at ${printable(endpoint.value.name)}, until ${dateTime(notAfterMs)} at the latest:`;
      return done(given.value, `${head}\n\n  ${code}\n\n${pointsText(given.value)}`);
    },
  }),

  adminCommand({
    words: ["admin", "bypass", "answer"],
    summary: "Answer the challenge that an endpoint without a network shows to a user",
    about: [
      "The answer is good once, at that endpoint and for that user and challenge only. Make sure first that you know who is asking.",
    ],
    arguments: [
      userArgument,
      endpointArgument,
      { name: "CHALLENGE", help: "The eight digits that the endpoint shows.", required: true },
    ],
    options: reasonOption,
    examples: ["holdfast admin bypass answer anna ward-7 12345678"],
    json: bypassResponseAnswer,
    run: async (api, { values, arguments: [typed = "", at = "", challenge = ""] }) => {
      const user = await findUser(api, typed);
      if (user.kind === "refused") return user;
      const endpoint = await findEndpoint(api, at);
      if (endpoint.kind === "refused") return endpoint;
      const { reason } = values;
      const given = await api.send(
        bypassResponseAnswer,
        "POST",
        `/users/${segment(user.value.id)}/bypass-responses`,
        { endpointId: endpoint.value.id, challenge, ...(reason === null ? {} : { reason }) },
        {
          doing: `answer the challenge of ${typed}`,
          next: { conflict: commandLine("holdfast", "admin", "bypass", "show", typed) },
        },
      );
      if (given.kind === "refused") return given;
      return done(given.value, `Answer:\n\n  ${given.value.answer}\n\n${pointsText(given.value)}`);
    },
  }),
];

function pointsText({
  tell,
  warnings,
}: {
  readonly tell: readonly string[];
  readonly warnings: readonly string[];
}) {
  const points = tell.map((point) => `- ${printable(point)}`);
  return ["Tell the user:", ...points, ...warnings.map((text) => `Warning: ${printable(text)}`)].join("\n");
}

const states: Readonly<Record<BypassStanding["endpoints"][number]["state"], string>> = {
  ready: "a code can be given",
  given: "given",
  waiting: "waits for contact",
  "used-rotated": "used – rotated",
};

function standingText({ kinds, endpoints }: BypassStanding, screen: Screen): string {
  if (kinds.length === 0) return "The user's policy has neither bypass codes nor challenges.";
  if (endpoints.length === 0) return "No endpoint holds anything by which this user could sign in offline.";
  const rows = endpoints.map(({ name, connected, state, uses, lastUsedAtMs, notAfterMs }) => [
    printable(name),
    connected ? "connected" : "no contact",
    kinds.includes("code") ? states[state] : "challenges only",
    lastUsedAtMs === null ? "never" : `${uses}, last ${dateTime(lastUsedAtMs)}`,
    dateTime(notAfterMs),
  ]);
  return table(
    [
      { title: "ENDPOINT", yields: 1 },
      { title: "NETWORK" },
      { title: "CODE" },
      { title: "USES" },
      { title: "OFFLINE UNTIL" },
    ],
    rows,
    screen,
  );
}
