import type { Columns } from "./columns.ts";

/** Roles, who has them, and the groups that they are held to. */
export function authorizationTables({
  text,
  clustered,
  strict,
  id,
  count,
  oneOf,
  document,
}: Columns): string[] {
  return [
    `CREATE TABLE roles (
      id ${id},
      name ${text} NOT NULL UNIQUE CHECK (name <> ''),
      ${document("rights")},
      ${document("scope")},
      ${count("created_at_ms")}
    ) ${strict}`,

    // One role per person. Apart from the users, whom every sign-in reads. The superadministrator's role is no row.
    `CREATE TABLE administrators (
      user_id ${text} NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
      role_id ${text} NOT NULL CHECK (role_id <> ''),
      ${count("since_ms")}
    ) ${clustered}`,
    "CREATE INDEX administrators_of_role ON administrators (role_id)",

    // "groups" is a word of SQL:2011's window functions.
    `CREATE TABLE member_groups (
      id ${id},
      name ${text} NOT NULL UNIQUE CHECK (name <> ''),
      ${count("created_at_ms")}
    ) ${strict}`,

    `CREATE TABLE group_members (
      group_id ${text} NOT NULL REFERENCES member_groups (id) ON DELETE CASCADE,
      ${oneOf("kind", "user", "endpoint", "enrolment")},
      member_id ${text} NOT NULL CHECK (member_id <> ''),
      PRIMARY KEY (group_id, kind, member_id)
    ) ${clustered}`,
    "CREATE INDEX groups_of_member ON group_members (member_id, kind, group_id)",
  ];
}
