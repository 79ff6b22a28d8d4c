import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { range } from "./testing/endpoint.ts";
import { codeOf, hourMs, Issuer } from "./testing/issuer.ts";
import { noLocalRules } from "./testing/sign-in.ts";
import { refusal, StoreRig, token } from "./testing/store-rig.ts";

let shared: Issuer;
beforeAll(async () => {
  shared = await Issuer.create();
});

let rig: StoreRig;
beforeEach(async () => {
  rig = await StoreRig.open(shared);
});

describe("what the server says", () => {
  test("online use of a code passes it here too (OTP-29)", async () => {
    await rig.online(range(0, 5));
    await rig.store.onlineSuccess("anna", { tokenId: token, counter: 1 });
    expect(await rig.signIn(codeOf(token, 1))).toEqual(refusal("wrong-credentials"));
    await rig.store.applyContact(
      rig.issuer.contact(0, [{ floors: [{ tokenId: token, nextCounter: 4 }] }]),
      null,
    );
    expect(await rig.signIn(codeOf(token, 3))).toEqual(refusal("wrong-credentials"));
    await rig.store.applyContact(
      rig.issuer.contact(0, [{ floors: [{ tokenId: token, nextCounter: 0 }] }]),
      null,
    );
    expect((await rig.store.facts("anna", noLocalRules)).token?.nextCounter).toBe(4);
    expect(await rig.signIn(codeOf(token, 4))).toMatchObject({ kind: "succeeded" });
  });

  test("a conflict locks sessions at every contact until a fresh online sign-in", async () => {
    await rig.online(range(0, 5));
    for (let contact = 0; contact < 2; contact += 1) {
      await rig.store.contactBegins();
      expect(
        await rig.store.applyContact(
          rig.issuer.contact(0, [{ freshSignInNeeded: true, refillDue: true }]),
          null,
        ),
      ).toEqual({
        lockSessionsOf: ["anna"],
        refillsDue: ["anna"],
      });
    }
    expect(await rig.signIn(codeOf(token, 0))).toEqual(refusal("fresh-online-sign-in-needed"));
    await rig.store.onlineSuccess("anna", null);
    expect(await rig.signIn(codeOf(token, 0))).toMatchObject({ kind: "succeeded" });
  });

  test("an answer from before an online sign-in demands none, and locks no session of it", async () => {
    await rig.online(range(0, 5));
    const demand = rig.issuer.contact(0, [{ freshSignInNeeded: true }]);
    await rig.store.contactBegins();
    await rig.store.onlineSuccess("anna", null);
    expect((await rig.store.applyContact(demand, null)).lockSessionsOf).toEqual([]);
    expect(await rig.signIn(codeOf(token, 0))).toMatchObject({ kind: "succeeded" });
    await rig.store.contactBegins();
    expect((await rig.store.applyContact(demand, null)).lockSessionsOf).toEqual(["anna"]);
    expect(await rig.signIn(codeOf(token, 1))).toEqual(refusal("fresh-online-sign-in-needed"));
  });

  test.each([
    ["user-disabled", { userId: "anna" }, "user-disabled", "disabled"],
    ["user-deleted", { userId: "anna" }, "user-disabled", "disabled"],
    ["offline-disallowed", { userId: "anna" }, "never-signed-in-here", "active"],
    ["token-revoked", { userId: "anna", tokenId: token }, "no-token", "active"],
    ["endpoint-revoked", { userId: null }, "endpoint-revoked", "active"],
  ] as const)("a signed revocation (%s) deletes and is reported once", async (reason, whom, told, status) => {
    await rig.online(range(0, 5));
    const document = await rig.issuer.revocation({ reason, ...whom });
    for (let again = 0; again < 2; again += 1) expect((await rig.store.revoke(document)).kind).toBe("done");
    expect(await rig.signIn(codeOf(token, 0))).toEqual(refusal(told));
    await rig.store.close();
    expect((await rig.eventTypes()).filter((type) => type === "revocation-done")).toHaveLength(1);
    await rig.reopen();
    expect(await rig.signIn(codeOf(token, 0))).toEqual(refusal(told));
    expect(await rig.store.accountStatus("anna")).toBe(status);
    const files = [...rig.endpoint.disk.copyFiles()]
      .map(([, bytes]) => new TextDecoder().decode(bytes))
      .join();
    expect(files).not.toContain('"ciphertext"');
  });

  test("a revocation for another endpoint or without a trusted signature does nothing", async () => {
    await rig.online(range(0, 5));
    expect(await rig.store.revoke(await rig.issuer.revocation({ endpointId: "endpoint-2" }))).toEqual({
      kind: "refused",
      why: "other-endpoint",
    });
    const stranger = await Issuer.create();
    expect(await rig.store.revoke(await stranger.revocation({}))).toEqual({
      kind: "refused",
      why: "unknown-key",
    });
    expect(await rig.signIn(codeOf(token, 0))).toMatchObject({ kind: "succeeded" });
  });

  test("a user disabled at contact is refused, and nothing is deleted without a signature", async () => {
    await rig.online(range(0, 5));
    expect(
      (await rig.store.applyContact(rig.issuer.contact(0, [{ status: "disabled" }]), null)).lockSessionsOf,
    ).toEqual(["anna"]);
    expect(await rig.signIn(codeOf(token, 0))).toEqual(refusal("user-disabled"));
    expect(await rig.store.accountStatus("anna")).toBe("disabled");
    await rig.store.applyContact(rig.issuer.contact(0, [{}]), null);
    expect(await rig.signIn(codeOf(token, 0))).toMatchObject({ kind: "succeeded" });
    expect(await rig.store.accountStatus("nobody")).toBe("unknown");
  });

  test("a signed time that answers our nonce corrects a clock that ran a year ahead (UNI-6)", async () => {
    const right = rig.endpoint.clocks.wallMs();
    rig.endpoint.clocks.setWall(right + 8760 * hourMs);
    await rig.store.persistTime();
    expect(rig.store.effectiveTime().nowMs).toBeGreaterThan(right + 8000 * hourMs);
    await rig.store.applyContact(rig.issuer.contact(0, []), right);
    expect(rig.store.effectiveTime().nowMs).toBe(right);
    await rig.reopen();
    expect(rig.store.effectiveTime().nowMs).toBe(right);
  });
});
