import { rewrapAuthority } from "../../certificate-authority/authority.ts";
import { rewrapServerKeys } from "../../keys/kept-keys.ts";
import { rewrapRadiusSecrets } from "../../keys/radius-secret.ts";
import type { Secrets } from "../../keys/secrets.ts";
import type { Store, Transaction } from "../../store/store.ts";
import { rewrapSenders } from "../senders/sender-settings.ts";

const perStep = 200;

/**
 * Wraps every data key anew under the master key in force, a few records at a time while the server goes on: afterwards
 * the old master key opens nothing any more and can be taken out. Can be repeated from any point. Returns how many records
 * were rewrapped.
 */
export async function rewrapEverything(
  store: Store,
  secrets: Secrets,
  progress: (rewrapped: number) => void = () => undefined,
): Promise<number> {
  let rewrapped = await store.transaction(
    async (tx) =>
      (await rewrapServerKeys(tx, secrets)) +
      (await rewrapSenders(tx, secrets)) +
      (await rewrapAuthority(tx, secrets)),
  );
  rewrapped += await store.transaction((tx) => rewrapRadiusSecrets(tx, secrets));
  progress(rewrapped);
  const further = (count: number) => progress(rewrapped + count);
  rewrapped += await inPages(store, further, async (tx, after) => {
    const page = await tx.tokens.list({ limit: perStep, ...after });
    let count = 0;
    for (const row of page.items) {
      const sealedSecret = secrets.rewrap("token-secret", row.id, row.sealedSecret);
      if (sealedSecret === null) continue;
      await tx.tokens.update({ ...row, sealedSecret });
      count++;
    }
    return { next: page.next, count };
  });
  rewrapped += await inPages(store, further, async (tx, after) => {
    const page = await tx.tokenStock.sealed({ limit: perStep, ...after });
    let count = 0;
    for (const { id, sealedSecret: before } of page.items) {
      const sealedSecret = before === null ? null : secrets.rewrap("token-secret", id, before);
      if (sealedSecret === null) continue;
      await tx.tokenStock.reseal(id, sealedSecret);
      count++;
    }
    return { next: page.next, count };
  });
  rewrapped += await inPages(store, further, async (tx, after) => {
    const page = await tx.endpoints.list({ limit: perStep, ...after });
    let count = 0;
    for (const row of page.items) {
      const sealedChainKey = secrets.rewrap("chain-key", row.id, row.sealedChainKey);
      if (sealedChainKey === null) continue;
      await tx.endpoints.update({ ...row, sealedChainKey });
      count++;
    }
    return { next: page.next, count };
  });
  return rewrapped;
}

async function inPages(
  store: Store,
  progress: (count: number) => void,
  step: (tx: Transaction, after: { after?: string }) => Promise<{ next: string | null; count: number }>,
): Promise<number> {
  let total = 0;
  let after: { after?: string } = {};
  for (;;) {
    const { next, count } = await store.transaction((tx) => step(tx, after));
    total += count;
    progress(total);
    if (next === null) return total;
    after = { after: next };
  }
}
