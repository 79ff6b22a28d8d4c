import type { Role } from "@holdfast/core/authorization/built-in-roles";
import { superadministrator } from "@holdfast/core/authorization/built-in-roles";
import type { Transaction } from "../store/store.ts";

/** What the user's role is now; null: none. */
export async function roleOf(tx: Transaction, userId: string): Promise<Role | null> {
  const id = await tx.authorization.administrators.roleId(userId);
  return id === null ? null : roleById(tx, id);
}

export async function roleById(tx: Transaction, id: string): Promise<Role | null> {
  return id === superadministrator.id ? superadministrator : tx.authorization.roles.get(id);
}
