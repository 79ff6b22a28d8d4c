import { parseChallenge } from "@holdfast/core/qr-challenge/message";
import { qrChallengeLifetimeMs } from "@holdfast/core/qr-challenge/standing";
import vectors from "@holdfast/protocol/vectors/qr-challenge.json" with { type: "json" };
import { beforeEach, describe, expect, test } from "vitest";
import { Issuer } from "./testing/issuer.ts";
import { TestPhone } from "./testing/phone.ts";
import { noLocalRules, signInOffline } from "./testing/sign-in.ts";
import { password, refusal, StoreRig, withPolicy } from "./testing/store-rig.ts";

let issuer: Issuer;
let rig: StoreRig;
const [phone, other] = [new TestPhone(), new TestPhone()];
const policy = withPolicy({}, { failures: 50 });
const about = { endpointName: "ward-3-desk-2", workflow: "workstation" } as const;

/** Anna has signed in online once, and has a phone but no token. */
beforeEach(async () => {
  issuer ??= await Issuer.create();
  rig = await StoreRig.open(issuer);
  await rig.online([], 1, { token: null, phones: [phone.inBundle], policy });
});

async function shown(another = false): Promise<Uint8Array> {
  const challenge = await rig.store.showQrChallenge("anna", { ...about, another });
  if (challenge === null || challenge === "storage-failed") throw new Error("no challenge was shown");
  return challenge.message;
}

const answer = (typed: string, password_ = password) =>
  signInOffline(rig.store, rig.attemptId(), "anna", password_, typed, noLocalRules, "qr-challenge");
const failures = async () => (await rig.store.facts("anna", noLocalRules)).lockout.failures;

describe("a phone answers (SECURITY §4)", () => {
  test("password and answer sign in who has no token; the event names the factor, and the answer is good once", async () => {
    const message = await shown();
    expect(parseChallenge(message)).toMatchObject({
      challenge: {
        profileId: phone.profileId,
        endpointId: "endpoint-1",
        endpointName: "ward-3-desk-2",
        account: "anna",
      },
    });
    expect(await answer(phone.answerTo(message))).toMatchObject({
      kind: "succeeded",
      factors: ["password", "qr-challenge"],
    });
    expect(await answer(phone.answerTo(message))).toEqual(refusal("wrong-credentials"));
    const { events } = await rig.store.events(10);
    const told = events.flatMap(({ body }) => (body.type === "sign-in" ? [body] : []));
    expect(told[0]).toMatchObject({ outcome: "succeeded", factors: ["password", "qr-challenge"] });
    expect(await shown()).not.toEqual(message);
  });

  test("the same challenge is shown while it holds, for a right password and a wrong one alike", async () => {
    const message = await shown();
    expect(await answer(phone.answerTo(message), "not her password")).toEqual(refusal("wrong-credentials"));
    expect(await shown()).toEqual(message);
    expect(await answer(phone.answerTo(message))).toMatchObject({ kind: "succeeded" });
  });

  test("three tries are all, whatever the password was; each counts as a failure", async () => {
    const message = await shown();
    expect(await answer("00000000")).toEqual(refusal("wrong-credentials"));
    expect(await answer("no digits")).toEqual(refusal("wrong-credentials"));
    expect(await answer(phone.answerTo(message), "not her password")).toEqual(refusal("wrong-credentials"));
    expect(await answer(phone.answerTo(message))).toEqual(refusal("wrong-credentials"));
    expect(await failures()).toBe(4);
    const next = await shown();
    expect(next).not.toEqual(message);
    expect(await answer(phone.answerTo(next))).toMatchObject({ kind: "succeeded" });
    expect(await failures()).toBe(0);
  });

  test("two minutes of boot clock end it, whatever the wall clock says", async () => {
    const message = await shown();
    rig.endpoint.clocks.pass(qrChallengeLifetimeMs);
    rig.endpoint.clocks.setWall(rig.endpoint.clocks.wallMs() - 3_600_000);
    expect(await answer(phone.answerTo(message))).toEqual(refusal("wrong-credentials"));
    const late = await shown();
    rig.endpoint.clocks.pass(qrChallengeLifetimeMs - 1000);
    expect(await shown(), "no time would be left to answer it").not.toEqual(late);
  });

  test("a restart ends it: nothing of it is on the disk but that it was counted", async () => {
    const message = await shown();
    const before = rig.endpoint.disk.copyFiles();
    await rig.store.close();
    await rig.reopen();
    expect(await answer(phone.answerTo(message))).toEqual(refusal("wrong-credentials"));
    const disk = [...before.values()].map((content) => new TextDecoder().decode(content)).join("\n");
    expect(disk).not.toContain(phone.answerTo(message));
    expect(disk).toContain('"qrChallenges":{"number":1');
  });

  test("a disk that cannot be written shows no challenge, because it could not be counted", async () => {
    rig.endpoint.disk.refusesWrites = "ENOSPC";
    expect(await rig.store.showQrChallenge("anna", about)).toBe("storage-failed");
  });

  test("two at once with the same answer: one of them gets in", async () => {
    const typed = phone.answerTo(await shown());
    const outcomes = await Promise.all([answer(typed), answer(typed)]);
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(["refused", "succeeded"]);
  });

  test("another's phone, and the answer for another endpoint, user or message, are wrong", async () => {
    const message = await shown();
    const changed = message.slice();
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    for (const typed of [other.answerTo(message, phone.publicKey), phone.answerTo(changed)])
      expect(await answer(typed)).toEqual(refusal("wrong-credentials"));
  });

  test("of several phones the last registered is asked first, and another on request", async () => {
    await rig.online([], 2, { token: null, phones: [phone.inBundle, other.inBundle], policy });
    expect(parseChallenge(await shown())).toMatchObject({ challenge: { profileId: phone.profileId } });
    const second = await shown(true);
    expect(parseChallenge(second)).toMatchObject({ challenge: { profileId: other.profileId } });
    expect(await answer(other.answerTo(second))).toMatchObject({ kind: "succeeded" });
  });

  test.each(vectors.lowOrderPublicKeys)("a key of low order is shown no challenge: %s", async (hex) => {
    const publicKey = Buffer.from(hex, "hex").toString("base64url");
    await rig.online([], 2, { token: null, phones: [{ profileId: "another", publicKey }], policy });
    expect(await rig.store.showQrChallenge("anna", about)).toBeNull();
  });
});

