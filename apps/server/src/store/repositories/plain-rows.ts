import { type RawBuilder, sql } from "kysely";

/**
 * For the pages that are asked most, in SQL as it is sent: building a statement out of nodes anew for every call and
 * renaming the columns of a hundred rows takes longer than the database does. Run on a Kysely without plugins.
 */

const mark = "/* page */";

/** Begins such a statement, so that a database which can keep statements knows these. */
export const selectPage: RawBuilder<unknown> = sql.raw(`${mark} SELECT`);

export function isPlainPage(text: string): boolean {
  return text.startsWith(mark);
}

/** `display_name AS "displayName"` and so on, of every column of a row. */
export function columnsOf<Row>(names: { readonly [Name in keyof Row]-?: true }): RawBuilder<Row> {
  const selected = Object.keys(names).map((name) => {
    const column = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    return column === name ? name : `${column} AS "${name}"`;
  });
  return sql.raw(selected.join(", "));
}

/** WHERE all of these hold; null stands for what nobody asked for. */
export function whereAll(...conditions: readonly (RawBuilder<unknown> | null)[]): RawBuilder<unknown> {
  const asked = conditions.filter((condition) => condition !== null);
  return asked.length === 0 ? nothing : sql`WHERE ${sql.join(asked, and)}`;
}

/**
 * Said literally. SQLite plans by the value of a parameter in a LIMIT, and so prepares the statement anew at every call:
 * more work than a short page is.
 */
export function atMost(rows: number): RawBuilder<unknown> {
  return sql`LIMIT ${sql.lit(rows)}`;
}

const nothing = sql``;
const and = sql` AND `;
