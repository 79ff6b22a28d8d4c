import type { Role } from "@holdfast/core/authorization/built-in-roles";
import { roleTemplates, superadministrator } from "@holdfast/core/authorization/built-in-roles";
import type { Right, RoleScope } from "@holdfast/protocol/rights";
import { rights as everyRight } from "@holdfast/protocol/rights";
import type { RoleChange, RoleCreation, RoleQuery, RoleView } from "@holdfast/protocol/roles-api";
import type { Page } from "../store/page.ts";
import type { Transaction } from "../store/store.ts";
import type { Actor } from "./actor.ts";
import { report } from "./audit.ts";
import { refusalOfChange } from "./authorization.ts";
import type { Outcome, Refused } from "./outcome.ts";
import { invalid, notFound, ok, refused } from "./outcome.ts";
import type { AppPorts } from "./ports.ts";
import { newId } from "./ports.ts";
import { roleById } from "./role-of.ts";

/** The superadministrator first, then by name. */
export function listRoles(ports: AppPorts, { after, limit }: RoleQuery): Promise<Page<RoleView>> {
  return ports.store.read(async (tx) => {
    const all = [superadministrator, ...(await tx.authorization.roles.list())];
    const start = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1;
    const rows = all.slice(start, start + limit);
    return {
      items: await viewRoles(tx, rows),
      next: start + limit < all.length ? (rows.at(-1)?.id ?? null) : null,
    };
  });
}

export function readRole(ports: AppPorts, id: string): Promise<Outcome<RoleView>> {
  return ports.store.read(async (tx) => {
    const role = await roleById(tx, id);
    return role ? ok(await viewRole(tx, role)) : notFound("role");
  });
}

export function createRole(ports: AppPorts, actor: Actor, request: RoleCreation): Promise<Outcome<RoleView>> {
  const role: Role = {
    id: newId(ports, "role"),
    name: request.name,
    rights: ordered(request.rights),
    scope: request.scope ?? "enterprise",
  };
  return ports.store.transaction(async (tx) => {
    const no =
      (await refusalOfChange(tx, actor, "properties.roles", { kind: "role", ...role })) ??
      (await wrong(tx, role));
    if (no) return no;
    await tx.authorization.roles.insert({ ...role, rights: [...role.rights], createdAtMs: tx.now() });
    await report(tx, actor, "role-created", { detail: { roleId: role.id, after: plain(role) } });
    return ok(await viewRole(tx, role));
  });
}

/** Whoever changes a role must have all that it gives, before and after. */
export function changeRole(
  ports: AppPorts,
  actor: Actor,
  id: string,
  request: RoleChange,
): Promise<Outcome<RoleView>> {
  return ports.store.transaction(async (tx) => {
    if (id === superadministrator.id) return immutable;
    const row = await tx.authorization.roles.get(id);
    if (!row) return notFound("role");
    const next: Role = {
      id,
      name: request.name ?? row.name,
      rights: request.rights === undefined ? row.rights : ordered(request.rights),
      scope: request.scope ?? row.scope,
    };
    const no =
      (await refusalOfChange(tx, actor, "properties.roles", { ...row, kind: "role" })) ??
      (await refusalOfChange(tx, actor, "properties.roles", { ...next, kind: "role" })) ??
      (await wrong(tx, next));
    if (no) return no;
    await tx.authorization.roles.update({ ...row, ...next, rights: [...next.rights] });
    await report(tx, actor, "role-changed", {
      detail: { roleId: id, before: plain(row), after: plain(next) },
    });
    return ok(await viewRole(tx, next));
  });
}

export function deleteRole(ports: AppPorts, actor: Actor, id: string): Promise<Outcome<null>> {
  return ports.store.transaction(async (tx) => {
    if (id === superadministrator.id) return immutable;
    const row = await tx.authorization.roles.get(id);
    if (!row) return notFound("role");
    const no = await refusalOfChange(tx, actor, "properties.roles", { ...row, kind: "role" });
    if (no) return no;
    if ((await tx.authorization.administrators.count({ roleId: id, activeOnly: false })) > 0)
      return refused("conflict", "Administrators still have this role; give them another first.");
    await tx.authorization.roles.remove(id);
    await report(tx, actor, "role-deleted", { detail: { roleId: id, before: plain(row) } });
    return ok(null);
  });
}

/** The roles that a new enterprise begins with. */
export async function insertRoleTemplates(tx: Transaction): Promise<void> {
  for (const role of roleTemplates)
    await tx.authorization.roles.insert({ ...role, rights: [...role.rights], createdAtMs: tx.now() });
}

async function viewRole(tx: Transaction, role: Role): Promise<RoleView> {
  const [one] = await viewRoles(tx, [role]);
  if (!one) throw new Error("a view of no role");
  return one;
}

async function viewRoles(tx: Transaction, roles: readonly Role[]): Promise<RoleView[]> {
  const holders = await tx.ofMany.holders(roles.map(({ id }) => id));
  return roles.map((role) => ({
    ...plain(role),
    id: role.id,
    builtIn: role.id === superadministrator.id,
    administrators: holders.get(role.id) ?? 0,
  }));
}

function plain({ name, rights, scope }: Role): { name: string; rights: Right[]; scope: RoleScope } {
  return { name, rights: [...rights], scope };
}

/** Each right once, in the order of the page. */
function ordered(asked: readonly Right[]): Right[] {
  return everyRight.filter((right) => asked.includes(right));
}

async function wrong(tx: Transaction, { id, name, scope }: Role): Promise<Refused | null> {
  const namesake = await tx.authorization.roles.byName(name);
  if ((namesake && namesake.id !== id) || name === superadministrator.name)
    return refused("conflict", "A role of this name exists already.");
  for (const groupId of scope === "enterprise" ? [] : scope.groupIds)
    if (!(await tx.authorization.groups.get(groupId)))
      return invalid("scope.groupIds", `There is no group ${groupId}.`);
  return null;
}

const immutable = refused("conflict", "The superadministrator's role cannot be changed or deleted.");
