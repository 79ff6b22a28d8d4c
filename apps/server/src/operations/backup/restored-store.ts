import { superadministrator } from "@holdfast/core/authorization/built-in-roles";
import { timeStep } from "@holdfast/core/oath/verify-totp";
import { z } from "zod";
import { report } from "../../app/audit.ts";
import { endRegistration } from "../../app/phones/ending.ts";
import { close, isClosed } from "../../app/restored-tokens.ts";
import { endSentCodes } from "../../app/senders/sign-in-codes.ts";
import { endTemporaryCode } from "../../app/temporary-codes/ending.ts";
import { openEpoch } from "../../keys/key-manifest.ts";
import type { Store, Transaction } from "../../store/store.ts";
import type { TokenRow } from "../../store/tokens-store.ts";
import type { UserRow } from "../../store/users-store.ts";

/** Written together with the restored rows, taken away when all is done: a restore that was killed is gone on with. */
export const pendingRestoreSetting = "restore.pending";
/** The last restore, for the report. */
export const lastRestoreSetting = "restore.last";

const pendingRestore = z.strictObject({
  epoch: z.number().int().positive(),
  madeAtMs: z.number().int(),
  restoredAtMs: z.number().int(),
  serverId: z.string(),
});
export type PendingRestore = z.infer<typeof pendingRestore>;

const perStep = 200;
/** Those under way, of the last ten minutes before the backup. */
const mostRegistrations = 10_000;

/**
 * What makes a restored store safe to serve (SECURITY §7): a new epoch, no one-time objects, tokens that ask for two codes
 * in a row, bundles that are due for a refill in the new epoch, and a list of what is open. Can be repeated from any
 * point; without a pending restore it does nothing.
 */
export async function finishRestore(store: Store): Promise<PendingRestore | null> {
  const pending = await store.read((tx) => read(tx, pendingRestoreSetting));
  if (pending === null) return null;
  await store.transaction(async (tx) => {
    await openEpoch(tx, pending.epoch);
    for (const { id, usedAtMs, expiresAtMs } of await tx.enrolments.list())
      if (usedAtMs === null && expiresAtMs > tx.now()) await tx.enrolments.end(id, tx.now());
    await tx.signing.requests.voidPending(tx.now());
    for (const row of await tx.phones.registrations.open(mostRegistrations))
      await endRegistration(tx, { name: "server-host" }, row, "restored");
  });
  const policies = await store.read((tx) => tx.policies.list());
  const stepsAhead = Math.max(...policies.map(({ document }) => document.totp.driftSteps));
  await inPages(store, async (tx, after) => {
    const page = await tx.tokens.list({ limit: perStep, ...after });
    for (const token of page.items) {
      if (token.kind === "hotp" && token.status !== "revoked" && !isClosed(token))
        await tx.tokens.update(close(token));
      if (token.kind === "totp") await tx.tokens.update(afterStep(token, pending.restoredAtMs, stepsAhead));
    }
    return page.next;
  });
  // Nobody knows which of them were used since; each was good for once. Of phones nobody knows which were removed.
  await inPages(store, async (tx, after) => {
    const page = await tx.users.list({ limit: perStep, ...after });
    await listPhones(tx, pending.restoredAtMs, page.items);
    for (const { id } of page.items) {
      await endSentCodes(tx, id);
      for (const one of await tx.authenticators.ofUser(id))
        if (one.kind === "recovery-code") await tx.authenticators.remove(one);
    }
    return page.next;
  });
  await voidTemporaryCodes(store);
  await store.transaction((tx) => tx.bypasses.endAll());
  await inPages(store, async (tx, after) => {
    const page = await tx.endpoints.list({ status: "active", limit: perStep, ...after });
    for (const { id } of page.items) {
      const { restoredAtMs: atMs } = pending;
      await tx.restore.put({ kind: "endpoint", subjectId: id, atMs, status: "open", detail: {} });
      for (const held of await tx.bundles.ofEndpoint(id))
        if (held.status === "active" && held.requestId !== "")
          await tx.bundles.upsert({ ...held, requestId: "" });
    }
    return page.next;
  });
  await inPages(store, (tx, after) => listRoleHolders(tx, pending.restoredAtMs, after));
  await store.transaction(async (tx) => {
    const { restoredAtMs: atMs, madeAtMs } = pending;
    const open = { atMs, status: "open" } as const;
    await tx.restore.put({
      ...open,
      kind: "changes-lost",
      subjectId: "store",
      detail: { fromMs: madeAtMs, toMs: atMs },
    });
    for (const { id, name, scopes, revokedAtMs } of await tx.apiKeys.list())
      if (revokedAtMs === null)
        await tx.restore.put({ ...open, kind: "api-key", subjectId: id, detail: { name, scopes } });
    const { epoch, serverId } = pending;
    await report(tx, { name: "server-host" }, "backup-restored", { detail: { epoch, madeAtMs, serverId } });
    await tx.settings.set(lastRestoreSetting, JSON.stringify(pending));
    await tx.settings.remove(pendingRestoreSetting);
  });
  return pending;
}

