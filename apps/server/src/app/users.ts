import { clearFailures } from "@holdfast/core/lockout/lockout";
import type { UserChange, UserCreation, UserQuery, UserView } from "@holdfast/protocol/admin-api";
import type { PolicyRow } from "../store/policies-store.ts";
import type { Transaction } from "../store/store.ts";
import type { UserRow } from "../store/users-store.ts";
import type { Actor } from "./actor.ts";
import { lastSuperadministrator } from "./administrators.ts";
import { alertWhile } from "./alerts.ts";
import { report } from "./audit.ts";
import { refusal, refusalOfChange, userResource } from "./authorization.ts";
import { changeMember, groupsForNew, withinGroup, wrongGroups } from "./groups.ts";
import { refusalWhileLocked } from "./lock/standing.ts";
import { removeAppPasswordsOf } from "./me/app-passwords.ts";
import type { Outcome, Refused } from "./outcome.ts";
import { notFound, ok, refused } from "./outcome.ts";
import { refusalOfPassword } from "./password-rules.ts";
import { passwordVerifier } from "./passwords.ts";
import type { AppPorts } from "./ports.ts";
import { newId } from "./ports.ts";
import { changeWithRevocations } from "./revocations.ts";
import { viewUser, viewUsers } from "./user-view.ts";

export async function createUser(
  ports: AppPorts,
  actor: Actor,
  request: UserCreation,
): Promise<Outcome<UserView>> {
  const unfit = await refusalOfNewUsersPassword(ports, request);
  if (unfit) return unfit;
  const password = request.password === undefined ? null : await hashPassword(ports, request.password);
  if (password === "busy") return tooBusy(ports);
  const id = newId(ports, "usr");
  const groupIds = groupsForNew(actor, request.groupIds);
  return ports.store.transaction(async (tx) => {
    const no =
      (await wrongGroups(tx, actor, groupIds)) ??
      (await refusalOfChange(tx, actor, "users.create", { kind: "new-user", groupIds }));
    if (no) return no;
    if (await tx.users.byName(request.userName))
      return refused("conflict", "A user of this name exists already.");
    const policy =
      request.policyId === undefined ? await tx.policies.default() : await tx.policies.get(request.policyId);
    if (!policy) return notFound("policy");
    const row: UserRow = {
      id,
      name: request.userName,
      displayName: request.displayName ?? request.userName,
      status: "active",
      policyId: policy.id,
      offlineSalt: password?.salt ?? newSalt(ports),
      passwordVerifier: password?.verifier ?? null,
      credentialEpoch: 1,
      cacheSize: request.cacheSize ?? null,
      createdAtMs: tx.now(),
    };
    await tx.users.insert(row);
    await report(tx, actor, "user-created", {
      userId: id,
      detail: { userName: row.name, policyId: policy.id, passwordSet: password !== null },
    });
    for (const groupId of groupIds) {
      const group = await tx.authorization.groups.get(groupId);
      if (group) await changeMember(tx, actor, group, "add", "user", id);
    }
    return ok(await viewUser(tx, row));
  });
}

export function readUser(ports: AppPorts, actor: Actor, id: string): Promise<Outcome<UserView>> {
  return ports.store.read(async (tx) => {
    const row = await tx.users.get(id);
    const no = refusal(actor, "users.read", await userResource(tx, id));
    if (no) return no;
    return row ? ok(await viewUser(tx, row)) : notFound("user");
  });
}

export function listUsers(
  ports: AppPorts,
  actor: Actor,
  query: UserQuery,
): Promise<{ items: UserView[]; next: string | null }> {
  return ports.store.read(async (tx) => {
    if (query.userName !== undefined) {
      const row = await tx.users.byName(query.userName);
      const hidden = row === null || refusal(actor, "users.read", await userResource(tx, row.id)) !== null;
      return { items: row && !hidden ? [await viewUser(tx, row)] : [], next: null };
    }
    const { prefix, policyId, status, groupId, after, limit } = query;
    const page = await tx.users.list({
      limit,
      ...withinGroup(actor, groupId),
      ...(prefix === undefined ? {} : { prefix }),
      ...(policyId === undefined ? {} : { policyId }),
      ...(status === undefined ? {} : { status }),
      ...(after === undefined ? {} : { after }),
    });
    return { items: await viewUsers(tx, page.items), next: page.next };
  });
}

