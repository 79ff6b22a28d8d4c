import { Tooltip } from "@mantine/core";
import { useSyncExternalStore } from "react";
import { clockTime, relativeTime, sinceTime } from "./time-words.ts";

/** A moment as people say it, with the exact one for pointer, keyboard and machine. */
export function RelativeTime({
  atMs,
  never = "never",
}: {
  readonly atMs: number | null;
  readonly never?: string;
}) {
  const nowMs = useNowMs();
  if (atMs === null) return <span>{never}</span>;
  const exact = clockTime(atMs);
  return (
    <Tooltip label={exact}>
      <time dateTime={new Date(atMs).toISOString()}>{relativeTime(atMs, nowMs)}</time>
    </Tooltip>
  );
}

/** Since when something is so: the time of today, or the day and time. */
export function Since({ atMs }: { readonly atMs: number }) {
  const nowMs = useNowMs();
  return (
    <Tooltip label={`${clockTime(atMs)}, ${relativeTime(atMs, nowMs)}`}>
      <time dateTime={new Date(atMs).toISOString()}>{sinceTime(atMs, nowMs)}</time>
    </Tooltip>
  );
}

/** The same moment for everything on the page, a new one each 20 seconds. */
export function useNowMs(): number {
  return useSyncExternalStore(subscribe, () => nowMs);
}

let nowMs = Date.now();
const watchers = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(watch: () => void): () => void {
  watchers.add(watch);
  timer ??= setInterval(() => {
    nowMs = Date.now();
    for (const each of watchers) each();
  }, 20_000);
  return () => {
    watchers.delete(watch);
    if (watchers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}
