import { option } from "@holdfast/options/declaration";
import { defineOptions } from "@holdfast/options/define-options";
import { outlookPage } from "@holdfast/protocol/admin-answers";
import type { OfflineOutlookEntry } from "@holdfast/protocol/admin-api";
import type { AnyCommand } from "../frame/command.ts";
import { done } from "../frame/outcome.ts";
import { printable } from "../output/printable.ts";
import type { Screen } from "../output/screen.ts";
import { table } from "../output/table.ts";
import { dateTime } from "../output/time.ts";
import { everyPage } from "../transport/every-page.ts";
import { findEndpoint, findUser } from "./lookups.ts";
import { adminCommand } from "./with-api.ts";

export const outlookCommands: readonly AnyCommand[] = [
  adminCommand({
    words: ["admin", "outlook"],
    summary: "Show who may sign in offline where, until when and how often",
    about: [
      "What the server knows, and where it cannot know it: an endpoint that is away may have used some of its sign-ins already, and honours an old right until it makes contact or the lease ends.",
    ],
    arguments: [],
    options: defineOptions({
      user: option({ type: "string", flag: "--user", default: null, help: "Only this user, by name or id." }),
      endpoint: option({
        type: "string",
        flag: "--endpoint",
        default: null,
        help: "Only this endpoint, by name or id.",
      }),
    }),
    examples: ["holdfast admin outlook", "holdfast admin outlook --user anna"],
    json: outlookPage,
    run: async (api, { values, screen }) => {
      const user = values.user === null ? null : await findUser(api, values.user);
      if (user?.kind === "refused") return user;
      const endpoint = values.endpoint === null ? null : await findEndpoint(api, values.endpoint);
      if (endpoint?.kind === "refused") return endpoint;
      const query = { userId: user?.value.id, endpointId: endpoint?.value.id };
      const outlook = await everyPage(
        api,
        outlookPage,
        "/offline-outlook",
        { doing: "show the outlook" },
        query,
      );
      if (outlook.kind === "refused") return outlook;
      const { items } = outlook.value;
      if (items.length === 0)
        return done(outlook.value, "Nobody may sign in offline: no endpoint holds anything.");
      return done(outlook.value, outlookText(items, screen));
    },
  }),
];

const stateTexts: Record<OfflineOutlookEntry["state"], string> = {
  "may-sign-in": "yes",
  expired: "no: lease ended",
  exhausted: "no: used up",
  "fresh-sign-in-needed": "no: online first",
  "revocation-pending": "maybe: not heard",
  revoked: "no: withdrawn",
};

const stateStyles = {
  "may-sign-in": "good",
  expired: "quiet",
  exhausted: "quiet",
  "fresh-sign-in-needed": "caution",
  "revocation-pending": "bad",
  revoked: "quiet",
} as const;

function outlookText(items: readonly OfflineOutlookEntry[], screen: Screen): string {
  const rows = items.map((entry) => [
    printable(entry.userName),
    printable(entry.endpointName),
    screen.paint(stateStyles[entry.state], stateTexts[entry.state]),
    `≤ ${entry.remainingAtMost}`,
    dateTime(entry.notAfterMs),
    entry.lastContactAtMs === null ? "never" : dateTime(entry.lastContactAtMs),
  ]);
  const columns = [
    { title: "USER", yields: 2 },
    { title: "ENDPOINT", yields: 1 },
    { title: "OFFLINE" },
    { title: "LEFT", align: "right" as const },
    { title: "UNTIL" },
    { title: "LAST CONTACT" },
  ];
  const notes = items.flatMap(({ note, userName, endpointName }) =>
    note === null
      ? []
      : [screen.paint("caution", `${printable(userName)} on ${printable(endpointName)}: ${printable(note)}`)],
  );
  return [table(columns, rows, screen), ...(notes.length === 0 ? [] : ["", ...notes])].join("\n");
}
