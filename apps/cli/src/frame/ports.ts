/** Everything a command needs from outside, so that tests run whole commands in one process. */
export type Ports = {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
  readonly homeDirectory: string;
  /** Everything on standard input; null where that is a terminal. */
  readonly readInput: () => Promise<string | null>;
  /** Asks at the terminal, without echo where secret; null where there is no terminal or it was left with Ctrl-C. */
  readonly ask: (question: string, kind: "secret" | "plain") => Promise<string | null>;
};

export type Output = {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** Width in columns; null where unknown. */
  readonly columns: number | null;
};
