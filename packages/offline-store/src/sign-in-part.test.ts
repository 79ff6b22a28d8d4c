import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { range } from "./testing/endpoint.ts";
import { codeOf, hourMs, Issuer, wrongCode } from "./testing/issuer.ts";
import { noLocalRules, signInOffline } from "./testing/sign-in.ts";
import { password, refusal, StoreRig, token, withPolicy } from "./testing/store-rig.ts";

let shared: Issuer;
beforeAll(async () => {
  shared = await Issuer.create();
});

let rig: StoreRig;
beforeEach(async () => {
  rig = await StoreRig.open(shared);
});

describe("offline sign-in on the store", () => {
  test("needs an online sign-in here first, then takes each code once (OTP-21)", async () => {
    expect(await rig.signIn(codeOf(token, 0))).toEqual(refusal("never-signed-in-here"));
    expect((await rig.online(range(0, 3))).stored.kind).toBe("stored");
    expect(await rig.signIn(codeOf(token, 0))).toMatchObject({
      kind: "succeeded",
      consumed: { tokenId: token, counter: 0 },
    });
    expect(await rig.signIn(codeOf(token, 0))).toEqual(refusal("wrong-credentials"));
    expect(await rig.signIn(codeOf(token, 2))).toMatchObject({ kind: "succeeded" });
    expect(await rig.signIn(codeOf(token, 1))).toEqual(refusal("cache-exhausted"));
  });

  test("survives a restart with counts, floors and slots (OTP-31)", async () => {
    await rig.online(range(0, 5));
    await rig.signIn(codeOf(token, 1));
    await rig.signIn(wrongCode);
    await rig.store.close();
    await rig.reopen();
    expect(rig.store.condition()).toEqual({ kind: "sound" });
    expect((await rig.store.facts("anna", noLocalRules)).lockout.failures).toBe(1);
    expect(await rig.signIn(codeOf(token, 1))).toEqual(refusal("wrong-credentials"));
    expect(await rig.signIn(codeOf(token, 2))).toMatchObject({ kind: "succeeded" });
  });

  test("sign-ins are limited by the bundle and by the local rules, whichever is less", async () => {
    await rig.online(range(0, 10), 1, { maxSignIns: 2 });
    const rules = { ...noLocalRules, maxSignIns: 1 };
    expect(await rig.signIn(codeOf(token, 0))).toMatchObject({ kind: "succeeded" });
    expect(await rig.signIn(codeOf(token, 1), password, rules)).toEqual(refusal("sign-ins-exhausted"));
    expect(await rig.signIn(codeOf(token, 1))).toMatchObject({ kind: "succeeded" });
    expect(await rig.signIn(codeOf(token, 2))).toEqual(refusal("sign-ins-exhausted"));
  });

  test.each([1, 2])(
    "sign-ins are limited when several come at the same moment, too: %i left",
    async (left) => {
      const policy = { ...withPolicy({}, { failures: 100 }) };
      const workflows = { ...policy.workflows, workstation: [["password" as const]] };
      await rig.online(range(0, 10), 1, { maxSignIns: left, policy: { ...policy, workflows } });
      const outcomes = await Promise.all(range(0, 4).map((at) => rig.signIn(codeOf(token, at))));
      expect(outcomes.filter(({ kind }) => kind === "succeeded")).toHaveLength(left);
      expect(outcomes.filter(({ kind }) => kind === "refused")).toEqual(
        Array(4 - left).fill(refusal("sign-ins-exhausted")),
      );
    },
  );

  test("the lease ends by effective time, earlier where local rules say so, and a clock set back does not help (UNI-6)", async () => {
    await rig.online(range(0, 10));
    rig.endpoint.clocks.pass(hourMs);
    const rules = { ...noLocalRules, offlineMaxAgeSeconds: 1800 };
    expect(await rig.signIn(codeOf(token, 0), password, rules)).toEqual(refusal("lease-expired"));
    expect(await rig.signIn(codeOf(token, 0))).toMatchObject({ kind: "succeeded" });
    rig.endpoint.clocks.pass(72 * hourMs);
    await rig.store.persistTime();
    rig.endpoint.clocks.setWall(rig.endpoint.clocks.wallMs() - 48 * hourMs);
    rig.endpoint.clocks.reboot();
    await rig.reopen();
    expect(await rig.signIn(codeOf(token, 1))).toEqual(refusal("clock-set-back"));
    expect((await rig.eventTypes()).filter((type) => type === "clock-set-back")).toHaveLength(1);
  });

  test("time alone is kept no more often than every ten minutes, and always at the end", async () => {
    const before = rig.endpoint.disk.counterValue;
    for (let minute = 0; minute < 30; minute += 1) {
      rig.endpoint.clocks.pass(60_000);
      await rig.store.persistTime();
    }
    expect(rig.endpoint.disk.counterValue).toBe(before + 3);
    rig.endpoint.clocks.pass(60_000);
    await rig.store.close();
    expect(rig.endpoint.disk.counterValue).toBe(before + 4);
  });

  test("offline sign-in can be off here (OTP-20), or off in the policy", async () => {
    await rig.online(range(0, 10));
    expect(await rig.signIn(codeOf(token, 0), password, { ...noLocalRules, offlineEnabled: false })).toEqual(
      refusal("offline-off-here"),
    );
    await rig.online(range(0, 10), 2, { policy: withPolicy({ enabled: false }) });
    expect(await rig.signIn(codeOf(token, 0))).toEqual(refusal("offline-not-allowed"));
  });

  test("a code alone is refused and told why", async () => {
    const policy = withPolicy({});
    const codeOnly = { ...policy, workflows: { ...policy.workflows, workstation: [["hotp" as const]] } };
    const nowMs = rig.store.effectiveTime().nowMs;
    const document = await rig.issuer.bundle(
      { userId: "anna", sequence: 1, codes: [0], refillKey: null, nowMs },
      { policy: codeOnly },
    );
    expect(await rig.store.storeBundle(document, null)).toMatchObject({ kind: "stored" });
    expect(await rig.signIn(codeOf(token, 0))).toEqual(refusal("factor-not-offline-capable"));
    const attempt = rig.store.newAttempt("by-hand");
    expect(await rig.store.checkCode("anna", attempt, codeOf(token, 0))).toEqual({
      check: "unusable",
      reason: "factor-not-offline-capable",
    });
  });

  test("two users and their tokens are apart on one machine (OTP-31)", async () => {
    await rig.online(range(0, 5));
    await rig.endpoint.signInOnline(rig.store, {
      userId: "ben",
      password: "other",
      sequence: 1,
      codes: range(0, 5),
      tokenId: "token-2",
    });
    const ben = (code: string) => signInOffline(rig.store, rig.attemptId(), "ben", "other", code);
    expect(await ben(codeOf(token, 0))).toEqual(refusal("wrong-credentials"));
    expect(await ben(codeOf("token-2", 0))).toMatchObject({ kind: "succeeded", userId: "ben" });
    expect(await rig.signIn(codeOf(token, 0))).toMatchObject({ kind: "succeeded", userId: "anna" });
    expect((await rig.store.holdings(noLocalRules)).map((one) => [one.userName, one.remaining])).toEqual([
      ["anna", 4],
      ["ben", 4],
    ]);
  });

  test("many at once with one code: exactly one succeeds", async () => {
    await rig.online(range(0, 5), 1, { policy: withPolicy({}, { failures: 50 }) });
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => rig.signIn(codeOf(token, 3))));
    expect(outcomes.filter((outcome) => outcome.kind === "succeeded")).toHaveLength(1);
    expect((await rig.store.facts("anna", noLocalRules)).token?.nextCounter).toBe(4);
  });

  test("a queue of Argon2id that is full says so instead of growing", async () => {
    await rig.online(range(0, 5));
    const gate = Promise.withResolvers<void>();
    const slow = { derive: () => gate.promise.then(() => new Uint8Array(32)) };
    rig.store = await rig.endpoint.open({ kdf: slow });
    const waiting = Array.from({ length: 16 }, () => rig.store.burnTime("x"));
    const late = rig.store.newAttempt("late");
    expect(await rig.store.openSlot("anna", late, password)).toEqual({ check: "unusable", reason: "busy" });
    gate.resolve();
    await Promise.all(waiting);
  });
});

