import { challengeLifetimeMs } from "@holdfast/core/help-desk-codes/bypass-challenge";
import { bypassCodeHash, mostUsesOfBypassCode } from "@holdfast/core/help-desk-codes/bypass-code";
import { beforeEach, describe, expect, test } from "vitest";
import { answerTo, bypassCodeAt, Issuer } from "./testing/issuer.ts";
import { noLocalRules, signInOffline } from "./testing/sign-in.ts";
import { password, refusal, StoreRig, withPolicy } from "./testing/store-rig.ts";

let issuer: Issuer;
let rig: StoreRig;
const both = { number: 1, code: true, challenge: true };
const policy = withPolicy({}, { failures: 50 });

/** Anna has signed in online once; no codes are left, or as many as said. */
beforeEach(async () => {
  issuer ??= await Issuer.create();
  rig = await StoreRig.open(issuer);
  await rig.online([], 1, { bypass: both, policy });
});

const use = (
  code: string,
  kind: "bypass-code" | "ocra" = "bypass-code",
  typed = password,
  id = rig.attemptId(),
) => signInOffline(rig.store, id, "anna", typed, code, noLocalRules, kind);

const offered = async () => (await rig.store.facts("anna", noLocalRules)).authenticators.map(({ id }) => id);

async function shown(): Promise<string> {
  const challenge = await rig.store.challenge("anna");
  if (challenge === null || challenge === "storage-failed") throw new Error("no challenge was shown");
  return challenge.text;
}

describe("bypass codes", () => {
  test("OTP-23: who has run out of codes signs in by password and bypass code, again and again until online", async () => {
    expect((await rig.store.facts("anna", noLocalRules)).lease?.codesLeft).toBe(0);
    for (let time = 0; time < 2; time++)
      expect(await use(bypassCodeAt(1))).toMatchObject({
        kind: "succeeded",
        factors: ["password", "bypass-code"],
      });
    await rig.store.onlineSuccess("anna", null);
    expect(await offered()).toEqual(["ocra"]);
    expect(await use(bypassCodeAt(1))).toEqual(refusal("wrong-credentials"));
    const { events } = await rig.store.events(10);
    const told = events.flatMap(({ body }) => (body.type === "sign-in" && body.bypass ? [body.bypass] : []));
    expect(told).toEqual([{ number: 1 }, { number: 1 }]);
  });

  test("it never stands for the password, and a wrong one of either says the same", async () => {
    expect(await use(bypassCodeAt(1), "bypass-code", "not her password")).toEqual(
      refusal("wrong-credentials"),
    );
    for (const wrong of [bypassCodeAt(2), bypassCodeAt(1, "berta"), "123456", "", "x".repeat(2000)])
      expect(await use(wrong)).toEqual(refusal("wrong-credentials"));
    expect((await rig.store.facts("anna", noLocalRules)).lockout.failures).toBe(6);
    expect(await use(bypassCodeAt(1).toLowerCase())).toMatchObject({ kind: "succeeded" });
  });

  test("OTP-24: one that was used is refused once the server has heard of it; the next one is good", async () => {
    expect(await use(bypassCodeAt(1))).toMatchObject({ kind: "succeeded" });
    await rig.store.applyContact(issuer.contact(0, [{ bypassFloor: 2 }]), null);
    expect(await offered()).toEqual(["ocra"]);
    expect(await use(bypassCodeAt(1))).toEqual(refusal("wrong-credentials"));
    await rig.refill(2, [], await rig.prepareAgain(), {}, { bypass: { ...both, number: 2 }, policy });
    // The refill is closed until she signs in, and good for that.
    expect(await use(bypassCodeAt(1))).toEqual(refusal("wrong-credentials"));
    expect(await use(bypassCodeAt(2))).toMatchObject({ kind: "succeeded" });
    await rig.store.close();
    expect(await use(bypassCodeAt(2))).toMatchObject({ kind: "succeeded" });
  });

  test("it ends after so many sign-ins, whatever the outage lasts", async () => {
    for (let time = 0; time < mostUsesOfBypassCode; time++)
      expect(await use(bypassCodeAt(1))).toMatchObject({ kind: "succeeded" });
    await rig.reopen();
    expect((await rig.store.facts("anna", noLocalRules)).authenticators.map(({ id }) => id)).toEqual([
      "ocra",
    ]);
  });

  test("policy, a client that asks once, and a lease that is over take none", async () => {
    const offered = async () =>
      (await rig.store.facts("anna", noLocalRules)).authenticators.map(({ id }) => id);
    expect(await offered()).toEqual(["bypass-code", "ocra"]);
    await rig.online([], 2, {
      bypass: { ...both, number: 2 },
      policy: withPolicy({ bypass: ["challenge"] }),
    });
    expect(await offered()).toEqual(["ocra"]);
    await rig.online([], 3, { bypass: null, policy: withPolicy({ bypass: [] }) });
    expect(await offered()).toEqual([]);
    expect(await use(bypassCodeAt(2))).toEqual(refusal("cache-exhausted"));
    const strict = { ...noLocalRules, maxSignIns: 1 };
    await rig.online([0, 1], 4, { bypass: { ...both, number: 9 }, policy });
    expect((await rig.store.facts("anna", strict)).authenticators).toHaveLength(2);
    expect(await use(bypassCodeAt(9))).toMatchObject({ kind: "succeeded" });
    expect((await rig.store.facts("anna", strict)).authenticators).toEqual([]);
    await rig.online([], 5, {
      bypass: { ...both, number: 3 },
      notAfterMs: rig.store.effectiveTime().nowMs - 1,
    });
    expect(await use(bypassCodeAt(10))).toEqual(refusal("lease-expired"));
  });

  test("a person with codes left asks for it by himself, and a suspended token stays suspended", async () => {
    await rig.online([0, 1, 2], 2, { bypass: { ...both, number: 2 }, policy });
    for (let wrong = 0; wrong < 10; wrong++)
      expect(await rig.signIn("000000")).toEqual(refusal("wrong-credentials"));
    const suspended = async () => (await rig.store.facts("anna", noLocalRules)).token?.suspended;
    expect(await suspended()).toBe(true);
    expect(await use(bypassCodeAt(2))).toMatchObject({ kind: "succeeded" });
    expect(await suspended()).toBe(true);
  });

  test("what lies on the disk tells neither code nor key", async () => {
    const files = [...rig.endpoint.disk.copyFiles().values()];
    const disk = files.map((content) => new TextDecoder().decode(content)).join("\n");
    const place = { endpointId: issuer.endpointId, userId: "anna", number: 1 };
    expect(disk).not.toContain(bypassCodeAt(1));
    expect(disk).not.toContain(bypassCodeHash(place, bypassCodeAt(1)));
    expect(disk.length).toBeGreaterThan(1000);
  });
});

