import { option } from "@holdfast/options/declaration";
import { defineOptions } from "@holdfast/options/define-options";
import { commandLine } from "../frame/shell-words.ts";

/** Of lists that come in pages. */
export const pageOptions = defineOptions({
  limit: option({
    type: "integer",
    flag: "--limit",
    min: 1,
    max: 500,
    default: 100,
    help: "Most lines to show.",
  }),
  after: option({
    type: "string",
    flag: "--after",
    default: null,
    help: "Go on after this mark, which the page before gave as next.",
  }),
});

/** The last line of a page that is not the last one. */
export function moreLine(next: string | null, ...words: readonly string[]): string {
  return next === null ? "" : `\nThere is more: ${commandLine(...words, "--after", next)}`;
}
