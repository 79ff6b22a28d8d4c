import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { range } from "./testing/endpoint.ts";
import { codeOf, Issuer } from "./testing/issuer.ts";
import { noLocalRules } from "./testing/sign-in.ts";
import { password, refusal, StoreRig, token } from "./testing/store-rig.ts";

let shared: Issuer;
beforeAll(async () => {
  shared = await Issuer.create();
});

let rig: StoreRig;
beforeEach(async () => {
  rig = await StoreRig.open(shared);
});

describe("bundles and refills", () => {
  test("only what is newer, for this endpoint and this agent is taken", async () => {
    await rig.online(range(0, 5), 3);
    const offered: [string, object][] = [
      ["not-newer", { sequence: 3 }],
      ["not-newer", { sequence: 2 }],
      ["other-endpoint", { sequence: 4, endpointId: "endpoint-2" }],
      ["agent-too-old", { sequence: 4, minimumAgentVersion: "0.1.1" }],
      ["agent-too-old", { sequence: 4, minimumAgentVersion: "1.0.0" }],
    ];
    for (const [why, changes] of offered) {
      expect((await rig.online(range(0, 5), 3, changes)).stored).toEqual({ kind: "refused", why });
    }
    const garbage = await rig.store.storeBundle("a.b.c.d.e", null);
    expect(garbage).toEqual({ kind: "refused", why: "malformed" });
    expect((await rig.eventTypes()).filter((type) => type === "bundle-refused")).toHaveLength(
      offered.length + 1,
    );
    expect(await rig.signIn(codeOf(token, 0))).toMatchObject({ kind: "succeeded" });
    expect((await rig.online(range(0, 5), 1, { epoch: 2 })).stored.kind).toBe("stored");
  });

  test("a background refill stays closed until the next sign-in, which opens it; floors stay (OTP-29)", async () => {
    const { refillKey } = await rig.online(range(0, 3));
    expect(await rig.signIn(codeOf(token, 2))).toMatchObject({ kind: "succeeded" });
    expect(await rig.signIn(codeOf(token, 3))).toEqual(refusal("cache-exhausted"));
    // The server has not heard of counter 2 yet: it sends 0 to 5 once more.
    await rig.refill(2, range(0, 6), refillKey);
    expect((await rig.store.holdings(noLocalRules))[0]).toMatchObject({ remaining: 3, refillWaiting: true });
    const derivations = rig.endpoint.kdf.derivations;
    for (const used of [0, 1, 2])
      expect(await rig.signIn(codeOf(token, used))).toEqual(refusal("wrong-credentials"));
    expect(await rig.signIn(codeOf(token, 3))).toMatchObject({ kind: "succeeded" });
    expect(rig.endpoint.kdf.derivations).toBe(derivations + 4);
    await rig.store.close();
    await rig.reopen();
    expect((await rig.store.holdings(noLocalRules))[0]).toMatchObject({ remaining: 2, refillWaiting: false });
    expect(await rig.signIn(codeOf(token, 3))).toEqual(refusal("wrong-credentials"));
    expect(await rig.signIn(codeOf(token, 4))).toMatchObject({ kind: "succeeded" });
  });

  test("a refill to another key, user or sequence is thrown away and the codes before go on being good", async () => {
    const { refillKey } = await rig.online(range(0, 3));
    const stranger = await rig.issuer.trust().newRefillKey();
    await rig.refill(2, range(0, 9), stranger.publicKey);
    expect(await rig.signIn(codeOf(token, 0))).toMatchObject({ kind: "succeeded" });
    await rig.refill(3, range(0, 9), refillKey, { userId: "ben" });
    expect(await rig.signIn(codeOf(token, 1))).toMatchObject({ kind: "succeeded" });
    await rig.store.close();
    expect((await rig.eventTypes()).filter((type) => type === "bundle-refused")).toHaveLength(2);
    await rig.reopen();
    expect((await rig.store.holdings(noLocalRules))[0]).toMatchObject({ remaining: 1, refillWaiting: false });
  });

  test("the next online sign-in with the same password keeps store key and refill key", async () => {
    const first = await rig.online(range(0, 3));
    const second = await rig.online(range(3, 3), 2);
    expect(second.refillKey).toEqual(first.refillKey);
    expect(await rig.signIn(codeOf(token, 4))).toMatchObject({ kind: "succeeded" });
  });

  test("after a change of password the old one opens nothing", async () => {
    const first = await rig.online(range(0, 3));
    const revoked = await rig.store.revoke(
      await rig.issuer.revocation({ userId: "anna", reason: "password-changed", credentialEpoch: 2 }),
    );
    expect(revoked.kind).toBe("done");
    expect(await rig.signIn(codeOf(token, 0))).toEqual(refusal("fresh-online-sign-in-needed"));
    expect(await rig.refill(2, range(0, 3), first.refillKey, {}, { credentialEpoch: 2 })).toEqual({
      kind: "refused",
      why: "no-slot",
    });
    const changes = { credentialEpoch: 2, offlineSalt: rig.issuer.saltOf("anna, second password") };
    const prepared = await rig.endpoint.signInOnline(
      rig.store,
      { userId: "anna", password: "new", sequence: 3, codes: range(0, 3) },
      changes,
    );
    expect(prepared.stored.kind).toBe("stored");
    expect(prepared.refillKey).not.toEqual(first.refillKey);
    expect(await rig.signIn(codeOf(token, 0), password)).toEqual(refusal("wrong-credentials"));
    expect(await rig.signIn(codeOf(token, 0), "new")).toMatchObject({ kind: "succeeded" });
  });

  test("a newer credential epoch heard at contact deletes nothing, but opens nothing either", async () => {
    await rig.online(range(0, 3));
    await rig.store.applyContact(rig.issuer.contact(0, [{ credentialEpoch: 2 }]), null);
    expect(await rig.signIn(codeOf(token, 0))).toEqual(refusal("fresh-online-sign-in-needed"));
    expect([...rig.endpoint.disk.copyFiles().keys()].filter((name) => name.endsWith(".sealed"))).toHaveLength(
      1,
    );
  });

  test("a bundle whose slot was made for another password is refused", async () => {
    const prepared = await rig.store.preparePasswordSlot(
      { userId: "anna", userName: "anna" },
      rig.issuer.saltOf("anna"),
      1,
      password,
    );
    const nowMs = rig.store.effectiveTime().nowMs;
    const make = (changes: object) =>
      rig.issuer.bundle(
        { userId: "anna", sequence: 1, codes: [0], refillKey: prepared.refillKey, nowMs },
        changes,
      );
    const outdated = { kind: "refused", why: "slot-outdated" };
    expect(await rig.store.storeBundle(await make({ credentialEpoch: 2 }), prepared)).toEqual(outdated);
    expect(
      await rig.store.storeBundle(await make({ offlineSalt: rig.issuer.saltOf("other") }), prepared),
    ).toEqual(outdated);
    expect(await rig.store.storeBundle(await make({ userId: "ben", userName: "ben" }), prepared)).toEqual({
      kind: "refused",
      why: "other-user",
    });
    prepared.discard();
    expect(await rig.store.storeBundle(await make({}), prepared)).toEqual(outdated);
  });

  test("sealing a thousand codes or none takes one Argon2id", async () => {
    await rig.online(range(0, 1000));
    expect(rig.endpoint.kdf.derivations).toBe(1);
    await rig.online([], 2, { token: null });
    expect(rig.endpoint.kdf.derivations).toBe(2);
    expect(await rig.signIn(codeOf(token, 0))).toEqual(refusal("no-token"));
  });

  test("codes under a store key that is gone are not held as usable", async () => {
    await rig.online(range(0, 5));
    const anew = { offlineSalt: rig.issuer.saltOf("anna, anew"), credentialEpoch: 2, inner: null };
    expect((await rig.online(range(0, 5), 2, anew)).stored.kind).toBe("stored");
    expect((await rig.store.holdings(noLocalRules))[0]?.remaining).toBe(0);
    expect(await rig.signIn(codeOf(token, 0))).toEqual(refusal("cache-exhausted"));
  });

  test("a bundle without codes leaves those of the same token under the same key good", async () => {
    await rig.online(range(0, 5));
    expect((await rig.online(range(0, 5), 2, { inner: null })).stored.kind).toBe("stored");
    expect(await rig.signIn(codeOf(token, 0))).toMatchObject({ kind: "succeeded" });
  });
});
