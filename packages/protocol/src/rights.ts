import { z } from "zod";
import { identifier } from "./primitives.ts";

/**
 * What a role can give, by the section under which the console shows it (TC-15, TC-16). A right says what may be done;
 * to whom and to what is said by core's authorization policy.
 */
export const rights = [
  "properties.read",
  "properties.settings",
  "properties.policies",
  "properties.roles",
  "properties.groups",
  "properties.api-keys",
  "properties.keys",
  "properties.temporary-codes",
  "properties.radius",
  "properties.senders",
  "properties.token-import",
  "properties.authenticator-app",
  "users.read",
  "users.create",
  "users.edit",
  "users.delete",
  "users.unlock",
  "users.password",
  "users.authenticators",
  "users.temporary-codes",
  "users.bypass-codes",
  "users.lock",
  "users.proofing",
  "users.push",
  "endpoints.read",
  "endpoints.enrol",
  "endpoints.edit",
  "endpoints.revoke",
  "audit.read",
  "audit.export",
  "audit.alerts",
] as const;
export const right = z.enum(rights);
export type Right = z.infer<typeof right>;

/** Where a role's rights hold: everywhere, or for the members of some groups. */
export const roleScope = z.union([
  z.literal("enterprise"),
  z.strictObject({ groupIds: z.array(identifier).min(1).max(50) }),
]);
export type RoleScope = z.infer<typeof roleScope>;
