import { span } from "@holdfast/core/messages/lock-time";

/** `2026-06-01 14:05`, in the machine's own time zone. */
export function dateTime(atMs: number): string {
  const at = new Date(atMs);
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** `2026-06-01 14:05:09`: for what follows each other closely. */
export function dateTimeSeconds(atMs: number): string {
  return `${dateTime(atMs)}:${String(new Date(atMs).getSeconds()).padStart(2, "0")}`;
}

/** `2026-06-01 14:05 (in 3 days)`, or `(2 hours ago)`. */
export function dateTimeAndSpan(atMs: number, nowMs: number): string {
  return `${dateTime(atMs)} (${fromNow(atMs, nowMs)})`;
}

/** `in 3 days`, `2 hours ago`. */
export function fromNow(atMs: number, nowMs: number): string {
  const distanceMs = atMs - nowMs;
  if (Math.abs(distanceMs) < 1000) return "just now";
  if (distanceMs < 0) return `${roughly(-distanceMs, Math.floor)} ago`;
  // A wait of minutes is rounded up, so that nobody comes back too early.
  return distanceMs < 2 * 3_600_000 ? `in ${span(distanceMs)}` : `in ${roughly(distanceMs, Math.round)}`;
}

function roughly(durationMs: number, round: (value: number) => number): string {
  const units = [
    [86_400_000, "day", 2],
    [3_600_000, "hour", 2],
    [60_000, "minute", 1],
    [1000, "second", 1],
  ] as const;
  for (const [unitMs, name, least] of units) {
    const count = round(durationMs / unitMs);
    if (count >= least) return `${count} ${name}${count === 1 ? "" : "s"}`;
  }
  return "1 second";
}
