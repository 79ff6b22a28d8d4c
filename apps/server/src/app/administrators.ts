import type { Role } from "@holdfast/core/authorization/built-in-roles";
import { mayLoseSuperadministrator, superadministrator } from "@holdfast/core/authorization/built-in-roles";
import type { AdministratorQuery, AdministratorView } from "@holdfast/protocol/roles-api";
import type { AdministratorRow } from "../store/authorization-store.ts";
import type { Page, Transaction } from "../store/store.ts";
import { report } from "./audit.ts";
import { refusal, refusalOfChange, userResource } from "./authorization.ts";
import type { Outcome, Refused } from "./outcome.ts";
import { notFound, ok, refused } from "./outcome.ts";
import type { Actor, AppPorts } from "./ports.ts";
import { reachOf, said } from "./reach.ts";
import { roleById, roleOf } from "./role-of.ts";

/** By user name. */
export function listAdministrators(
  ports: AppPorts,
  actor: Actor,
  query: AdministratorQuery,
): Promise<Page<AdministratorView>> {
  return ports.store.read(async (tx) => {
    const page = await tx.authorization.administrators.list({ ...said(query), ...reachOf(actor) });
    const items: AdministratorView[] = [];
    for (const row of page.items) {
      const role = await roleById(tx, row.roleId);
      if (role) items.push(await view(tx, row, role));
    }
    return { items, next: page.next };
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
  const [user, role] = [await tx.users.get(userId), await roleOf(tx, userId)];
  const row = user && (await tx.authorization.administrators.get(userId));
  return row && role ? ok(await view(tx, row, role)) : notFound("administrator");
}

async function view(
  tx: Transaction,
  { userId, userName, displayName, status, sinceMs }: AdministratorRow,
  role: Role,
): Promise<AdministratorView> {
  return {
    userId,
    userName,
    displayName,
    status,
    role: named(role),
    sinceMs,
    warnings: await warningsOf(tx, userId, role),
  };
}

/** What could leave the enterprise without an administrator, or with one whom a password alone stands for. */
export async function warningsOf(
  tx: Transaction,
  userId: string,
  role: Role,
): Promise<AdministratorView["warnings"]> {
  const warnings: AdministratorView["warnings"] = [];
  const enabled = [...(await tx.tokens.ofUser(userId)), ...(await tx.authenticators.ofUser(userId))].filter(
    ({ status }) => status === "enabled",
  );
  const second = enabled.filter(({ kind }) => kind === "hotp" || kind === "totp" || kind === "passkey");
  if (second.length === 0) {
    warnings.push({
      code: "no-second-factor",
      message: "No token and no passkey is enrolled: the console cannot be entered without one.",
    });
  }
  if (role.id === superadministrator.id && (await lastSuperadministrator(tx, userId)) !== null) {
    if (second.length === 1 && !enabled.some(({ kind }) => kind === "recovery-code")) {
      warnings.push({
        code: "one-second-factor",
        message:
          "If this person loses the one token or passkey, the console is lost: enrol another, or recovery codes.",
      });
    }
    warnings.push({
      code: "only-superadministrator",
      message:
        "Nobody else is a superadministrator: if this person cannot sign in, nobody can give the role.",
    });
  }
  return warnings;
}

function named({ id, name }: Role): { id: string; name: string } {
  return { id, name };
}
