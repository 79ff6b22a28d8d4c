import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Person } from "../../testing/rig.ts";
import { newPerson, newPolicy } from "../../testing/rig.ts";
import { createSoftPasskey, type SoftPasskey } from "../../testing/soft-passkey.ts";
import type { Browser, WebRig } from "../../testing/web-rig.ts";
import { giveRole, sessionEvents, signInAt, startWebRig } from "../../testing/web-rig.ts";

/** A passkey says whose it is: nobody types a name first. */
let rig: WebRig;
let ada: Person;
let adas: SoftPasskey;
beforeAll(async () => {
  rig = await startWebRig();
  ada = await newPerson(rig, "ada");
  adas = await enrolAt(rig.browser("portal"), ada);
});
afterAll(() => rig.stop());

const path = "/api/v1/session/sign-in";

async function enrolAt(browser: Browser, person: Person): Promise<SoftPasskey> {
  await signInAt(browser, person, 0);
  const begun = await browser.call("POST", "/api/v1/session/passkey-options");
  const { passkey, response } = createSoftPasskey(begun.body.options, browser.origin);
  const body = { ticket: begun.body.ticket, response };
  expect((await browser.call("POST", "/api/v1/session/passkeys", body)).status).toBe(201);
  return passkey;
}

async function begin(browser: Browser) {
  const { body } = await browser.call("POST", path, {});
  return { continuation: body.continuation, options: body.prompts[0].passkeyOptions, body };
}

function give(browser: Browser, continuation: string, value: string) {
  return browser.call("POST", `${path}/steps`, { continuation, given: { factor: "passkey", value } });
}

describe("a sign-in that begins without a name", () => {
  test("asks for any passkey of the app, and the passkey opens its owner's session", async () => {
    const browser = rig.browser("portal");
    const { body, continuation, options } = await begin(browser);
    expect(body).toMatchObject({
      status: "asking",
      prompts: [{ factor: "passkey", alternatives: ["passkey"] }],
    });
    expect(body.prompts).toHaveLength(1);
    expect(options).toMatchObject({ rpId: "localhost", userVerification: "required" });
    expect(options).not.toHaveProperty("allowCredentials");
    const done = await give(browser, continuation, adas.assertion(options, browser.origin));
    expect(done.body).toMatchObject({
      status: "succeeded",
      session: { user: { userName: "ada" }, factors: ["passkey"] },
    });
    expect((await browser.call("GET", "/api/v1/session")).body.user.userName).toBe("ada");
  });

  test("is good once, at the app that began it, and for two minutes", async () => {
    const browser = rig.browser("portal");
    const first = await begin(browser);
    const assertion = adas.assertion(first.options, browser.origin);
    expect((await give(browser, first.continuation, assertion)).status).toBe(200);
    const again = await give(rig.browser("portal"), first.continuation, assertion);
    expect(again.status).toBeGreaterThanOrEqual(400);
    expect(again.headers["set-cookie"]).toBeUndefined();

    const second = await begin(browser);
    const elsewhere = await give(
      rig.browser("console"),
      second.continuation,
      adas.assertion(second.options, browser.origin),
    );
    expect(elsewhere.body.code).toBe("continuation-invalid");

    const late = await begin(browser);
    rig.clock.advance(121_000);
    const answer = await give(
      rig.browser("portal"),
      late.continuation,
      adas.assertion(late.options, browser.origin),
    );
    expect(answer.body.code).toBe("continuation-invalid");
  });

  test("is refused alike for a passkey that nobody has, a forged one and one that was asked for elsewhere", async () => {
    const browser = rig.browser("portal");
    const stranger = createSoftPasskey(
      {
        rp: { id: "localhost" },
        user: { id: Buffer.from(ada.user.id).toString("base64url") },
        challenge: "AAAA",
      },
      browser.origin,
    ).passkey;
    const answers = [];
    for (const made of [
      (options: unknown) => stranger.assertion(options, browser.origin),
      (options: unknown) => adas.assertion(options, browser.origin, { challenge: "AAAA" }),
      (options: unknown) => adas.assertion(options, browser.origin, { userHandle: "AAAA" }),
      (options: unknown) => adas.assertion(options, browser.origin, { userVerified: false }),
      () => "no assertion",
    ]) {
      const { continuation, options } = await begin(browser);
      const { status, body } = await give(browser, continuation, made(options));
      answers.push({ status, code: body.code, reason: body.reason, detail: body.detail });
    }
    expect(answers[0]).toMatchObject({ status: 403, code: "sign-in-refused", reason: "wrong-credentials" });
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(browser.cookie).toBeNull();

    const { continuation } = await begin(browser);
    const guess = { continuation, given: { factor: "password", value: ada.password } };
    const typed = await browser.call("POST", `${path}/steps`, guess);
    expect(typed.body.reason, "nobody has said whose password that is").toBe("wrong-credentials");
    const nameless = { given: [{ factor: "password", value: ada.password }] };
    expect((await browser.call("POST", path, nameless)).status).toBe(400);
  });

  test("asks its owner for the first step where the policy takes no passkey", async () => {
    const policyId = await newPolicy(rig, "Password and code", {
      workflows: { "self-service": [["password"], ["hotp"]] },
    });
    const bea = await newPerson(rig, "bea", { policyId });
    const browser = rig.browser("portal");
    const hers = await enrolAt(browser, bea);
    const other = rig.browser("portal");
    const { continuation, options } = await begin(other);
    const next = await give(other, continuation, hers.assertion(options, other.origin));
    expect(next.body).toMatchObject({ status: "asking", prompts: [{ factor: "password" }] });
    expect(other.cookie).toBeNull();
    const given = { factor: "password", value: bea.password };
    const last = await other.call("POST", `${path}/steps`, { continuation: next.body.continuation, given });
    expect(last.body).toMatchObject({ status: "asking", prompts: [{ factor: "hotp" }] });
  });

  test("opens the console to a passkey that was made there, for who has a role", async () => {
    const cleo = await newPerson(rig, "cleo");
    await giveRole(rig, cleo, "superadministrator");
    const hers = await enrolAt(rig.browser("console"), cleo);
    const browser = rig.browser("console");
    const { continuation, options } = await begin(browser);
    const done = await give(browser, continuation, hers.assertion(options, browser.origin));
    expect(done.body).toMatchObject({ status: "succeeded", session: { role: { id: "superadministrator" } } });
    const [event] = await sessionEvents(rig, "session-started");
    expect(event).toMatchObject({ subjectUserId: cleo.user.id, detail: { factors: ["passkey"] } });
  });
});
