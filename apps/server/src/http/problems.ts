import type { Problem, ProblemCode } from "@holdfast/protocol/problem";
import type { FastifyReply } from "fastify";
import type { Refused } from "../app/outcome.ts";

/** HTTP status and title of each code, in one table (STYLE habit 13). */
export const problemKinds: Readonly<Record<ProblemCode, { status: number; title: string }>> = {
  "sign-in-refused": { status: 403, title: "Sign-in refused" },
  "invalid-request": { status: 400, title: "Invalid request" },
  "too-large": { status: 413, title: "Request too large" },
  "not-found": { status: 404, title: "Not found" },
  conflict: { status: 409, title: "Conflict" },
  "idempotency-key-reused": { status: 422, title: "Idempotency key reused" },
  "idempotency-key-in-use": { status: 409, title: "Idempotency key in use" },
  unauthenticated: { status: 401, title: "Not authenticated" },
  forbidden: { status: 403, title: "Not allowed" },
  "fresh-sign-in-required": { status: 401, title: "Fresh sign-in needed" },
  "enrolment-required": { status: 403, title: "Second factor needed" },
  "renewal-required": { status: 403, title: "New PIN needed" },
  "endpoint-revoked": { status: 403, title: "Endpoint revoked" },
  "phone-revoked": { status: 401, title: "Phone not registered" },
  "proof-invalid": { status: 401, title: "Request proof not accepted" },
  "nonce-stale": { status: 401, title: "Stale nonce" },
  "clone-suspected": { status: 403, title: "Clone suspected" },
  "contact-overtaken": { status: 409, title: "Contact overtaken" },
  "enrolment-code-invalid": { status: 403, title: "Enrolment code not valid" },
  "setup-closed": { status: 403, title: "Setup closed" },
  "continuation-invalid": { status: 400, title: "Sign-in over" },
  "grant-invalid": { status: 403, title: "Grant not valid" },
  "bundle-refused": { status: 403, title: "No bundle" },
  "chain-broken": { status: 409, title: "Event chain broken" },
  restored: { status: 409, title: "Server restored from a backup" },
  "too-many-requests": { status: 429, title: "Too many requests" },
  "storage-unavailable": { status: 503, title: "Storage unavailable" },
  internal: { status: 500, title: "Internal error" },
};

export function problemOf(refusal: Refused, inReplyTo: string | null): Problem {
  const { status, title } = problemKinds[refusal.code];
  return {
    type: `urn:holdfast:problem:${refusal.code}`,
    code: refusal.code,
    title,
    status,
    detail: refusal.detail.slice(0, 2000),
    inReplyTo,
    ...(refusal.reason === undefined ? {} : { reason: refusal.reason }),
    ...(refusal.lockedUntilMs === undefined ? {} : { lockedUntilMs: refusal.lockedUntilMs }),
    ...(refusal.otherWays === undefined ? {} : { otherWays: [...refusal.otherWays] }),
    ...(refusal.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: refusal.retryAfterSeconds }),
    ...(refusal.contactNumber === undefined ? {} : { contactNumber: refusal.contactNumber }),
    ...(refusal.problems === undefined ? {} : { problems: [...refusal.problems] }),
  };
}

/** RFC 9457, with `Retry-After` where waiting helps. */
export function sendProblem(reply: FastifyReply, refusal: Refused, inReplyTo: string | null): FastifyReply {
  const problem = problemOf(refusal, inReplyTo);
  if (problem.retryAfterSeconds !== undefined)
    void reply.header("retry-after", String(problem.retryAfterSeconds));
  return (
    reply
      .code(problem.status)
      .header("content-type", "application/problem+json")
      // As bytes: to a text Fastify would add a charset, which JSON does not have (RFC 8259 §11).
      .send(Buffer.from(JSON.stringify(problem)))
  );
}
