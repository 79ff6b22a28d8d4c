import { expect, test } from "vitest";
import { mostUsesOfBypassCode } from "../help-desk-codes/bypass-code.ts";
import type { BypassStanding } from "../help-desk-codes/bypass-standing.ts";
import { leftBehind, takesAway } from "./left-behind.ts";

const held = {
  status: "revoked",
  epoch: 1,
  sequence: 3,
  acknowledgedSequence: 3,
  maxSignIns: 25,
  reportedRemaining: 7,
  notAfterMs: 1_000_000,
  freshSignInNeeded: false,
} as const;
const given = { givenAtMs: 0, givenBy: "user:usr_help", lastUsedAtMs: null };
const bypasses = (changes: Partial<BypassStanding>): BypassStanding => ({
  number: 2,
  floor: 3,
  codes: [],
  answers: [],
  ...changes,
});
const nothing = { usableUntilMs: null, offlineSignInsLeft: 0 };
const pending = { doneAtMs: null };
const [code, answer] = [
  { ...given, number: 2, uses: 1 },
  { ...given, challenge: "12345678", usedAtMs: null },
];

test.each([
  ["carried out", { doneAtMs: 5 }, held, null, 10, { state: "done", ...nothing }],
  [
    "away with seven sign-ins",
    pending,
    held,
    null,
    10,
    { state: "pending", usableUntilMs: 1_000_000, offlineSignInsLeft: 7 },
  ],
  ["away, the lease over", pending, held, null, 1_000_000, { state: "pending", ...nothing }],
  ["away, used up", pending, { ...held, reportedRemaining: 0 }, null, 10, { state: "pending", ...nothing }],
  ["away, nothing known to be there", pending, null, null, 10, { state: "pending", ...nothing }],
  [
    "used up, but a bypass code was read out before",
    pending,
    { ...held, reportedRemaining: 0 },
    bypasses({ codes: [code] }),
    10,
    { state: "pending", usableUntilMs: 1_000_000, offlineSignInsLeft: mostUsesOfBypassCode - 1 },
  ],
  [
    "the code before that one, and an answer of more than ten minutes ago",
    pending,
    { ...held, reportedRemaining: 0 },
    bypasses({ number: 3, codes: [code], answers: [answer] }),
    600_000,
    { state: "pending", ...nothing },
  ],
  [
    "an answer of this minute",
    pending,
    { ...held, reportedRemaining: 0 },
    bypasses({ answers: [answer] }),
    10,
    { state: "pending", usableUntilMs: 1_000_000, offlineSignInsLeft: 1 },
  ],
])("UNI-4: what an endpoint may still do: %s", (_name, order, bundle, standing, nowMs, left) => {
  expect(leftBehind(order, bundle, standing, nowMs)).toEqual(left);
});

test.each([
  [null, "endpoint-revoked", true],
  ["usr_ada", "user-disabled", true],
  ["usr_ada", "device-stolen", true],
  ["usr_ada", "password-changed", false],
  ["usr_bob", "user-disabled", false],
])("an order about %s because of %s takes Ada's rights away: %s", (userId, reason, takes) => {
  expect(takesAway({ userId, reason }, "usr_ada")).toBe(takes);
});
