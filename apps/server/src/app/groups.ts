import { groupsOf } from "@holdfast/core/authorization/principal";
import type { GroupQuery, GroupView, MemberChange, MemberQuery } from "@holdfast/protocol/roles-api";
import type { GroupRow } from "../store/authorization-store.ts";
import type { Page } from "../store/page.ts";
import type { Transaction } from "../store/store.ts";
import type { Actor } from "./actor.ts";
import { report } from "./audit.ts";
import { enterprise, refusalOfChange } from "./authorization.ts";
import type { Outcome, Refused } from "./outcome.ts";
import { invalid, notFound, ok, refused } from "./outcome.ts";
import type { AppPorts } from "./ports.ts";
import { newId } from "./ports.ts";
import { reachOf, said } from "./reach.ts";

/** By name; who is held to groups sees those. */
export function listGroups(ports: AppPorts, actor: Actor, query: GroupQuery): Promise<Page<GroupView>> {
  return ports.store.read(async (tx) => {
    const { groupIds } = reachOf(actor);
    const page = await tx.authorization.groups.list({
      ...said(query),
      ...(groupIds === undefined ? {} : { ids: groupIds }),
    });
    return { items: await viewGroups(tx, page.items), next: page.next };
  });
}

export function readGroup(ports: AppPorts, actor: Actor, id: string): Promise<Outcome<GroupView>> {
  return ports.store.read(async (tx) => {
    const row = await visible(tx, actor, id);
    return row ? ok(await viewGroup(tx, row)) : notFound("group");
  });
}

export function createGroup(ports: AppPorts, actor: Actor, name: string): Promise<Outcome<GroupView>> {
  const id = newId(ports, "grp");
  return ports.store.transaction(async (tx) => {
    const no =
      (await refusalOfChange(tx, actor, "properties.groups", enterprise)) ?? (await taken(tx, id, name));
    if (no) return no;
    const row: GroupRow = { id, name, createdAtMs: tx.now() };
    await tx.authorization.groups.insert(row);
    await report(tx, actor, "group-created", { detail: { groupId: id, after: { name } } });
    return ok(await viewGroup(tx, row));
  });
}

export function renameGroup(
  ports: AppPorts,
  actor: Actor,
  id: string,
  name: string,
): Promise<Outcome<GroupView>> {
  return ports.store.transaction(async (tx) => {
    const row = await tx.authorization.groups.get(id);
    if (!row) return notFound("group");
    const no =
      (await refusalOfChange(tx, actor, "properties.groups", enterprise)) ?? (await taken(tx, id, name));
    if (no) return no;
    const next = { ...row, name };
    await tx.authorization.groups.update(next);
    await report(tx, actor, "group-changed", {
      detail: { groupId: id, before: { name: row.name }, after: { name } },
    });
    return ok(await viewGroup(tx, next));
  });
}

export function deleteGroup(ports: AppPorts, actor: Actor, id: string): Promise<Outcome<null>> {
  return ports.store.transaction(async (tx) => {
    const row = await tx.authorization.groups.get(id);
    if (!row) return notFound("group");
    const no = await refusalOfChange(tx, actor, "properties.groups", enterprise);
    if (no) return no;
    const holding = (await tx.authorization.roles.list()).find(
      ({ scope }) => scope !== "enterprise" && scope.groupIds.includes(id),
    );
    if (holding)
      return refused("conflict", `The role "${holding.name}" reaches this group; change the role first.`);
    const { users, endpoints } = await viewGroup(tx, row);
    await tx.authorization.groups.remove(id);
    await report(tx, actor, "group-deleted", {
      detail: { groupId: id, before: { name: row.name, users, endpoints } },
    });
    return ok(null);
  });
}

export function listMembers(
  ports: AppPorts,
  actor: Actor,
  id: string,
  query: MemberQuery,
): Promise<Outcome<Page<{ id: string; name: string }>>> {
  return ports.store.read(async (tx) => {
    if (!(await visible(tx, actor, id))) return notFound("group");
    return ok(await tx.authorization.groups.members({ ...said(query), groupId: id }));
  });
}

