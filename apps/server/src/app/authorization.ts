import type { Action, Resource } from "@holdfast/core/authorization/policy";
import { authorize } from "@holdfast/core/authorization/policy";
import { textOf } from "@holdfast/core/authorization/rights-text";
import type { Refused } from "./outcome.ts";
import { notFound, refused } from "./outcome.ts";
import type { Actor } from "./ports.ts";

/**
 * Null where the actor may; else the answer to give. What is outside of his groups is answered as if it were not there,
 * so that he learns nothing of it.
 */
export function refusal(actor: Actor, action: Action, resource: Resource): Refused | null {
  const decision = actor.principal
    ? authorize(actor.principal, action, resource)
    : ({ kind: "refused", why: "lacks-right", right: null } as const);
  if (decision.kind === "allowed") return null;
  const right = decision.right === null ? "" : ` "${textOf(decision.right)}" (${decision.right})`;
  switch (decision.why) {
    case "lacks-right":
      return refused("forbidden", `This needs the right${right}, which you do not have.`);
    case "out-of-scope":
      if (resource.kind === "user" || resource.kind === "endpoint") return notFound(resource.kind);
      return refused("forbidden", "Your role reaches some groups only: name one or more of them.");
    case "needs-enterprise-scope":
      return refused(
        "forbidden",
        "This concerns the whole enterprise, and your role reaches some groups only.",
      );
    case "oneself":
      return refused("forbidden", "You cannot do this to yourself; another administrator can.");
    case "beyond-own-rights":
      return refused("forbidden", `This needs every right concerned, and you do not have${right}.`);
    case "beyond-own-scope":
      return refused("forbidden", "This needs a role that reaches at least as far as the one concerned.");
  }
}
