import type { StopAnswer, UserLockView } from "@holdfast/protocol/lock-api";
import type { StopRow } from "../../store/stops-store.ts";
import type { Transaction } from "../../store/store.ts";
import type { Actor } from "../actor.ts";
import { lastSuperadministrator } from "../administrators.ts";
import { keysOf } from "../api-keys.ts";
import { report } from "../audit.ts";
import { refusal, refusalOfChange, userResource } from "../authorization.ts";
import type { Outcome } from "../outcome.ts";
import { notFound, ok, refused } from "../outcome.ts";
import type { AppPorts } from "../ports.ts";
import { changeWithRevocations } from "../revocations.ts";
import { watchTokens } from "../token-view.ts";
import { markRevoked } from "../users.ts";
import { endEverythingOf } from "./endings.ts";
import { lockOf } from "./standing.ts";
import { viewLock } from "./stopped-endpoints.ts";

/**
 * "Lock this user" (UNI-4): one act after which nobody gets in as him anywhere that a server can reach, and every endpoint
 * is told to delete what it holds of him. It lasts until somebody with the same right ends it; then what it disabled works
 * again, and what it ended stays ended.
 */
export function lockUser(
  ports: AppPorts,
  actor: Actor,
  id: string,
  reason: string,
): Promise<Outcome<StopAnswer>> {
  return changeWithRevocations(
    ports,
    id,
    (endpointId) => ({ endpointId, userId: id, tokenId: null, reason: "user-disabled" }),
    async (tx, queue) => {
      const user = await tx.users.get(id);
      const no =
        (await refusalOfChange(tx, actor, "users.lock", await userResource(tx, id))) ??
        (await lastSuperadministrator(tx, id));
      if (no) return no;
      if (user === null) return notFound("user");
      if (await lockOf(tx, id)) return refused("conflict", "This user is locked already.");
      const authenticators = await disableAuthenticators(ports, tx, id);
      const endings = await endEverythingOf(tx, actor, id, "user-locked");
      const apiKeys = await keysOf(tx, id);
      await tx.users.update({ ...user, status: "disabled" });
      const detail = { statusBefore: user.status, authenticators };
      await tx.stops.put({ userId: id, kind: "lock", atMs: tx.now(), by: actor.name, reason, detail });
      const ended = { ...endings, authenticators: authenticators.length, apiKeys };
      await report(tx, actor, "user-locked", { userId: id, reason, detail: { ...detail, ended } });
      await queue(actor);
      await markRevoked(tx, id);
      return ok({ ...(await viewLock(tx, actor, id)), ended });
    },
  );
}

/** Whoever was locked signs in again as before, once online at each endpoint before it works offline there. */
export function unlockAccount(ports: AppPorts, actor: Actor, id: string): Promise<Outcome<UserLockView>> {
  return ports.store.transaction(async (tx) => {
    const user = await tx.users.get(id);
    const no = await refusalOfChange(tx, actor, "users.lock", await userResource(tx, id));
    if (no) return no;
    const lock = await lockOf(tx, id);
    if (user === null) return notFound("user");
    if (lock === null) return refused("conflict", "This user is not locked.");
    await tx.stops.remove(id, "lock");
    const enabled = await enableAgain(ports, tx, lock);
    await tx.users.update({ ...user, status: lock.detail.statusBefore });
    await report(tx, actor, "user-lock-ended", {
      userId: id,
      detail: { lockedAtMs: lock.atMs, status: lock.detail.statusBefore, enabled },
    });
    return ok(await viewLock(tx, actor, id));
  });
}

export function readLock(ports: AppPorts, actor: Actor, id: string): Promise<Outcome<UserLockView>> {
  return ports.store.read(async (tx) => {
    const no = refusal(actor, "users.read", await userResource(tx, id));
    if (no) return no;
    return (await tx.users.get(id)) ? ok(await viewLock(tx, actor, id)) : notFound("user");
  });
}

async function disableAuthenticators(
  ports: AppPorts,
  tx: Transaction,
  userId: string,
): Promise<StopRow["detail"]["authenticators"]> {
  const tokens = (await tx.tokens.ofUser(userId)).filter(({ status }) => status === "enabled");
  const others = (await tx.authenticators.ofUser(userId)).filter(({ status }) => status === "enabled");
  for (const row of tokens) await tx.tokens.update({ ...row, status: "disabled" });
  for (const row of others) await tx.authenticators.update({ ...row, status: "disabled" });
  const phones = (await tx.phones.ofUser(userId)).filter(({ status }) => status === "enabled");
  for (const row of phones) await tx.phones.update({ ...row, status: "disabled" });
  await watchTokens(ports, tx, userId);
  // A phone's tokens go and come back with it.
  return [
    ...[...tokens, ...others].map(({ id, kind, label }) => ({ id, kind, label })),
    ...phones.map(({ id, label }) => ({ id, kind: "phone" as const, label })),
  ];
}

/** Those that the lock disabled and that are still there. */
async function enableAgain(ports: AppPorts, tx: Transaction, { userId, detail }: StopRow): Promise<number> {
  const ids = new Set(detail.authenticators.map(({ id }) => id));
  const tokens = (await tx.tokens.ofUser(userId)).filter(
    ({ id, status }) => ids.has(id) && status === "disabled",
  );
  const others = (await tx.authenticators.ofUser(userId)).filter(
    ({ id, status }) => ids.has(id) && status === "disabled",
  );
  for (const row of tokens) await tx.tokens.update({ ...row, status: "enabled" });
  for (const row of others) await tx.authenticators.update({ ...row, status: "enabled" });
  const phones = (await tx.phones.ofUser(userId)).filter(
    ({ id, status }) => ids.has(id) && status === "disabled",
  );
  for (const row of phones) await tx.phones.update({ ...row, status: "enabled" });
  await watchTokens(ports, tx, userId);
  return tokens.length + others.length + phones.length;
}
