import type { ActorName } from "../store/of-many-store.ts";
import type { Transaction } from "../store/store.ts";
import type { Actor } from "./actor.ts";
import { reachOf } from "./reach.ts";

/**
 * Who those are whom the audit keeps as `kind:id`, as far as the reader's groups reach; by one statement for a page. A key
 * that was revoked keeps its name; of whom nothing is known any more, the id is all.
 */
export async function namesOfActors(
  tx: Transaction,
  reader: Actor,
  actors: readonly string[],
): Promise<(actor: string) => { readonly actorName: string | null; readonly actorPerson: string | null }> {
  const names: ReadonlyMap<string, ActorName> = await tx.ofMany.actorNames(actors, reachOf(reader).groupIds);
  return (actor) => {
    const { name = null, person = null } = names.get(actor) ?? {};
    return { actorName: name, actorPerson: person };
  };
}
