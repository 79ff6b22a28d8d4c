import type { Declaration, Values } from "@holdfast/options/declaration";
import type { z } from "zod";
import type { Screen } from "../output/screen.ts";
import type { Outcome } from "./outcome.ts";
import type { Ports } from "./ports.ts";

export type Argument = {
  /** As help shows it, in capitals. */
  readonly name: string;
  readonly help: string;
  readonly required: boolean;
  /** Takes every argument that is left. */
  readonly many?: boolean;
};

export type Call<D extends Declaration> = {
  readonly values: Values<D>;
  readonly arguments: readonly string[];
  readonly ports: Ports;
  readonly screen: Screen;
};

/** One command, declared once: parsing, help, reference and completeness of tests follow from it. */
export type Command<D extends Declaration = Declaration> = {
  readonly words: readonly [string, ...string[]];
  /** One line without a full stop, as an instruction. */
  readonly summary: string;
  /** Paragraphs for `--help` and the reference. */
  readonly about?: readonly string[];
  readonly arguments: readonly Argument[];
  readonly options: D;
  readonly examples: readonly string[];
  /** What `--json` prints where the command is done. */
  readonly json: z.ZodType;
  readonly run: (call: Call<D>) => Promise<Outcome>;
};

/** A command whose option types are known only inside it. */
export type AnyCommand = Omit<Command, "run"> & { readonly run: (call: Call<never>) => Promise<Outcome> };

/** Keeps an option declaration's types for the command's own `run`. */
export function command<const D extends Declaration>(spec: Command<D>): AnyCommand {
  return spec as unknown as AnyCommand;
}

/** Words that stand before commands without doing anything themselves. */
export type Group = { readonly words: readonly [string, ...string[]]; readonly summary: string };
