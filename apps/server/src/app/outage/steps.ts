import type { Store } from "../../store/store.ts";

/**
 * Lets everything else that waits go first. The embedded database answers at once: without this, walking through a large
 * enterprise would keep every sign-in waiting until the walk is over.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resume) => setImmediate(resume));
}

/**
 * How many rows a step reads. `embedded`, where the database works on this thread: about 10 ms of it. `elsewhere`: as
 * many as can be held at once, because to begin a step costs the most there.
 */
export function rowsAtOnce(
  { dialect }: Pick<Store, "dialect">,
  rows: { readonly embedded: number; readonly elsewhere: number },
): number {
  return dialect === "sqlite" ? rows.embedded : rows.elsewhere;
}
