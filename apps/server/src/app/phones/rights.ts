import type { Transaction } from "../../store/store.ts";
import type { Actor } from "../actor.ts";
import { type Owner, ownerForReading } from "../authenticators/rights.ts";
import { refusalOfChange, userResource } from "../authorization.ts";
import type { Outcome } from "../outcome.ts";
import { notFound, ok, refused } from "../outcome.ts";

/** An administrator by his right; a person where his policy lets him enrol what a phone can do. */
export async function ownerForPhones(tx: Transaction, actor: Actor, userId: string): Promise<Outcome<Owner>> {
  const no = await refusalOfChange(tx, actor, "users.authenticators", await userResource(tx, userId));
  if (no) return no;
  const owner = await ownerForReading(tx, actor, userId);
  if (owner.kind === "refused") return notFound("user");
  const { rights } = owner.value.policy.enrolment;
  if (actor.principal?.kind === "person" && !mayRegister(rights))
    return refused("forbidden", "Your policy leaves phones to the help desk; ask there.");
  return ok(owner.value);
}

export function mayRegister(rights: readonly string[]): boolean {
  return rights.includes("totp") || rights.includes("push");
}
