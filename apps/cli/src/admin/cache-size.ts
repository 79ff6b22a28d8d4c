import { option } from "@holdfast/options/declaration";
import { defineOptions } from "@holdfast/options/define-options";
import type { CacheRecommendationView } from "@holdfast/protocol/admin-answers";
import {
  cacheRecommendation,
  cacheSizeAnswer,
  recommendationApplied,
} from "@holdfast/protocol/admin-answers";
import { z } from "zod";
import type { AnyCommand } from "../frame/command.ts";
import { done, ok, usage } from "../frame/outcome.ts";
import { commandLine } from "../frame/shell-words.ts";
import { facts } from "../output/table.ts";
import { segment } from "../transport/api.ts";
import { findToken } from "./lookups.ts";
import { adminCommand } from "./with-api.ts";

const variancePercent = option({
  type: "string",
  flag: "--variance",
  pattern: /^\d{1,4}(?:\.\d{1,4})?$/,
  default: "20",
  help: "Reserve in percent of the product (OTP-10).",
});

export const cacheSizeCommands: readonly AnyCommand[] = [
  adminCommand({
    words: ["admin", "cache-size", "calculate"],
    summary: "Reckon how many codes an endpoint should hold",
    about: [
      "cache = (logins per day × days offline) + variance. Ranges count with their upper ends; fractions are rounded up (OTP-10 to OTP-13).",
    ],
    arguments: [],
    options: defineOptions({
      loginsPerDay: option({
        type: "string",
        flag: "--logins-per-day",
        help: "Sign-ins a day that need a code, as 15 or 15-20.",
      }),
      daysOffline: option({
        type: "string",
        flag: "--days-offline",
        help: "Days without the server in one go, as 3 or 3-5.",
      }),
      variancePercent,
    }),
    examples: ["holdfast admin cache-size calculate --logins-per-day 15-20 --days-offline 3-5"],
    json: cacheSizeAnswer,
    run: async (api, { values }) => {
      const loginsPerDay = quantityOf("--logins-per-day", values.loginsPerDay);
      if (loginsPerDay.kind === "refused") return loginsPerDay;
      const daysOffline = quantityOf("--days-offline", values.daysOffline);
      if (daysOffline.kind === "refused") return daysOffline;
      const question = {
        loginsPerDay: loginsPerDay.value,
        daysOffline: daysOffline.value,
        variancePercent: Number(values.variancePercent),
      };
      const answer = await api.send(cacheSizeAnswer, "POST", "/cache-size", question, {
        doing: "reckon the cache size",
      });
      if (answer.kind === "refused") return answer;
      const { size, working } = answer.value;
      return done(
        answer.value,
        `${size} codes: ${working}\nSet it: holdfast admin tokens set TOKEN --cache ${size}`,
      );
    },
  }),

  adminCommand({
    words: ["admin", "cache-size", "recommend"],
    summary: "Recommend a cache size from a token's own sign-ins, and apply it",
    arguments: [
      {
        name: "TOKEN",
        help: "The token's id, or the user's name where that user has one token only.",
        required: true,
      },
    ],
    options: defineOptions({
      days: option({
        type: "integer",
        flag: "--days",
        min: 1,
        max: 366,
        default: 30,
        help: "Days looked back.",
      }),
      daysOffline: option({
        type: "string",
        flag: "--days-offline",
        pattern: /^\d{1,3}(?:\.\d{1,4})?$/,
        default: null,
        help: "Days without the server to be ready for, where longer than seen.",
      }),
      variancePercent,
      apply: option({ type: "boolean", flag: "--apply", default: false, help: "Set the recommended size." }),
      confirmWindow: option({
        type: "boolean",
        flag: "--confirm-window",
        default: false,
        help: "Agree that a larger cache raises the window to cache + 5, which makes a guess more likely.",
      }),
    }),
    examples: [
      "holdfast admin cache-size recommend anna",
      "holdfast admin cache-size recommend anna --days-offline 3 --apply",
    ],
    json: z.union([cacheRecommendation, recommendationApplied]),
    run: async (api, { values, arguments: [typed = ""] }) => {
      const token = await findToken(api, typed);
      if (token.kind === "refused") return token;
      const path = `/tokens/${segment(token.value.id)}/cache-recommendation`;
      const asked = {
        days: values.days,
        variancePercent: Number(values.variancePercent),
        ...(values.daysOffline === null ? {} : { expectedDaysOffline: Number(values.daysOffline) }),
      };
      const words = [
        "holdfast",
        "admin",
        "cache-size",
        "recommend",
        typed,
        "--days",
        String(values.days),
        "--variance",
        values.variancePercent,
      ];
      if (values.daysOffline !== null) words.push("--days-offline", values.daysOffline);
      const apply = commandLine(...words, "--apply");
      if (!values.apply) {
        const found = await api.get(
          cacheRecommendation,
          path,
          { doing: `look at the sign-ins of ${typed}` },
          asked,
        );
        if (found.kind === "refused") return found;
        return done(
          found.value,
          `${recommendationText(found.value)}${found.value.kind === "recommended" ? `\nSet it: ${apply}` : ""}`,
        );
      }
      const body = { ...asked, ...(values.confirmWindow ? { confirmWindow: true } : {}) };
      const applied = await api.send(recommendationApplied, "POST", path, body, {
        doing: `set the recommended cache size of ${typed}`,
        next: values.confirmWindow ? {} : { conflict: `${apply} --confirm-window` },
      });
      if (applied.kind === "refused") return applied;
      const { recommendation, token: changed } = applied.value;
      const set = `Set: ${changed.cacheSize} codes, window ${changed.effectiveWindowSize}.`;
      return done(applied.value, `${recommendationText(recommendation)}\n${set}`);
    },
  }),
];

function recommendationText(found: CacheRecommendationView): string {
  const { observed } = found;
  const seen = facts([
    ["Looked at", `${observed.signIns} sign-ins in ${observed.days} days`],
    ["Busiest day", `${observed.peakLoginsPerDay} sign-ins`],
    [
      "Longest offline",
      `${observed.longestOfflineDays} days, ${observed.peakCodesOffline} codes used at most`,
    ],
  ]);
  switch (found.kind) {
    case "recommended": {
      const change =
        found.change === null
          ? ""
          : { raise: ", more than now", lower: ", less than now", keep: ", as now" }[found.change];
      return `${seen}\n\n${found.size} codes${change}: ${found.working}`;
    }
    case "too-little-data":
      return `${seen}\n\nNo recommendation yet: it takes sign-ins of ${found.neededDays} days.`;
    case "days-offline-unknown":
      return `${seen}\n\nNobody was offline. Say what to be ready for: --days-offline 3`;
    case "refused":
      return `${seen}\n\nNo recommendation: ${found.working ?? found.reason}${found.limit ? ` (at most ${found.limit})` : ""}.`;
  }
}

function quantityOf(flag: string, text: string) {
  const match = /^(\d{1,4}(?:\.\d{1,4})?)(?:(?:-|–|\.\.)(\d{1,4}(?:\.\d{1,4})?))?$/.exec(text);
  if (!match)
    return usage(`${flag} has no usable value.`, "It must be a number such as 15, or a range such as 15-20.");
  const [, from, to] = match;
  return ok(to === undefined ? Number(from) : { from: Number(from), to: Number(to) });
}
