import { createHash } from "node:crypto";
import { signPushStatement } from "@holdfast/envelope/push-statement";
import { verifySigningStatement } from "@holdfast/envelope/signing-statement";
import type { PushRequestView, PushStatement } from "@holdfast/protocol/push-api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newPhone, type TestPhone } from "../../testing/phone.ts";
import { newPerson, newPolicy, type Person } from "../../testing/rig.ts";
import { type Browser, giveRole, signInAt, startWebRig, type WebRig } from "../../testing/web-rig.ts";

/** An order that a phone signs: the number at the portal, the digest in the phone's own signature. */

let rig: WebRig;
let person: Person;
let portal: Browser;
let phone: TestPhone;
let phoneId: string;
beforeAll(async () => {
  rig = await startWebRig();
  const policyId = await newPolicy(rig, "Clinicians", {
    workflows: { "order-signing": [["password"], ["passkey", "push"]] },
  });
  person = await newPerson(rig, "ada", { policyId });
  portal = rig.browser("portal");
  await signInAt(portal, person, 0);
  const begun = await portal.call("POST", "/api/v1/me/phones/registrations", { kind: "new" });
  phone = await newPhone(rig, begun.body.link);
  const digits = phone.digits(await phone.claim());
  await portal.call("POST", `/api/v1/me/phones/registrations/${begun.body.id}/confirm`, { digits });
  await phone.complete();
  phoneId = (await phone.finish()).body.phoneId;
  const push = { enabled: true, requireBiometric: false };
  expect((await rig.call("PUT", `/api/v1/users/${person.user.id}/push`, push)).body.ready).toBe(true);
});
afterAll(() => rig.stop());

async function administrator(name: string): Promise<Browser> {
  const one = await newPerson(rig, name);
  await giveRole(rig, one, "superadministrator");
  const console = rig.browser("console");
  await signInAt(console, one, 0);
  return console;
}

const request = async (): Promise<PushRequestView> => {
  await rig.server.ports.push.background.idle();
  return (await phone.call("GET", "/api/v1/phone/push-requests")).body.items[0];
};
async function answer({ id, challenge }: PushRequestView, said: Partial<PushStatement>) {
  const content: PushStatement = {
    ...{ v: 1, id, phoneId, challenge, decision: "approve", number: "00", reason: null, digest: null },
    ...said,
  };
  const { statement } = await signPushStatement(content, phone.keys.approval.privateKey);
  const path = `/api/v1/phone/push-requests/${id}/answers`;
  return phone.call("POST", path, { statement, assertion: null });
}

test("TC-9, SECURITY §3: the phone signs the order's digest, and anybody verifies it by the phone's public key", async () => {
  const proofing = `/api/v1/users/${person.user.id}/proofing`;
  const one = await administrator("one");
  const [vouched] = (await one.call("GET", proofing)).body.candidates;
  const recorded = await one.call("POST", proofing, {
    method: "in-person",
    evidence: [{ kind: "Passport", strength: "superior" }],
    authenticatorIds: [vouched.id],
  });
  expect(recorded.status).toBe(201);
  const confirmed = await (await administrator("two")).call("POST", `${proofing}/confirmation`, {
    proofingId: recorded.body.proofing.id,
  });
  expect(confirmed.body.state).toBe("confirmed");

  const key = (await rig.call("POST", "/api/v1/api-keys", { name: "Order entry", scopes: ["sign"] })).body
    .key;
  const asked = await rig.call(
    "POST",
    "/api/v1/signings",
    {
      userName: "ada",
      digest: createHash("sha256").update("Morphine 5 mg").digest("base64url"),
      documentTitle: "Morphine 5 mg for bed 7",
      requestId: "request-1",
    },
    key,
  );
  const path = `/api/v1/me/signings/${asked.body.id}/sign`;
  const begun = await portal.call("POST", path, {
    given: [
      { factor: "password", value: person.password },
      { factor: "push", value: "send" },
    ],
  });
  const { number } = begun.body.prompts[0];
  expect(begun.body.prompts[0]).toMatchObject({ factor: "push", waiting: true });
  const waiting = await request();
  expect(waiting).toMatchObject({
    details: { workflow: "order-signing", application: "Order entry" },
    order: { title: "Morphine 5 mg for bed 7", digest: expect.stringMatching(/^[\w-]{43}$/) },
  });
  // One and the same fingerprint at the portal and on the phone, which finds all that it shows in what it signs.
  const atPortal = (await portal.call("GET", `/api/v1/me/signings/${asked.body.id}`)).body;
  expect(waiting.order?.documentSha256).toBe(atPortal.digest);
  const { text = "", digest } = waiting.order ?? {};
  expect(createHash("sha256").update(text).digest("base64url")).toBe(digest);
  expect(JSON.parse(text)).toMatchObject({
    signer: { userName: waiting.details.account },
    application: { name: waiting.details.application },
    document: { title: waiting.order?.title, sha256: atPortal.digest },
  });
  const withoutIt = await answer(waiting, { number });
  expect([withoutIt.status, withoutIt.body.detail]).toEqual([
    403,
    expect.stringContaining("another sign-in"),
  ]);
  const approved = await answer(waiting, { number, digest: waiting.order?.digest ?? "" });
  expect(approved.body.outcome).toBe("approved");
  const signed = await portal.call("POST", `${path}/steps`, {
    continuation: begun.body.continuation,
    given: { factor: "push", value: "wait" },
  });
  expect(signed.body).toMatchObject({ status: "signed", factors: ["password", "push"] });

  const { statement } = (await rig.call("GET", `/api/v1/signings/${asked.body.id}`, undefined, key)).body;
  const set = (await rig.call("GET", "/.well-known/holdfast-signing-keys", undefined, null)).body;
  const keys = new Map(
    set.keys.map(({ kid, kty, crv, x }: Record<string, string>) => [kid, { kty, crv, x }]),
  );
  const verified = await verifySigningStatement(statement, keys as never);
  expect(verified).toMatchObject({
    kind: "ok",
    origin: null,
    statement: {
      factors: [
        { factor: "password", authenticatorId: null },
        { factor: "push", authenticatorId: phoneId },
      ],
      phone: { authenticatorId: phoneId, publicKey: phone.keys.approval.publicKey },
    },
  });

  // The record of the phone stays, and its keys are another phone's: nobody has looked at that one.
  rig.clock.advance(60_000);
  await signInAt(portal, person, 1);
  const rescan = await portal.call("POST", "/api/v1/me/phones/registrations", { kind: "rescan", phoneId });
  const other = await newPhone(rig, rescan.body.link);
  const digits = other.digits(await other.claim());
  await portal.call("POST", `/api/v1/me/phones/registrations/${rescan.body.id}/confirm`, { digits });
  await other.complete();
  expect((await other.finish()).body).toEqual({ state: "done", phoneId });
  const after = (await one.call("GET", proofing)).body;
  expect([after.state, after.proofing.endedWhy]).toEqual(["lost", "passkey-removed"]);
  expect(after.candidates[0].id).not.toBe(vouched.id);
});
