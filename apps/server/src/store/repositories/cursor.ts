import { StorageError } from "../storage-error.ts";

type Kind = "text" | "number";
type Key<K extends readonly Kind[]> = { [I in keyof K]: K[I] extends "number" ? number : string };

/** Where a page ended, as clients pass it back: the values that its list is ordered by. */
export function formatCursor(...key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString("base64url");
}

/** The values again; throws `cursor-invalid` where the text cannot be of such a list. */
export function parseCursor<const K extends readonly Kind[]>(cursor: string, kinds: K): Key<K> {
  const key = decoded(cursor);
  if (!Array.isArray(key) || key.length !== kinds.length || !kinds.every((kind, at) => fits(kind, key[at])))
    throw new StorageError("cursor-invalid", "this is no cursor of this list");
  return key as unknown as Key<K>;
}

/** Also no text that a database would choke on (PostgreSQL takes no NUL). */
function fits(kind: Kind, value: unknown): boolean {
  if (kind === "number") return Number.isSafeInteger(value);
  return typeof value === "string" && value.isWellFormed() && !value.includes("\0");
}

function decoded(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    return null;
  }
}
