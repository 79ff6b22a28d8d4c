import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";

/** What to read again for each topic of GET /api/v1/live: the first parts of the keys of `useRead`. */
const readAgain: Readonly<Record<string, readonly string[]>> = {
  endpoints: ["endpoints", "endpoint", "offline-outlook", "outage", "lock", "bypass"],
  audit: ["audit"],
  alerts: ["alerts"],
  outage: ["outage", "windows", "window", "readiness"],
};

/** A stream that is back within this was not gone: a page that is left, a server that starts again. */
const quietMs = 3_000;

/**
 * Follows the server's stream, so that an endpoint that goes away shows without a reload. Returns since when the stream
 * has been gone, or null while it is there.
 */
export function useLive(enabled: boolean): number | null {
  const client = useQueryClient();
  const [goneSinceMs, setGoneSinceMs] = useState<number | null>(null);
  useEffect(() => {
    if (!enabled) return;
    let wasGone = false;
    let telling: ReturnType<typeof setTimeout> | undefined;
    const stream = new EventSource("/api/v1/live");
    stream.onopen = () => {
      clearTimeout(telling);
      telling = undefined;
      setGoneSinceMs(null);
      // Whatever was told while nobody listened is read now.
      if (wasGone) void client.invalidateQueries();
      wasGone = false;
    };
    stream.onerror = () => {
      wasGone = true;
      const sinceMs = Date.now();
      telling ??= setTimeout(() => setGoneSinceMs(sinceMs), quietMs);
    };
    const onMessage = (event: MessageEvent<string>) => {
      for (const topic of topicsOf(event.data)) {
        for (const key of readAgain[topic] ?? []) void client.invalidateQueries({ queryKey: [key] });
      }
    };
    stream.onmessage = onMessage;
    stream.addEventListener("changed", onMessage);
    return () => {
      clearTimeout(telling);
      stream.close();
    };
  }, [client, enabled]);
  return goneSinceMs;
}

function topicsOf(data: string): readonly string[] {
  const message: unknown = JSON.parse(data);
  if (typeof message !== "object" || message === null || !("topics" in message)) return [];
  return Array.isArray(message.topics) ? message.topics : [];
}
