import type { PushStatement } from "@holdfast/protocol/push-api";
import { beforeAll, expect, test } from "vitest";
import {
  assertionChallenge,
  assertionChallengeOf,
  signPushStatement,
  verifyPushStatement,
} from "./push-statement.ts";

const approval: PushStatement = {
  v: 1,
  id: "psh_1",
  phoneId: "phn_1",
  challenge: "A".repeat(43),
  decision: "approve",
  number: "47",
  reason: null,
  digest: null,
};
let key: Awaited<ReturnType<typeof fresh>>;
let publicKey: Parameters<typeof verifyPushStatement>[1];
const fresh = () =>
  crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
const halfOf = async (pair: typeof key) => {
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  return { kty, crv, x, y } as typeof publicKey;
};
beforeAll(async () => {
  key = await fresh();
  publicKey = await halfOf(key);
});

test("a phone's answer is what it signed, and its biometric's challenge is known before", async () => {
  const { statement, assertionChallenge: challenge } = await signPushStatement(approval, key.privateKey);
  expect(await verifyPushStatement(statement, publicKey)).toEqual({ kind: "ok", content: approval });
  expect(await assertionChallengeOf(approval)).toEqual(challenge);
  expect(await assertionChallenge(statement)).toEqual(challenge);
});

test("not by another phone's key, nor changed, nor of another type", async () => {
  const { statement } = await signPushStatement(approval, key.privateKey);
  const other = await fresh();
  expect(await verifyPushStatement(statement, await halfOf(other))).toMatchObject({
    why: "signature-invalid",
  });
  const [header = "", payload = "", signature = ""] = statement.split(".");
  const denial = Buffer.from(payload, "base64url").toString().replace('"approve"', '"deny"');
  const bent = `${header}.${Buffer.from(denial).toString("base64url")}.${signature}`;
  expect(await verifyPushStatement(bent, publicKey)).toMatchObject({ why: "signature-invalid" });
  const typed = Buffer.from('{"alg":"ES256","typ":"dpop+jwt"}').toString("base64url");
  expect(await verifyPushStatement(`${typed}.${payload}.${signature}`, publicKey)).toMatchObject({
    why: "wrong-type",
  });
});

test.each([
  { decision: "approve", number: null, reason: null },
  { decision: "approve", number: "47", reason: "mistake" },
  { decision: "deny", number: "47", reason: null },
  { decision: "deny", number: null, reason: "not-me" },
  { decision: "report", number: null, reason: "not-now" },
] as const)(
  "REG-27: $decision with number $number and reason $reason is nothing that a phone signs",
  async (bent) => {
    await expect(signPushStatement({ ...approval, ...bent }, key.privateKey)).rejects.toThrow();
  },
);
