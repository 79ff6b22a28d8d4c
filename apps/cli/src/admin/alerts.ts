import { option } from "@holdfast/options/declaration";
import { defineOptions } from "@holdfast/options/define-options";
import type { AlertView } from "@holdfast/protocol/admin-answers";
import { alertPage } from "@holdfast/protocol/admin-answers";
import { z } from "zod";
import type { AnyCommand } from "../frame/command.ts";
import { done } from "../frame/outcome.ts";
import { printable } from "../output/printable.ts";
import { wrap } from "../output/table.ts";
import { dateTimeAndSpan } from "../output/time.ts";
import { segment } from "../transport/api.ts";
import { everyPage } from "../transport/every-page.ts";
import { adminCommand } from "./with-api.ts";

export const alertCommands: readonly AnyCommand[] = [
  adminCommand({
    words: ["admin", "alerts", "list"],
    summary: "List alerts that wait for somebody",
    arguments: [],
    options: defineOptions({
      all: option({ type: "boolean", flag: "--all", default: false, help: "Closed ones too." }),
    }),
    examples: ["holdfast admin alerts list"],
    json: alertPage,
    run: async (api, { values, screen }) => {
      const query = values.all ? {} : { status: "open" };
      const alerts = await everyPage(api, alertPage, "/alerts", { doing: "list the alerts" }, query);
      if (alerts.kind === "refused") return alerts;
      const { items } = alerts.value;
      if (items.length === 0) return done(alerts.value, values.all ? "No alerts." : "No open alerts.");
      const texts = items.map((alert) => {
        const about = [alert.userId, alert.endpointId].filter((id) => id !== null).join(" on ");
        const state = alert.status === "open" ? screen.paint("caution", "open") : "closed";
        return [
          `${screen.paint("heading", alert.kind)}  ${alert.id}  ${state}, ${dateTimeAndSpan(alert.atMs, screen.nowMs)}`,
          wrap(meaningOf(alert), screen.width, "  "),
          ...(about === "" ? [] : [`  About ${about}`]),
          ...(alert.status === "open" ? [`  Looked into? holdfast admin alerts close ${alert.id}`] : []),
        ].join("\n");
      });
      return done(alerts.value, texts.join("\n\n"));
    },
  }),

  adminCommand({
    words: ["admin", "alerts", "close"],
    summary: "Close an alert that was looked into",
    arguments: [{ name: "ALERT", help: "The alert's id.", required: true }],
    options: {},
    examples: ["holdfast admin alerts close alt_…"],
    json: z.strictObject({ closed: z.string() }),
    run: async (api, { arguments: [id = ""] }) => {
      const closed = await api.send(z.null(), "POST", `/alerts/${segment(id)}/closing`, undefined, {
        doing: `close the alert ${id}`,
        next: { "not-found": "holdfast admin alerts list", conflict: "holdfast admin alerts list --all" },
      });
      return closed.kind === "refused" ? closed : done({ closed: id }, `Closed ${printable(id)}.`);
    },
  }),
];

const meanings: Readonly<Record<string, string>> = {
  "same-counter-twice":
    "One code was accepted at two places that could not talk. The later endpoint wants a fresh online sign-in. Ask the user whether both were theirs; if not, set a new password and replace the token.",
  "counter-jump":
    "An endpoint reported codes that were never handed to it. What it said has no effect. Look at the endpoint; distrust or revoke it if you cannot explain it.",
  "clone-suspected":
    "Two machines speak with the key of one endpoint, a copy of its disk or of a virtual machine; or an older state of this one was put back. Revoke the endpoint and enrol it anew.",
  "chain-broken":
    "An endpoint's event chain has a gap, was changed, or tells otherwise than before, as after a disk image was restored. Its events have no effect. Look at the endpoint; revoke it and enrol it anew if you cannot explain it.",
  "rollback-detected":
    "An endpoint's store was set back to an earlier state, as by restoring a disk image. Users there must sign in online first.",
  "tamper-detected":
    "An endpoint's store was changed by something else than the agent. Look at the endpoint.",
  "token-suspended":
    "Ten wrong codes after a right password: somebody knows the password. Ask the user; if it was not them, set a new password.",
  "bypass-not-given":
    "An endpoint reported a sign-in by a bypass code or an answer that nobody gave. It has no effect. Look at the endpoint; distrust or revoke it if you cannot explain it.",
  "more-than-one-token":
    "The user has more than one enabled token; only the first works (OTP-28). Revoke what is not used; this alert then closes by itself.",
};

function meaningOf({ kind, detail }: AlertView): string {
  return meanings[kind] ?? JSON.stringify(detail);
}
