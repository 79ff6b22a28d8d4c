import type { Given } from "./types.ts";

/** The part of a typed value that an effect is about. A line that is too short gives what there is, or nothing. */
export function givenPart(value: string, take: Given["take"]): string {
  if (take === "whole") return value;
  return "last" in take
    ? value.slice(Math.max(0, value.length - take.last))
    : value.slice(0, Math.max(0, value.length - take.allButLast));
}
