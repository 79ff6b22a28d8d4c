import type { SignInAudit } from "@holdfast/core/sign-in/types";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { RefusalNotes } from "./refusal-notes.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

const refusal = (userId: string | null, reason: SignInAudit["reason"]) => ({ userId, reason }) as SignInAudit;

test("one note a minute per user and reason, none about nobody, and no growth without end", () => {
  const noted: string[] = [];
  const notes = new RefusalNotes({ note: ({ userId, reason }) => noted.push(`${userId} ${reason}`) });
  const note = (userId: string | null, reason: SignInAudit["reason"]) =>
    notes.note(refusal(userId, reason), { attemptId: "a" });
  for (let count = 0; count < 1000; count += 1) note("ada", "locked");
  note("ada", "cache-exhausted");
  note("ben", "locked");
  note(null, "never-signed-in-here");
  expect(noted).toEqual(["ada locked", "ada cache-exhausted", "ben locked"]);
  vi.advanceTimersByTime(60_000);
  note("ada", "locked");
  expect(noted).toHaveLength(4);
  for (let user = 0; user < 1001; user += 1) note(`user-${user}`, "locked");
  expect(noted).toHaveLength(1005);
});
