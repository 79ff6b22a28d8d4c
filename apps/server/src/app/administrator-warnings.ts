import type { Role } from "@holdfast/core/authorization/built-in-roles";
import { mayLoseSuperadministrator, superadministrator } from "@holdfast/core/authorization/built-in-roles";
import type { AdministratorView } from "@holdfast/protocol/roles-api";
import type { AuthenticatorRow } from "../store/authenticators-store.ts";
import type { Transaction } from "../store/store.ts";
import type { TokenRow } from "../store/tokens-store.ts";

type Warnings = AdministratorView["warnings"];
/** By user, what proves them. */
type Held = {
  readonly tokens: ReadonlyMap<string, readonly TokenRow[]>;
  readonly authenticators: ReadonlyMap<string, readonly AuthenticatorRow[]>;
};

/** By user: what could leave the enterprise without an administrator, or with one whom a password alone stands for. */
export async function administratorWarnings(
  tx: Transaction,
  roles: ReadonlyMap<string, Role>,
  held: Held,
): Promise<ReadonlyMap<string, Warnings>> {
  const supers = [...roles].filter(([, role]) => role.id === superadministrator.id).map(([userId]) => userId);
  const only = await onlySuperadministrator(tx, supers);
  return new Map(
    [...roles.keys()].map((userId) => {
      const enabled = [...(held.tokens.get(userId) ?? []), ...(held.authenticators.get(userId) ?? [])].filter(
        ({ status }) => status === "enabled",
      );
      return [userId, warningsOf(enabled, only.has(userId))];
    }),
  );
}

function warningsOf(
  enabled: readonly (TokenRow | AuthenticatorRow)[],
  isOnlySuperadministrator: boolean,
): Warnings {
  const warnings: Warnings = [];
  const second = enabled.filter(({ kind }) => kind === "hotp" || kind === "totp" || kind === "passkey");
  if (second.length === 0) {
    warnings.push({
      code: "no-second-factor",
      message: "No token and no passkey is enrolled: the console cannot be entered without one.",
    });
  }
  if (!isOnlySuperadministrator) return warnings;
  if (second.length === 1 && !enabled.some(({ kind }) => kind === "recovery-code")) {
    warnings.push({
      code: "one-second-factor",
      message:
        "If this person loses the one token or passkey, the console is lost: enrol another, or recovery codes.",
    });
  }
  warnings.push({
    code: "only-superadministrator",
    message: "Nobody else is a superadministrator: if this person cannot sign in, nobody can give the role.",
  });
  return warnings;
}

/** Those of these superadministrators without whom there would be no active one. */
async function onlySuperadministrator(
  tx: Transaction,
  userIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (userIds.length === 0) return new Set();
  const users = await tx.ofMany.users(userIds);
  const active = await tx.authorization.administrators.count({
    roleId: superadministrator.id,
    activeOnly: true,
  });
  return new Set(
    userIds.filter((id) => {
      const others = users.get(id)?.status === "active" ? active - 1 : active;
      return !mayLoseSuperadministrator(others);
    }),
  );
}