describe("challenges", () => {
  test("OTP-23: the same challenge is shown until it is answered, and its answer is good once", async () => {
    const challenge = await shown();
    await rig.reopen();
    expect(await shown()).toBe(challenge);
    expect(await use(answerTo(challenge), "ocra")).toMatchObject({
      kind: "succeeded",
      factors: ["password", "ocra"],
    });
    expect(await use(answerTo(challenge), "ocra")).toEqual(refusal("wrong-credentials"));
    expect(await shown()).not.toBe(challenge);
    const types = await rig.eventTypes();
    expect(types.filter((type) => type === "bypass-challenge")).toHaveLength(2);
  });

  test("two at once with the same answer: one of them gets in", async () => {
    const answer = answerTo(await shown());
    const outcomes = await Promise.all([use(answer, "ocra"), use(answer, "ocra")]);
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(["refused", "succeeded"]);
  });

  test("another endpoint's, another user's and another challenge's answers are wrong, and three tries are all", async () => {
    const challenge = await shown();
    const others = [
      answerTo(challenge, "endpoint-2"),
      answerTo(challenge, "endpoint-1", "berta"),
      answerTo("00000000"),
    ];
    for (const answer of others) expect(await use(answer, "ocra")).toEqual(refusal("wrong-credentials"));
    expect(await use(answerTo(challenge), "ocra")).toEqual(refusal("wrong-credentials"));
    const next = await shown();
    expect(next).not.toBe(challenge);
    expect(await use(answerTo(next), "ocra")).toMatchObject({ kind: "succeeded" });
  });

  test("a try counts whatever the password was, so that the challenge tells nothing about it", async () => {
    const challenge = await shown();
    for (let time = 0; time < 3; time++)
      expect(await use(answerTo(challenge), "ocra", "not her password")).toEqual(
        refusal("wrong-credentials"),
      );
    expect(await shown()).not.toBe(challenge);
  });

  test("it is over after ten minutes, and after an online sign-in", async () => {
    const challenge = await shown();
    rig.endpoint.clocks.pass(challengeLifetimeMs);
    expect(await use(answerTo(challenge), "ocra")).toEqual(refusal("wrong-credentials"));
    const second = await shown();
    expect(second).not.toBe(challenge);
    await rig.store.onlineSuccess("anna", null);
    expect(await use(answerTo(second), "ocra")).toEqual(refusal("wrong-credentials"));
  });
});
