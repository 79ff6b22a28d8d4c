import type { Right, RoleScope } from "@holdfast/protocol/rights";
import type { Page } from "./page.ts";

/** A role that somebody made; the superadministrator's is in core, and not here to be changed. */
export type RoleRow = { id: string; name: string; rights: Right[]; scope: RoleScope; createdAtMs: number };

export type GroupRow = { id: string; name: string; createdAtMs: number };

/** An enrolment code belongs to groups as the endpoint will that it admits. */
export type MemberKind = "user" | "endpoint" | "enrolment";

/** A user with a role. */
export type AdministratorRow = {
  userId: string;
  roleId: string;
  sinceMs: number;
  userName: string;
  displayName: string;
  status: "active" | "disabled";
};

/** Who may do what: roles, who has them, and the groups that they are held to. */
export type AuthorizationStore = {
  roles: {
    get(id: string): Promise<RoleRow | null>;
    byName(name: string): Promise<RoleRow | null>;
    /** By name. */
    list(): Promise<RoleRow[]>;
    insert(row: RoleRow): Promise<void>;
    update(row: RoleRow): Promise<void>;
    remove(id: string): Promise<void>;
  };
  administrators: {
    get(userId: string): Promise<AdministratorRow | null>;
    roleId(userId: string): Promise<string | null>;
    /** Null takes the role away. */
    set(userId: string, roleId: string | null): Promise<void>;
    /** By user name. */
    list(query: {
      roleId?: string;
      /** Only members of these. */
      groupIds?: readonly string[];
      after?: string;
      limit: number;
    }): Promise<Page<AdministratorRow>>;
    count(query: { roleId: string; activeOnly: boolean; except?: string }): Promise<number>;
  };
  groups: {
    get(id: string): Promise<GroupRow | null>;
    byName(name: string): Promise<GroupRow | null>;
    /** By name. */
    list(query: {
      prefix?: string;
      /** Only these. */
      ids?: readonly string[];
      after?: string;
      limit: number;
    }): Promise<Page<GroupRow>>;
    insert(row: GroupRow): Promise<void>;
    update(row: GroupRow): Promise<void>;
    /** With all memberships. */
    remove(id: string): Promise<void>;
    /** Ids of the groups that somebody or something is in, sorted. */
    of(kind: MemberKind, memberId: string): Promise<string[]>;
    /** By name and id of the members. */
    members(query: {
      groupId: string;
      kind: "user" | "endpoint";
      after?: string;
      limit: number;
    }): Promise<Page<{ id: string; name: string }>>;
    /** False where it was a member before. */
    add(groupId: string, kind: MemberKind, memberId: string): Promise<boolean>;
    /** False where it was none. */
    drop(groupId: string, kind: MemberKind, memberId: string): Promise<boolean>;
  };
};
