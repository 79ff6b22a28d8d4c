import type { HeldBundle } from "@holdfast/core/outage-planning/held-bundle";
import type { HeldRow } from "../../store/outage-store.ts";
import type { AppPorts } from "../ports.ts";

/** What every active endpoint holds of whom, as the store had it at one moment. */
export type HeldSnapshot = {
  readonly asOfMs: number;
  readonly byEndpoint: ReadonlyMap<string, readonly Held[]>;
};
export type Held = HeldBundle & { readonly userId: string; readonly userActive: boolean };

export type HeldSnapshots = { read(): Promise<HeldSnapshot> };

/** Several consoles look at once, each at several pages: one reading serves them all for this long. */
const keptMs = 2_000;
const rowsAtOnce = 5_000;

/**
 * Core decides what a bundle is worth, not a database: so all of them are read, narrow and in pages, and other requests
 * get their turn in between.
 */
export function createHeldSnapshots(ports: Pick<AppPorts, "store" | "clock">): HeldSnapshots {
  let latest: { readonly readAtMs: number; readonly snapshot: Promise<HeldSnapshot> } | null = null;
  const read = async (): Promise<HeldSnapshot> => {
    const asOfMs = ports.clock.now();
    const byEndpoint = new Map<string, Held[]>();
    let after: { endpointId: string; userId: string } | undefined;
    for (;;) {
      const from = after;
      const rows = await ports.store.read((tx) =>
        tx.outage.held({ limit: rowsAtOnce, ...(from === undefined ? {} : { after: from }) }),
      );
      for (const row of rows) {
        const there = byEndpoint.get(row.endpointId);
        if (there) there.push(heldOf(row));
        else byEndpoint.set(row.endpointId, [heldOf(row)]);
      }
      after = rows.at(-1);
      if (rows.length < rowsAtOnce) return { asOfMs, byEndpoint };
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return {
    read() {
      const nowMs = ports.clock.now();
      if (latest === null || Math.abs(nowMs - latest.readAtMs) > keptMs) {
        const mine = { readAtMs: nowMs, snapshot: read() };
        latest = mine;
        mine.snapshot.catch(() => {
          if (latest === mine) latest = null;
        });
      }
      return latest.snapshot;
    },
  };
}

function heldOf({ userName: _name, endpointId: _endpoint, ...held }: HeldRow): Held {
  return held;
}
