/** What a figure is held against. `null`: reported, not judged. */
export type Bar = { readonly atMost: number } | { readonly atLeast: number } | null;

export type FigureDeclaration = {
  /** Stable: what `--only` and `--json` call it. */
  readonly name: string;
  readonly measure: string;
  readonly unit: string;
  readonly bar: Bar;
};

/** A figure as it came out, with whatever is needed to judge how far to trust it. */
export type Measured = { readonly value: number; readonly detail: Detail };
export type Detail = Readonly<Record<string, unknown>>;

export type NotRun = { readonly kind: "not-run"; readonly why: string };
/** By the figures' names; one of them may lack its peer. */
export type Figures = Readonly<Record<string, Measured | NotRun>>;
export type Outcome = { readonly kind: "measured"; readonly figures: Figures } | NotRun;

export type Context = {
  /** Fewer users and rounds; figures are rougher. */
  readonly quick: boolean;
  /** Progress for a person; goes to stderr. */
  readonly say: (line: string) => void;
};

export type Measure = {
  readonly figures: readonly FigureDeclaration[];
  /** Cleans up after itself, whatever happens. A thrown error is reported as `not run`, and fails the run. */
  readonly run: (context: Context) => Promise<Outcome>;
};

export function measured(figures: Figures): Outcome {
  return { kind: "measured", figures };
}

export function notRun(why: string): NotRun {
  return { kind: "not-run", why };
}
