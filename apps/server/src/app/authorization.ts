import type { Action, Decision, Resource } from "@holdfast/core/authorization/policy";
import { authorize } from "@holdfast/core/authorization/policy";
import { textOf } from "@holdfast/core/authorization/rights-text";
import type { Transaction } from "../store/store.ts";
import type { Actor } from "./actor.ts";
import { report } from "./audit.ts";
import { groupsToName, lackingReach, lackingRight } from "./lacking-right.ts";
import type { Refused } from "./outcome.ts";
import { notFound, refused } from "./outcome.ts";
import { roleOf } from "./role-of.ts";

/**
 * Null where the actor may; else the answer to give. What is outside of his groups is answered as if it were not there,
 * so that he learns nothing of it.
 */
export function refusal(actor: Actor, action: Action, resource: Resource): Refused | null {
  const decision = decide(actor, action, resource);
  return decision.kind === "allowed" ? null : answerFor(actor, decision, resource);
}

/** The same for a change; that somebody tried to reach beyond himself is kept in the audit. */
export async function refusalOfChange(
  tx: Transaction,
  actor: Actor,
  action: Action,
  resource: Resource,
): Promise<Refused | null> {
  const decision = decide(actor, action, resource);
  if (decision.kind === "allowed") return null;
  if (decision.why !== "lacks-right") {
    await report(tx, actor, "administration-refused", {
      userId: resource.kind === "user" ? resource.id : null,
      endpointId: resource.kind === "endpoint" ? resource.id : null,
      outcome: "refused",
      reason: decision.why,
      detail: { action, resource: resource.kind, right: decision.right },
    });
  }
  return answerFor(actor, decision, resource);
}

/** A user as the policy sees him. Without a user: one that is not there is as one that is out of reach. */
export async function userResource(
  tx: Transaction,
  id: string,
): Promise<Extract<Resource, { kind: "user" }>> {
  const [groupIds, role] = [await tx.authorization.groups.of("user", id), await roleOf(tx, id)];
  return { kind: "user", id, groupIds, rights: role?.rights ?? [], scope: role?.scope ?? null };
}

export async function endpointResource(
  tx: Transaction,
  id: string,
): Promise<Extract<Resource, { kind: "endpoint" }>> {
  return { kind: "endpoint", id, groupIds: await tx.authorization.groups.of("endpoint", id) };
}

/** What belongs to everybody. */
export const enterprise: Resource = { kind: "enterprise" };

function decide({ principal }: Actor, action: Action, resource: Resource): Decision {
  return principal
    ? authorize(principal, action, resource)
    : { kind: "refused", why: "lacks-right", right: null };
}

function answerFor(
  { principal }: Actor,
  decision: Extract<Decision, { kind: "refused" }>,
  resource: Resource,
): Refused {
  const right = decision.right === null ? "" : ` "${textOf(decision.right)}" (${decision.right})`;
  switch (decision.why) {
    case "lacks-right":
      return refused("forbidden", lackingRight(principal, decision.right));
    case "out-of-scope":
      if (resource.kind === "user" || resource.kind === "endpoint" || resource.kind === "alert")
        return notFound(resource.kind);
      return refused("forbidden", groupsToName(principal));
    case "needs-enterprise-scope":
      return refused("forbidden", lackingReach(principal));
    case "oneself":
      return refused(
        "forbidden",
        "You cannot do this to yourself, nor can a key that you made; another administrator can.",
      );
    case "beyond-own-rights":
      return refused("forbidden", `This needs every right concerned, and you do not have${right}.`);
    case "beyond-own-scope":
      return refused("forbidden", "This needs a role that reaches at least as far as the one concerned.");
  }
}
