import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type FakeClock, fakeClock } from "../../rig/faketime.ts";
import { describeWhere, pamNeeds } from "../../rig/requirements.ts";
import { Enterprise } from "../enterprise/enterprise.ts";
import type { Person } from "../enterprise/person.ts";
import type { Workstation } from "../enterprise/workstation.ts";

const daySeconds = 86_400;

describeWhere([...pamNeeds, "make", "oathtool", "faketime"], "a machine whose clock is moved (UNI-6)", () => {
  const resources = new AsyncDisposableStack();
  let enterprise: Enterprise;
  let clock: FakeClock;
  let ward: Workstation;
  let alice: Person;
  let kim: Person;
  let leaseEndsMs = 0;

  beforeAll(async () => {
    clock = resources.use(await fakeClock());
    enterprise = resources.use(await Enterprise.create());
    ward = await enterprise.addWorkstation({ env: clock.env });
    const seconds = await enterprise.administrator.addPolicy("Seconds", {
      offline: { enabled: true, maxAge: "PT10S" },
    });
    alice = await enterprise.addPerson("alice", [ward]);
    kim = await enterprise.addPerson("kim", [ward], { policyId: seconds });
    for (const person of [alice, kim]) {
      expect(await ward.signIn(person, person.token.next())).toMatchObject({ succeeded: true });
      await ward.untilCached(person, 25);
    }
    leaseEndsMs = (await ward.holding(kim))?.notAfterMs ?? 0;
    await enterprise.server.kill();
    await ward.untilOffline();
  });
  afterAll(() => resources.disposeAsync());

  const codes = async () => (await ward.status()).health.map(({ code }) => code);

  test("set back 30 days: sign-ins go on with a warning, and no lease moves", async () => {
    const before = await ward.holding(alice);
    await clock.setOffsetSeconds(-30 * daySeconds);
    const done = await ward.signIn(alice, alice.token.next());
    expect(done, done.shown).toMatchObject({ succeeded: true });
    // Rounded up: nobody comes back too early.
    expect(done.shown).toMatch(/This computer's clock is 3[01] days behind/);
    expect(await ward.holding(alice)).toMatchObject({ notAfterMs: before?.notAfterMs });
    expect(await codes()).toContain("clock-behind");
    expect(Math.abs((await ward.status()).effectiveTimeMs - Date.now())).toBeLessThan(60_000);
  });

  test("set back 30 days: a lease that is over stays over, and the refusal says that the clock changes nothing", async () => {
    await sleep(Math.max(0, leaseEndsMs - Date.now()) + 200);
    const done = await ward.signIn(kim, kim.token.peek());
    expect(done, done.shown).toMatchObject({ succeeded: false, prompts: [] });
    expect(done.shown).toContain("clock has been set back; that does not extend it");
  });

  test("set back 30 days: the same after a restart of the agent", async () => {
    await ward.agent.stop();
    await ward.startAgent();
    await ward.untilOffline();
    expect(await ward.signIn(kim, kim.token.peek())).toMatchObject({ succeeded: false, prompts: [] });
    const done = await ward.signIn(alice, alice.token.next());
    expect(done, done.shown).toMatchObject({ succeeded: true });
    expect(done.shown).toMatch(/clock is \d+ (days|hours) behind/);
    expect(await ward.holding(alice)).toMatchObject({ refusal: null });
  });

  test("set back 30 days, and the server is back: online sign-ins work, and the lease is new", async () => {
    await enterprise.server.start();
    await ward.untilLevel();
    for (const person of [alice, kim]) {
      const done = await ward.signIn(person, person.token.next());
      expect(done, done.shown).toMatchObject({ succeeded: true });
      await ward.untilCached(person, 25);
    }
    const audit = await enterprise.administrator.audit({ type: "clock-set-back" });
    expect(audit.length).toBeGreaterThan(0);
    await clock.setOffsetSeconds(0);
    await ward.untilLevel();
  });

  test("forward a year everything is over; put right and corrected by the server it is usable again", async () => {
    await enterprise.server.kill();
    await ward.untilOffline();
    await clock.setOffsetSeconds(365 * daySeconds);
    const over = await ward.signIn(alice, alice.token.peek());
    expect(over, over.shown).toMatchObject({ succeeded: false, prompts: [] });
    expect(over.shown).toContain("the time for offline sign-ins here is over");
    await clock.setOffsetSeconds(0);
    // By itself the machine cannot know which of its two times was wrong.
    expect(await ward.signIn(alice, alice.token.peek())).toMatchObject({ succeeded: false });
    await enterprise.server.start();
    await ward.untilLevel();
    expect(Math.abs((await ward.status()).effectiveTimeMs - Date.now())).toBeLessThan(60_000);
    await enterprise.server.kill();
    await ward.untilOffline();
    const done = await ward.signIn(alice, alice.token.next());
    expect(done, done.shown).toMatchObject({ succeeded: true });
    expect(await codes()).not.toContain("clock-behind");
  });
});
