const units = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** "3 hours ago", "in 2 days"; within a minute "just now". */
export function relativeTime(atMs: number, nowMs: number): string {
  const awayMs = atMs - nowMs;
  for (const [unit, unitMs] of units) {
    if (Math.abs(awayMs) >= unitMs) return relative.format(Math.trunc(awayMs / unitMs), unit);
  }
  return awayMs > 0 ? "in less than a minute" : "just now";
}

const clock = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });

/** Date and time in the reader's zone. */
export function clockTime(atMs: number): string {
  return clock.format(atMs);
}

const clockInZone = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "long" });

/** The same with the zone, where readers in different places compare: "22 Nov 2026, 14:05:00 CET". */
export function zonedTime(atMs: number): string {
  return clockInZone.format(atMs);
}

const timeOfDay = new Intl.DateTimeFormat("en-GB", { timeStyle: "short" });
const dayAndTime = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});

/** "14:05" of today, "20 Nov, 14:05" of another day. */
export function sinceTime(atMs: number, nowMs: number): string {
  const isToday = new Date(atMs).toDateString() === new Date(nowMs).toDateString();
  return (isToday ? timeOfDay : dayAndTime).format(atMs);
}

/** An ISO 8601 duration of the API in words: "P7D" is "7 days", "PT1H30M" is "1 hour 30 minutes". */
export function durationWords(iso: string): string {
  const parts = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(iso);
  if (parts === null) return iso;
  const words = (["day", "hour", "minute", "second"] as const).flatMap((unit, index) => {
    const count = Number(parts[index + 1] ?? 0);
    return count === 0 ? [] : [`${count} ${unit}${count === 1 ? "" : "s"}`];
  });
  return words.length === 0 ? "0 seconds" : words.join(" ");
}
