import type { Given } from "./types.ts";

/** Digits cut off one line where no token says how many: an unknown user must look like a known one. */
const presumedDigits = 6;

/** How many characters at the end of one line are a code: none where no code was asked for. */
export function codeLength(codeAsked: boolean, token: { readonly digits: number } | null): number {
  return codeAsked ? (token?.digits ?? presumedDigits) : 0;
}

/** The part of a typed value that an effect is about. A line that is too short gives what there is, or nothing. */
export function givenPart(value: string, take: Given["take"]): string {
  if (take === "whole") return value;
  return "last" in take
    ? value.slice(Math.max(0, value.length - take.last))
    : value.slice(0, Math.max(0, value.length - take.allButLast));
}
