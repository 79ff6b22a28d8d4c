import { eligibleWorkflows } from "@holdfast/core/help-desk-codes/temporary-code-standing";
import type { TemporaryCodeView } from "@holdfast/protocol/temporary-codes-api";
import type { Transaction } from "../../store/store.ts";
import type { TemporaryCodeRow } from "../../store/temporary-codes-store.ts";
import type { UserRow } from "../../store/users-store.ts";
import type { Actor } from "../actor.ts";
import { namesOfActors } from "../actor-names.ts";
import { refusal, userResource } from "../authorization.ts";
import type { Outcome } from "../outcome.ts";
import { notFound, ok } from "../outcome.ts";
import type { AppPorts } from "../ports.ts";
import { settingsOf } from "../settings.ts";
import { policyOf } from "../users.ts";

/** What a help desk sees before it generates, and of the code that there is: all but the code (TC-23, TC-36 to TC-40). */
export function readTemporaryCode(
  ports: AppPorts,
  actor: Actor,
  userId: string,
): Promise<Outcome<TemporaryCodeView>> {
  return ports.store.read(async (tx) => {
    const resource = await userResource(tx, userId);
    const no = refusal(actor, "users.read", resource);
    if (no) return no;
    const user = await tx.users.get(userId);
    if (user === null) return notFound("user");
    const { document: policy } = await policyOf(tx, user);
    const { temporaryCodes: settings } = await settingsOf(ports, tx);
    const workflows = eligibleWorkflows(policy);
    const active = activeOf(await tx.temporaryCodes.ofUser(userId), tx.now());
    return ok({
      eligible: workflows.length > 0,
      allowed: settings.allowed,
      may: refusal(actor, "users.temporary-codes", resource) === null,
      limits: { longest: settings.longest, onceOnly: settings.onceOnly, workflows },
      active: active && (await viewOf(tx, actor, active)),
      warnings: [
        ...(await warningsOf(tx, user)),
        ...(active === null ? [] : warningsOfCode(active, settings.allowed, workflows)),
      ],
    });
  });
}

export function activeOf(row: TemporaryCodeRow | null, nowMs: number): TemporaryCodeRow | null {
  return row === null || row.endedWhy !== null || nowMs >= row.expiresAtMs ? null : row;
}

async function viewOf(
  tx: Transaction,
  reader: Actor,
  row: TemporaryCodeRow,
): Promise<NonNullable<TemporaryCodeView["active"]>> {
  const { id, use, workflows, createdAtMs, expiresAtMs, createdBy, uses, lastUsedAtMs } = row;
  const { refusedTries, reason } = row;
  const name = (await namesOfActors(tx, reader, [createdBy]))(createdBy);
  return {
    ...{ id, use, workflows, createdAtMs, expiresAtMs, createdBy, uses, lastUsedAtMs },
    ...{ createdByName: name.actorName, createdByPerson: name.actorPerson },
    ...{ refusedTries, reason },
  };
}

/** Why no code would help this user now. */
async function warningsOf(tx: Transaction, user: UserRow): Promise<TemporaryCodeView["warnings"]> {
  const state = await tx.users.state(user.id);
  const locked = Math.max(state.lockedUntilMs ?? 0, state.remoteLockedUntilMs ?? 0) > tx.now();
  return [
    ...(user.status === "disabled"
      ? [
          {
            code: "user-disabled",
            message: "This user is disabled: a code opens nothing until that is changed.",
          },
        ]
      : []),
    ...(locked
      ? [
          {
            code: "user-locked",
            message: "This user is locked: a code opens nothing until the lock is over.",
          },
        ]
      : []),
    ...(user.passwordVerifier === null
      ? [
          {
            code: "no-password",
            message: "This user has no password, and a code stands for the second factor only.",
          },
        ]
      : []),
  ];
}

function warningsOfCode(
  code: TemporaryCodeRow,
  allowed: boolean,
  eligible: readonly string[],
): TemporaryCodeView["warnings"] {
  const lost = code.workflows.filter((workflow) => !eligible.includes(workflow));
  return [
    ...(allowed
      ? []
      : [
          {
            code: "code-while-disabled",
            message: "The code is refused while temporary codes are disabled for the enterprise.",
          },
        ]),
    ...(lost.length === 0
      ? []
      : [
          {
            code: "workflow-left",
            message: `The user's policy takes no temporary code for ${lost.join(" and ")} any more: there the code is refused.`,
          },
        ]),
  ];
}
