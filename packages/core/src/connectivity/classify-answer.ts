import type { Problem } from "@holdfast/protocol/problem";
import { problem } from "@holdfast/protocol/problem";

/** What came back over the pinned TLS connection, before anybody believes it. */
export type ReceivedAnswer = {
  readonly status: number;
  /** The Content-Type header; null: none. */
  readonly contentType: string | null;
  /** The body as JSON; undefined where it is none. */
  readonly body: unknown;
  /** The id of the request this must answer. */
  readonly inReplyTo: string;
};

export type AnswerClass =
  /** A Holdfast server's own word on this very request. `problem` is null for a success, whose schema the caller checks. */
  | { readonly kind: "servers-word"; readonly problem: Problem | null }
  /** Anything else: never a refusal, never a reason to delete. */
  | { readonly kind: "not-reachable"; readonly why: string };

/**
 * OTP-30: only a well-formed Holdfast document that repeats our request's id is the server's word. A proxy's 401, 404,
 * 5xx, HTML page, empty body or cached answer means that the server was not reached. A Holdfast server that says
 * itself that it cannot work (a problem with a status of 500 or above) decides nothing either.
 */
export function classifyAnswer(answer: ReceivedAnswer): AnswerClass {
  const mediaType = (answer.contentType ?? "").split(";", 1)[0]?.trim().toLowerCase();
  if (answer.status >= 200 && answer.status < 300) {
    if (mediaType !== "application/json") return notReachable(answer, "is no JSON");
    if (!isMarked(answer.body)) return notReachable(answer, "is no Holdfast document");
    if (answer.body.inReplyTo !== answer.inReplyTo) return notReachable(answer, "answers another request");
    return { kind: "servers-word", problem: null };
  }
  if (answer.status < 400) return notReachable(answer, "is no answer");
  if (mediaType !== "application/problem+json") return notReachable(answer, "is no problem document");
  const parsed = problem.safeParse(answer.body);
  if (!parsed.success) return notReachable(answer, "is no Holdfast problem document");
  if (parsed.data.inReplyTo !== answer.inReplyTo) return notReachable(answer, "answers another request");
  if (parsed.data.status !== answer.status) return notReachable(answer, "contradicts its own status");
  if (answer.status >= 500)
    return { kind: "not-reachable", why: `the server cannot work: ${parsed.data.code}` };
  return { kind: "servers-word", problem: parsed.data };
}

function isMarked(body: unknown): body is { holdfast: 1; inReplyTo: unknown } {
  return (
    typeof body === "object" &&
    body !== null &&
    "holdfast" in body &&
    body.holdfast === 1 &&
    "inReplyTo" in body
  );
}

function notReachable(answer: ReceivedAnswer, what: string): AnswerClass {
  return { kind: "not-reachable", why: `an answer with status ${answer.status} ${what}` };
}
