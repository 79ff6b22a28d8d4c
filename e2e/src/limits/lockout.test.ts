import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWhere, pamNeeds } from "../../rig/requirements.ts";
import { Enterprise } from "../enterprise/enterprise.ts";
import type { Person } from "../enterprise/person.ts";
import type { Workstation } from "../enterprise/workstation.ts";

const lockMs = 4_000;

describeWhere([...pamNeeds, "make", "oathtool"], "guessing during an outage", () => {
  let enterprise: Enterprise;
  let ward: Workstation & { endpointId: string };
  let anna: Person;
  let bert: Person;
  let kim: Person;
  const wrong = (person: Person) => ward.signIn(person, person.token.peek(), { password: "a guess" });

  beforeAll(async () => {
    enterprise = await Enterprise.create();
    ward = await enterprise.addWorkstation();
    const { administrator } = enterprise;
    // UNI-12: seconds, by the API.
    const lockout = { failures: 3, duration: "PT4S" };
    const strict = await administrator.addPolicy("Strict", { lockout, offline: { enabled: true } });
    const destroying = await administrator.addPolicy("Destroying", {
      lockout: { failures: 10, duration: "PT4S" },
      offline: { enabled: true, destroyAfterFailures: 2 },
    });
    const shortLease = await administrator.addPolicy("Short", {
      offline: { enabled: true, maxAge: "PT10S" },
    });
    anna = await enterprise.addPerson("anna", [ward], { policyId: strict });
    bert = await enterprise.addPerson("bert", [ward], { policyId: destroying });
    kim = await enterprise.addPerson("kim", [ward], { policyId: shortLease });
    for (const person of [anna, bert, kim]) {
      expect(await ward.signIn(person, person.token.next())).toMatchObject({ succeeded: true });
      await ward.untilCached(person, 25);
    }
    await enterprise.server.kill();
    await ward.untilOffline();
  });
  afterAll(() => enterprise?.[Symbol.asyncDispose]());

  test("OTP-32: as many wrong ones as the policy says lock for the policy's time, and say until when", async () => {
    const first = await wrong(anna);
    expect(first).toMatchObject({ succeeded: false, result: "PAM_AUTH_ERR" });
    await wrong(anna);
    await wrong(anna);
    const lockedMs = Date.now();
    const locked = await ward.signIn(anna, anna.token.peek());
    expect(locked).toMatchObject({ succeeded: false, result: "PAM_MAXTRIES", prompts: [] });
    expect(locked.information.join(" ")).toMatch(/locked after too many failed sign-ins, until \d\d:\d\d/);
    expect(await ward.holding(anna)).toMatchObject({ failures: 3, refusal: "locked" });
    await sleep(lockedMs + lockMs - Date.now());
    expect(await ward.signIn(anna, anna.token.next())).toMatchObject({ succeeded: true });
    expect(await ward.holding(anna)).toMatchObject({ failures: 0, refusal: null });
  });

  test("OTP-32: where the policy says so, wrong ones destroy the bundle, and only online it comes back", async () => {
    await wrong(bert);
    expect(await ward.holding(bert)).toMatchObject({ failures: 1 });
    const files = (await ward.stateFiles()).size;
    await wrong(bert);
    const done = await ward.signIn(bert, bert.token.peek());
    expect(done).toMatchObject({ succeeded: false, prompts: [] });
    expect(done.information.join(" ")).toContain("nothing for an offline sign-in of this user is kept");
    expect((await ward.stateFiles()).size).toBe(files - 1);
    expect(await ward.holding(bert)).toBeNull();
  });

  test("UNI-12: a lease of seconds ends after those seconds, and says so", async () => {
    const holding = await ward.holding(kim);
    await sleep(Math.max(0, (holding?.notAfterMs ?? 0) - Date.now()) + 100);
    const done = await ward.signIn(kim, kim.token.peek());
    expect(done).toMatchObject({ succeeded: false, prompts: [] });
    expect(done.information.join(" ")).toContain("the time for offline sign-ins here is over");
  });

  test("UNI-2, OTP-32: the server hears of every failure, and everybody signs in online again", async () => {
    await enterprise.server.start();
    await ward.untilLevel();
    const events = await enterprise.administrator.signIns({ mode: "offline", userId: anna.userId });
    expect(events.map(({ outcome, reason }) => `${outcome} ${reason}`)).toEqual([
      "refused wrong-credentials",
      "refused wrong-credentials",
      "refused wrong-credentials",
      "refused locked",
      "succeeded null",
    ]);
    expect(await enterprise.administrator.user(anna.userId)).toMatchObject({ failures: 0 });
    expect(await enterprise.administrator.user(bert.userId)).toMatchObject({ failures: 2 });
    for (const person of [anna, bert, kim]) {
      const done = await ward.signIn(person, person.token.next());
      expect(done.succeeded, done.shown).toBe(true);
      await ward.untilCached(person, 25);
    }
  });
});
