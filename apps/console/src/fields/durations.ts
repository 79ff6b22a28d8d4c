export type DurationUnit = "seconds" | "minutes" | "hours" | "days";

const unitSeconds: Readonly<Record<DurationUnit, number>> = {
  seconds: 1,
  minutes: 60,
  hours: 3_600,
  days: 86_400,
};
const letters: Readonly<Record<DurationUnit, (amount: number) => string>> = {
  seconds: (amount) => `PT${amount}S`,
  minutes: (amount) => `PT${amount}M`,
  hours: (amount) => `PT${amount}H`,
  days: (amount) => `P${amount}D`,
};

/** An ISO 8601 duration in the largest unit that has no remainder: "P7D" is 7 days, "PT90M" is 90 minutes. */
export function partsOf(iso: string): { readonly amount: string; readonly unit: DurationUnit } {
  const total = secondsOf(iso);
  if (Number.isNaN(total)) return { amount: iso, unit: "seconds" };
  const unit =
    (["days", "hours", "minutes"] as const).find((each) => total % unitSeconds[each] === 0) ?? "seconds";
  return { amount: String(total / unitSeconds[unit]), unit };
}

/** What was typed, as ISO 8601; text that is no whole number stays as it is, and the server says so. */
export function durationOf(amount: string, unit: DurationUnit): string {
  return /^\d+$/.test(amount) ? letters[unit](Number(amount)) : amount;
}

/** Not a number where it is no duration of the API. */
export function secondsOf(iso: string): number {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(iso);
  if (match === null) return Number.NaN;
  const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  return (days ?? 0) * 86_400 + (hours ?? 0) * 3_600 + (minutes ?? 0) * 60 + (seconds ?? 0);
}
