import type { Store } from "../../store/store.ts";

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
