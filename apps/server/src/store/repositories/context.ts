import type { Kysely } from "kysely";
import type { Tables } from "../tables.ts";

/** What a repository works with: one transaction's view of the database. */
export type Context = {
  readonly db: Kysely<Tables>;
  /** The same without renaming: statements and rows as plain-rows.ts makes them. */
  plain(): Kysely<Tables>;
  now(): number;
  /** The mark that a change to an endpoint gets; see `endpointMarks` in changed-endpoints.ts. */
  nextEndpointMark(): Promise<number>;
};

/** True where a conditional change found its row. */
export function changed(result: { readonly numUpdatedRows: bigint }): boolean {
  return result.numUpdatedRows > 0n;
}

/** One more than the page holds was read, to know whether there is a next one. */
export function page<T>(
  rows: readonly T[],
  limit: number,
  cursor: (last: T) => string,
): { items: T[]; next: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? cursor(last) : null };
}

const longestPage = 1000;

export function pageLimit(limit: number): number {
  return Math.min(Math.max(1, Math.trunc(limit)), longestPage);
}
