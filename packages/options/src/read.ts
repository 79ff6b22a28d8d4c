import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { parse as parseToml, TomlError } from "smol-toml";
import type { Declaration, OptionSpec, Values } from "./declaration.ts";
import { checkedDefault, parseValue, type Source } from "./kinds.ts";
import { nearest } from "./nearest.ts";

export type OptionProblem = {
  readonly code:
    | "unknown-flag"
    | "unknown-key"
    | "invalid-value"
    | "value-missing"
    | "given-twice"
    | "required"
    | "file-syntax"
    | "file-unreadable";
  /** One sentence for the person who typed it, with what to do. Never repeats a value. */
  readonly message: string;
};

export type OptionsRead<D extends Declaration> =
  | {
      readonly kind: "ok";
      readonly values: Values<D>;
      readonly positionals: readonly string[];
      readonly sources: { readonly [K in keyof D]: Source };
    }
  | { readonly kind: "refused"; readonly problems: readonly OptionProblem[] };

export type OptionInputs = {
  /** Arguments after the command's own name. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The TOML file's text, and its name for messages. */
  readonly file?: { readonly name: string; readonly text: string };
};

type Found = { readonly raw: unknown; readonly source: Source; readonly place: string };

/**
 * Reads every option: flag before environment before file before default. Unknown flags and file keys are
 * refused; unknown HOLDFAST_ variables are not, because several programs share one environment. All problems
 * are reported at once.
 */
export function readOptions<D extends Declaration>(declaration: D, inputs: OptionInputs): OptionsRead<D> {
  const problems: OptionProblem[] = [];
  const { flags, positionals } = readFlags(declaration, inputs.argv, problems);
  const keys =
    inputs.file === undefined ? new Map<string, Found>() : readFile(declaration, inputs.file, problems);
  const values: Record<string, unknown> = {};
  const sources: Record<string, Source> = {};
  for (const [name, spec] of Object.entries(declaration)) {
    const found = flags.get(name) ?? fromEnvironment(spec, inputs.env) ?? keys.get(name);
    if (found === undefined) {
      const value = checkedDefault(name, spec);
      if (value === undefined) problems.push({ code: "required", message: requiredMessage(spec) });
      values[name] = value;
      sources[name] = "default";
      continue;
    }
    const parsed = parseValue(spec, found.raw, found.source);
    if (parsed.kind === "ok") {
      values[name] = parsed.value;
      sources[name] = found.source;
    } else {
      problems.push({ code: "invalid-value", message: `${found.place} must be ${parsed.expected}` });
    }
  }
  if (problems.length > 0) return { kind: "refused", problems };
  return {
    kind: "ok",
    values: values as Values<D>,
    positionals,
    sources: sources as { readonly [K in keyof D]: Source },
  };
}

function readFlags(declaration: Declaration, argv: readonly string[], problems: OptionProblem[]) {
  const byFlag = new Map<string, string>();
  const config: ParseArgsOptionsConfig = {};
  for (const [name, spec] of Object.entries(declaration)) {
    if (spec.flag === undefined) continue;
    byFlag.set(spec.flag, name);
    config[spec.flag.slice(2)] = { type: spec.type === "boolean" ? "boolean" : "string" };
  }
  const { tokens } = parseArgs({
    args: [...argv],
    options: config,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const flags = new Map<string, Found>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    const negated = token.rawName.startsWith("--no-") && byFlag.has(`--${token.rawName.slice(5)}`);
    const flag = negated ? `--${token.rawName.slice(5)}` : token.rawName;
    const name = byFlag.get(flag);
    const spec = name === undefined ? undefined : declaration[name];
    if (name === undefined || spec === undefined || (negated && spec.type !== "boolean")) {
      problems.push({
        code: "unknown-flag",
        message: unknownMessage("flag", token.rawName, [...byFlag.keys()]),
      });
      continue;
    }
    const before = flags.get(name);
    if (before !== undefined && spec.type !== "list") {
      problems.push({ code: "given-twice", message: `${flag} was given twice; give it once` });
      continue;
    }
    if (spec.type === "boolean") {
      const raw = token.value === undefined ? String(!negated) : token.value;
      flags.set(name, { raw, source: "flag", place: flag });
      continue;
    }
    const swallowedFlag = token.inlineValue === false && /^-./.test(token.value) && !/^-\d/.test(token.value);
    if (token.value === undefined || swallowedFlag) {
      problems.push({
        code: "value-missing",
        message: `${flag} needs a value; write ${flag}=VALUE where the value starts with a dash`,
      });
      continue;
    }
    const raw = before === undefined ? token.value : `${before.raw},${token.value}`;
    flags.set(name, { raw, source: "flag", place: flag });
  }
  return { flags, positionals };
}

function fromEnvironment(spec: OptionSpec, env: OptionInputs["env"]): Found | undefined {
  const raw = spec.env === undefined ? undefined : env[spec.env];
  // An empty variable counts as not set: that is how service managers and containers clear one.
  if (spec.env === undefined || raw === undefined || raw === "") return undefined;
  return { raw, source: "environment", place: spec.env };
}

function readFile(
  declaration: Declaration,
  file: { readonly name: string; readonly text: string },
  problems: OptionProblem[],
): Map<string, Found> {
  const found = new Map<string, Found>();
  let table: Record<string, unknown>;
  try {
    table = parseToml(file.text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // The library's message quotes the line, which may hold a secret.
    const where = `${file.name}, line ${error.line}, column ${error.column}`;
    problems.push({ code: "file-syntax", message: `${where}: not valid TOML` });
    return found;
  }
  const byKey = new Map<string, string>();
  for (const [name, spec] of Object.entries(declaration)) {
    if (spec.file !== undefined) byKey.set(spec.file, name);
  }
  const walk = (prefix: string, entries: Record<string, unknown>): void => {
    for (const [part, value] of Object.entries(entries)) {
      const key = prefix + part;
      const name = byKey.get(key);
      if (name !== undefined) {
        found.set(name, { raw: value, source: "file", place: `${key} in ${file.name}` });
      } else if (isTable(value) && [...byKey.keys()].some((known) => known.startsWith(`${key}.`))) {
        walk(`${key}.`, value);
      } else {
        problems.push({
          code: "unknown-key",
          message: `${file.name}: ${unknownMessage("key", key, [...byKey.keys()])}`,
        });
      }
    }
  };
  walk("", table);
  return found;
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function unknownMessage(what: string, given: string, known: readonly string[]): string {
  const close = nearest(given, known);
  // Cut short: what was meant as a value may have been typed in a flag's place.
  const shown = given.length > 40 ? `${given.slice(0, 40)}…` : given;
  return `unknown ${what} ${shown}${close === null ? "" : `; did you mean ${close}?`}`;
}

function requiredMessage(spec: OptionSpec): string {
  const ways = [
    spec.flag,
    spec.env,
    spec.file === undefined ? undefined : `${spec.file} in the configuration file`,
  ].filter((way) => way !== undefined);
  return `${ways[0]} is required${ways.length > 1 ? ` (or ${ways.slice(1).join(", or ")})` : ""}`;
}
