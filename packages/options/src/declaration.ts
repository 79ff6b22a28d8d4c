/**
 * One option, declared once: validation, file key, environment variable, flag, help and reference follow from it.
 * Where an option has neither `default` nor a given value, reading refuses; `default: null` makes it optional.
 */
export type OptionSpec = Where &
  (
    | { readonly type: "string"; readonly pattern?: RegExp; readonly default?: string | null }
    /** A file or folder. Relative paths are taken from the working folder; in a file they are refused. */
    | { readonly type: "path"; readonly default?: string | null }
    | {
        readonly type: "integer";
        readonly min?: number;
        readonly max?: number;
        readonly default?: number | null;
      }
    /** `--name` and `--no-name`; `true` or `false` elsewhere. */
    | { readonly type: "boolean"; readonly default?: boolean | null }
    /** ISO 8601 with second granularity (`PT5S`); the value is in seconds, and so are `min` and `max`. */
    | {
        readonly type: "duration";
        readonly min?: number;
        readonly max?: number;
        readonly default?: string | null;
      }
    /** A repeated or comma-separated flag, a comma-separated variable, an array in the file. */
    | { readonly type: "list"; readonly default?: readonly string[] | null }
    /** `host:port`, IPv6 in brackets. */
    | { readonly type: "address"; readonly default?: string | null }
    | { readonly type: "url"; readonly protocols: readonly string[]; readonly default?: string | null }
    | {
        readonly type: "enum";
        readonly values: readonly [string, ...string[]];
        readonly default?: string | null;
      }
  );

type Where = {
  /** Key in the TOML file, snake_case; a dot enters a table (`listen.port`). */
  readonly file?: string;
  /** Environment variable, `HOLDFAST_…`. */
  readonly env?: string;
  /** `--kebab-case`. */
  readonly flag?: string;
  /** One or two plain sentences for `--help` and the reference. */
  readonly help: string;
  /** Never taken from the command line, where every user of the machine can read it, and never repeated in messages. */
  readonly secret?: boolean;
};

export type Declaration = Readonly<Record<string, OptionSpec>>;

export type Address = { readonly host: string; readonly port: number };

/** What reading a declaration gives: a value of the right type under each option's name. */
export type Values<D extends Declaration> = { readonly [K in keyof D]: ValueOf<D[K]> };

export type ValueOf<O extends OptionSpec> =
  | PlainValue<O>
  | (O extends { readonly default: null } ? null : never);

type PlainValue<O extends OptionSpec> = O extends { readonly type: "integer" | "duration" }
  ? number
  : O extends { readonly type: "boolean" }
    ? boolean
    : O extends { readonly type: "list" }
      ? readonly string[]
      : O extends { readonly type: "address" }
        ? Address
        : O extends { readonly type: "enum"; readonly values: readonly (infer V)[] }
          ? V
          : string;

/** Keeps an option's literal types, so that its value's type can be derived. */
export function option<const O extends OptionSpec>(spec: O): O {
  return spec;
}
