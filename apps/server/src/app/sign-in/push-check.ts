import { pushPromptText } from "@holdfast/core/messages/sign-in-text";
import { pushWait } from "@holdfast/core/push/request";
import type { Check } from "@holdfast/core/sign-in/types";
import type { Prompt } from "@holdfast/protocol/sign-in-api";
import type { AppPorts } from "../ports.ts";
import { askPhones } from "../push/asking.ts";
import { detailsOf } from "../push/details.ts";
import { numberOfPush, pushRequestId } from "../push/number.ts";
import { type SignInEnd, tellPhonesLater, withdraw, withdrawalBy } from "../push/withdrawing.ts";
import type { SignInClient } from "./client.ts";
import type { Run } from "./run.ts";
import { attemptLifetimeMs } from "./verdict.ts";

/** Push within one run of a sign-in. */
export type PushCheck = {
  /** When the phone was asked, or would have been; null: not yet in this sign-in. */
  askedAtMs(): number | null;
  ask(userId: string | null, about: string | null): void;
  /** Whether this user's phone has approved this very sign-in. */
  check(userId: string): Promise<Check>;
  /** What the phone signed, once it was found right. */
  statement(): string | null;
  /** What the end of the sign-in withdraws with its commit; null: nothing waits. */
  ending(end: SignInEnd): ReturnType<typeof withdrawalBy>;
  /** Its phones hear of it. */
  ended(userId: string): void;
  /** The sign-in is over without a commit. */
  abandoned(): void;
  /** For a retry: whether this run showed the approval of this phone. */
  shownAgain(phoneId: string): boolean;
};

export function createPushCheck(
  ports: AppPorts,
  run: Pick<Run, "attemptId" | "client" | "userName" | "workflow" | "context" | "pushAskedAtMs" | "endsAtMs">,
  client: SignInClient,
): PushCheck {
  // Made when it is needed: most sign-ins ask no phone, and each would pay for a MAC.
  const requestId = () => pushRequestId(ports, run.client, run.attemptId);
  const digest = client.kind === "signer" ? client.challenge : null;
  let askedAtMs = run.pushAskedAtMs;
  let shown: { readonly phoneId: string; readonly statement: string | null } | null = null;
  return {
    askedAtMs: () => askedAtMs,
    ask(userId, about) {
      const nowMs = ports.clock.now();
      askedAtMs ??= nowMs;
      const { attemptId, userName, workflow, context, endsAtMs } = run;
      askPhones(ports, {
        ...{ id: requestId(), userId, about, attemptId, client: run.client, askedAtMs, endsAtMs, workflow },
        details: (tx) => detailsOf(tx, client, { userName, workflow, context }),
        order: client.kind === "signer" ? client.order : null,
      });
    },
    async check(userId) {
      const row = await ports.store.read((tx) => tx.push.requests.get(requestId()));
      if (row?.outcome !== "approved" || row.userId !== userId || row.phoneId === null)
        return { check: "wrong" };
      // Clients name their attempts themselves: what was approved under a name is that alone, and not for ever.
      const same = row.details.workflow === run.workflow && (row.order?.digest ?? null) === digest;
      if (!same || ports.clock.now() - row.askedAtMs >= attemptLifetimeMs) return { check: "wrong" };
      shown = { phoneId: row.phoneId, statement: row.statement };
      return { check: "right", match: { factor: "push", id: row.phoneId } };
    },
    async ending(end) {
      return askedAtMs === null ? null : withdrawalBy(ports, requestId(), end);
    },
    ended: (userId) => tellPhonesLater(ports, userId),
    abandoned() {
      if (askedAtMs === null) return;
      const id = requestId();
      ports.push.background.add("the end of a push request", () => withdraw(ports, id, "sign-in-ended"));
    },
    statement: () => shown?.statement ?? null,
    shownAgain: (phoneId) => shown?.phoneId === phoneId,
  };
}

/** Whether a sign-in that shows a number must go on waiting, by nothing but its own request. */
export async function stillWaits(
  ports: AppPorts,
  client: string,
  attemptId: string,
  askedAtMs: number,
): Promise<boolean> {
  const id = pushRequestId(ports, client, attemptId);
  const row = await ports.store.read((tx) => tx.push.requests.get(id));
  return pushWait({ askedAtMs, outcome: row?.outcome ?? null }, ports.clock.now()) === "wait";
}

/** What the prompt shows while the phone is waited for. */
export function waitingPrompt(
  ports: AppPorts,
  client: string,
  attemptId: string,
): Pick<Prompt, "text" | "number" | "waiting"> {
  const number = numberOfPush(ports, pushRequestId(ports, client, attemptId));
  return { text: pushPromptText(number), number, waiting: true };
}
