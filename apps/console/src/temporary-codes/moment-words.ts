const day = new Intl.DateTimeFormat("en-GB", {
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
});
const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const exactTime = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const zone = new Intl.DateTimeFormat("en-GB", { timeZoneName: "long" });

/**
 * A moment to be read to somebody who may be elsewhere, so with the zone's name (TC-21): "Monday 23 November 2026, 14:30,
 * Central European Standard Time". Seconds are told of what ends within the hour.
 */
export function momentWords(atMs: number, nowMs: number): string {
  const clock = atMs - nowMs < 3_600_000 ? exactTime : time;
  const zoneName = zone.formatToParts(atMs).find(({ type }) => type === "timeZoneName")?.value ?? "";
  return `${day.format(atMs)}, ${clock.format(atMs)}, ${zoneName}`;
}
