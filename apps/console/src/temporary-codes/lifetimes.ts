import { durationWords } from "@holdfast/ui/time-words.ts";
import { secondsOf } from "../fields/durations.ts";

export type Lifetime = { readonly value: string; readonly label: string };

const usual: readonly Lifetime[] = [
  { value: "PT1H", label: "1 hour" },
  { value: "PT8H", label: "8 hours" },
  // A contractor's day (TC-25): 24 hours from now, not the end of the day.
  { value: "PT24H", label: "24 hours" },
  { value: "P3D", label: "3 days" },
  { value: "P7D", label: "7 days" },
  { value: "P14D", label: "14 days" },
];

/** Of the usual lifetimes those that are allowed, and the longest itself (TC-17, TC-24). */
export function lifetimesWithin(longest: string): readonly Lifetime[] {
  const most = secondsOf(longest);
  const within = usual.filter(({ value }) => secondsOf(value) <= most);
  return within.some(({ value }) => secondsOf(value) === most)
    ? within
    : [...within, { value: longest, label: durationWords(longest) }];
}

/** What is chosen until somebody chooses: a shift, or less where no more is allowed. */
export function firstChoice(lifetimes: readonly Lifetime[]): string {
  return (lifetimes.find(({ value }) => value === "PT8H") ?? lifetimes.at(-1))?.value ?? "PT1H";
}
