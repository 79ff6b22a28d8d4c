import type { Transaction } from "../store/store.ts";
import type { Actor } from "./actor.ts";
import { report } from "./audit.ts";
import { endpointResource, refusalOfChange } from "./authorization.ts";
import type { Outcome } from "./outcome.ts";
import { notFound, ok } from "./outcome.ts";
import type { AppPorts } from "./ports.ts";

/**
 * Discards a source, or takes it up again: what the endpoint reports is kept in the audit and has no effect. Floors that
 * it has raised stay: no verifier takes a code twice (SECURITY §2).
 */
export function setDistrust(
  ports: AppPorts,
  actor: Actor,
  endpointId: string,
  distrusted: boolean,
): Promise<Outcome<null>> {
  return ports.store.transaction(async (tx) => {
    if (!(await tx.endpoints.get(endpointId))) return notFound("endpoint");
    const no = await refusalOfChange(tx, actor, "endpoints.edit", await endpointResource(tx, endpointId));
    if (no) return no;
    const before = await isDistrusted(tx, endpointId);
    if (before === distrusted) return ok(null);
    if (distrusted) await tx.settings.set(keyOf(endpointId), String(tx.now()));
    else await tx.settings.remove(keyOf(endpointId));
    await report(tx, actor, distrusted ? "source-discarded" : "source-trusted", { endpointId });
    return ok(null);
  });
}

/** An administrator does not believe this endpoint any more: its events are kept, without effect. */
export async function isDistrusted(tx: Transaction, endpointId: string): Promise<boolean> {
  return (await tx.settings.get(keyOf(endpointId))) !== null;
}

/** Since when, by endpoint; those that are believed are left out. One statement for a page of them. */
export async function distrustedSince(
  tx: Transaction,
  endpointIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const values = await tx.ofMany.settings(endpointIds.map(keyOf));
  return new Map(
    endpointIds.flatMap((id) => {
      const value = values.get(keyOf(id));
      return value === undefined ? [] : [[id, Number(value)] as const];
    }),
  );
}

function keyOf(endpointId: string): string {
  return `distrusted.${endpointId}`;
}
