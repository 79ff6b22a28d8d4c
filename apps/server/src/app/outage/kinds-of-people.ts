import type { KindOfPeople, Reach } from "../../store/outage-store.ts";
import type { Transaction } from "../../store/store.ts";
import { nextTurn } from "./next-turn.ts";

/** Some 10 ms of a processor on the embedded database. */
const peopleAtOnce = 4_000;

/** Active people, counted by what may stand in their way; a kind may come several times. */
export async function kindsOfPeople(tx: Transaction, reach: Reach): Promise<KindOfPeople[]> {
  const all: KindOfPeople[] = [];
  let after: string | undefined;
  for (;;) {
    const { kinds, next } = await tx.outage.kindsOfPeople({
      ...reach,
      limit: peopleAtOnce,
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
