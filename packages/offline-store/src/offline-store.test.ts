import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { range, TestEndpoint } from "./testing/endpoint.ts";
import { codeOf, Issuer, wrongCode } from "./testing/issuer.ts";
import { noLocalRules, signInOffline } from "./testing/sign-in.ts";
import type { OfflineStore } from "./types.ts";

const password = "correct horse battery staple";
const token = "token-1";
let issuer: Issuer;
beforeAll(async () => {
  issuer = await Issuer.create();
});

let endpoint: TestEndpoint;
let store: OfflineStore;
let attempts = 0;
beforeEach(async () => {
  endpoint = new TestEndpoint(issuer);
  store = await endpoint.open();
});

const online = (codes: number[], sequence = 1, changes = {}) =>
  endpoint.signInOnline(store, { userId: "anna", password, sequence, codes }, changes);
const signIn = (code: string, typed = password, rules = noLocalRules) =>
  signInOffline(store, `attempt-${++attempts}`, "anna", typed, code, rules);
const refusal = (reason: string) => expect.objectContaining({ kind: "refused", reason });

describe("offline sign-in on the store", () => {
  test("needs an online sign-in here first, then takes each code once (OTP-21)", async () => {
    expect(await signIn(codeOf(token, 0))).toEqual(refusal("never-signed-in-here"));
    expect((await online(range(0, 3))).stored.kind).toBe("stored");
    expect(await signIn(codeOf(token, 0))).toMatchObject({
      kind: "succeeded",
      consumed: { tokenId: token, counter: 0 },
    });
    expect(await signIn(codeOf(token, 0))).toEqual(refusal("wrong-credentials"));
    expect(await signIn(codeOf(token, 2))).toMatchObject({ kind: "succeeded" });
    expect(await signIn(codeOf(token, 1))).toEqual(refusal("cache-exhausted"));
  });

  test("survives a restart with counts, floors and slots (OTP-31)", async () => {
    await online(range(0, 5));
    await signIn(codeOf(token, 1));
    await signIn(wrongCode);
    await store.close();
    store = await endpoint.open({ chainKey: undefined as never });
    expect(store.condition()).toEqual({ kind: "sound" });
    expect((await store.facts("anna", noLocalRules)).lockout.failures).toBe(1);
    expect(await signIn(codeOf(token, 1))).toEqual(refusal("wrong-credentials"));
    expect(await signIn(codeOf(token, 2))).toMatchObject({ kind: "succeeded" });
  });
});