/** All of it or nothing. Who is in already, or is not, is no error: the group is as it was asked to be. */
export function changeMembers(
  ports: AppPorts,
  actor: Actor,
  groupId: string,
  { add, remove }: MemberChange,
): Promise<Outcome<GroupView>> {
  return ports.store.transaction(async (tx) => {
    const row = await tx.authorization.groups.get(groupId);
    if (!row) return notFound("group");
    const no = await refusalOfChange(tx, actor, "properties.groups", enterprise);
    if (no) return no;
    for (const id of add?.userIds ?? [])
      if (!(await tx.users.get(id))) return invalid("add.userIds", `There is no user ${id}.`);
    for (const id of add?.endpointIds ?? [])
      if (!(await tx.endpoints.get(id))) return invalid("add.endpointIds", `There is no endpoint ${id}.`);
    for (const [change, named] of [
      ["add", add],
      ["drop", remove],
    ] as const)
      for (const [kind, ids] of [
        ["user", named?.userIds],
        ["endpoint", named?.endpointIds],
      ] as const)
        for (const id of ids ?? []) await changeMember(tx, actor, row, change, kind, id);
    return ok(await viewGroup(tx, row));
  });
}

/** For whoever makes something new: the groups that it will be in. */
export function groupsForNew(actor: Actor, asked: readonly string[] | undefined): readonly string[] {
  if (asked !== undefined) return [...new Set(asked)];
  const own = actor.principal === undefined ? [] : groupsOf(actor.principal);
  // Held to one group, nothing else can be meant.
  return own?.length === 1 ? own : [];
}

/** Whether all of them are there, and all within reach: nobody puts something where he does not see it. */
export async function wrongGroups(
  tx: Transaction,
  actor: Actor,
  groupIds: readonly string[],
): Promise<Refused | null> {
  for (const id of groupIds)
    if (!(await visible(tx, actor, id))) return invalid("groupIds", `There is no group ${id}.`);
  return null;
}

/** One event for each, so that it is found with whom it concerns. */
export async function changeMember(
  tx: Transaction,
  actor: Actor,
  group: Pick<GroupRow, "id" | "name">,
  change: "add" | "drop",
  kind: "user" | "endpoint",
  memberId: string,
): Promise<void> {
  if (!(await tx.authorization.groups[change](group.id, kind, memberId))) return;
  await report(tx, actor, change === "add" ? "group-member-added" : "group-member-removed", {
    userId: kind === "user" ? memberId : null,
    endpointId: kind === "endpoint" ? memberId : null,
    detail: { groupId: group.id, name: group.name },
  });
}

/** For lists: the members of one group, or of all that the actor's role reaches. */
export function withinGroup(actor: Actor, groupId: string | undefined): { groupIds?: readonly string[] } {
  const reach = reachOf(actor);
  if (groupId === undefined) return reach;
  return { groupIds: reach.groupIds === undefined || reach.groupIds.includes(groupId) ? [groupId] : [] };
}

async function visible(tx: Transaction, actor: Actor, id: string): Promise<GroupRow | null> {
  const { groupIds } = reachOf(actor);
  return groupIds === undefined || groupIds.includes(id) ? tx.authorization.groups.get(id) : null;
}

async function taken(tx: Transaction, id: string, name: string): Promise<Refused | null> {
  const namesake = await tx.authorization.groups.byName(name);
  return namesake && namesake.id !== id ? refused("conflict", "A group of this name exists already.") : null;
}

async function viewGroup(tx: Transaction, row: GroupRow): Promise<GroupView> {
  const [one] = await viewGroups(tx, [row]);
  if (!one) throw new Error("a view of no group");
  return one;
}

async function viewGroups(tx: Transaction, rows: readonly GroupRow[]): Promise<GroupView[]> {
  const members = await tx.ofMany.members(rows.map(({ id }) => id));
  return rows.map(({ id, name, createdAtMs }) => {
    const { users = 0, endpoints = 0 } = members.get(id) ?? {};
    return { id, name, users, endpoints, createdAtMs };
  });
}
