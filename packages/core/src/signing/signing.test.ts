import { defaultUserPolicy, type UserPolicy } from "@holdfast/protocol/policy";
import type { EvidenceStrength } from "@holdfast/protocol/proofing-api";
import { describe, expect, test } from "vitest";
import { misplacedFactor } from "../policy/workflow-rules.ts";
import { evidenceIsEnough, type Proofing, proofingState, refusalToConfirm } from "./identity-proofing.ts";
import { signingObstacle } from "./obstacle.ts";

const proofing = (more: Partial<Proofing> = {}): Proofing => ({
  id: "prf_1",
  status: "confirmed",
  authenticatorIds: ["key-1"],
  recordedBy: "anna",
  ...more,
});

describe("TC-33: identity proofing", () => {
  test.each<[string, Proofing | null, string[], string]>([
    ["nobody ever vouched", null, ["key-1"], "none"],
    ["one administrator did", proofing({ status: "recorded" }), ["key-1"], "recorded"],
    ["two did", proofing(), ["key-1"], "confirmed"],
    ["two did, and there is another passkey since", proofing(), ["key-1", "key-2"], "confirmed"],
    ["the passkey is gone", proofing(), [], "lost"],
    ["another one took its place", proofing(), ["key-2"], "lost"],
    ["one of two is gone", proofing({ authenticatorIds: ["key-1", "key-2"] }), ["key-1"], "lost"],
    ["the passkey went before it was confirmed", proofing({ status: "recorded" }), [], "lost"],
    ["it was withdrawn", proofing({ status: "ended" }), ["key-1"], "lost"],
  ])("where %s", (_what, last, held, state) => {
    expect(proofingState(last, held).kind).toBe(state);
  });

  test.each<[string, EvidenceStrength[], boolean]>([
    ["nothing", [], false],
    ["fair ones alone", ["fair", "fair", "fair"], false],
    ["one strong", ["strong"], false],
    ["a strong and a fair one", ["strong", "fair"], false],
    ["a strong and two fair ones", ["fair", "strong", "fair"], true],
    ["two strong", ["strong", "strong"], true],
    ["one superior", ["superior"], true],
  ])("SP 800-63A §4.4.1.2: %s", (_what, evidence, enough) => {
    expect(evidenceIsEnough(evidence)).toBe(enough);
  });

  test("is confirmed by another administrator than the one who recorded it, and once", () => {
    const waits = proofingState(proofing({ status: "recorded" }), ["key-1"]);
    expect(refusalToConfirm(waits, "anna")).toBe("recorded-by-oneself");
    expect(refusalToConfirm(waits, "bert")).toBeNull();
    expect(refusalToConfirm(proofingState(proofing(), ["key-1"]), "bert")).toBe("nothing-to-confirm");
    expect(refusalToConfirm(proofingState(proofing({ status: "recorded" }), []), "bert")).toBe(
      "nothing-to-confirm",
    );
  });
});

describe("what stands between a person and his signature", () => {
  const signs: UserPolicy = {
    ...defaultUserPolicy,
    workflows: { ...defaultUserPolicy.workflows, "order-signing": [["password"], ["passkey"]] },
  };
  const confirmed = proofingState(proofing(), ["key-1"]);
  const codeOf = (...args: Parameters<typeof signingObstacle>) => signingObstacle(...args)?.code ?? null;

  test("nothing, where policy, passkey and proofing are there", () => {
    expect(codeOf(signs, ["key-1"], confirmed)).toBeNull();
  });

  test("the policy first, then the passkey, then the proofing", () => {
    expect(codeOf(defaultUserPolicy, [], proofingState(null, []))).toBe("not-allowed");
    expect(codeOf(signs, [], proofingState(null, []))).toBe("no-passkey");
    expect(codeOf(signs, ["key-1"], proofingState(null, ["key-1"]))).toBe("not-proofed");
    const waits = proofingState(proofing({ status: "recorded" }), ["key-1"]);
    expect(codeOf(signs, ["key-1"], waits)).toBe("proofing-unconfirmed");
    expect(codeOf(signs, ["key-2"], proofingState(proofing(), ["key-2"]))).toBe("proofing-lost");
    // The passkey that was vouched for is there and disabled; the one that works is another.
    expect(codeOf(signs, ["key-2"], proofingState(proofing(), ["key-1", "key-2"]))).toBe("proofing-lost");
  });

  test("TC-9: no workflow for orders takes what others could have", () => {
    for (const weak of ["temporary-code", "sms-code", "email-code", "recovery-code"] as const)
      expect(misplacedFactor("order-signing", [["password"], [weak], ["passkey"]])).not.toBeNull();
    expect(misplacedFactor("order-signing", [["passkey"]]), "one factor").not.toBeNull();
    expect(
      misplacedFactor("order-signing", [["password"], ["hotp", "passkey"]]),
      "none signs",
    ).not.toBeNull();
    expect(misplacedFactor("order-signing", [["password"], ["passkey"]])).toBeNull();
  });
});
