import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeWhere, pamNeeds } from "../../rig/requirements.ts";
import { secretsOnDisk } from "../enterprise/disk.ts";
import { Enterprise } from "../enterprise/enterprise.ts";
import type { Person } from "../enterprise/person.ts";
import type { Workstation } from "../enterprise/workstation.ts";
import { suCaller, ways } from "./ways.ts";

const needs = [...pamNeeds, "make", "sshd", "ssh", "su", "sudo", "oathtool"] as const;

describeWhere(needs, "the outage walk", () => {
  const each = Object.entries(ways);
  const people = new Map<string, Person>();
  const by = (way: string) => people.get(way) as Person;
  let enterprise: Enterprise;
  let ward: Workstation & { endpointId: string };
  let killedAtMs = 0;

  beforeAll(async () => {
    enterprise = await Enterprise.create();
    ward = await enterprise.addWorkstation();
    await ward.addAccount(suCaller);
    for (const [index, [way]] of each.entries()) {
      people.set(way, await enterprise.addPerson(`nurse${index}`, [ward]));
      await ward.machine.writeSudoers(`nurse${index}`, `nurse${index} ALL = (ALL) ALL`);
    }
  });
  afterAll(() => enterprise?.[Symbol.asyncDispose]());

  describe("with the server there", () => {
    test.each(each)("OTP-2, OTP-6: signs in by %s, and the cache fills by itself", async (way, signIn) => {
      const person = by(way);
      const done = await signIn(ward, person, person.token.next());
      expect(done.signedIn, done.said).toBe(true);
      await ward.untilCached(person, 25);
    });

    test("OTP-5: what is kept is root's alone, and holds no seed, no password and none of the next codes", async () => {
      for (const person of people.values()) expect(await secretsOnDisk(ward, person)).toEqual([]);
      const files = [...(await ward.stateFiles())];
      expect(files.filter(([name]) => name.endsWith(".sealed"))).toHaveLength(people.size);
      expect(files.filter(([, { mode, uid }]) => mode !== 0o600 || uid !== 0)).toEqual([]);
      const shown = await ward.machine.runOk("stat", ["-c", "%a %u", "/var/lib/holdfast"]);
      expect(shown.stdout.trim()).toBe("700 0");
    });
  });

  describe("with the server killed", () => {
    beforeAll(async () => {
      killedAtMs = Date.now();
      await enterprise.server.kill();
      await ward.untilOffline();
    });

    test.each(each)(
      "OTP-1, OTP-2: signs in by %s with password and the next code, and is told so",
      async (way, signIn) => {
        const person = by(way);
        const done = await signIn(ward, person, person.token.next());
        expect(done.signedIn, done.said).toBe(true);
        // sshd's client sees no messages of a sign-in whose prompts it did not get one by one.
        if (!way.includes("one line")) {
          expect(done.said).toContain("Offline sign-in: the server cannot be reached.");
        }
        expect(await ward.holding(person)).toMatchObject({ remaining: 24, failures: 0 });
      },
    );

    test.each(each)("OTP-8: by %s the code just used is refused", async (way, signIn) => {
      const person = by(way);
      const done = await signIn(ward, person, person.token.codeAt(person.token.counter - 1));
      expect(done.signedIn, done.said).toBe(false);
      expect(await ward.holding(person)).toMatchObject({ remaining: 24, failures: 1 });
    });

    test("OTP-8: three codes ahead is accepted, and the three passed over are refused for good", async () => {
      const { token } = by("pamtester");
      const passed = [token.next(), token.next(), token.next()];
      expect(await ward.signIn(by("pamtester"), token.next())).toMatchObject({ succeeded: true });
      for (const code of passed) {
        const done = await ward.signIn(by("pamtester"), code);
        expect(done).toMatchObject({ succeeded: false, result: "PAM_AUTH_ERR" });
        expect(done.information.join(" ")).toContain("user name, password or one-time code is not right");
      }
      expect(await ward.signIn(by("pamtester"), token.next())).toMatchObject({ succeeded: true });
    });

    test("both factors count: a wrong password and a wrong code are refused in the same words", async () => {
      const person = by("su");
      const code = person.token.peek();
      const wrongPassword = await ward.signIn(person, code, { password: "not the password" });
      expect(wrongPassword).toMatchObject({ succeeded: false, prompts: ["Password:", "One-time code:"] });
      const wrongCode = await ward.signIn(person, person.token.codeAt(5_000));
      expect(wrongCode).toMatchObject({ succeeded: false, prompts: wrongPassword.prompts });
      expect(wrongCode.information).toEqual(wrongPassword.information);
      // The code itself was not spent by the wrong password.
      expect(await ward.signIn(person, person.token.next())).toMatchObject({ succeeded: true });
    });

    test("neither the local password nor an empty answer stands in for a factor", async () => {
      const person = by("sudo");
      for (const [password, code] of [
        ["the password in /etc/shadow", person.token.peek()],
        ["", person.token.peek()],
        [person.password, ""],
      ] as const) {
        expect(await ward.signIn(person, code, { password }), `${password}/${code}`).toMatchObject({
          succeeded: false,
        });
      }
    });
  });

  describe("with the server back", () => {
    beforeAll(async () => {
      await enterprise.server.start();
    });

    test("MDA-12: the agent returns by itself and tells everything", async () => {
      const status = await ward.untilContact();
      expect(status.connection.server).toBe(enterprise.server.url);
    });

    test("OTP-29, UNI-5: offline sign-ins are in the audit once each, with their own time and mode", async () => {
      const offline = await enterprise.administrator.signIns({ mode: "offline" });
      const succeeded = offline.filter(({ outcome }) => outcome === "succeeded");
      expect(succeeded).toHaveLength(each.length + 3);
      const attempts = offline.map(({ attemptId }) => attemptId);
      expect(new Set(attempts).size).toBe(attempts.length);
      for (const event of offline) {
        expect(event.endpointId).toBe(ward.endpointId);
        expect(event.atMs).toBeGreaterThanOrEqual(killedAtMs);
        expect(event.atMs).toBeLessThan(event.receivedAtMs);
      }
      for (const event of succeeded) expect(event.detail).toMatchObject({ factors: ["password", "hotp"] });
      expect(await enterprise.administrator.brokenChains()).toEqual([]);
      expect(await enterprise.administrator.alerts()).toEqual([]);
    });

    test("OTP-7, OTP-29: nothing was burned; the next code works online, and the cache is full again", async () => {
      for (const [way, signIn] of each) {
        const person = by(way);
        const done = await signIn(ward, person, person.token.next());
        expect(done.signedIn, `${way}: ${done.said}`).toBe(true);
        await ward.untilCached(person, 25);
        expect(await enterprise.administrator.token(person.tokenId)).toMatchObject({
          nextCounter: person.token.counter,
        });
      }
    });

    test("no log has a password or a code", () => {
      const logs = ward.agent.output + enterprise.server.child.output;
      for (const { password, token } of people.values()) {
        expect(logs).not.toContain(password);
        for (let counter = 0; counter < token.counter + 30; counter++) {
          expect(logs).not.toMatch(new RegExp(`(?<!\\d)${token.codeAt(counter)}(?!\\d)`));
        }
      }
    });
  });
});
