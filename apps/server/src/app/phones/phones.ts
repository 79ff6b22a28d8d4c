import { type PhoneType, phoneType } from "@holdfast/protocol/phone-types";
import type { PhoneChange, PhoneView } from "@holdfast/protocol/phones-api";
import type { PhoneRow } from "../../store/phones-store.ts";
import type { Transaction } from "../../store/store.ts";
import type { Actor } from "../actor.ts";
import { report } from "../audit.ts";
import { ownerForReading } from "../authenticators/rights.ts";
import type { Outcome, Refused } from "../outcome.ts";
import { notFound, ok, refused } from "../outcome.ts";
import type { AppPorts } from "../ports.ts";
import { changeWithRevocations } from "../revocations.ts";
import { tellOfMethod } from "../senders/notices.ts";
import { watchTokens } from "../token-view.ts";
import { dropToken } from "../tokens.ts";
import { markStale } from "../users.ts";
import { dropPhone } from "./ending.ts";
import { ordersFor } from "./put-in-force.ts";
import { ownerForPhones } from "./rights.ts";
import { codeKinds, insertToken, newSeeds, tokensOfPhone } from "./tokens-of-phone.ts";
import { phoneView } from "./view.ts";

/** A phone as the gate knows who calls. */
export type Phone = PhoneRow;

/** What the console does with a user's phones, and the portal with one's own: the actor says which (rights.ts). */

export function listPhones(
  ports: AppPorts,
  actor: Actor,
  userId: string,
): Promise<Outcome<{ items: PhoneView[]; next: null }>> {
  return ports.store.read(async (tx) => {
    const owner = await ownerForReading(tx, actor, userId);
    if (owner.kind === "refused") return owner;
    const rows = await tx.phones.ofUser(userId);
    return ok({ items: rows.map((row) => phoneView(row, tx.now())), next: null });
  });
}

/** Label, what it can do, and whether it may: an online phone follows within moments (REG-10, REG-21). */
export async function changePhone(
  ports: AppPorts,
  actor: Actor,
  userId: string,
  id: string,
  change: PhoneChange,
): Promise<Outcome<PhoneView>> {
  const keeps = change.status === "disabled" ? [] : (change.types ?? [...phoneType.options]);
  const order = await ordersFor(ports, id, keeps);
  const changed = await changeWithRevocations(ports, userId, order, async (tx, queue) => {
    const found = await phoneForChange(tx, actor, userId, id);
    if (found.kind === "refused") return found;
    const before = found.value;
    const types = change.types === undefined ? before.types : unique(change.types);
    const no = refusalOfTypes(before, types);
    if (no) return no;
    const next: PhoneRow = {
      ...before,
      label: change.label ?? before.label,
      types,
      status: change.status ?? before.status,
    };
    await tx.phones.update(next);
    await followTypes(ports, tx, actor, next);
    await followStatus(ports, tx, next, before);
    await queue(actor);
    await markStale(tx, userId);
    const told = (row: PhoneRow) => ({ label: row.label, types: row.types, status: row.status });
    await report(tx, actor, "phone-changed", {
      userId,
      detail: { phoneId: id, before: told(before), after: told(next) },
    });
    return ok(phoneView(next, tx.now()));
  });
  if (changed.kind === "ok") ports.phones.wake([id], "sync");
  return changed;
}

/** For good: nothing that it shows or signs is taken any more, and it is told so when it next asks. */
export async function removePhone(
  ports: AppPorts,
  actor: Actor,
  userId: string,
  id: string,
): Promise<Outcome<null>> {
  const order = await ordersFor(ports, id);
  const removed = await changeWithRevocations<Outcome<null>>(ports, userId, order, async (tx, queue) => {
    const found = await phoneForChange(tx, actor, userId, id);
    if (found.kind === "refused") return found;
    await dropPhone(ports, tx, actor, found.value);
    await queue(actor);
    await markStale(tx, userId);
    return ok(null);
  });
  if (removed.kind === "ok") {
    ports.phones.drop([id]);
    tellOfMethod(ports, userId, "removed", "phone");
  }
  return removed;
}

async function phoneForChange(
  tx: Transaction,
  actor: Actor,
  userId: string,
  id: string,
): Promise<Outcome<PhoneRow>> {
  const owner = await ownerForPhones(tx, actor, userId);
  if (owner.kind === "refused") return owner;
  const row = await tx.phones.get(id);
  return row?.userId === userId && row.status !== "revoked" ? ok(row) : notFound("phone");
}

function refusalOfTypes(before: PhoneRow, types: readonly PhoneType[]): Refused | null {
  if (before.mode === "online") return null;
  if (types.includes("push"))
    return refused(
      "conflict",
      "This phone was registered offline, and push needs a connection. Its user rescans it with Enable Online Device access on.",
    );
  return types.every((type) => before.types.includes(type))
    ? null
    : refused("conflict", "A phone that was registered offline gets further types by a rescan only.");
}

/** A type that is new gets its token, which counts once the phone keeps the seed; one that is gone loses it. */
async function followTypes(ports: AppPorts, tx: Transaction, actor: Actor, phone: PhoneRow): Promise<void> {
  const there = await tokensOfPhone(tx, phone);
  for (const token of there) if (!phone.types.includes(token.kind)) await dropToken(ports, tx, actor, token);
  const missing = codeKinds.filter(
    (kind) => phone.types.includes(kind) && !there.some((token) => token.kind === kind),
  );
  for (const seed of newSeeds(ports, missing)) await insertToken(ports, tx, actor, phone, seed, "pending");
}

async function followStatus(
  ports: AppPorts,
  tx: Transaction,
  { status, ...phone }: PhoneRow,
  before: PhoneRow,
): Promise<void> {
  if (status === before.status) return;
  const from = status === "enabled" ? "disabled" : "enabled";
  for (const token of await tokensOfPhone(tx, phone))
    if (token.status === from)
      await tx.tokens.update({ ...token, status: status === "enabled" ? "enabled" : "disabled" });
  await watchTokens(ports, tx, phone.userId);
}

function unique(types: readonly PhoneType[]): PhoneType[] {
  return [...new Set(types)];
}
