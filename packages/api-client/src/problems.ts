import type { components } from "./generated/schema.ts";

export type Problem = components["schemas"]["Problem"];
export type ProblemCode = Problem["code"];

/** What a page tells about something that did not work, in this order. */
export type Explanation = {
  /** `The server did not create the user.` */
  readonly what: string;
  readonly why: string;
  readonly next: string;
  readonly code: ProblemCode | "unreachable" | "not-understood";
  /** What is wrong with single fields, by their path; for forms. */
  readonly fields: Readonly<Record<string, string>>;
  /** Null where waiting does not help. */
  readonly retryAfterSeconds: number | null;
};

/** A refusal or a failure on its way to whoever shows it; `explanation` is what to show. */
export class ApiFailure extends Error {
  override readonly name = "ApiFailure";
  readonly explanation: Explanation;
  constructor(explanation: Explanation, options?: ErrorOptions) {
    super(`${explanation.what} ${explanation.why}`, options);
    this.explanation = explanation;
  }
}

/** What openapi-fetch's methods resolve to. */
type Called<T> =
  | { data: T; error?: never; response: Response }
  | { data?: never; error: unknown; response: Response };

/**
 * The answer, or an `ApiFailure` that says what did not work. `doing` completes "The server did not …": `create the user`.
 */
export async function answerOf<T>(doing: string, call: Promise<Called<T>>): Promise<T> {
  let called: Called<T>;
  try {
    called = await call;
  } catch (error) {
    if (error instanceof Unreachable) throw new ApiFailure(explainUnreachable(doing), { cause: error });
    if (error instanceof SyntaxError)
      throw new ApiFailure(explainForeign(doing, "its answer was cut off or is not JSON"), { cause: error });
    throw error;
  }
  if (called.response.ok) return called.data as T;
  throw new ApiFailure(explain(doing, called.error, called.response.status));
}

/** In words what the server said, or that it was not the server who said it. */
export function explain(doing: string, said: unknown, status: number): Explanation {
  if (!isProblem(said)) return explainForeign(doing, `something answered with status ${status} in its place`);
  const wait = said.retryAfterSeconds ?? null;
  return {
    what: `The server did not ${doing}.`,
    why: said.detail,
    next: wait === null ? (nextSteps[said.code] ?? lookAgain) : `Try again in ${waitText(wait)}.`,
    code: said.code,
    fields: Object.fromEntries((said.problems ?? []).map(({ path, message }) => [path, message])),
    retryAfterSeconds: wait,
  };
}

/** Thrown by the client where no answer came at all. */
export function unreachable(cause: unknown): Error {
  return new Unreachable("The server did not answer.", { cause });
}
class Unreachable extends Error {}

const lookAgain = "Reload the page to see how things stand, then try again.";
const signInAgain = "Sign in again.";

/** What to do next, by the stable code; where nothing better is known, look again. */
const nextSteps: Partial<Record<ProblemCode, string>> = {
  "invalid-request": "Correct what is marked, then try again.",
  "too-large": "Send less at once.",
  "not-found": "It may have been deleted meanwhile. Go back to the list.",
  unauthenticated: signInAgain,
  forbidden: "Ask an administrator whose role has this right.",
  "sign-in-refused": "Try again, or ask your help desk.",
  "continuation-invalid": "Begin the sign-in again.",
  "setup-closed": "Sign in; an administrator exists already.",
  internal: "Look at the server's log, then try again.",
};

function explainUnreachable(doing: string): Explanation {
  return {
    what: `The server did not ${doing}, as far as this page knows.`,
    why: "The server did not answer.",
    next: "Check your network connection. When the server is back, look whether it was done before you try again.",
    code: "unreachable",
    fields: {},
    retryAfterSeconds: null,
  };
}

function explainForeign(doing: string, why: string): Explanation {
  return {
    what: `The server did not ${doing}, as far as this page knows.`,
    why: `The answer is not the server's: ${why}.`,
    next: "Something between this browser and the server may be in the way, such as a proxy. Reload the page.",
    code: "not-understood",
    fields: {},
    retryAfterSeconds: null,
  };
}

function isProblem(said: unknown): said is Problem {
  if (typeof said !== "object" || said === null) return false;
  const { type, code, detail } = said as Partial<Record<string, unknown>>;
  return (
    typeof type === "string" &&
    type.startsWith("urn:holdfast:problem:") &&
    typeof code === "string" &&
    typeof detail === "string"
  );
}

function waitText(seconds: number): string {
  const whole = Math.max(1, Math.ceil(seconds));
  if (whole < 90) return whole === 1 ? "1 second" : `${whole} seconds`;
  const minutes = Math.ceil(whole / 60);
  return `${minutes} minutes`;
}
