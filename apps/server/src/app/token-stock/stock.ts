import type { StockPage, StockQuery, StockView } from "@holdfast/protocol/token-stock-api";
import { serialKey } from "@holdfast/token-import/candidate";
import type { StockEntry } from "../../store/token-stock-store.ts";
import type { Actor } from "../actor.ts";
import { report } from "../audit.ts";
import type { Outcome } from "../outcome.ts";
import { notFound, ok, refused } from "../outcome.ts";
import type { AppPorts } from "../ports.ts";
import { reachOf, said } from "../reach.ts";
import { refusalToImport } from "./import.ts";

/** By serial number. Who is held to groups sees what is free, and what members of his groups have. */
export function listStock(ports: AppPorts, actor: Actor, query: StockQuery): Promise<StockPage> {
  const { prefix, ...rest } = query;
  return ports.store.read(async (tx) => {
    const page = await tx.tokenStock.list({
      ...said({ ...rest, prefix: prefix === undefined ? undefined : serialKey(prefix) }),
      limit: query.limit,
      ...reachOf(actor),
    });
    return { items: page.items.map(view), next: page.next };
  });
}

/** Out of the stock: what was imported by mistake, or what nobody has any more. The same file can bring it again. */
export function removeFromStock(ports: AppPorts, actor: Actor, id: string): Promise<Outcome<null>> {
  return ports.store.transaction(async (tx) => {
    const no = await refusalToImport(tx, actor);
    if (no) return no;
    const row = await tx.tokenStock.get(id);
    if (!row) return notFound("token in the stock");
    if (!(await tx.tokenStock.remove(id)))
      return refused("conflict", "Somebody has this token. Revoke it at its user first.");
    await report(tx, actor, "hardware-token-removed", {
      detail: { tokenId: id, serial: row.serial, state: row.givenAtMs === null ? "free" : "retired" },
    });
    return ok(null);
  });
}

function view(entry: StockEntry): StockView {
  const { id, serial, kind, digits, algorithm, periodSeconds, maker, meantFor, batchId } = entry;
  const { importedAtMs, givenAtMs, userId, userName } = entry;
  const user = userId === null || userName === null ? null : { id: userId, userName };
  const state = givenAtMs === null ? "free" : user ? "given" : "retired";
  const facts = { serial, state, kind, digits, algorithm, periodSeconds, maker, meantFor } as const;
  return { id, ...facts, batchId, importedAtMs, givenAtMs, user };
}
