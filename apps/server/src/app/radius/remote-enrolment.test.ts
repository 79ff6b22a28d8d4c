import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Rig } from "../../testing/rig.ts";
import { newPolicy, startRig } from "../../testing/rig.ts";
import { radiusGateway } from "./testing/gateway.ts";

/** Signing in from outside by codes that are sent, and enrolling the number meanwhile. */

let rig: Rig;
let access: Awaited<ReturnType<typeof radiusGateway>>["access"];
const steps = [["password"], ["hotp", "temporary-code", "sms-code"]];
const messages = (changes: object = {}) => ({
  lockout: { failures: 20 },
  enrolment: { rights: ["sms-code"], ...changes },
  workflows: { "remote-access": steps },
});

beforeAll(async () => {
  rig = await startRig({ demo: true });
  ({ access } = await radiusGateway(rig));
  expect((await rig.call("PUT", "/api/v1/senders/sms", { kind: "catcher", codeDigits: 6 })).status).toBe(200);
  const codes = {
    allowed: true,
    longest: "P14D",
    onceOnly: false,
    length: 10,
    alphabet: "letters-and-digits",
  };
  expect((await rig.call("PUT", "/api/v1/settings/temporary-codes", { temporaryCodes: codes })).status).toBe(
    200,
  );
});
afterAll(() => rig.stop());
beforeEach(() => rig.clock.advance(86_400_000));

const password = "correct horse battery";
let policies = 0;
async function person(userName: string, changes: object = {}): Promise<string> {
  const policyId = await newPolicy(rig, `Remote ${++policies}`, messages(changes));
  const { status, body } = await rig.call("POST", "/api/v1/users", { userName, password, policyId });
  expect(status).toBe(201);
  return body.id;
}
async function lastCode(to: string): Promise<string> {
  await rig.server.ports.delivery.outbox.idle();
  const message = rig.server.ports.delivery.catcher?.caught().find((one) => one.to === to);
  return /\b\d{6}\b/.exec(message?.text.split(":").slice(1).join(":") ?? "")?.[0] ?? "none";
}
/** Everything typed in turn; the last reply. */
async function conversation(userName: string, typed: readonly (string | (() => Promise<string>))[]) {
  let state: string | undefined;
  let last = { verdict: "", state: "" as string | undefined, message: "" as string | undefined };
  for (const one of typed) {
    const value = typeof one === "string" ? one : await one();
    last = await access({ userName, password: value, ...(state === undefined ? {} : { state }) });
    state = last.state;
  }
  return last;
}
const kindsOf = async (id: string) =>
  (await rig.call("GET", `/api/v1/users/${id}/authenticators`)).body.items.map(
    ({ kind }: { kind: string }) => kind,
  );

