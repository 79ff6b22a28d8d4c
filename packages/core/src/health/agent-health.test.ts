import { healthItem } from "@holdfast/protocol/control";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AgentFacts, AgentUserFacts, HealthCode } from "./agent-health.ts";
import { agentHealth, healthRegistry } from "./agent-health.ts";

const nowMs = 10 ** 12;
const day = 86_400_000;

const user: AgentUserFacts = {
  userName: "ada",
  notAfterMs: nowMs + 3 * day,
  remaining: 20,
  warnBelow: 5,
  offlineAllowed: true,
  tokenSuspended: false,
  freshSignInNeeded: false,
  helpDeskGives: [],
  lockedUntilMs: null,
};
const well: AgentFacts = {
  nowMs,
  enrolled: true,
  revoked: false,
  connection: { state: "online" },
  lastContactMs: nowMs - 5000,
  keyProtection: "tpm",
  offlineEnabledHere: true,
  clockBehindMs: 0,
  store: { kind: "sound" },
  storageProblem: null,
  eventsWaiting: 0,
  oldestEventMs: null,
  users: [user],
};

const codes = (facts: AgentFacts) => agentHealth(facts).map(({ code }) => code);
const withUser = (change: Partial<AgentUserFacts>): AgentFacts => ({
  ...well,
  users: [{ ...user, ...change }],
});

describe("health of an endpoint", () => {
  test("where all is well nothing is said", () => {
    expect(agentHealth(well)).toEqual([]);
  });

  const cases: [HealthCode, AgentFacts][] = [
    ["not-enrolled", { ...well, enrolled: false, users: [] }],
    ["endpoint-revoked", { ...well, revoked: true, users: [] }],
    ["store-tampered", { ...well, store: { kind: "tampered", why: "state: wrong MAC" } }],
    ["store-rolled-back", { ...well, store: { kind: "rolled-back", why: "generation 3, counter 5" } }],
    ["storage-failing", { ...well, storageProblem: "ENOSPC" }],
    ["offline", { ...well, connection: { state: "offline", sinceMs: nowMs - 90_000, why: "no answer" } }],
    ["clock-behind", { ...well, clockBehindMs: 30 * day }],
    ["events-waiting", { ...well, eventsWaiting: 3, oldestEventMs: nowMs - 600_000 }],
    ["token-suspended", withUser({ tokenSuspended: true })],
    ["fresh-sign-in-needed", withUser({ freshSignInNeeded: true })],
    ["lease-over", withUser({ notAfterMs: nowMs })],
    ["lease-ending", withUser({ notAfterMs: nowMs + day - 1 })],
    ["sign-ins-used-up", withUser({ remaining: 0 })],
    ["few-sign-ins-left", withUser({ remaining: 5 })],
    ["user-locked", withUser({ lockedUntilMs: nowMs + 1 })],
    ["key-in-file", { ...well, keyProtection: "file" }],
    ["offline-off-here", { ...well, offlineEnabledHere: false }],
    ["offline-not-allowed", withUser({ offlineAllowed: false })],
  ];

  test("OTP-23: who runs out of codes is told what the help desk can do here, where it can and the lease holds", () => {
    const nextOf = (change: Partial<AgentUserFacts>) => agentHealth(withUser(change)).at(-1)?.next;
    const online = "ada signs in once while this computer is connected.";
    const both = ["bypass-code", "ocra"] as const;
    for (const remaining of [0, 3]) {
      expect(nextOf({ remaining })).toBe(online);
      expect(nextOf({ remaining, helpDeskGives: both })).toBe(
        `${online} Without a network the help desk can give a bypass code or answer a challenge.`,
      );
      expect(nextOf({ remaining, helpDeskGives: ["ocra"] })).toContain(
        "the help desk can answer a challenge.",
      );
      expect(nextOf({ remaining, helpDeskGives: both, notAfterMs: nowMs })).toBe(online);
    }
  });

  test("every code of the registry has its case here", () => {
    expect(cases.map(([code]) => code)).toEqual(Object.keys(healthRegistry));
  });

  test.each(cases)("%s alone, in words that fit the message", (code, facts) => {
    const items = agentHealth(facts);
    expect(items.map((item) => item.code)).toEqual([code]);
    expect(healthItem.safeParse(items[0]).success).toBe(true);
    expect(items[0]).toMatchObject(healthRegistry[code]);
    expect(items[0]?.detail).toMatch(/\.$/);
  });

  test.each<[string, AgentFacts]>([
    ["a lease of a day and more", withUser({ notAfterMs: nowMs + day })],
    ["a lock that is over", withUser({ lockedUntilMs: nowMs })],
    ["events on their way", { ...well, eventsWaiting: 3, oldestEventMs: nowMs - 599_999 }],
    ["six sign-ins left", withUser({ remaining: 6 })],
  ])("nothing about %s", (_name, facts) => {
    expect(agentHealth(facts)).toEqual([]);
  });

  test("events wait as long as an outage lasts, up to a week", () => {
    const offline = {
      ...well,
      connection: { state: "offline" as const, sinceMs: nowMs - 6 * day, why: "no answer" },
    };
    expect(codes({ ...offline, eventsWaiting: 3, oldestEventMs: nowMs - 6 * day })).toEqual(["offline"]);
    expect(codes({ ...offline, eventsWaiting: 3, oldestEventMs: nowMs - 7 * day })).toEqual([
      "offline",
      "events-waiting",
    ]);
  });

  test("what holds on this machine against a copied disk is said openly (DESIGN promise 6)", () => {
    const [item] = agentHealth({ ...well, keyProtection: "file" });
    expect(item?.detail).toContain("copies this disk");
    expect(item?.detail).toContain("set stored data back");
  });

  test("worst first, whatever is wrong", () => {
    const severities = ["error", "warning", "info"];
    fc.assert(
      fc.property(fc.subarray(cases), (some) => {
        const facts = some.reduce<AgentFacts>(
          (all, [, one]) => {
            const changed = Object.entries(one).filter(
              ([key, value]) => value !== well[key as keyof AgentFacts],
            );
            return Object.assign(all, Object.fromEntries(changed.filter(([key]) => key !== "enrolled")));
          },
          { ...well },
        );
        const ranks = agentHealth(facts).map(({ severity }) => severities.indexOf(severity));
        expect(ranks).toEqual([...ranks].sort());
      }),
    );
  });
});
