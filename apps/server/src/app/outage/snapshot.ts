import type { HeldBundle } from "@holdfast/core/outage-planning/held-bundle";
import { nextTurn } from "../../store/next-turn.ts";
import type { HeldRow, Reach } from "../../store/outage-store.ts";
import type { Actor } from "../actor.ts";
import type { AppPorts } from "../ports.ts";
import { reachOf } from "../reach.ts";
import { rowsAtOnce } from "./steps.ts";

/** What every active endpoint holds of whom, as the store had it at one moment. */
export type HeldSnapshot = {
  readonly asOfMs: number;
  readonly byEndpoint: ReadonlyMap<string, readonly Held[]>;
};
export type Held = HeldBundle & Pick<HeldRow, "userId" | "userActive" | "userInReach" | "endpointInReach">;

export type HeldSnapshots = { read(actor: Actor): Promise<HeldSnapshot> };

/** Several consoles look at once, each at several pages: one reading serves them all for this long. */
const keptMs = 2_000;
const bundlesAtOnce = { embedded: 1_000, elsewhere: 5_000 };

/**
 * Core decides what a bundle is worth, not a database: so all of them are read, narrow and in pages, and other requests
 * get their turn in between.
 */
export function createHeldSnapshots(ports: Pick<AppPorts, "store" | "clock">): HeldSnapshots {
  const kept = new Map<string, { readonly readAtMs: number; readonly snapshot: Promise<HeldSnapshot> }>();
  const limit = rowsAtOnce(ports.store, bundlesAtOnce);
  const read = async (reach: Reach): Promise<HeldSnapshot> => {
    const asOfMs = ports.clock.now();
    const byEndpoint = new Map<string, Held[]>();
    let after: { endpointId: string; userId: string } | undefined;
    for (;;) {
      const from = after;
      const rows = await ports.store.read((tx) =>
        tx.outage.held({ ...reach, limit, ...(from === undefined ? {} : { after: from }) }),
      );
      for (const row of rows) {
        const there = byEndpoint.get(row.endpointId);
        if (there) there.push(heldOf(row));
        else byEndpoint.set(row.endpointId, [heldOf(row)]);
      }
      after = rows.at(-1);
      if (rows.length < limit) return { asOfMs, byEndpoint };
      await nextTurn();
    }
  };
  return {
    read(actor) {
      const reach = reachOf(actor);
      const nowMs = ports.clock.now();
      for (const [key, { readAtMs }] of kept) if (Math.abs(nowMs - readAtMs) > keptMs) kept.delete(key);
      const key = JSON.stringify(reach);
      const known = kept.get(key);
      if (known) return known.snapshot;
      const snapshot = read(reach);
      kept.set(key, { readAtMs: nowMs, snapshot });
      snapshot.catch(() => kept.delete(key));
      return snapshot;
    },
  };
}

function heldOf({ endpointId: _endpoint, ...held }: HeldRow): Held {
  return held;
}
