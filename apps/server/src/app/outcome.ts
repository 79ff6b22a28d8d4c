import type { Factor } from "@holdfast/protocol/policy";
import type { ProblemCode } from "@holdfast/protocol/problem";
import type { RefusalReason } from "@holdfast/protocol/refusals";

/** What a use case answers when it will not: becomes a problem document at the last step, in http/problems.ts. */
export type Refused = {
  readonly kind: "refused";
  readonly code: ProblemCode;
  readonly detail: string;
  readonly reason?: RefusalReason;
  readonly lockedUntilMs?: number;
  readonly otherWays?: readonly Factor[];
  readonly retryAfterSeconds?: number;
  readonly contactNumber?: number;
  readonly problems?: readonly { path: string; message: string }[];
};

export type Ok<T> = { readonly kind: "ok"; readonly value: T };
export type Outcome<T> = Ok<T> | Refused;

export function ok<T>(value: T): Ok<T> {
  return { kind: "ok", value };
}

export function refused(
  code: ProblemCode,
  detail: string,
  more: Omit<Refused, "kind" | "code" | "detail"> = {},
): Refused {
  return { kind: "refused", code, detail, ...more };
}

export function notFound(what: string): Refused {
  return refused("not-found", `There is no such ${what}.`);
}

export function invalid(path: string, message: string): Refused {
  return refused("invalid-request", message, { problems: [{ path, message }] });
}