/** Disabling, or a policy without offline sign-in, deletes what endpoints hold of the user. */
export async function changeUser(
  ports: AppPorts,
  actor: Actor,
  id: string,
  request: UserChange,
): Promise<Outcome<UserView>> {
  const policy =
    request.policyId === undefined
      ? null
      : await ports.store.read((tx) => tx.policies.get(request.policyId ?? ""));
  if (request.policyId !== undefined && !policy) return notFound("policy");
  const reason =
    request.status === "disabled"
      ? "user-disabled"
      : policy?.document.offline.enabled === false
        ? "offline-disallowed"
        : null;
  return changeWithRevocations(
    ports,
    id,
    (endpointId) => (reason ? { endpointId, userId: id, tokenId: null, reason } : null),
    async (tx, queue) => {
      const row = await tx.users.get(id);
      if (!row) return notFound("user");
      const resource = await userResource(tx, id);
      const otherPolicy = request.policyId !== undefined && request.policyId !== row.policyId;
      const no =
        (await refusalOfChange(tx, actor, otherPolicy ? "users.change-policy" : "users.edit", resource)) ??
        (request.status === undefined ? null : await refusalWhileLocked(tx, id)) ??
        (request.status === "disabled" ? await lastSuperadministrator(tx, id) : null);
      if (no) return no;
      const changed = { ...row, ...withoutUndefined(request) };
      await tx.users.update(changed);
      await report(tx, actor, request.status === "disabled" ? "user-disabled" : "user-changed", {
        userId: id,
        detail: { before: changedFields(row, request), after: withoutUndefined(request) },
      });
      await queue(actor);
      if (reason) await markRevoked(tx, id);
      else await markStale(tx, id);
      return ok(await viewUser(tx, changed));
    },
  );
}

export function setPassword(
  ports: AppPorts,
  actor: Actor,
  id: string,
  password: string,
): Promise<Outcome<UserView>> {
  return replacePassword(ports, actor, id, password, {
    refuses: async (tx) => refusalOfChange(tx, actor, "users.password", await userResource(tx, id)),
    also: (tx) => removeAppPasswordsOf(tx, actor, id),
  });
}

/** By whoever may; `also` lands with it or not at all. */
export async function replacePassword(
  ports: AppPorts,
  actor: Actor,
  id: string,
  password: string,
  by: {
    refuses(tx: Transaction): Promise<Refused | null>;
    also(tx: Transaction, changed: UserRow): Promise<void>;
  },
): Promise<Outcome<UserView>> {
  const found = await ports.store.read(async (tx) => {
    const user = await tx.users.get(id);
    return user && { user, policy: (await policyOf(tx, user)).document };
  });
  if (!found) return notFound("user");
  const { user: before, policy } = found;
  const { minimumLength } = policy.password;
  const unfit = await refusalOfPassword(ports, { password, userName: before.name, minimumLength });
  if (unfit) return unfit;
  const hashed = await hashPassword(ports, password);
  if (hashed === "busy") return tooBusy(ports);
  const credentialEpoch = before.credentialEpoch + 1;
  return changeWithRevocations(
    ports,
    id,
    (endpointId) => ({ endpointId, userId: id, tokenId: null, reason: "password-changed", credentialEpoch }),
    async (tx, queue) => {
      const row = await tx.users.get(id);
      if (!row) return notFound("user");
      const no = await by.refuses(tx);
      if (no) return no;
      if (row.credentialEpoch !== before.credentialEpoch)
        return refused("conflict", "The password was changed by somebody else just now.");
      const changed = {
        ...row,
        offlineSalt: hashed.salt,
        passwordVerifier: hashed.verifier,
        credentialEpoch,
      };
      await tx.users.update(changed);
      await report(tx, actor, "password-set", { userId: id, detail: { credentialEpoch } });
      await queue(actor);
      // Codes are under a slot that the order deletes; a fresh sign-in registers a new refill key.
      for (const held of await tx.bundles.ofUser(id))
        await tx.bundles.upsert({ ...held, refillKey: null, requestId: "" });
      await by.also(tx, changed);
      return ok(await viewUser(tx, changed));
    },
  );
}

