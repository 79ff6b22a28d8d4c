import { expect, test } from "vitest";
import type { Entry } from "../group-commit.ts";
import { audit } from "../testing/samples.ts";
import { fromText, toText } from "./entry-text.ts";

test("entries come out of their text as they went in", () => {
  const draft = audit({
    attemptId: "attempt-1",
    reason: "why",
    endpointId: "ep_1",
    detail: { n: 1, of: ["a"] },
  });
  const commit = {
    expect: { userId: "usr_1", version: 7 },
    lockout: { counter: "remote-access", failures: 2, failuresSinceLock: 0, lockedUntilMs: 9 },
    consume: { tokenId: "tok_1", counter: 3, attemptId: "attempt-1", source: "server", atMs: 5 },
    attempt: { id: "attempt-1", clientId: "key", verdict: '{"kind":"refused"}', atMs: 6 },
    also: {
      used: [{ authenticatorId: "aut_1", data: { counter: 2 }, atMs: null }],
      enrolmentPostponed: "self-service",
      temporaryCode: { change: "refused" },
    },
    audit: [draft],
  } satisfies Entry["commit"];
  const bare = { ...commit, lockout: null, consume: null, attempt: null, also: null };
  const batch: Entry[] = [
    { commit, audit: commit.audit },
    { commit: bare, audit: bare.audit },
    { commit: null, audit: [draft, audit({ subjectUserId: null, mode: null })] },
    { commit: null, audit: [] },
  ];
  expect(fromText(toText(batch))).toEqual(batch);
});
