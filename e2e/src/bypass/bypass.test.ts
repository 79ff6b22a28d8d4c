import { bypassCodeAnswer, bypassResponseAnswer, bypassStanding } from "@holdfast/protocol/bypass-api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answers } from "../../rig/pty.ts";
import { describeWhere, pamNeeds } from "../../rig/requirements.ts";
import { addCutOffWorkstation, createReachableEnterprise, cutOff, reconnect } from "../enterprise/cut-off.ts";
import type { Enterprise } from "../enterprise/enterprise.ts";
import type { Person } from "../enterprise/person.ts";
import type { Workstation } from "../enterprise/workstation.ts";

const needs = [...pamNeeds, "make", "ip", "sshd", "ssh"] as const;

describeWhere(needs, "a computer without a network, and the help desk on the phone", () => {
  let enterprise: Enterprise;
  let ward: Workstation & { readonly endpointId: string };
  let anna: Person;

  beforeAll(async () => {
    enterprise = await createReachableEnterprise();
    ward = await addCutOffWorkstation(enterprise);
    anna = await enterprise.addPerson("anna", [ward], { cacheSize: 1 });
    expect(await ward.signIn(anna, anna.token.next())).toMatchObject({ succeeded: true });
    await ward.untilCached(anna, 1);
    await cutOff(ward);
    expect(await ward.signIn(anna, anna.token.next())).toMatchObject({ succeeded: true });
  });
  afterAll(() => enterprise?.[Symbol.asyncDispose]());

  const desk = { doing: "help a person" };
  const users = () => `/users/${anna.userId}`;
  const giveCode = async () => {
    const body = { endpointId: ward.endpointId, reason: "Codes used up" };
    const given = await enterprise.administrator.api.send(
      bypassCodeAnswer,
      "POST",
      `${users()}/bypass-codes`,
      body,
      desk,
    );
    if (given.kind !== "ok") throw new Error(JSON.stringify(given));
    return given.value.code;
  };
  const giveAnswer = async (challenge: string) => {
    const body = { endpointId: ward.endpointId, challenge };
    const given = await enterprise.administrator.api.send(
      bypassResponseAnswer,
      "POST",
      `${users()}/bypass-responses`,
      body,
      desk,
    );
    if (given.kind !== "ok") throw new Error(JSON.stringify(given));
    return given.value.answer;
  };
  const standing = async () => {
    const read = await enterprise.administrator.api.get(bypassStanding, `${users()}/bypass`, desk);
    return read.kind === "ok" ? read.value.endpoints[0] : null;
  };
  /** The next code comes by a refill, after the contact that told of the last one. */
  const untilRotated = () =>
    expect.poll(async () => (await standing())?.state, { timeout: 20_000 }).toBe("used-rotated");
  const ssh = async (...typed: string[]) => ward.ssh(anna, { answer: answers(...typed) });
  let code = "";

  test("OTP-22, OTP-23: used up, sshd says so and asks for the bypass code; with it and the password she is in, more than once", async () => {
    code = await giveCode();
    for (let time = 0; time < 2; time++) {
      const done = await ssh(anna.password, code);
      expect([done.signedIn, done.stdout], done.lines.join("\n")).toEqual([true, "anna\n"]);
      expect(done.prompts).toEqual(["Password:", "Bypass code (or Enter alone for a challenge):"]);
      const said = done.lines.join(" ");
      expect(said).toContain("no offline sign-ins are left here");
      expect(said).toContain("ask your help desk for a bypass code");
      expect(said).toContain("Do not keep pressing the token's button");
    }
    const guessed = await ssh("not the password", code, "x", "x", "x", "x");
    expect(guessed.signedIn).toBe(false);
  });

  test("OTP-23: Enter alone shows a challenge, which is there again after the call and a killed agent", async () => {
    const typing = (...typed: string[]) =>
      ward.machine.converse("pamtester", ["login", anna.userName, "authenticate", "acct_mgmt"], {
        answer: answers(...typed),
      });
    const asked = await typing(anna.password, "", "");
    const challenge = /Challenge: (\d{4} \d{4})/.exec(asked.lines.join(" "))?.[1] ?? "none";
    expect(asked.code).not.toBe(0);
    await ward.agent.kill();
    await ward.startAgent();
    await ward.untilOffline();
    const done = await typing(anna.password, "", await giveAnswer(challenge));
    expect(done.code, done.shown).toBe(0);
    expect(done.lines.join(" ")).toContain(`Challenge: ${challenge}`);
    expect(done.lines.join(" ")).toContain("with the help desk's help");
    const again = await typing(anna.password, "", await giveAnswer(challenge));
    expect(again.code).not.toBe(0);
  });

  test("OTP-24: back on the network it is rotated by itself; the audit has both ends, and the old code is refused", async () => {
    await reconnect(ward);
    await untilRotated();
    expect(await standing()).toMatchObject({
      uses: 2,
      answers: [{ usedAtMs: expect.any(Number) }],
    });
    const offline = (await enterprise.administrator.signIns({ mode: "offline" })).filter(
      ({ outcome }) => outcome === "succeeded",
    );
    const by = offline.map(({ detail }) => (detail as { factors: string[] }).factors.at(-1)).toSorted();
    expect(by).toEqual(["bypass-code", "bypass-code", "hotp", "ocra"]);
    // What a killed agent had still to send may arrive after its successor's first words: another alert than these.
    const alerts = (await enterprise.administrator.alerts()).map(({ kind }) => kind);
    expect(alerts.filter((kind) => kind !== "clone-suspected")).toEqual([]);
    expect(await enterprise.administrator.brokenChains()).toEqual([]);
    await cutOff(ward);
    const refused = await ssh(anna.password, "", code, code);
    expect(refused.signedIn).toBe(false);
    const next = await giveCode();
    const done = await ssh(anna.password, next);
    expect([done.signedIn, next === code]).toEqual([true, false]);
  });

  test("OTP-23: online again she signs in by her token, and no bypass code is good any more", async () => {
    await reconnect(ward);
    await untilRotated();
    const before = await giveCode();
    const done = await ssh(anna.password, anna.token.next());
    expect(done.signedIn, done.lines.join("\n")).toBe(true);
    await ward.untilCached(anna, 1);
    await cutOff(ward);
    const refused = await ssh(anna.password, before);
    expect(refused.signedIn).toBe(false);
    expect((await ssh(anna.password, anna.token.next())).signedIn).toBe(true);
  });

  test("no file and no log has a bypass code or an answer", async () => {
    const next = await giveCode();
    const files = [...(await ward.stateFiles()).values()].map(({ content }) => content.toString("latin1"));
    const logs = ward.agent.output + enterprise.server.child.output;
    for (const text of [...files, logs])
      for (const secret of [code, next, next.replaceAll("-", "")]) expect(text).not.toContain(secret);
  });
});
