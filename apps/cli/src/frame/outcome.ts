import type { ExitName } from "./exit-codes.ts";

/** What a command ends with. `json` is what `--json` prints, `text` what people read. */
export type Done = {
  readonly kind: "done";
  readonly json: unknown;
  readonly text: string;
  readonly exit?: ExitName;
};

/** Why a command did not do it: what happened, why, and the exact next command (STYLE: CLI). */
export type Refused = {
  readonly kind: "refused";
  readonly exit: ExitName;
  /** Stable, for scripts. */
  readonly code: string;
  readonly what: string;
  readonly why: string;
  /** A command to type, or a plain instruction; null where there is nothing to do. */
  readonly next: string | null;
  /** Fields that the server found wrong. */
  readonly problems?: readonly { readonly path: string; readonly message: string }[];
};

export type Outcome = Done | Refused;
export type Ok<T> = { readonly kind: "ok"; readonly value: T };
export type Answer<T> = Ok<T> | Refused;

export function ok<T>(value: T): Ok<T> {
  return { kind: "ok", value };
}

export function done(json: unknown, text: string): Done {
  return { kind: "done", json, text };
}

export function refused(
  exit: ExitName,
  code: string,
  what: string,
  why: string,
  next: string | null = null,
): Refused {
  return { kind: "refused", exit, code, what, why, next };
}

export function usage(what: string, why: string, next: string | null = null): Refused {
  return refused("usage", "usage", what, why, next);
}
