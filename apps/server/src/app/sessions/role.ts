import type { Role } from "@holdfast/core/authorization/built-in-roles";
import { superadministrator } from "@holdfast/core/authorization/built-in-roles";
import type { Transaction, UserRow } from "../../store/store.ts";

export type SessionRole = Role;

/** The role that a user has now; a role is never copied into a session. */
export async function roleOf(tx: Transaction, user: UserRow): Promise<SessionRole | null> {
  const id = await tx.authorization.administrators.roleId(user.id);
  if (id === null) return null;
  return id === superadministrator.id ? superadministrator : tx.authorization.roles.get(id);
}
