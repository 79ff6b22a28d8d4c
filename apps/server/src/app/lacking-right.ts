import type { Principal } from "@holdfast/core/authorization/principal";
import { rightsOf, rightsOfKey } from "@holdfast/core/authorization/principal";
import { textOf } from "@holdfast/core/authorization/rights-text";
import type { Right } from "@holdfast/protocol/rights";

/**
 * What a refusal says where a right is lacking, and what to do next. A key has no role: its scopes give too little, or
 * the role of whoever made it does, and whoever reads the answer of a program has to know which.
 */
export function lackingRight(principal: Principal | undefined, right: Right | null): string {
  const named = right === null ? "the right" : `the right "${textOf(right)}" (${right})`;
  if (principal?.kind === "administrator")
    return `Your role does not include ${named}. Whoever looks after roles can give it to you.`;
  if (principal?.kind !== "api-key") return `This needs ${named}, which you do not have.`;
  if (right !== null && rightsOfKey(principal.scopes).includes(right) && !rightsOf(principal).includes(right))
    return `The role of whoever made this API key does not include ${named} now, and a key may no more than its maker. Give him a role with it, or use a key of somebody who has it.`;
  return `The scopes of this API key do not include ${named}. Use a key that was issued with it.`;
}

/** What is for those alone who reach everybody. */
export function lackingReach(principal: Principal | undefined): string {
  return principal?.kind === "api-key"
    ? "This concerns the whole enterprise, and the role of whoever made this API key reaches some groups only now. Use a key of somebody whose role reaches all."
    : "This concerns the whole enterprise, and your role reaches some groups only. Somebody whose role reaches all can do it.";
}

/** What is asked of some groups has to say of which. */
export function groupsToName(principal: Principal | undefined): string {
  const whose = principal?.kind === "api-key" ? "The role of whoever made this API key" : "Your role";
  return `${whose} reaches some groups only: name one or more of them.`;
}
