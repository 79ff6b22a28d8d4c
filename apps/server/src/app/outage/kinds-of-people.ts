import { nextTurn } from "../../store/next-turn.ts";
import type { KindOfPeople, Reach } from "../../store/outage-store.ts";
import type { Store, Transaction } from "../../store/store.ts";
import { rowsAtOnce } from "./steps.ts";

/** Only their counts come here, whatever their number. */
const peopleAtOnce = { embedded: 4_000, elsewhere: 1_000_000 };

/** Active people, counted by what may stand in their way; a kind may come several times. */
export async function kindsOfPeople(
  store: Pick<Store, "dialect">,
  tx: Transaction,
  reach: Reach,
): Promise<KindOfPeople[]> {
  const all: KindOfPeople[] = [];
  let after: string | undefined;
  for (;;) {
    const { kinds, next } = await tx.outage.kindsOfPeople({
      ...reach,
      limit: rowsAtOnce(store, peopleAtOnce),
      ...(after === undefined ? {} : { after }),
    });
    all.push(...kinds);
    if (next === null) return all;
    after = next;
    await nextTurn();
  }
}

export function howManyPeople(kinds: readonly KindOfPeople[]): number {
  return kinds.reduce((sum, { people }) => sum + people, 0);
}