describe("failures and locks (OTP-32)", () => {
  test("wrong password and wrong code count alike and lock; the lock ends", async () => {
    await rig.online(range(0, 10), 1, { policy: withPolicy({}, { failures: 3, duration: "PT5M" }) });
    expect(await rig.signIn(codeOf(token, 0), "wrong")).toEqual(refusal("wrong-credentials"));
    expect(await rig.signIn(wrongCode)).toEqual(refusal("wrong-credentials"));
    expect(await rig.signIn(wrongCode)).toMatchObject({
      reason: "wrong-credentials",
      lockedUntilMs: expect.any(Number),
    });
    const before = rig.endpoint.kdf.derivations;
    expect(await rig.signIn(codeOf(token, 0))).toEqual(refusal("locked"));
    expect(rig.endpoint.kdf.derivations).toBe(before);
    rig.endpoint.clocks.pass(5 * 60_000);
    expect(await rig.signIn(codeOf(token, 0))).toMatchObject({ kind: "succeeded" });
    expect((await rig.store.facts("anna", noLocalRules)).lockout).toEqual({
      failures: 0,
      failuresSinceLock: 0,
      lockedUntilMs: null,
    });
  });

  test("the bundle goes after so many failures where the policy says so", async () => {
    await rig.online(range(0, 10), 1, { policy: withPolicy({ destroyAfterFailures: 2 }) });
    await rig.signIn(wrongCode);
    await rig.signIn(wrongCode);
    expect(await rig.signIn(codeOf(token, 0))).toEqual(refusal("never-signed-in-here"));
    await rig.store.close();
    expect([...rig.endpoint.disk.copyFiles().keys()].filter((name) => name.endsWith(".sealed"))).toEqual([]);
    expect(await rig.eventTypes()).toContain("bundle-destroyed");
    expect((await rig.online(range(0, 10), 1)).stored).toEqual({ kind: "refused", why: "not-newer" });
    expect((await rig.online(range(0, 10), 2)).stored.kind).toBe("stored");
    expect(await rig.signIn(codeOf(token, 0))).toMatchObject({ kind: "succeeded" });
  });

  test("ten wrong codes after a right password suspend the token until contact", async () => {
    await rig.online(range(0, 10), 1, { policy: withPolicy({}, { failures: 50 }) });
    for (let wrong = 0; wrong < 10; wrong += 1) await rig.signIn(wrongCode);
    expect(await rig.signIn(codeOf(token, 0))).toEqual(refusal("token-suspended-here"));
    expect(await rig.eventTypes()).toContain("token-suspended");
    // Not before the server has been told.
    await rig.store.applyContact(rig.issuer.contact(1, [{}]), null);
    expect(await rig.signIn(codeOf(token, 0))).toEqual(refusal("token-suspended-here"));
    await rig.store.close();
    const through = (await rig.store.events(1000)).events.at(-1)?.sequence ?? 0;
    await rig.store.eventsDelivered(through);
    await rig.store.applyContact(rig.issuer.contact(through, [{}]), null);
    expect(await rig.signIn(codeOf(token, 0))).toMatchObject({ kind: "succeeded" });
  });

  test("a success beside an attempt that is still being checked does not refund that attempt", async () => {
    await rig.online(range(0, 10));
    const facts = await rig.store.facts("anna", noLocalRules);
    const lockout = { failures: 1, failuresSinceLock: 1, lockedUntilMs: null };
    const write = [{ change: "attempt-recorded", lockout } as const];
    expect(await rig.store.commit("anna", facts.version, write, [], { attemptId: "slow" })).toBe("committed");
    expect(await rig.signIn(codeOf(token, 0))).toMatchObject({ kind: "succeeded" });
    expect((await rig.store.facts("anna", noLocalRules)).lockout.failures).toBe(1);
  });

  test("the server's view holds once it knows all, the stricter one before", async () => {
    await rig.online(range(0, 10));
    await rig.signIn(wrongCode);
    await rig.store.applyContact(rig.issuer.contact(0, [{ failures: 0 }]), null);
    expect((await rig.store.facts("anna", noLocalRules)).lockout.failures).toBe(1);
    await rig.deliverAll();
    await rig.store.applyContact(
      rig.issuer.contact(rig.lastSequence, [{ failures: 4, failuresSinceLock: 0, lockedUntilMs: 99 }]),
      null,
    );
    expect((await rig.store.facts("anna", noLocalRules)).lockout).toEqual({
      failures: 4,
      failuresSinceLock: 0,
      lockedUntilMs: 99,
    });
    await rig.store.applyContact(rig.issuer.contact(rig.lastSequence, [{ failures: 0 }]), null);
    expect((await rig.store.facts("anna", noLocalRules)).lockout).toEqual({
      failures: 0,
      failuresSinceLock: 0,
      lockedUntilMs: null,
    });
  });
});