export function unlockUser(ports: AppPorts, actor: Actor, id: string): Promise<Outcome<UserView>> {
  return ports.store.transaction(async (tx) => {
    const row = await tx.users.get(id);
    if (!row) return notFound("user");
    const no = await refusalOfChange(tx, actor, "users.unlock", await userResource(tx, id));
    if (no) return no;
    const before = await tx.users.state(id);
    for (const counter of ["common", "remote-access"] as const)
      await tx.users.setLockout(id, { counter, ...clearFailures() });
    const { failures, lockedUntilMs, remoteFailures, remoteLockedUntilMs } = before;
    await report(tx, actor, "user-unlocked", {
      userId: id,
      detail: { failures, lockedUntilMs, remoteFailures, remoteLockedUntilMs },
    });
    return ok(await viewUser(tx, row));
  });
}

export function deleteUser(ports: AppPorts, actor: Actor, id: string): Promise<Outcome<null>> {
  return changeWithRevocations(
    ports,
    id,
    (endpointId) => ({ endpointId, userId: id, tokenId: null, reason: "user-deleted" }),
    async (tx, queue) => {
      const row = await tx.users.get(id);
      if (!row) return notFound("user");
      const no =
        (await refusalOfChange(tx, actor, "users.delete", await userResource(tx, id))) ??
        (await lastSuperadministrator(tx, id));
      if (no) return no;
      await queue(actor);
      await report(tx, actor, "user-deleted", { userId: id, detail: { userName: row.name } });
      await tx.users.remove(id);
      await alertWhile(ports, tx, false, { kind: "more-than-one-token", userId: id, endpointId: null });
      return ok(null);
    },
  );
}

export async function policyOf(tx: Transaction, user: UserRow): Promise<PolicyRow> {
  const policy = await tx.policies.get(user.policyId);
  if (!policy) throw new Error(`user ${user.id} has a policy that is not there`);
  return policy;
}

/** Nothing of this user is to be handed out again until he signs in anew. */
export async function markRevoked(tx: Transaction, userId: string, onlyEndpointId?: string): Promise<void> {
  for (const held of await tx.bundles.ofUser(userId)) {
    if (onlyEndpointId !== undefined && held.endpointId !== onlyEndpointId) continue;
    if (held.status === "active" || held.status === "destroyed")
      await tx.bundles.upsert({ ...held, status: "revoked", refillKey: null, requestId: "" });
  }
}

/** What endpoints hold is out of date: a refill is due, and no request id of before brings the old bundle again. */
export async function markStale(tx: Transaction, userId: string): Promise<void> {
  for (const held of await tx.bundles.ofUser(userId)) {
    if (held.status === "active") await tx.bundles.upsert({ ...held, requestId: "" });
  }
}

/** Salt and verifier, or "busy" where the queue is full. */
async function refusalOfNewUsersPassword(
  ports: AppPorts,
  { password, userName, policyId }: UserCreation,
): Promise<Refused | null> {
  if (password === undefined) return null;
  const policy = await ports.store.read((tx) =>
    policyId === undefined ? tx.policies.default() : tx.policies.get(policyId),
  );
  if (!policy) return notFound("policy");
  const { minimumLength } = policy.document.password;
  return refusalOfPassword(ports, { password, userName, minimumLength });
}

export async function hashPassword(
  ports: AppPorts,
  password: string,
): Promise<{ salt: string; verifier: string } | "busy"> {
  const place = ports.kdf.enter();
  if (!place) return "busy";
  try {
    const salt = newSalt(ports);
    const derived = await place.derive(password, Buffer.from(salt, "base64url"));
    const verifier = passwordVerifier(derived);
    derived.fill(0);
    return { salt, verifier };
  } finally {
    place.leave();
  }
}

export function tooBusy(ports: AppPorts): Refused {
  return refused("too-many-requests", "Too many passwords are being hashed.", {
    retryAfterSeconds: ports.kdf.retryAfterSeconds(),
  });
}

function newSalt(ports: AppPorts): string {
  return Buffer.from(ports.entropy(16)).toString("base64url");
}

function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

function changedFields(row: UserRow, request: UserChange): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(withoutUndefined(request)).map((key) => [key, row[key as keyof UserRow]]),
  );
}
