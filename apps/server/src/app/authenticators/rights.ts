import { takes } from "@holdfast/core/policy/workflows";
import type { AuthenticatorKind } from "@holdfast/protocol/authenticators-api";
import type { UserPolicy } from "@holdfast/protocol/policy";
import type { Transaction } from "../../store/store.ts";
import type { UserRow } from "../../store/users-store.ts";
import type { Actor } from "../actor.ts";
import { refusal, refusalOfChange, userResource } from "../authorization.ts";
import type { Outcome, Refused } from "../outcome.ts";
import { notFound, ok, refused } from "../outcome.ts";
import { policyOf } from "../users.ts";

/** The user whose authenticators somebody may change, with the policy that says how they must be. */
export type Owner = { readonly user: UserRow; readonly policy: UserPolicy };

/** An administrator by his right; the person himself as far as his policy lets him enrol and remove this kind (TC-46). */
export async function ownerForChange(
  tx: Transaction,
  actor: Actor,
  userId: string,
  kind: AuthenticatorKind,
): Promise<Outcome<Owner>> {
  const found = await ownerOf(tx, userId);
  const no = await refusalOfChange(tx, actor, "users.authenticators", await userResource(tx, userId));
  if (no) return no;
  if (found === null) return notFound("user");
  return refusalByPolicy(actor, found.policy, kind) ?? ok(found);
}

export async function ownerForReading(
  tx: Transaction,
  actor: Actor,
  userId: string,
): Promise<Outcome<Owner>> {
  const no = refusal(actor, "users.read", await userResource(tx, userId));
  if (no) return no;
  const found = await ownerOf(tx, userId);
  return found === null ? notFound("user") : ok(found);
}

/** Null for administrators, who are held to no enrolment rights. */
export function refusalByPolicy(actor: Actor, policy: UserPolicy, kind: AuthenticatorKind): Refused | null {
  if (actor.principal?.kind !== "person" || policy.enrolment.rights.includes(kind)) return null;
  return refused("forbidden", "Your policy leaves this kind to the help desk; ask there.");
}

/** Whether the portal takes it as a second factor. Recovery codes are a way back to one, not one to begin with (TC-46). */
export function endsPostponing(policy: UserPolicy, kind: AuthenticatorKind | "push"): boolean {
  return kind !== "recovery-code" && takes(policy, "self-service", kind);
}

/**
 * Putting enrolment off begins anew with what an administrator enrols; who enrols for himself could remove it again, and
 * so put it off for ever.
 */
export function renewsPostponing(actor: Actor, policy: UserPolicy, kind: AuthenticatorKind): boolean {
  return actor.principal?.kind !== "person" && endsPostponing(policy, kind);
}

async function ownerOf(tx: Transaction, userId: string): Promise<Owner | null> {
  const user = await tx.users.get(userId);
  return user && { user, policy: (await policyOf(tx, user)).document };
}