describe("enrolling while signing in from outside", () => {
  test("TC-43: the password is enough to enrol a phone number, whose codes sign in from then on", async () => {
    const number = "+491701111111";
    const id = await person("anna");
    const first = await access({ userName: "anna", password });
    expect(first).toMatchObject({
      verdict: "Challenge",
      message: "One-time code (or type sms):",
    });
    const asked = await conversation("anna", [password, "123456"]);
    expect(asked).toMatchObject({
      verdict: "Challenge",
      message: "You need a second factor. Type your mobile number, beginning with +.",
    });
    const sent = await access({ userName: "anna", password: number, state: asked.state ?? "" });
    expect(sent.message).toMatch(/^Code sent to \+/);
    const code = await lastCode(number);
    const done = { userName: "anna", password: code, state: sent.state ?? "" };
    const accepted = await access(done);
    expect(accepted).toMatchObject({ verdict: "Accept" });
    expect(await access(done), "a retransmission").toEqual(accepted);
    expect((await access({ ...done, password: "000000" })).verdict).toBe("Reject");
    expect(await kindsOf(id)).toEqual(["sms-code"]);

    rig.clock.advance(60_000);
    expect(await conversation("anna", [password, "sms", () => lastCode(number)])).toMatchObject({
      verdict: "Accept",
    });
    expect((await conversation("anna", [password, "123456"])).verdict, "no second enrolment").toBe("Reject");
  });

  test("whoever has the password wrong is asked the same, is told no more, and enrols nothing", async () => {
    const id = await person("bert");
    expect(await conversation("bert", ["not it", "123456"])).toMatchObject({ verdict: "Reject" });
    expect(await kindsOf(id)).toEqual([]);
  });

  test("UNI-4: a conversation is over once somebody enrolled, was stopped, or the help desk took its code back", async () => {
    const over = { verdict: "Reject", message: expect.stringContaining("Begin again") };
    const number = "+491704444444";
    const ida = await person("ida");
    const [first, second] = [
      await conversation("ida", [password, "x"]),
      await conversation("ida", [password, "x"]),
    ];
    const sent = await access({ userName: "ida", password: number, state: first.state ?? "" });
    const foreign = "+491705555555";
    rig.clock.advance(31_000);
    const theirs = await access({ userName: "ida", password: foreign, state: second.state ?? "" });
    const code = await lastCode(number);
    expect(await access({ userName: "ida", password: code, state: sent.state ?? "" })).toMatchObject({
      verdict: "Accept",
    });
    const late = { userName: "ida", password: await lastCode(foreign), state: theirs.state ?? "" };
    expect(await access(late), "somebody else's number in the place of hers").toMatchObject(over);
    const held = await rig.server.ports.store.read((tx) => tx.authenticators.ofUser(ida));
    expect(held.map(({ data }) => data.address)).toEqual([number]);

    const jan = await person("jan");
    const begun = await conversation("jan", [password, "x"]);
    rig.clock.advance(1);
    const stolen = { authenticatorIds: [], reason: "Rang from home" };
    expect((await rig.call("POST", `/api/v1/users/${jan}/stolen-device`, stolen)).status).toBe(200);
    expect(await access({ userName: "jan", password: foreign, state: begun.state ?? "" })).toMatchObject(
      over,
    );

    const kim = await person("kim");
    const url = `/api/v1/users/${kim}/temporary-code`;
    const made = await rig.call("POST", url, { use: "multiple", lifetime: "PT1H", reason: "Called" });
    const offered = await conversation("kim", [password, made.body.code]);
    await rig.call("DELETE", url);
    expect(await access({ userName: "kim", password: "0", state: offered.state ?? "" })).toMatchObject(over);
  });

  test("who enrolled from outside ends the portal's sessions that began with the password alone", async () => {
    const number = "+491706666666";
    const policyId = await newPolicy(rig, "Both", {
      ...messages({ delaySignIns: 5 }),
      workflows: { "remote-access": steps, "self-service": [["password"], ["hotp", "sms-code"]] },
    });
    const { body } = await rig.call("POST", "/api/v1/users", { userName: "lea", password, policyId });
    await rig.server.ports.store.transaction((tx) =>
      tx.web.sessions.insert({
        ...{ id: "ses_password", tokenHash: "h".repeat(43), userId: body.id, app: "portal", roleId: null },
        ...{ factors: ["password"], enrolmentDue: false, renewalDue: false, credentialEpoch: 1 },
        ...{ createdAtMs: tx.now(), lastSeenAtMs: tx.now(), freshAtMs: tx.now(), endedAtMs: null },
        ...{ address: "198.51.100.1", userAgent: "" },
      }),
    );
    await conversation("lea", [password, "x", number, () => lastCode(number)]);
    expect(await rig.server.ports.store.read((tx) => tx.web.sessions.ofUser(body.id))).toEqual([]);
  });

  test("a number that is none, and a wrong code, may be typed again, three times", async () => {
    await person("cleo");
    const ended = await conversation("cleo", [password, "x", "not a number", "no", "neither"]);
    expect(ended).toMatchObject({ verdict: "Reject", message: expect.stringContaining("Begin again") });
    const wrong = await conversation("cleo", [password, "x", "+491702222222", "000000", "111111", "222222"]);
    expect(wrong.verdict).toBe("Reject");
  });

  test("TC-44: where two factors are required, only password and temporary code lead to enrolment", async () => {
    const id = await person("dora", { remoteByPassword: false });
    expect((await conversation("dora", [password, "123456"])).verdict, "without a code").toBe("Reject");
    const made = await rig.call("POST", `/api/v1/users/${id}/temporary-code`, {
      use: "multiple",
      lifetime: "PT1H",
      reason: "Called back",
    });
    expect(made.status).toBe(200);
    const { code } = made.body;
    const offered = await conversation("dora", [password, code]);
    expect(offered.message).toBe(
      "You are in by a temporary code. Type your mobile number, beginning with +. 0: not now.",
    );
    expect(await access({ userName: "dora", password: "0", state: offered.state ?? "" })).toMatchObject({
      verdict: "Accept",
    });
    const number = "+491703333333";
    const done = await conversation("dora", [password, code, number, () => lastCode(number)]);
    expect(done.verdict).toBe("Accept");
    expect(await kindsOf(id)).toEqual(["sms-code"]);
    expect((await conversation("dora", [password, code])).verdict, "TC-6: the code has ended").toBe("Reject");
  });

  test("TC-46: enrolment is put off as often as the policy says, then no more", async () => {
    await person("emil", { remoteDelaySignIns: 2 });
    const signIn = () => conversation("emil", [password, "0"]);
    const first = await signIn();
    expect(first).toMatchObject({ verdict: "Accept", message: expect.stringContaining("1 more time") });
    expect((await signIn()).verdict).toBe("Accept");
    expect(await signIn()).toMatchObject({ verdict: "Challenge" });
    await person("fred", { remoteDelaySignIns: null });
    for (let again = 0; again < 3; again++)
      expect((await conversation("fred", [password, "0"])).verdict, "TC-45: for ever").toBe("Accept");
    await person("gina", { remoteAllowed: false, remoteDelaySignIns: 2 });
    expect((await conversation("gina", [password, "0"])).verdict).toBe("Reject");
  });

  test("what would have to be shown to be enrolled is enrolled at the portal, which the person is told", async () => {
    const policyId = await newPolicy(rig, "Apps", {
      enrolment: { rights: ["totp"] },
      workflows: { "remote-access": [["password"], ["totp"]] },
    });
    await rig.call("POST", "/api/v1/users", { userName: "hana", password, policyId });
    expect(await conversation("hana", [password, "0"])).toMatchObject({
      verdict: "Reject",
      message: expect.stringContaining("You need a second factor before you sign in from outside."),
    });
    const { items } = (await rig.call("GET", "/api/v1/audit?type=remote-enrolment-needed")).body;
    expect(items).toMatchObject([{ outcome: "refused", reason: "no-token" }]);
  });
});
