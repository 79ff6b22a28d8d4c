import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contact, enrol, holdBundle, openAnswer, requestBundle, signInAt } from "../testing/endpoint.ts";
import type { Rig } from "../testing/rig.ts";
import { code, expectProblem, newPerson, newPolicy, signIn, startRig } from "../testing/rig.ts";

const minute = 60_000;
const day = 86_400_000;
let rig: Rig;
let offlinePolicy: string;
beforeAll(async () => {
  rig = await startRig();
  offlinePolicy = await newPolicy(rig, "offline", {
    offline: { enabled: true },
    lockout: { failures: 3, duration: "PT5M" },
  });
});
afterAll(() => rig.stop());

const person = (name: string) => newPerson(rig, name, { policyId: offlinePolicy });
describe("bundles", () => {
  test("follow the buffer that the endpoint's configuration says at contact, and no other profile (OTP-18)", async () => {
    const [bert, endpoint] = [await person("bert"), await enrol(rig, "a-buffer")];
    await contact(endpoint, { profile: { name: "pam", buffer: 10 } });
    expect((await holdBundle(rig, endpoint, bert, 0)).inner?.codes).toHaveLength(20);
    await contact(endpoint, { profile: { name: "wlm" } });
    expect((await holdBundle(rig, endpoint, bert, 1)).inner?.codes).toHaveLength(20);
  });

  test("hold the next codes of the window less the buffer, sealed to the refill key (OTP-17)", async () => {
    const [anna, endpoint] = [await person("anna"), await enrol(rig, "a1")];
    const { bundle, inner } = await holdBundle(rig, endpoint, anna, 0);
    expect(inner?.codes).toEqual(
      Array.from({ length: 25 }, (_, index) => ({ counter: index + 1, code: code(anna, index + 1) })),
    );
    expect(bundle).toMatchObject({
      epoch: 1,
      sequence: 1,
      userName: "anna",
      endpointId: endpoint.id,
      maxSignIns: 25,
      notAfterMs: rig.clock.now() + 3 * day,
      token: { id: anna.token.id, nextCounter: 1, handedThrough: 25 },
      failures: { count: 0, sinceLock: 0, lockedUntilMs: null },
    });
  });

  test.each([
    ["wlm: 30 (OTP-16)", { name: "wlm" }, {}, 30],
    ["pam with window 40: 35 (OTP-17)", { name: "pam", buffer: 5 }, { windowSize: 40 }, 35],
    ["pam with buffer 10: 20 (OTP-18)", { name: "pam", buffer: 10 }, {}, 20],
    ["pam that claims buffer 0: 25 all the same", { name: "pam", buffer: 0 }, {}, 25],
    ["a token's own size: 9 (OTP-9)", { name: "pam", buffer: 5 }, { cacheSize: 9 }, 9],
  ])("%s", async (name, profile, change, size) => {
    const someone = await person(`size-${size}`);
    const endpoint = await enrol(rig, name, { profile }, { profile });
    await rig.call("PATCH", `/api/v1/tokens/${someone.token.id}`, change);
    expect((await holdBundle(rig, endpoint, someone, 0)).inner?.codes).toHaveLength(size);
  });

  test("handing out burns nothing: the next code works online elsewhere (OTP-29)", async () => {
    const [ben, endpoint] = [await person("ben"), await enrol(rig, "b1")];
    await holdBundle(rig, endpoint, ben, 0);
    expect((await signIn(rig, ben, code(ben, 1))).status).toBe(200);
    const [user] = (await contact(endpoint)).users;
    expect(user).toMatchObject({ floors: [{ tokenId: ben.token.id, nextCounter: 2 }], refillDue: true });
  });

  test("the same request id gets the same bundle, so that a lost answer does no harm", async () => {
    const [cleo, endpoint] = [await person("cleo"), await enrol(rig, "c1")];
    await holdBundle(rig, endpoint, cleo, 0);
    const first = await requestBundle(endpoint, cleo, { requestId: "refill-7" });
    const again = await requestBundle(endpoint, cleo, { requestId: "refill-7" });
    expect(again.body.bundle).toBe(first.body.bundle);
    const other = await openAnswer(
      rig,
      endpoint,
      cleo,
      await requestBundle(endpoint, cleo, { requestId: "refill-8" }),
    );
    expect(other.bundle.sequence).toBe(3);
  });

  test("a refill key is taken only with the grant of a sign-in there, by that user, in time", async () => {
    const [dora, emil] = [await person("dora"), await person("emil")];
    const [here, there] = [await enrol(rig, "d1"), await enrol(rig, "d2")];
    const refillKey = here.keys.encryption.publicKey;
    const { grant } = (await signInAt(here, dora, 0)).body;
    expectProblem(await requestBundle(here, dora, { refillKey }), "grant-invalid");
    expectProblem(await requestBundle(there, dora, { refillKey, grant }), "grant-invalid");
    expectProblem(await requestBundle(here, emil, { refillKey, grant }), "grant-invalid");
    expectProblem(await requestBundle(here, dora, { refillKey, grant: `${grant}A` }), "grant-invalid");
    expectProblem(
      await here.call("POST", "/api/v1/endpoints/self/slot-parameters", { grant: "x" }),
      "grant-invalid",
    );
    const parameters = await here.call("POST", "/api/v1/endpoints/self/slot-parameters", { grant });
    expect(parameters.body).toMatchObject({
      userId: dora.user.id,
      credentialEpoch: 1,
      offlineSalt: expect.stringMatching(/^[\w-]{22}$/),
    });
    rig.clock.advance(5 * minute);
    expectProblem(await requestBundle(here, dora, { refillKey, grant }), "grant-invalid");
  });

  test("is refused without the right to sign in offline, and to who has not signed in there", async () => {
    const [fred, gina] = [await newPerson(rig, "fred"), await person("gina")];
    const endpoint = await enrol(rig, "f1");
    const { grant } = (await signInAt(endpoint, fred, 0)).body;
    expectProblem(
      await requestBundle(endpoint, fred, { grant, refillKey: endpoint.keys.encryption.publicKey }),
      "bundle-refused",
    );
    expectProblem(await requestBundle(endpoint, gina, {}), "bundle-refused");
  });

  test("a background refill ends when the user has not signed in there for longer than maxAge", async () => {
    const [hana, endpoint] = [await person("hana"), await enrol(rig, "h1")];
    await holdBundle(rig, endpoint, hana, 0);
    rig.clock.advance(6 * day);
    expect((await requestBundle(endpoint, hana, {})).status).toBe(200);
    rig.clock.advance(2 * day);
    expectProblem(await requestBundle(endpoint, hana, {}), "bundle-refused");
  });
});
