import { assertionChallenge, verifyPushStatement } from "@holdfast/envelope/push-statement";
import type { PushRequestView } from "@holdfast/protocol/push-api";
import { expect, test } from "vitest";
import { composeStatement, type Decision, signStatement } from "./statement.ts";

const request: PushRequestView = {
  id: "psh_1",
  challenge: "C".repeat(43),
  askedAtMs: 0,
  expiresAtMs: 60_000,
  details: {
    account: "ada",
    workflow: "self-service",
    application: "the portal",
    place: null,
    address: null,
  },
  order: { title: "Morphine 5 mg", documentSha256: "F".repeat(43), text: "{}", digest: "D".repeat(43) },
  requireBiometric: true,
};

test.each<[Decision, object]>([
  [
    { decision: "approve", number: "47" },
    { decision: "approve", number: "47", reason: null },
  ],
  [
    { decision: "deny", reason: "not-now" },
    { decision: "deny", number: null, reason: "not-now" },
  ],
  [{ decision: "report" }, { decision: "report", number: null, reason: "not-me" }],
])("REG-27: what the app signs is what the server verifies: %o", async (decided, said) => {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, [
    "sign",
    "verify",
  ]);
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  const unsigned = await composeStatement(request, "phn_1", decided);
  const statement = await signStatement(unsigned, pair.privateKey);
  expect(await verifyPushStatement(statement, { kty, crv, x, y } as never)).toEqual({
    kind: "ok",
    content: {
      ...{ v: 1, id: "psh_1", phoneId: "phn_1", challenge: request.challenge, digest: "D".repeat(43) },
      ...said,
    },
  });
  // The fingerprint's challenge, which the app needs before the key is open, is that of the server.
  expect(await assertionChallenge(statement)).toEqual(unsigned.challenge);
});