/** Each by name: whoever lost a role since has it again, and no endpoint knows. */
async function listRoleHolders(
  tx: Transaction,
  atMs: number,
  after: { after?: string },
): Promise<string | null> {
  const { roles, administrators } = tx.authorization;
  const names = new Map((await roles.list()).map(({ id, name }) => [id, name]));
  const page = await administrators.list({ limit: perStep, ...after });
  for (const { userId, userName, roleId, status } of page.items) {
    const role = names.get(roleId) ?? superadministrator.name;
    const detail = { userName, roleId, role, userStatus: status };
    await tx.restore.put({ kind: "role-holder", subjectId: userId, atMs, status: "open", detail });
  }
  return page.next;
}

/** Each that is in force again, with whose it is: one that was removed since, because it was lost, is so too. */
async function listPhones(tx: Transaction, atMs: number, users: readonly UserRow[]): Promise<void> {
  const phones = await tx.phones.ofUsers(users.map(({ id }) => id));
  for (const { id: userId, name: userName } of users)
    for (const { id, label, deviceId, mode, status, lastSyncMs } of phones.get(userId) ?? []) {
      const detail = { userId, userName, label, deviceId, mode, phoneStatus: status, lastSyncMs };
      await tx.restore.put({ kind: "phone", subjectId: id, atMs, status: "open", detail });
    }
}

/** Those that were used up, revoked or replaced since the backup look good in it. */
async function voidTemporaryCodes(store: Store): Promise<void> {
  for (let left = true; left; ) {
    left = await store.transaction(async (tx) => {
      const live = await tx.temporaryCodes.live(perStep);
      for (const { userId } of live) await endTemporaryCode(tx, { name: "server-host" }, userId, "restored");
      return live.length === perStep;
    });
  }
}

/** Codes of steps up to the restore may have been used before it, and no later one, but for clocks that are ahead. */
function afterStep(token: TokenRow, restoredAtMs: number, stepsAhead: number): TokenRow {
  const least = timeStep(restoredAtMs, token.periodSeconds ?? 30) + stepsAhead + 1;
  return { ...token, nextCounter: Math.max(token.nextCounter, least) };
}

export async function lastRestore(tx: Transaction): Promise<PendingRestore | null> {
  return read(tx, lastRestoreSetting);
}

async function read(tx: Transaction, setting: string): Promise<PendingRestore | null> {
  const text = await tx.settings.get(setting);
  return text === null ? null : pendingRestore.parse(JSON.parse(text));
}

async function inPages(
  store: Store,
  step: (tx: Transaction, after: { after?: string }) => Promise<string | null>,
): Promise<void> {
  for (let after: { after?: string } = {}; ; ) {
    const next = await store.transaction((tx) => step(tx, after));
    if (next === null) return;
    after = { after: next };
  }
}
