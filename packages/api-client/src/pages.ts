/** One page of a list, as every list of the API answers. */
export type Page<Item> = { readonly items: readonly Item[]; readonly next: string | null };

/** For TanStack Query's `getNextPageParam`: what to pass as `after`, or undefined at the end. */
export function pageAfter(page: Page<unknown>): string | undefined {
  return page.next ?? undefined;
}

/**
 * Every item of a list, page by page, as they are asked for. For short lists (policies, groups for a choice); at
 * `most` items it ends, so that a list that grew long is not read into a browser whole.
 */
export async function* everyItem<Item>(
  read: (after: string | undefined) => Promise<Page<Item>>,
  most = 2_000,
): AsyncGenerator<Item> {
  let after: string | undefined;
  let given = 0;
  do {
    const page = await read(after);
    for (const item of page.items) {
      if (given >= most) return;
      given += 1;
      yield item;
    }
    after = pageAfter(page);
  } while (after !== undefined);
}
