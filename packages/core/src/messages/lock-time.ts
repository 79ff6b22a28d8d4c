/**
 * Clock times and waits in words. Time zones come in as an offset, because core has no clock and no zone of its own.
 */
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** `14:05`, or `14:05 UTC` where no offset is known. Rounded up: at the time told, the wait is over. */
export function clockTime(atMs: number, timeZoneOffsetMinutes: number | null): string {
  const wholeMinutesMs = Math.ceil(atMs / MINUTE_MS) * MINUTE_MS + (timeZoneOffsetMinutes ?? 0) * MINUTE_MS;
  const minutesOfDay = Math.floor((((wholeMinutesMs % DAY_MS) + DAY_MS) % DAY_MS) / MINUTE_MS);
  const hours = String(Math.floor(minutesOfDay / 60)).padStart(2, "0");
  const minutes = String(minutesOfDay % 60).padStart(2, "0");
  return `${hours}:${minutes}${timeZoneOffsetMinutes === null ? " UTC" : ""}`;
}

/** `4 minutes`, rounded up to what a person counts in, so that nobody comes back too early. */
export function span(durationMs: number): string {
  const seconds = Math.max(0, Math.ceil(durationMs / 1000));
  if (seconds < 60) return counted(Math.max(1, seconds), "second");
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 120) return counted(minutes, "minute");
  const hours = Math.ceil(minutes / 60);
  if (hours < 48) return counted(hours, "hour");
  return counted(Math.ceil(hours / 24), "day");
}

/** `1 minute`, `2 minutes`. */
export function counted(count: number, singular: string): string {
  return `${count} ${singular}${count === 1 ? "" : "s"}`;
}
