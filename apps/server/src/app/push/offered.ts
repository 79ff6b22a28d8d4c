import type { Store } from "../../store/store.ts";
import type { AppPorts } from "../ports.ts";

/**
 * Whether sign-ins name push at all: not where nobody has it. The same for every user, so that it tells nothing about one;
 * kept for a moment, because every sign-in asks.
 */
export async function pushOffered(ports: Pick<AppPorts, "store" | "clock">): Promise<boolean> {
  const nowMs = ports.clock.now();
  const known = kept.get(ports.store);
  if (known !== undefined && Math.abs(nowMs - known.readAtMs) < staleAfterMs) return known.offered;
  const offered = (await ports.store.read((tx) => tx.push.users.count())) > 0;
  kept.set(ports.store, { offered, readAtMs: nowMs });
  return offered;
}

/** Somebody's push was switched here; other servers see it a moment later. */
export function forgetOffered({ store }: Pick<AppPorts, "store">): void {
  kept.delete(store);
}

const staleAfterMs = 2_000;
const kept = new WeakMap<Store, { readonly offered: boolean; readonly readAtMs: number }>();
