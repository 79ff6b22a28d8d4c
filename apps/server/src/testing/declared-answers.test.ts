import { problem } from "@holdfast/protocol/problem";
import { expect, test } from "vitest";
import { z } from "zod";
import { problemOf } from "../http/problems.ts";
import { difference } from "./declared-answers.ts";

const created = { answer: z.strictObject({ id: z.string() }), contentType: null, status: 201 };
const nothing = { answer: null, contentType: null, status: 200 };
const refusal = problemOf({ kind: "refused", code: "conflict", detail: "No." }, null);

test.each([
  ["as declared", created, 201, '{"id":"x"}', null],
  ["one field too many", created, 201, '{"id":"x","secret":"y"}', "secret"],
  ["a field missing", created, 201, "{}", '"id"'],
  ["another status", created, 200, '{"id":"x"}', "status 200 where 201 is declared"],
  ["nothing at all", created, 201, "", "invalid_type"],
  ["nothing, as declared", nothing, 204, null, null],
  ["something undeclared", nothing, 200, "{}", "with content"],
  ["a refusal", created, 409, JSON.stringify(refusal), null],
  ["a refusal in other words", created, 409, '{"error":"no"}', "without a problem document"],
  ["an answer of nobody", undefined, 200, "{}", "an answer of no route"],
])("%s", (_what, route, status, payload, expected) => {
  const found = difference(route, status, "application/json", payload);
  if (expected === null) expect(found).toBeNull();
  else expect(found).toContain(expected);
  problem.parse(refusal);
});

test("another form is told by its content type", () => {
  const page = { answer: null, contentType: "text/html; charset=utf-8", status: 200 };
  expect(difference(page, 200, "text/html; charset=utf-8", "<html>")).toBeNull();
  expect(difference(page, 200, "application/json", "{}")).not.toBeNull();
});
