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

/** By user, of those who have one. */
export async function rolesOf(
  tx: Transaction,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, Role>> {
  const roleIds = await tx.ofMany.roleIds(userIds);
  if (roleIds.size === 0) return new Map();
  const roles = await tx.ofMany.roles([...roleIds.values()]);
  const found = new Map<string, Role>();
  for (const [userId, roleId] of roleIds) {
    const role = roleId === superadministrator.id ? superadministrator : roles.get(roleId);
    if (role) found.set(userId, role);
  }
  return found;
}
