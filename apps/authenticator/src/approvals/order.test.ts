import { toBase64url } from "@holdfast/core/encoding/base64url";
import type { PushOrder, PushRequestView } from "@holdfast/protocol/push-api";
import { canonicalOrder, type Order } from "@holdfast/protocol/signing-statement";
import { expect, test } from "vitest";
import { isWhatItSays } from "./order.ts";

const order: Order = {
  purpose: "holdfast order v1",
  signingId: "sig_1",
  attemptId: "att_1",
  nonce: "N".repeat(43),
  signer: { id: "usr_1", userName: "ada", displayName: "Dr. Ada Ågren" },
  application: { id: "key_1", name: "Order entry" },
  requestId: "order-1",
  document: { title: "Morphine 5 mg", sha256: "D".repeat(43) },
  policy: { id: "pol_1", name: "Clinicians", version: 3 },
  proofingId: "prf_1",
  preparedAtMs: 0,
};

async function asked(text = canonicalOrder(order)): Promise<PushRequestView & { order: PushOrder }> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return {
    id: "psh_1",
    challenge: "C".repeat(43),
    askedAtMs: 0,
    expiresAtMs: 60_000,
    details: {
      account: "ada",
      workflow: "order-signing",
      application: "Order entry",
      place: null,
      address: null,
    },
    order: {
      title: "Morphine 5 mg",
      documentSha256: "D".repeat(43),
      text,
      digest: toBase64url(new Uint8Array(digest)),
    },
    requireBiometric: false,
  };
}

const request = await asked();
const other = (changes: Partial<Order>) => asked(canonicalOrder({ ...order, ...changes }));

test("SECURITY §3: what the screen shows of an order is what the digest to be signed stands for", async () => {
  expect(await isWhatItSays(request)).toBe(true);
  expect(await isWhatItSays({ ...request, order: null })).toBe(true);
});

test.each<[string, PushRequestView]>([
  [
    "another document behind the digest",
    await other({ document: { ...order.document, sha256: "E".repeat(43) } }),
  ],
  ["another title", await other({ document: { ...order.document, title: "Morphine 50 mg" } })],
  ["another application", await other({ application: { id: "key_2", name: "Payroll" } })],
  ["another signer", await other({ signer: { ...order.signer, userName: "bob" } })],
  ["another digest", { ...request, order: { ...request.order, digest: "X".repeat(43) } }],
  ["another document shown", { ...request, order: { ...request.order, documentSha256: "E".repeat(43) } }],
  ["a text that is no order", await asked("null")],
  ["a text that is no JSON", await asked("Morphine 5 mg")],
  [
    "a text for another purpose",
    await asked(canonicalOrder(order).replace("holdfast order v1", "holdfast order v0")),
  ],
])("SECURITY §3: a request is not what it says it is: %s", async (_, one) => {
  expect(await isWhatItSays(one)).toBe(false);
});
