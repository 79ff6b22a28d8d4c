import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ReceivedAnswer } from "./classify-answer.ts";
import { classifyAnswer } from "./classify-answer.ts";

const refusal = {
  type: "urn:holdfast:problem:sign-in-refused",
  code: "sign-in-refused",
  title: "Sign-in refused",
  status: 403,
  detail: "This account is locked.",
  inReplyTo: "request-1",
  reason: "locked",
};
const problemType = "application/problem+json; charset=utf-8";

function answer(change: Partial<ReceivedAnswer>): ReceivedAnswer {
  return { status: 403, contentType: problemType, body: refusal, inReplyTo: "request-1", ...change };
}

describe("whose word an answer is (OTP-30)", () => {
  test.each<[string, Partial<ReceivedAnswer>]>([
    ["a refusal to this request", {}],
    [
      "a success",
      { status: 200, contentType: "application/json", body: { holdfast: 1, inReplyTo: "request-1" } },
    ],
    ["a 401 of our own", { status: 401, body: { ...refusal, status: 401, code: "proof-invalid" } }],
    ["a 429 of our own", { status: 429, body: { ...refusal, status: 429, code: "too-many-requests" } }],
  ])("the server's: %s", (_name, change) => {
    expect(classifyAnswer(answer(change)).kind).toBe("servers-word");
  });

  test.each<[string, Partial<ReceivedAnswer>]>([
    ["a proxy's 401 without a body", { status: 401, contentType: null, body: undefined }],
    [
      "a proxy's 401 in JSON",
      { status: 401, contentType: "application/json", body: { error: "unauthorized" } },
    ],
    ["a proxy's 404 page", { status: 404, contentType: "text/html", body: undefined }],
    ["a proxy's 403 problem of its own", { body: { type: "about:blank", title: "Forbidden", status: 403 } }],
    ["a 503 page", { status: 503, contentType: "text/html", body: undefined }],
    [
      "our own 503",
      { status: 503, body: { ...refusal, status: 503, code: "storage-unavailable", reason: undefined } },
    ],
    ["our own 500", { status: 500, body: { ...refusal, status: 500, code: "internal", reason: undefined } }],
    ["a refusal to another request, from a cache", { inReplyTo: "request-2" }],
    ["a refusal to no request", { body: { ...refusal, inReplyTo: null } }],
    ["a refusal under another status", { status: 404 }],
    ["a refusal with a field too many", { body: { ...refusal, delete: true } }],
    ["a refusal as plain JSON", { contentType: "application/json" }],
    ["a success page", { status: 200, contentType: "text/html", body: undefined }],
    ["a success of somebody else", { status: 200, contentType: "application/json", body: { ok: true } }],
    [
      "a success for another request",
      { status: 200, contentType: "application/json", body: { holdfast: 1, inReplyTo: "x" } },
    ],
    ["an empty success", { status: 204, contentType: null, body: undefined }],
    ["a redirect to a login page", { status: 302, contentType: "text/html", body: undefined }],
    ["an early 102", { status: 102, contentType: null, body: undefined }],
  ])("not reachable: %s", (_name, change) => {
    expect(classifyAnswer(answer(change))).toMatchObject({ kind: "not-reachable" });
  });

  test("no answer at all is taken for the server's word unless it repeats our id", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 599 }),
        fc.jsonValue(),
        fc.boolean(),
        (status, body, asProblem) => {
          const contentType = asProblem ? problemType : "application/json";
          expect(classifyAnswer({ status, contentType, body, inReplyTo: "request-1" }).kind).toBe(
            "not-reachable",
          );
        },
      ),
    );
  });
});
