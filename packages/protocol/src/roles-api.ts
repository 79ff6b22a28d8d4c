import { z } from "zod";
import { displayText, epochMs, identifier, userName } from "./primitives.ts";
import { right, roleScope } from "./rights.ts";

/** Roles, who has them, and the groups that they are held to. */

const paging = {
  after: z.string().max(1000).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
};
const rightList = z.array(right).max(100);

export const roleView = z.strictObject({
  id: identifier,
  name: displayText,
  /** The superadministrator: every right, everywhere, and nobody changes or deletes it. */
  builtIn: z.boolean(),
  rights: rightList,
  scope: roleScope,
  /** How many people have it. */
  administrators: z.number().int().nonnegative(),
});
export type RoleView = z.infer<typeof roleView>;
export const rolePage = z.strictObject({ items: z.array(roleView), next: z.string().nullable() });
export const roleQuery = z.strictObject(paging);
export type RoleQuery = z.infer<typeof roleQuery>;

export const roleCreation = z.strictObject({
  name: displayText,
  rights: rightList,
  /** Absent: the whole enterprise. */
  scope: roleScope.optional(),
});
export type RoleCreation = z.infer<typeof roleCreation>;
export const roleChange = z.strictObject({
  name: displayText.optional(),
  rights: rightList.optional(),
  scope: roleScope.optional(),
});
export type RoleChange = z.infer<typeof roleChange>;

/** Every right there is, in the sections and words of the page of roles (TC-15, TC-16). */
export const rightSections = z.strictObject({
  items: z.array(
    z.strictObject({
      section: z.string(),
      rights: z.array(z.strictObject({ right, text: z.string() })),
    }),
  ),
});

export const administratorView = z.strictObject({
  userId: identifier,
  userName,
  displayName: displayText,
  status: z.enum(["active", "disabled"]),
  role: z.strictObject({ id: identifier, name: displayText }),
  sinceMs: epochMs,
  warnings: z.array(z.strictObject({ code: z.string(), message: z.string() })),
});
export type AdministratorView = z.infer<typeof administratorView>;
export const administratorPage = z.strictObject({
  items: z.array(administratorView),
  next: z.string().nullable(),
});
export const administratorQuery = z.strictObject({ roleId: identifier.optional(), ...paging });
export type AdministratorQuery = z.infer<typeof administratorQuery>;
export const roleAssignment = z.strictObject({ roleId: identifier });

export const groupView = z.strictObject({
  id: identifier,
  name: displayText,
  users: z.number().int().nonnegative(),
  endpoints: z.number().int().nonnegative(),
  createdAtMs: epochMs,
});
export type GroupView = z.infer<typeof groupView>;
export const groupPage = z.strictObject({ items: z.array(groupView), next: z.string().nullable() });
export const groupQuery = z.strictObject({ prefix: z.string().max(200).optional(), ...paging });
export type GroupQuery = z.infer<typeof groupQuery>;
export const groupCreation = z.strictObject({ name: displayText });

export const memberQuery = z.strictObject({ kind: z.enum(["user", "endpoint"]), ...paging });
export type MemberQuery = z.infer<typeof memberQuery>;
export const memberPage = z.strictObject({
  items: z.array(z.strictObject({ id: identifier, name: displayText })),
  next: z.string().nullable(),
});
const memberIds = z.array(identifier).max(500).optional();
const membersNamed = z.strictObject({ userIds: memberIds, endpointIds: memberIds });
export const memberChange = z.strictObject({
  add: membersNamed.optional(),
  remove: membersNamed.optional(),
});
export type MemberChange = z.infer<typeof memberChange>;

/** What every screen shows of the product, before anybody has signed in (TC-11). */
export const productView = z.strictObject({
  productName: displayText,
  organisationName: z.string(),
  helpDeskContact: z.string(),
});
