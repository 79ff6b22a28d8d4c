import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWhere, pamNeeds } from "../../rig/requirements.ts";
import { Enterprise } from "../enterprise/enterprise.ts";
import type { Person } from "../enterprise/person.ts";
import type { Workstation } from "../enterprise/workstation.ts";

describeWhere([...pamNeeds, "make", "oathtool"], "how many offline sign-ins there are", () => {
  let enterprise: Enterprise;
  let ward: Workstation;
  let buffered: Workstation;
  let logonManager: Workstation;
  let onlineOnly: Workstation;
  let people: Record<string, Person>;
  const person = (name: string) => people[name] as Person;

  beforeAll(async () => {
    enterprise = await Enterprise.create();
    const { administrator } = enterprise;
    ward = await enterprise.addWorkstation();
    buffered = await enterprise.addWorkstation();
    logonManager = await enterprise.addWorkstation({ enrolment: { profile: { name: "wlm" } } });
    onlineOnly = await enterprise.addWorkstation({ configuration: "[offline]\nenabled = false" });
    // A buffer set after the enrolment counts from the agent's next start on.
    await buffered.configure("[pam]\nbuffer = 10");
    await buffered.agent.stop();
    await buffered.startAgent();
    await buffered.untilLevel();
    people = {
      anna: await enterprise.addPerson("anna", [ward]),
      ben: await enterprise.addPerson("ben", [ward]),
      five: await enterprise.addPerson("five", [ward], { cacheSize: 5 }),
      nine: await enterprise.addPerson("nine", [ward], { cacheSize: 9 }),
      carla: await enterprise.addPerson("carla", [buffered]),
      dora: await enterprise.addPerson("dora", [logonManager]),
      emil: await enterprise.addPerson("emil", [onlineOnly]),
      newcomer: await enterprise.addPerson("newcomer", [ward]),
    };
    await administrator.changeToken(person("ben").tokenId, { windowSize: 40 });
    for (const [workstation, name] of signedInOnline())
      expect(await workstation.signIn(person(name), person(name).token.next())).toMatchObject({
        succeeded: true,
      });
    for (const [workstation, name, size] of sizes()) await workstation.untilCached(person(name), size);
    await enterprise.server.kill();
    for (const workstation of [ward, buffered, logonManager, onlineOnly]) await workstation.untilOffline();
  });
  afterAll(() => enterprise?.[Symbol.asyncDispose]());

  const sizes = () =>
    [
      [ward, "anna", 25],
      [ward, "ben", 35],
      [ward, "five", 5],
      [ward, "nine", 9],
      [buffered, "carla", 20],
      [logonManager, "dora", 30],
    ] as const;
  const signedInOnline = () =>
    [...sizes().map(([workstation, name]) => [workstation, name] as const), [onlineOnly, "emil"]] as const;

  test("OTP-20: a machine whose configuration says so signs nobody in offline, and keeps nothing", async () => {
    const done = await onlineOnly.signIn(person("emil"), person("emil").token.peek());
    expect(done).toMatchObject({ succeeded: false, prompts: [] });
    expect(done.information.join(" ")).toContain("offline sign-in is switched off on this computer");
    expect([...(await onlineOnly.stateFiles()).keys()].filter((name) => name.endsWith(".sealed"))).toEqual(
      [],
    );
  });

  test("OTP-21: who never signed in here online cannot do so offline", async () => {
    const done = await ward.signIn(person("newcomer"), person("newcomer").token.peek());
    expect(done.succeeded).toBe(false);
    expect(done.information.join(" ")).toContain("sign in once; afterwards offline sign-in works");
  });

  test("OTP-9, OTP-16, OTP-17, OTP-18, OTP-31: 25 by default, 35 with a window of 40, 20 with a buffer of 10, 30 for a logon manager, 5 and 9 where the user's number says so; not one more", {
    timeout: 180_000,
  }, async () => {
    // Different people at a time, on one machine too.
    const counted = await Promise.all(
      sizes().map(async ([workstation, name, size]) => {
        const { token } = person(name);
        for (let left = size - 1; left >= 0; left--) {
          const done = await workstation.signIn(person(name), token.next());
          expect(done.succeeded, `${name}, ${size - left} of ${size}: ${done.shown}`).toBe(true);
          expect(done.information.join(" "), "remaining sign-ins are told").toContain(
            left > 0 ? `${left} offline sign-in` : "That was the last offline sign-in here",
          );
          const warned = done.information.some((line) => line.includes("to refill"));
          expect(warned, `${left} left`).toBe(left <= 5);
        }
        return [name, await workstation.signIn(person(name), token.peek())] as const;
      }),
    );
    for (const [name, done] of counted) {
      // The help desk could help; what is no bypass code does not.
      const prompts = ["Password:", "Bypass code (or Enter alone for a challenge):"];
      expect(done, name).toMatchObject({ succeeded: false, result: "PAM_AUTH_ERR", prompts });
      const said = done.information.join(" ");
      // OTP-22 and OTP-25: why, what to do, and that pressing on harms.
      expect(said).toContain("no offline sign-ins are left here");
      expect(said).toContain("Sign in once while connected");
      expect(said).toContain("Do not keep pressing the token's button");
    }
  });

  test("OTP-22: back online, everybody signs in with the very next code and the cache is full again", async () => {
    await enterprise.server.start();
    for (const workstation of [ward, buffered, logonManager]) await workstation.untilLevel();
    for (const [workstation, name, size] of sizes()) {
      const done = await workstation.signIn(person(name), person(name).token.next());
      expect(done.succeeded, `${name}: ${done.shown}`).toBe(true);
      await workstation.untilCached(person(name), size);
    }
    const succeeded = await enterprise.administrator.signIns({ mode: "offline" });
    expect(succeeded.filter(({ outcome }) => outcome === "succeeded")).toHaveLength(
      sizes().reduce((sum, [, , size]) => sum + size, 0),
    );
  });

  test("OTP-19: a window of 60 takes a value 60 ahead of the last one used, and not 61", async () => {
    const { token, tokenId } = person("newcomer");
    await enterprise.administrator.changeToken(tokenId, { windowSize: 60 });
    expect(await ward.signIn(person("newcomer"), token.next())).toMatchObject({ succeeded: true });
    const lastUsed = token.counter - 1;
    const tooFar = await ward.signIn(person("newcomer"), token.codeAt(lastUsed + 61));
    expect(tooFar.succeeded).toBe(false);
    expect(await ward.signIn(person("newcomer"), token.codeAt(lastUsed + 60))).toMatchObject({
      succeeded: true,
    });
  });

  test("OTP-26, OTP-27: a token pressed beyond the window is out of step and says so; a second token or two codes in a row help", async () => {
    const { administrator } = enterprise;
    const { token, tokenId, userId } = person("anna");
    token.skip(31);
    const refused = await ward.signIn(person("anna"), token.next());
    expect(refused).toMatchObject({ succeeded: false });
    expect(refused.information.join(" ")).toContain("out of step");
    expect(refused.information.join(" ")).toContain("another way to sign in");
    // Only who knows the password hears it.
    const stranger = await ward.signIn(person("anna"), token.peek(), { password: "a guess" });
    expect(stranger.information.join(" ")).not.toContain("out of step");

    const second = await administrator.addToken(userId);
    expect((await administrator.user(userId)).warnings.map(({ code }) => code)).toContain(
      "more-than-one-token",
    );
    await administrator.changeToken(tokenId, { status: "disabled" });
    expect(await ward.signIn(person("anna"), second.token.next())).toMatchObject({ succeeded: true });

    await administrator.changeToken(tokenId, { status: "enabled" });
    await administrator.resynchronise(tokenId, token.next(), token.next());
    expect(await ward.signIn(person("anna"), token.next())).toMatchObject({ succeeded: true });
  });
});
