import { option } from "@holdfast/options/declaration";
import { defineOptions } from "@holdfast/options/define-options";

/** Taken by every command. */
export const globalOptions = defineOptions({
  json: option({
    type: "boolean",
    flag: "--json",
    default: false,
    help: 'Print one JSON document on standard output instead of text; a refusal is {"error": {…}}.',
  }),
  help: option({ type: "boolean", flag: "--help", default: false, help: "Print this help." }),
});
