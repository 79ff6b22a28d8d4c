export type SnapshotValue = string | number | null | Uint8Array;

/**
 * A whole store as it stood at one moment, part by part: the schema's version, then each table with its rows. Tables come
 * in an order in which every row finds those that it refers to. The form is the same for both databases, so that what
 * was kept in one can be put into the other.
 */
export type SnapshotPart =
  | { readonly part: "schema"; readonly version: number }
  | { readonly part: "table"; readonly table: string; readonly columns: readonly string[] }
  | { readonly part: "rows"; readonly rows: readonly (readonly SnapshotValue[])[] };

export type Writing = {
  /** Tables of which only the empty table is wanted. */
  readonly leaveOut: ReadonlySet<string>;
  /** Further settings, in the same transaction as everything else. */
  readonly settings: Readonly<Record<string, string>>;
};
