import type { SentCode } from "@holdfast/core/policy/workflows";
import { weighSentCode } from "@holdfast/core/sent-codes/sent-code";
import type { Check } from "@holdfast/core/sign-in/types";
import type { Workflow } from "@holdfast/protocol/policy";
import type { AuthenticatorRow } from "../../store/authenticators-store.ts";
import { heldOf } from "../authenticators/data.ts";
import type { AppPorts } from "../ports.ts";
import { codeFits } from "../senders/codes.ts";
import type { Use } from "./other-authenticators.ts";

/** Checks of codes that were sent, within one run. */
export type SentChecks = {
  check(by: SentCode, typed: string): { check: Check; use: Use | null };
  /** A wrong one costs its code a try; null: there was none to try. */
  tried(by: SentCode): Use | null;
  /** For a retry: whether this run showed the code that an earlier run of it has used. */
  shownAgain(authenticatorId: string): boolean;
};

export function createSentChecks(
  { lookupMac, clock }: Pick<AppPorts, "lookupMac" | "clock">,
  rows: readonly AuthenticatorRow[],
  workflow: Workflow,
): SentChecks {
  const tried = new Map<SentCode, Use>();
  let again: string | null = null;
  return {
    check(by, typed) {
      const [held] = heldOf(rows, by);
      if (!held) return { check: { check: "wrong" }, use: null };
      const { row, data } = held;
      const fits = data.pending === null ? () => false : codeFits(lookupMac, data.pending.id, typed);
      const weighed = weighSentCode(data.pending, fits, workflow, clock.now());
      const use = { authenticatorId: row.id, data: { ...data, pending: weighed.next } };
      if (weighed.kind === "right")
        return { check: { check: "right", match: { factor: by, id: row.id } }, use };
      if (weighed.again) again = row.id;
      if (weighed.next !== null) tried.set(by, use);
      return { check: { check: "wrong" }, use: null };
    },
    tried: (by) => tried.get(by) ?? null,
    shownAgain: (authenticatorId) => again === authenticatorId,
  };
}
