import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call, problemOf } from "./calls.ts";

type Page<Item> = { readonly items: readonly Item[]; readonly next: string | null };
type Call<T> = Parameters<typeof call<T>>[1];

/**
 * One page of a list at a time. The API's cursors point forwards, so the way back is kept here; another filter begins at
 * the first page.
 */
export function usePagedList<Item>(
  key: readonly unknown[],
  doing: string,
  read: (after: string | undefined) => ReturnType<Call<Page<Item>>>,
  refetchEveryMs?: number,
) {
  const filter = JSON.stringify(key);
  const [way, setWay] = useState<{ filter: string; cursors: readonly string[] }>({ filter, cursors: [] });
  const cursors = way.filter === filter ? way.cursors : [];
  const after = cursors.at(-1);
  const query = useQuery({
    queryKey: [...key, "page", after ?? null],
    queryFn: () => call(doing, () => read(after)),
    placeholderData: keepPreviousData,
    ...(refetchEveryMs === undefined ? {} : { refetchInterval: refetchEveryMs }),
  });
  const next = query.data?.next ?? null;
  return {
    rows: query.error === null ? query.data?.items : undefined,
    problem: query.error === null ? null : problemOf(query.error),
    onRetry: () => void query.refetch(),
    paging: {
      page: cursors.length + 1,
      onPrevious: cursors.length === 0 ? null : () => setWay({ filter, cursors: cursors.slice(0, -1) }),
      onNext: next === null ? null : () => setWay({ filter, cursors: [...cursors, next] }),
    },
  };
}
