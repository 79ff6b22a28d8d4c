import path from "node:path";
import { durationSeconds } from "@holdfast/protocol/primitives";
import { z } from "zod";
import type { Address, OptionSpec } from "./declaration.ts";

/** Where a value was found; flags win over the environment, it over the file, it over the default. */
export type Source = "flag" | "environment" | "file" | "default";

export type Parsed =
  | { readonly kind: "ok"; readonly value: unknown }
  | { readonly kind: "bad"; readonly expected: string };

/** Reads one value as it stands in a file (already TOML) or as text from a flag or variable. */
export function parseValue(spec: OptionSpec, raw: unknown, source: Source): Parsed {
  const textual = source === "flag" || source === "environment";
  const input = textual && typeof raw === "string" ? rawFromText(spec, raw) : raw;
  const parsed = schemaOf(spec, textual).safeParse(input);
  return parsed.success
    ? { kind: "ok", value: parsed.data }
    : { kind: "bad", expected: expectation(spec, source) };
}

/** The default as a value; null where it is null, undefined where the option must be given. */
export function checkedDefault(name: string, spec: OptionSpec): unknown {
  if (spec.default === undefined || spec.default === null) return spec.default;
  const parsed = parseValue(spec, spec.default, "default");
  if (parsed.kind === "bad") throw new Error(`option ${name}: its default is not ${parsed.expected}`);
  return parsed.value;
}

/** The word that stands for the value in a usage line. */
export function placeholder(spec: OptionSpec): string {
  switch (spec.type) {
    case "string":
      return "TEXT";
    case "path":
      return "PATH";
    case "integer":
      return "NUMBER";
    case "boolean":
      return "";
    case "duration":
      return "DURATION";
    case "list":
      return "A,B,…";
    case "address":
      return "HOST:PORT";
    case "url":
      return "URL";
    case "enum":
      return spec.values.join("|");
  }
}

/** What a value has to be, to follow "must be" in a message. */
export function expectation(spec: OptionSpec, source: Source = "file"): string {
  switch (spec.type) {
    case "string":
      return spec.pattern === undefined
        ? "a text without control characters"
        : `a text like ${spec.pattern.source}`;
    case "path":
      return source === "file" ? "an absolute path" : "a path";
    case "integer":
      return `a whole number${range(spec.min, spec.max, "")}`;
    case "boolean":
      return "true or false";
    case "duration":
      return `an ISO 8601 duration such as PT5S or P7D${range(spec.min, spec.max, " seconds")}`;
    case "list":
      return source === "file" ? "an array of texts" : "a comma-separated list without empty entries";
    case "address":
      return "an address such as 127.0.0.1:8443 or [::1]:8443";
    case "url":
      return `a URL that starts with ${spec.protocols.map((protocol) => `${protocol}//`).join(" or ")}`;
    case "enum":
      return `one of ${spec.values.join(", ")}`;
  }
}

function range(min: number | undefined, max: number | undefined, unit: string): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}${unit}`;
  if (min !== undefined) return ` of at least ${min}${unit}`;
  return max === undefined ? "" : ` of at most ${max}${unit}`;
}

/** Texts carry no types, so numbers, booleans and lists are recognised first; what is not stays text and is refused. */
function rawFromText(spec: OptionSpec, text: string): unknown {
  switch (spec.type) {
    case "integer":
      return /^-?\d{1,16}$/.test(text) ? Number(text) : text;
    case "boolean":
      return text === "true" ? true : text === "false" ? false : text;
    case "list":
      return text === "" ? [] : text.split(",").map((entry) => entry.trim());
    default:
      return text;
  }
}

function schemaOf(spec: OptionSpec, textual: boolean): z.ZodType {
  switch (spec.type) {
    case "string":
      return spec.pattern === undefined ? plainText : plainText.regex(spec.pattern);
    case "path":
      return plainText
        .min(1)
        .refine((text) => textual || path.isAbsolute(text))
        .transform((text) => path.resolve(text));
    case "integer":
      return z
        .int()
        .min(spec.min ?? Number.MIN_SAFE_INTEGER)
        .max(spec.max ?? Number.MAX_SAFE_INTEGER);
    case "boolean":
      return z.boolean();
    case "duration":
      return z
        .string()
        .transform((text) => durationSeconds(text) ?? Number.NaN)
        .pipe(
          z
            .int()
            .min(spec.min ?? 0)
            .max(spec.max ?? Number.MAX_SAFE_INTEGER),
        );
    case "list":
      return z.array(plainText.min(1));
    case "address":
      return plainText.transform(addressOf).refine((address) => address !== null);
    case "url":
      return plainText.refine(
        (text) => URL.canParse(text) && spec.protocols.includes(new URL(text).protocol),
      );
    case "enum":
      return z.enum(spec.values);
  }
}

const plainText = z.string().regex(/^[^\p{Cc}]*$/u);

function addressOf(text: string): Address | null {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host === undefined || port > 65_535 ? null : { host, port };
}
