import {
  afterReport,
  afterUse,
  type BypassStanding,
  type BypassUse,
  ended,
} from "@holdfast/core/help-desk-codes/bypass-standing";
import type { BypassRow } from "../../store/bypasses-store.ts";
import type { Transaction } from "../../store/store.ts";

/** Where bypass codes stand, in the transactions of what changes them. */

export async function standingOf(
  tx: Transaction,
  endpointId: string,
  userId: string,
): Promise<BypassStanding | null> {
  return tx.bypasses.get(endpointId, userId);
}

export async function putStanding(
  tx: Transaction,
  endpointId: string,
  userId: string,
  { number, floor, codes, answers }: BypassStanding,
): Promise<void> {
  const row: BypassRow = { endpointId, userId, number, floor, codes: [...codes], answers: [...answers] };
  await tx.bypasses.put(row);
}

/** What an endpoint says it holds; the standing as it is then. */
export async function takeReport(
  tx: Transaction,
  endpointId: string,
  userId: string,
  reported: { readonly number: number; readonly floor: number } | undefined,
): Promise<BypassStanding | null> {
  const before = await tx.bypasses.get(endpointId, userId);
  if (before === null || reported === undefined) return before;
  const after = afterReport(before, reported);
  if (after.number !== before.number || after.floor !== before.floor)
    await putStanding(tx, endpointId, userId, after);
  return after;
}

/** What an endpoint reports as used; core has found before that it was given. */
export async function takeUse(
  tx: Transaction,
  endpointId: string,
  userId: string,
  use: BypassUse,
  atMs: number,
): Promise<void> {
  const before = await tx.bypasses.get(endpointId, userId);
  const after = before && afterUse(before, use, atMs);
  if (after) await putStanding(tx, endpointId, userId, after);
}

/** Whoever was stopped gets in by none of them once his endpoints are heard (UNI-4). How many were in somebody's hands. */
export async function endBypassCodes(tx: Transaction, userId: string): Promise<number> {
  let given = 0;
  for (const { endpointId, ...row } of await tx.bypasses.ofUser(userId)) {
    if (row.floor <= row.number && row.codes.at(-1)?.number === row.number) given++;
    await putStanding(tx, endpointId, userId, ended(row));
  }
  return given;
}
