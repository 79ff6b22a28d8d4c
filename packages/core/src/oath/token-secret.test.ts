import { expect, test } from "vitest";
import { checkSecretLength, newSecretBytes } from "./token-secret.ts";

test.each([
  [0, { kind: "refused", reason: "secret-too-short" }],
  [15, { kind: "refused", reason: "secret-too-short" }],
  [16, { kind: "ok", warning: "secret-shorter-than-recommended" }],
  [19, { kind: "ok", warning: "secret-shorter-than-recommended" }],
  [20, { kind: "ok", warning: null }],
  [128, { kind: "ok", warning: null }],
  [129, { kind: "refused", reason: "secret-too-long" }],
])("OTP-33 RFC 4226 §4 R6: a secret of %i bytes", (length, answer) => {
  expect(checkSecretLength(new Uint8Array(length))).toEqual(answer);
});

test("OTP-33 a new secret is as long as its hash and never below the recommendation", () => {
  expect((["SHA-1", "SHA-256", "SHA-512"] as const).map(newSecretBytes)).toEqual([20, 32, 64]);
});
