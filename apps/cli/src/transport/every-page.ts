import type { z } from "zod";
import type { Answer } from "../frame/outcome.ts";
import { ok } from "../frame/outcome.ts";
import type { Api, Purpose, Query } from "./api.ts";

type Page<T> = { items: T[]; next: string | null };

/** A list that a command shows whole, asked for page by page; a page takes at most `limit`. */
export async function everyPage<T>(
  api: Api,
  schema: z.ZodType<Page<T>>,
  path: string,
  purpose: Purpose,
  query: Query = {},
  limit = 500,
): Promise<Answer<Page<T>>> {
  const items: T[] = [];
  let after: string | null = null;
  do {
    const page: Answer<Page<T>> = await api.get(schema, path, purpose, { ...query, after, limit });
    if (page.kind === "refused") return page;
    items.push(...page.value.items);
    after = page.value.next;
  } while (after !== null);
  return ok({ items, next: null });
}
