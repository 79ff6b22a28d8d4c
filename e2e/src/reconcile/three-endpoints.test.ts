import { afterAll, beforeAll, expect, test } from "vitest";
import { startFaultProxy } from "../../rig/fault-proxy.ts";
import { describeWhere, networkNeeds, pamNeeds } from "../../rig/requirements.ts";
import { addCutOffWorkstation, createReachableEnterprise, cutOff, reconnect } from "../enterprise/cut-off.ts";
import type { Enterprise } from "../enterprise/enterprise.ts";
import type { Person } from "../enterprise/person.ts";
import type { Workstation } from "../enterprise/workstation.ts";

type Ward = Workstation & { readonly endpointId: string };
const offlineNotice = "Offline sign-in: the server cannot be reached.";

describeWhere([...pamNeeds, ...networkNeeds, "make", "oathtool"], "one token at three endpoints", () => {
  let enterprise: Enterprise;
  let wards: [Ward, Ward, Ward];
  let alice: Person;

  beforeAll(async () => {
    enterprise = await createReachableEnterprise();
    const add = (name: string) => addCutOffWorkstation(enterprise, { name });
    wards = [await add("ward-1"), await add("ward-2"), await add("ward-3")];
    alice = await enterprise.addPerson("alice", wards);
    for (const ward of wards) await signIn(ward, "online");
    for (const ward of wards) await ward.untilLevel();
  });
  afterAll(() => enterprise?.[Symbol.asyncDispose]());

  async function signIn(ward: Ward, mode: "online" | "offline", code = alice.token.next()) {
    const done = await ward.signIn(alice, code);
    expect(done, done.shown).toMatchObject({ succeeded: true });
    expect(done.shown.includes(offlineNotice), done.shown).toBe(mode === "offline");
  }

  test("OTP-29: used offline on each and online in between, in turns: nothing is burned, nothing is in doubt", async () => {
    const [one, two, three] = wards;
    await cutOff(one, two, three);
    await signIn(one, "offline");
    await signIn(two, "offline");
    await signIn(three, "offline");
    await reconnect(one);
    await signIn(one, "online");
    await signIn(two, "offline");
    await signIn(three, "offline");
    await reconnect(three);
    await signIn(three, "online");
    await cutOff(one);
    await signIn(one, "offline");
    await signIn(two, "offline");
    await reconnect(two, one);
    for (const ward of wards) await signIn(ward, "online");

    const { administrator } = enterprise;
    expect(await administrator.alerts()).toEqual([]);
    expect(await administrator.token(alice.tokenId)).toMatchObject({ nextCounter: alice.token.counter });
    const events = await administrator.signIns({ userId: alice.userId });
    expect(events).toHaveLength(alice.token.counter);
    const counters = events.map(({ detail }) => (detail.consumed as { counter: number }).counter);
    expect(counters.toSorted((a, b) => a - b)).toEqual(counters.map((_, index) => index));
    expect(await administrator.brokenChains()).toEqual([]);
  });

  test("OTP-29: what was used online elsewhere is no good at an endpoint once that has made contact", async () => {
    const [one, two] = wards;
    await two.untilCached(alice, 25);
    const usedElsewhere = alice.token.next();
    await signIn(one, "online", usedElsewhere);
    await two.untilLevel();
    await cutOff(two);
    expect(await two.signIn(alice, usedElsewhere)).toMatchObject({ succeeded: false });
    await signIn(two, "offline");
    await reconnect(two);
  });

  test("the same code at two that could not talk: an alert, a fresh online sign-in demanded at the later one, then normal", async () => {
    const [one, two] = wards;
    await cutOff(one, two);
    const twice = alice.token.next();
    await signIn(one, "offline", twice);
    await signIn(two, "offline", twice);
    await reconnect(one, two);

    const { administrator } = enterprise;
    const [alert, ...more] = await administrator.alerts();
    expect(alert).toMatchObject({
      kind: "same-counter-twice",
      userId: alice.userId,
      endpointId: two.endpointId,
    });
    expect(more).toEqual([]);
    expect(await two.holding(alice)).toMatchObject({ refusal: "fresh-online-sign-in-needed" });
    expect((await two.status()).health.map(({ code }) => code)).toContain("fresh-sign-in-needed");
    await cutOff(two);
    const refused = await two.signIn(alice, alice.token.peek());
    expect(refused, refused.shown).toMatchObject({ succeeded: false, prompts: [] });
    expect(refused.shown).toContain("until you have signed in online");
    await reconnect(two);

    await signIn(two, "online");
    await two.untilCached(alice, 25);
    await cutOff(two);
    await signIn(two, "offline");
    await reconnect(two);
    expect(await two.holding(alice)).toMatchObject({ refusal: null });
    expect(await administrator.alerts()).toHaveLength(1);
    expect(await administrator.brokenChains()).toEqual([]);
  });

  test("OTP-7: answers lost at whatever byte after a sign-in are asked for again, and no code is spent twice", async () => {
    await using proxy = await startFaultProxy({ targetPort: enterprise.server.port });
    const ward = await addCutOffWorkstation(enterprise, { name: "ward-4", targetPort: proxy.port });
    await ward.addAccount(alice.userName);
    await signIn(ward, "online");
    await ward.untilCached(alice, 25);
    for (const bytes of [200, 1_500, 3_000, 5_000, 8_000, 12_000, 18_000]) {
      await ward.untilContact();
      await proxy.set({ kind: "cut-after", bytes });
      const code = alice.token.next();
      const done = await ward.signIn(alice, code);
      expect(done, `${bytes}: ${done.shown}`).toMatchObject({ succeeded: true });
      await proxy.set({ kind: "pass" });
      await ward.untilContact();
      await ward.untilCached(alice, 25);
      expect(await ward.signIn(alice, code)).toMatchObject({ succeeded: false });
      expect(await enterprise.administrator.token(alice.tokenId)).toMatchObject({
        nextCounter: alice.token.counter,
      });
      // A success clears the failure of the repetition before waits begin.
      await signIn(ward, "online");
    }
    await ward.untilLevel();
    const { administrator } = enterprise;
    expect(await administrator.alerts()).toHaveLength(1);
    expect(await administrator.brokenChains()).toEqual([]);
    await ward[Symbol.asyncDispose]();
  });
});
