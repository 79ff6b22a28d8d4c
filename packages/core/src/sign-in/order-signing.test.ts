import { defaultUserPolicy, type WorkflowSteps } from "@holdfast/protocol/policy";
import { describe, expect, test } from "vitest";
import { signIn } from "./machine.ts";
import { sampleFacts } from "./testing/sample-facts.ts";
import type { Base, Facts } from "./types.ts";

const nowMs = 1_800_000_000_000;
const base: Base = {
  id: "attempt-1",
  workflow: "order-signing",
  mode: "online",
  userName: "ines",
  oneLine: false,
  browser: true,
  expiresAtMs: nowMs + 120_000,
};
const factsOf = (steps: WorkflowSteps | null): Facts =>
  sampleFacts({
    version: 1,
    user: { id: "u1", name: "ines", status: "active" },
    policy: {
      ...defaultUserPolicy,
      workflows: { ...defaultUserPolicy.workflows, "order-signing": steps },
    },
    authenticators: [{ id: "key-1", factor: "passkey", nextCounter: 0, version: 1, expired: false }],
  });

describe("an order takes two factors", () => {
  test("a passkey in the first step is not all that is asked, as it is elsewhere", () => {
    const steps: WorkflowSteps = [["passkey"], ["password"]];
    const given = (facts: Facts, from: Base) => {
      const begun = signIn(null, { in: "begin", base: from }, facts, nowMs);
      return signIn(begun.state, { in: "given", value: { secret: "s" }, sameAsFirst: false }, facts, nowMs);
    };
    expect(given(factsOf(steps), base).prompts).toEqual([{ ask: "password", factors: ["password"] }]);
    const facts = factsOf(null);
    const policy = { ...facts.policy, workflows: { ...facts.policy.workflows, "self-service": steps } };
    const elsewhere = given({ ...facts, policy }, { ...base, workflow: "self-service" });
    expect(elsewhere.state.at, "there it is").toBe("checking");
  });

  test("whose policy has no orders signed is refused before anything is asked", () => {
    const { state, prompts, effects } = signIn(null, { in: "begin", base }, factsOf(null), nowMs);
    expect([state.at === "done" && state.outcome, prompts]).toEqual([
      { kind: "refused", reason: "factor-not-usable-here", lockedUntilMs: null },
      [],
    ]);
    expect(effects.map(({ do: what }) => what)).toEqual(["note", "forget"]);
  });

  test("a client that carries no passkey signs nothing", () => {
    const refused = signIn(
      null,
      { in: "begin", base: { ...base, browser: false } },
      factsOf([["password"], ["passkey"]]),
      nowMs,
    );
    expect(refused.state.at).toBe("done");
  });
});
