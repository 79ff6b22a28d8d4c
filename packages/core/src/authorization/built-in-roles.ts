import type { Right, RoleScope } from "@holdfast/protocol/rights";
import { rights } from "@holdfast/protocol/rights";

export type Role = {
  readonly id: string;
  readonly name: string;
  readonly rights: readonly Right[];
  readonly scope: RoleScope;
};

/** Every right, everywhere; it is not kept in the store, so that nothing there can change it. */
export const superadministrator: Role = {
  id: "superadministrator",
  name: "Superadministrator",
  rights,
  scope: "enterprise",
};

/** What a new enterprise begins with; its superadministrator may change them as he likes. */
export const roleTemplates: readonly Role[] = [
  {
    id: "role_help-desk",
    name: "Help desk",
    rights: [
      "properties.read",
      "users.read",
      "users.unlock",
      "users.password",
      "users.authenticators",
      "endpoints.read",
      "audit.read",
    ],
    scope: "enterprise",
  },
  {
    id: "role_auditor",
    name: "Auditor",
    rights: ["properties.read", "users.read", "endpoints.read", "audit.read", "audit.export"],
    scope: "enterprise",
  },
  {
    id: "role_endpoint-manager",
    name: "Endpoint manager",
    rights: [
      "properties.read",
      "users.read",
      "endpoints.read",
      "endpoints.enrol",
      "endpoints.edit",
      "endpoints.revoke",
      "audit.read",
      "audit.alerts",
    ],
    scope: "enterprise",
  },
];

/**
 * The last superadministrator who can sign in stays: without one nobody could give the role again. `others` are the
 * active superadministrators beside the one who would lose it.
 */
export function mayLoseSuperadministrator(others: number): boolean {
  return others > 0;
}
