import type { Role } from "@holdfast/core/authorization/built-in-roles";
import { mayLoseSuperadministrator, superadministrator } from "@holdfast/core/authorization/built-in-roles";
import type { AdministratorQuery, AdministratorView } from "@holdfast/protocol/roles-api";
import type { AdministratorRow } from "../store/authorization-store.ts";
import type { Page } from "../store/page.ts";
import type { Transaction } from "../store/store.ts";
import type { Actor } from "./actor.ts";
import { administratorWarnings } from "./administrator-warnings.ts";
import { report } from "./audit.ts";
import { refusal, refusalOfChange, userResource } from "./authorization.ts";
import type { Outcome, Refused } from "./outcome.ts";
import { notFound, ok, refused } from "./outcome.ts";
import type { AppPorts } from "./ports.ts";
import { reachOf, said } from "./reach.ts";
import { roleById, roleOf, rolesOf } from "./role-of.ts";

/** By user name. */
export function listAdministrators(
  ports: AppPorts,
  actor: Actor,
  query: AdministratorQuery,
): Promise<Page<AdministratorView>> {
  return ports.store.read(async (tx) => {
    const page = await tx.authorization.administrators.list({ ...said(query), ...reachOf(actor) });
    return { items: await viewAll(tx, page.items), next: page.next };
  });
}

export function readAdministrator(
  ports: AppPorts,
  actor: Actor,
  userId: string,
): Promise<Outcome<AdministratorView>> {
  return ports.store.read(async (tx) => {
    const no = refusal(actor, "users.read", await userResource(tx, userId));
    return no ?? viewOf(tx, userId);
  });
}

/** Gives a user a role, in the place of the one that he may have. */
export function assignRole(
  ports: AppPorts,
  actor: Actor,
  userId: string,
  roleId: string,
): Promise<Outcome<AdministratorView>> {
  return ports.store.transaction(async (tx) => {
    if (!(await tx.users.get(userId))) return notFound("user");
    const role = await roleById(tx, roleId);
    if (!role) return notFound("role");
    const no =
      (await refusalOfChange(tx, actor, "roles.assign", await userResource(tx, userId))) ??
      (await refusalOfChange(tx, actor, "roles.assign", { kind: "role", ...role })) ??
      (role.id === superadministrator.id ? null : await lastSuperadministrator(tx, userId));
    if (no) return no;
    await giveRole(tx, actor, userId, role);
    return viewOf(tx, userId);
  });
}

export function removeRole(ports: AppPorts, actor: Actor, userId: string): Promise<Outcome<null>> {
  return ports.store.transaction(async (tx) => {
    const before = (await tx.users.get(userId)) && (await roleOf(tx, userId));
    if (!before) return notFound("administrator");
    const no =
      (await refusalOfChange(tx, actor, "roles.assign", await userResource(tx, userId))) ??
      (await lastSuperadministrator(tx, userId));
    if (no) return no;
    await tx.authorization.administrators.set(userId, null);
    await report(tx, actor, "role-removed", { userId, detail: { before: named(before), after: null } });
    return ok(null);
  });
}

/** In a transaction that has asked whether it may: of the assignment above, or of the first start. */
export async function giveRole(tx: Transaction, actor: Actor, userId: string, role: Role): Promise<void> {
  const before = await roleOf(tx, userId);
  await tx.authorization.administrators.set(userId, role.id);
  await report(tx, actor, "role-assigned", {
    userId,
    detail: { before: before && named(before), after: named(role) },
  });
}

/** Refuses to take away, disable or delete the last superadministrator who can sign in. */
export async function lastSuperadministrator(tx: Transaction, userId: string): Promise<Refused | null> {
  const { administrators } = tx.authorization;
  if ((await administrators.roleId(userId)) !== superadministrator.id) return null;
  const others = await administrators.count({
    roleId: superadministrator.id,
    activeOnly: true,
    except: userId,
  });
  return mayLoseSuperadministrator(others)
    ? null
    : refused(
        "conflict",
        "This is the last active superadministrator, and nobody could make another; give the role to somebody else first.",
      );
}

async function viewOf(tx: Transaction, userId: string): Promise<Outcome<AdministratorView>> {
  const row = await tx.authorization.administrators.get(userId);
  const [view] = row ? await viewAll(tx, [row]) : [];
  return view ? ok(view) : notFound("administrator");
}

async function viewAll(tx: Transaction, rows: readonly AdministratorRow[]): Promise<AdministratorView[]> {
  const ids = rows.map(({ userId }) => userId);
  const roles = await rolesOf(tx, ids);
  const tokens = await tx.ofMany.tokens(ids);
  const authenticators = await tx.ofMany.authenticators(ids);
  const warnings = await administratorWarnings(tx, roles, { tokens, authenticators });
  return rows.flatMap(({ userId, userName, displayName, status, sinceMs }) => {
    const role = roles.get(userId);
    return role === undefined
      ? []
      : [
          {
            userId,
            userName,
            displayName,
            status,
            role: named(role),
            sinceMs,
            warnings: warnings.get(userId) ?? [],
          },
        ];
  });
}

function named({ id, name }: Role): { id: string; name: string } {
  return { id, name };
}