describe("its standing", () => {
  test("ten wrong answers in a row suspend it here until the server has been told", async () => {
    for (let time = 0; time < 10; time++) {
      await shown();
      expect(await answer("00000000")).toEqual(refusal("wrong-credentials"));
    }
    expect(await answer(phone.answerTo(await shown()))).toEqual(refusal("token-suspended-here"));
    expect(await rig.eventTypes()).toContain("token-suspended");
    await rig.deliverAll();
    await rig.store.applyContact(issuer.contact(rig.lastSequence, [{}]), null);
    expect(await answer(phone.answerTo(await shown()))).toMatchObject({ kind: "succeeded" });
  });

  test("a signed order takes the phone away, and a bundle that names it again brings it back", async () => {
    const order = await issuer.revocation({
      userId: "anna",
      tokenId: null,
      profileId: phone.profileId,
      reason: "phone-revoked",
    });
    const message = await shown();
    expect(await rig.store.revoke(order)).toMatchObject({ kind: "done" });
    expect(await rig.store.showQrChallenge("anna", about)).toBeNull();
    expect(await answer(phone.answerTo(message))).toEqual(refusal("no-token"));
    await rig.online([], 2, { token: null, phones: [phone.inBundle], policy });
    expect(await answer(phone.answerTo(await shown()))).toMatchObject({ kind: "succeeded" });
  });

  test("sign-ins that are used up end it, and what is left is counted by sign-ins, not by codes", async () => {
    await rig.online([0, 1], 2, { phones: [phone.inBundle], policy, maxSignIns: 3 });
    const left = async () => (await rig.store.holdings(noLocalRules))[0];
    expect(await left()).toMatchObject({ remaining: 3, refusal: null });
    for (let time = 0; time < 3; time++)
      expect(await answer(phone.answerTo(await shown()))).toMatchObject({ kind: "succeeded" });
    expect(await left()).toMatchObject({ remaining: 0, refusal: "sign-ins-exhausted" });
    expect(await answer(phone.answerTo(await shown()))).toEqual(refusal("sign-ins-exhausted"));
  });
});
