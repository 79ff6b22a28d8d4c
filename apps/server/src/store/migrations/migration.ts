export type Dialect = "sqlite" | "postgresql";

/** One step from the version before it. It never changes after its release, and imports no code that could. */
export type Migration = {
  readonly version: number;
  readonly statements: (dialect: Dialect) => readonly string[];
};
