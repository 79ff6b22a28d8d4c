import { Tooltip } from "@mantine/core";
import { useSyncExternalStore } from "react";
import { relativeTime, sinceTime, zonedTime } from "./time-words.ts";

/** A moment as people say it, with the exact one for pointer, keyboard and machine. */
export function RelativeTime({
  atMs,
  never = "never",
}: {
  readonly atMs: number | null;
  readonly never?: string;
}) {
  const nowMs = useNowMs(atMs);
  if (atMs === null) return <span>{never}</span>;
  const exact = zonedTime(atMs);
  return (
    <Tooltip label={exact}>
      <time dateTime={new Date(atMs).toISOString()}>{relativeTime(atMs, nowMs)}</time>
    </Tooltip>
  );
}

/** Since when something is so: the time of today, or the day and time. */
export function Since({ atMs }: { readonly atMs: number }) {
  const nowMs = useNowMs(atMs);
  return (
    <Tooltip label={`${zonedTime(atMs)}, ${relativeTime(atMs, nowMs)}`}>
      <time dateTime={new Date(atMs).toISOString()}>{sinceTime(atMs, nowMs)}</time>
    </Tooltip>
  );
}

/**
 * The same moment for everything on the page, a new one each 20 seconds; the true one where `atMs` is later, so that what
 * has just happened is not told as what is to come.
 */
function useNowMs(atMs: number | null): number {
  const tickedMs = useSyncExternalStore(subscribe, () => nowMs);
  return atMs !== null && atMs > tickedMs ? Date.now() : tickedMs;
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
