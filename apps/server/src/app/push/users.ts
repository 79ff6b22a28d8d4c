import { pushObstacleTexts } from "@holdfast/core/push/push-text";
import type { PushReadiness } from "@holdfast/core/push/readiness";
import { pushReadiness, SILENT_AFTER_DAYS, silentPhones } from "@holdfast/core/push/readiness";
import type {
  PushChange,
  PushChangeResult,
  PushChanges,
  PushChangesAnswer,
  PushView,
} from "@holdfast/protocol/push-api";
import type { Transaction } from "../../store/store.ts";
import type { Actor } from "../actor.ts";
import { report } from "../audit.ts";
import { refusal, refusalOfChange, userResource } from "../authorization.ts";
import type { Outcome } from "../outcome.ts";
import { notFound, ok } from "../outcome.ts";
import type { AppPorts } from "../ports.ts";
import { policyOf } from "../users.ts";
import { forgetOffered } from "./offered.ts";
import { phoneFacts } from "./phone-facts.ts";

/** Who is asked by push (REG-23 to REG-26). */

export function readPush(ports: AppPorts, actor: Actor, userId: string): Promise<Outcome<PushView>> {
  return ports.store.read(async (tx) => {
    const no = refusal(actor, "users.read", await userResource(tx, userId));
    return no ?? viewOf(tx, actor, userId);
  });
}

export async function changePush(
  ports: AppPorts,
  actor: Actor,
  userId: string,
  change: PushChange,
): Promise<Outcome<PushView>> {
  const changed = await ports.store.transaction(async (tx): Promise<Outcome<PushView>> => {
    const applied = await apply(tx, actor, userId, change);
    return applied.kind === "refused" ? applied : viewOf(tx, actor, userId);
  });
  forgetOffered(ports);
  return changed;
}

/** Each user by himself: one that fails keeps nothing from the others, and the audit has one event for each (REG-24). */
export async function changePushOfMany(
  ports: AppPorts,
  actor: Actor,
  { userIds, ...change }: PushChanges,
): Promise<Outcome<PushChangesAnswer>> {
  const results: PushChangeResult[] = [];
  for (const userId of new Set(userIds)) {
    try {
      results.push(await ports.store.transaction((tx) => changeOne(tx, actor, userId, change)));
    } catch (err) {
      ports.log.error({ err, userId }, "push could not be changed for a user");
      const detail = "The server could not store this change. Try again.";
      results.push({ userId, userName: null, outcome: "failed", detail, why: null });
    }
  }
  forgetOffered(ports);
  return ok({ results });
}

async function changeOne(
  tx: Transaction,
  actor: Actor,
  userId: string,
  change: PushChange,
): Promise<PushChangeResult> {
  const changed = await apply(tx, actor, userId, change);
  // Whom the caller cannot see has no name to him.
  const seen = refusal(actor, "users.read", await userResource(tx, userId)) === null;
  const userName = seen ? ((await tx.users.get(userId))?.name ?? null) : null;
  if (changed.kind === "refused")
    return { userId, userName, outcome: "failed", detail: changed.detail, why: null };
  const ready = await readinessOf(tx, userId);
  const why = change.enabled && ready.kind === "not-ready" ? ready.why : null;
  return { userId, userName, outcome: changed.value, detail: null, why };
}

async function apply(
  tx: Transaction,
  actor: Actor,
  userId: string,
  { enabled, requireBiometric }: PushChange,
): Promise<Outcome<"changed" | "unchanged">> {
  const no = await refusalOfChange(tx, actor, "users.push", await userResource(tx, userId));
  if (no) return no;
  if ((await tx.users.get(userId)) === null) return notFound("user");
  const before = await tx.push.users.get(userId);
  if ((before?.enabled ?? false) === enabled && (before?.requireBiometric ?? false) === requireBiometric)
    return ok("unchanged");
  await tx.push.users.put({ userId, enabled, requireBiometric });
  // What waits was asked under what is no more.
  const withdrawn = enabled ? 0 : await tx.push.requests.withdrawAll({ userId }, tx.now());
  await report(tx, actor, enabled ? "push-enabled" : "push-disabled", {
    userId,
    detail: { requireBiometric, ...(withdrawn === 0 ? {} : { withdrawn }) },
  });
  // The app says at once whether it is asked, and for what.
  await tx.phones.touch((await tx.phones.ofUser(userId)).map(({ id }) => id));
  return ok("changed");
}

export async function readinessOf(tx: Transaction, userId: string): Promise<PushReadiness> {
  const standing = await tx.push.users.get(userId);
  // Most have it off, and no phones need to be read for that.
  if (!standing?.enabled) return pushReadiness(standing, []);
  return pushReadiness(standing, (await tx.phones.ofUser(userId)).map(phoneFacts));
}

async function viewOf(tx: Transaction, actor: Actor, userId: string): Promise<Outcome<PushView>> {
  const user = await tx.users.get(userId);
  if (user === null) return notFound("user");
  const standing = await tx.push.users.get(userId);
  const phones = (await tx.phones.ofUser(userId)).map(phoneFacts);
  const ready = pushReadiness(standing, phones);
  const why = ready.kind === "ready" ? null : ready.why;
  const { document: policy } = await policyOf(tx, user);
  const taken = Object.values(policy.workflows).some((steps) => steps?.flat().includes("push"));
  const asked = ready.kind === "ready" ? phones.filter(({ id }) => ready.phoneIds.includes(id)) : [];
  const silent = asked.length > 0 && silentPhones(asked, tx.now()).length === asked.length;
  return ok({
    enabled: standing?.enabled ?? false,
    requireBiometric: standing?.requireBiometric ?? false,
    ready: why === null,
    why,
    text: why && pushObstacleTexts[why],
    may: refusal(actor, "users.push", await userResource(tx, userId)) === null,
    warnings: [
      ...(standing?.enabled && !taken
        ? [
            {
              code: "policy-takes-no-push",
              message: "This user's policy takes push nowhere: nothing asks his phone.",
            },
          ]
        : []),
      ...(standing?.enabled && !standing.requireBiometric
        ? [
            {
              code: "biometric-recommended",
              message:
                "Require Biometric Seed is recommended: without it whoever has the phone's PIN can approve.",
            },
          ]
        : []),
      ...(silent
        ? [
            {
              code: "phone-silent",
              message: `No phone of this user has been heard of for ${SILENT_AFTER_DAYS} days or more. Push is tried all the same.`,
            },
          ]
        : []),
    ],
  });
}
