import { option } from "@holdfast/options/declaration";
import { defineOptions } from "@holdfast/options/define-options";
import { durationSeconds } from "@holdfast/protocol/primitives";
import type { Answer } from "../frame/outcome.ts";
import { ok, usage } from "../frame/outcome.ts";
import type { Api, Query } from "../transport/api.ts";
import { findEndpoint, findUser } from "./lookups.ts";

/** Which part of the audit is meant, the same for lists and exports. */
export const filterOptions = defineOptions({
  user: option({
    type: "string",
    flag: "--user",
    default: null,
    help: "Only about this user, by name or id.",
  }),
  endpoint: option({
    type: "string",
    flag: "--endpoint",
    default: null,
    help: "Only about this endpoint, by name or id.",
  }),
  attempt: option({
    type: "string",
    flag: "--attempt",
    default: null,
    help: "Only this sign-in attempt, online try and offline fallback together.",
  }),
  type: option({
    type: "string",
    flag: "--type",
    default: null,
    help: "Only events of this type, such as sign-in or user-disabled.",
  }),
  mode: option({
    type: "enum",
    values: ["online", "offline"],
    flag: "--mode",
    default: null,
    help: "Only sign-ins of this kind.",
  }),
  from: option({
    type: "string",
    flag: "--from",
    default: null,
    help: "From this moment on: 2026-06-01, 2026-06-01T14:05Z or P1D for the last day.",
  }),
  to: option({ type: "string", flag: "--to", default: null, help: "Up to this moment, likewise." }),
});

type Filter = { readonly [K in keyof typeof filterOptions]: string | null };

export async function filterOf(api: Api, values: Filter, nowMs: number): Promise<Answer<Query>> {
  const user = values.user === null ? null : await findUser(api, values.user);
  if (user?.kind === "refused") return user;
  const endpoint = values.endpoint === null ? null : await findEndpoint(api, values.endpoint);
  if (endpoint?.kind === "refused") return endpoint;
  const [fromMs, toMs] = [momentOf(values.from, nowMs), momentOf(values.to, nowMs)];
  if (Number.isNaN(fromMs) || Number.isNaN(toMs)) {
    return usage(
      "Nothing was asked for.",
      "--from and --to take a moment such as 2026-06-01, 2026-06-01T14:05Z or P1D.",
    );
  }
  const { attempt, type, mode } = values;
  return ok({
    userId: user?.value.id,
    endpointId: endpoint?.value.id,
    attemptId: attempt,
    type,
    mode,
    fromMs,
    toMs,
  });
}

/** Null where nothing was typed, NaN where it is no moment. A duration counts back from now. */
function momentOf(text: string | null, nowMs: number): number | null {
  if (text === null) return null;
  const seconds = durationSeconds(text);
  return seconds === null ? Date.parse(text) : nowMs - seconds * 1000;
}
