import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Person } from "../../testing/rig.ts";
import { code, newPerson, newPolicy, secretOf } from "../../testing/rig.ts";
import type { Browser, WebRig } from "../../testing/web-rig.ts";
import { giveRole, signInAt, startWebRig } from "../../testing/web-rig.ts";

let rig: WebRig;
beforeAll(async () => {
  rig = await startWebRig();
});
afterAll(() => rig.stop());

const own = "/api/v1/me/authenticators";

/** He is asked for a code all the same, so that nobody learns from the prompt who has none. */
const withPassword = (
  browser: Browser,
  { user, password }: Pick<Person, "user" | "password">,
  typed = "none",
) =>
  browser.call("POST", "/api/v1/session/sign-in", {
    userName: user.userName,
    given: [
      { factor: "password", value: password },
      { factor: "totp", value: typed },
    ],
  });

/** What its person types after scanning: the code of now where none is given. */
async function firstCode(
  browser: Browser,
  enrolment: { authenticator: { id: string }; otpauthUri: string },
  typed = code({ secret: secretOf(enrolment.otpauthUri) }, Math.floor(rig.clock.now() / 30_000)),
): Promise<boolean> {
  const answer = await browser.call("POST", `${own}/${enrolment.authenticator.id}/trial`, { code: typed });
  return answer.body.right;
}

describe("one's own authenticators", () => {
  test("are enrolled, renamed and removed as far as the policy leaves it to oneself", async () => {
    const policyId = await newPolicy(rig, "Some rights", {
      enrolment: { rights: ["totp", "recovery-code", "pin"] },
    });
    const ada = await newPerson(rig, "ada", { policyId });
    const portal = rig.browser("portal");
    await signInAt(portal, ada, 0);
    const made = await portal.call("POST", own, { kind: "totp", label: "Phone" });
    expect([made.status, made.body.otpauthUri]).toEqual([201, expect.stringMatching(/^otpauth:\/\/totp\//)]);
    const scanned = `${own}/${made.body.authenticator.id}/trial`;
    const step = Math.floor(rig.clock.now() / 30_000);
    const shown = code({ secret: secretOf(made.body.otpauthUri) }, step);
    expect((await portal.call("POST", scanned, { code: "000000" })).body).toEqual({ right: false });
    expect((await portal.call("POST", scanned, { code: shown })).body).toEqual({ right: true });
    expect(
      (await portal.call("GET", own)).body.items.map(({ status }: { status: string }) => status),
    ).toEqual(["enabled", "enabled"]);
    expect((await portal.call("POST", scanned, { code: shown })).body, "used up").toEqual({ right: false });
    const codes = await portal.call("POST", own, { kind: "recovery-code" });
    expect(codes.body.codes).toHaveLength(10);
    expect((await portal.call("POST", own, { kind: "pin", pin: "111111" })).status).toBe(400);
    expect((await portal.call("POST", own, { kind: "pin", pin: "240931" })).status).toBe(201);
    for (const barred of [{ kind: "hotp" }, { kind: "card", number: "04A1B2C3" }]) {
      const answer = await portal.call("POST", own, barred);
      expect([answer.status, answer.body.detail]).toEqual([403, expect.stringContaining("help desk")]);
    }
    expect((await portal.call("POST", `${own}/passkey-options`)).status, "nor a passkey").toBe(403);

    const { items } = (await portal.call("GET", own)).body;
    expect(items.map(({ kind }: { kind: string }) => kind).sort()).toEqual([
      "hotp",
      "pin",
      "recovery-code",
      "totp",
    ]);
    const id = made.body.authenticator.id;
    expect((await portal.call("PATCH", `${own}/${id}`, { label: "New phone" })).body.label).toBe("New phone");
    const hotp = items.find(({ kind }: { kind: string }) => kind === "hotp");
    expect((await portal.call("DELETE", `${own}/${hotp.id}`)).status, "the help desk's token").toBe(403);
    expect((await portal.call("DELETE", `${own}/${id}`)).status).toBe(204);
  });

  test("TC-35: under a policy in which nobody enrols anything every way to do so is barred", async () => {
    const policyId = await newPolicy(rig, "Contractors only", {
      enrolment: { rights: [], remoteAllowed: false },
    });
    const curt = await newPerson(rig, "curt", { policyId });
    const portal = rig.browser("portal");
    await signInAt(portal, curt, 0);
    for (const [path, body] of [
      ["", { kind: "totp" }],
      ["", { kind: "hotp" }],
      ["", { kind: "pin", pin: "240931" }],
      ["", { kind: "card", number: "04A1B2C3" }],
      ["", { kind: "recovery-code" }],
      ["/passkey-options", undefined],
      ["/proofs", { kind: "sms-code", address: "+491701234567" }],
      ["/proofs", { kind: "email-code", address: "curt@agency.example" }],
    ] as const)
      expect([path, body, (await portal.call("POST", `${own}${path}`, body)).status]).toEqual([
        path,
        body,
        403,
      ]);
    expect((await portal.call("GET", own)).body.items).toHaveLength(1);
  });

  test("of others are out of reach, and every change wants a fresh sign-in", async () => {
    const [bea, carl] = [await newPerson(rig, "bea"), await newPerson(rig, "carl")];
    const [hers, his] = [rig.browser("portal"), rig.browser("portal")];
    await signInAt(hers, bea, 0);
    await signInAt(his, carl, 0);
    const { body } = await hers.call("POST", own, { kind: "totp" });
    const path = `${own}/${body.authenticator.id}`;
    expect((await his.call("PATCH", path, { label: "mine" })).status).toBe(404);
    expect((await his.call("DELETE", path)).status).toBe(404);
    expect((await his.call("POST", own, { kind: "totp", userId: bea.user.id })).status).toBe(400);
    rig.clock.advance(6 * 60_000);
    for (const [method, url, content] of [
      ["POST", own, { kind: "totp" }],
      ["POST", `${own}/passkey-options`, undefined],
      ["PATCH", path, { label: "x" }],
      ["DELETE", path, undefined],
    ] as const) {
      expect((await hers.call(method, url, content)).body.code).toBe("fresh-sign-in-required");
    }
    expect((await hers.call("GET", own)).status).toBe(200);
  });

  test("of a passkey begin with what the browser needs, for this origin", async () => {
    const dora = await newPerson(rig, "dora");
    const portal = rig.browser("portal");
    await signInAt(portal, dora, 0);
    const begun = await portal.call("POST", `${own}/passkey-options`);
    expect(begun.body.options).toMatchObject({
      rp: { id: "localhost" },
      user: { name: "dora" },
      authenticatorSelection: { userVerification: "required" },
    });
    const forged = {
      ticket: begun.body.ticket,
      response: { id: "AAAA", rawId: "AAAA", type: "public-key", response: {} },
    };
    expect((await portal.call("POST", `${own}/passkeys`, forged)).status).toBe(400);
    expect((await portal.call("POST", `${own}/passkeys`, { ...forged, ticket: "other" })).body.code).toBe(
      "continuation-invalid",
    );
  });
});

test("TC-46: enrolment may be put off so often, and then everything else waits for it", async () => {
  const policyId = await newPolicy(rig, "Put off once", {
    enrolment: { delaySignIns: 1, rights: ["totp", "recovery-code", "card"] },
  });
  const { body: user } = await rig.call("POST", "/api/v1/users", {
    userName: "emil",
    password: "emil's own",
    policyId,
  });
  const emil = { user, password: "emil's own" };
  const first = rig.browser("portal");
  const begun = await withPassword(first, emil);
  expect(begun.body).toMatchObject({
    status: "succeeded",
    enrolmentDue: { signInsLeft: 1 },
    session: { enrolmentDue: false },
  });
  expect((await first.call("GET", "/api/v1/me/sessions")).status).toBe(200);

  const due = rig.browser("portal");
  const again = await withPassword(due, emil);
  expect(again.body).toMatchObject({
    status: "succeeded",
    enrolmentDue: { signInsLeft: 0 },
    session: { enrolmentDue: true },
  });
  for (const [method, url] of [
    ["GET", "/api/v1/me/sessions"],
    ["GET", "/api/v1/me/sign-ins"],
    ["PUT", "/api/v1/me/password"],
    ["POST", "/api/v1/me/app-passwords"],
  ] as const) {
    expect([url, (await due.call(method, url)).body.code]).toEqual([url, "enrolment-required"]);
  }
  expect((await due.call("GET", "/api/v1/me")).status).toBe(200);
  await due.call("POST", own, { kind: "recovery-code" });
  expect(
    (await due.call("GET", "/api/v1/me/sessions")).status,
    "codes are no second factor to begin with",
  ).toBe(403);
  expect((await due.call("POST", own, { kind: "card", number: "08154711" })).status).toBe(201);
  const byCard = await due.call("GET", "/api/v1/me/sessions");
  expect(byCard.status, "nor is a card, which the portal does not take").toBe(403);
  const lost = await due.call("POST", own, { kind: "totp" });
  const enrolled = await due.call("POST", own, { kind: "totp" });
  expect(enrolled.body.authenticator.status, "until its first code").toBe("pending");
  expect((await due.call("GET", "/api/v1/me/sessions")).status).toBe(403);
  const listed = (await due.call("GET", own)).body.items.map(({ id }: { id: string }) => id);
  expect(listed).toContain(enrolled.body.authenticator.id);
  expect(listed, "what was not finished is replaced").not.toContain(lost.body.authenticator.id);
  expect(await firstCode(due, enrolled.body, "000000")).toBe(false);
  expect((await due.call("GET", "/api/v1/me/sessions")).status).toBe(403);
  expect(await firstCode(due, enrolled.body)).toBe(true);
  expect((await due.call("GET", "/api/v1/me/sessions")).status).toBe(200);
  rig.clock.advance(30_000);

  expect((await withPassword(rig.browser("portal"), emil)).body.reason).toBe("wrong-credentials");
  const totp = code({ secret: secretOf(enrolled.body.otpauthUri) }, Math.floor(rig.clock.now() / 30_000));
  const answer = await withPassword(rig.browser("portal"), emil, totp);
  expect(answer.body).toMatchObject({ status: "succeeded", session: { enrolmentDue: false } });
});

test("a passkey for the console is made at the console, by who has just proven himself (SECURITY §6)", async () => {
  const fay = await newPerson(rig, "fay");
  await giveRole(rig, fay, "superadministrator");
  const console = rig.browser("console");
  await signInAt(console, fay, 0);
  const begun = await console.call("POST", "/api/v1/session/passkey-options");
  expect(begun.body.options).toMatchObject({ rp: { id: "localhost" }, user: { name: "fay" } });
  const response = { id: "AAAA", rawId: "AAAA", type: "public-key", response: {} };
  const portal = rig.browser("portal");
  await signInAt(portal, fay, 1);
  const elsewhere = await portal.call("POST", `${own}/passkeys`, { ticket: begun.body.ticket, response });
  expect(elsewhere.body.code, "the console's ticket is no good at the portal").toBe("continuation-invalid");
  rig.clock.advance(6 * 60_000);
  const late = await console.call("POST", "/api/v1/session/passkey-options");
  expect(late.body.code).toBe("fresh-sign-in-required");
});

test("TC-46: who enrols ends every session that the password alone had opened", async () => {
  const policyId = await newPolicy(rig, "Put off twice", {
    enrolment: { delaySignIns: 1, rights: ["totp"] },
  });
  const password = "gina's own";
  const { body: user } = await rig.call("POST", "/api/v1/users", { userName: "gina", password, policyId });
  const [putOff, due, hers] = [rig.browser("portal"), rig.browser("portal"), rig.browser("portal")];
  for (const browser of [putOff, due, hers])
    expect((await withPassword(browser, { user, password })).body.status).toBe("succeeded");
  const enrolled = await hers.call("POST", own, { kind: "totp" });
  expect((await putOff.call("GET", "/api/v1/me")).status, "nothing counts yet").toBe(200);
  expect(await firstCode(hers, enrolled.body)).toBe(true);
  expect((await hers.call("GET", "/api/v1/me/sessions")).body.items).toHaveLength(1);
  for (const thief of [putOff, due]) expect((await thief.call("GET", "/api/v1/me")).status).toBe(401);
});

test("TC-46: who enrols and removes it again has put enrolment off no less", async () => {
  const policyId = await newPolicy(rig, "Put off for ever", {
    enrolment: { delaySignIns: 1, rights: ["totp"] },
  });
  const password = "hugo's own";
  const { body: user } = await rig.call("POST", "/api/v1/users", { userName: "hugo", password, policyId });
  const portal = rig.browser("portal");
  expect((await withPassword(portal, { user, password })).body.enrolmentDue).toMatchObject({
    signInsLeft: 1,
  });
  const { body } = await portal.call("POST", own, { kind: "totp" });
  expect((await portal.call("DELETE", `${own}/${body.authenticator.id}`)).status).toBe(204);
  const again = await withPassword(rig.browser("portal"), { user, password });
  expect(again.body).toMatchObject({ enrolmentDue: { signInsLeft: 0 }, session: { enrolmentDue: true } });
});

test("an administrator whom one factor let into the portal enrols none for the console there", async () => {
  const policyId = await newPolicy(rig, "One factor at the portal", {
    workflows: { "self-service": [["password"]] },
  });
  const ivy = await newPerson(rig, "ivy", { policyId });
  await giveRole(rig, ivy, "superadministrator");
  const portal = rig.browser("portal");
  const { user, password } = ivy;
  const given = [{ factor: "password", value: password }];
  const path = "/api/v1/session/sign-in";
  expect((await portal.call("POST", path, { userName: user.userName, given })).status).toBe(200);
  const refused = await portal.call("POST", own, { kind: "totp" });
  expect([refused.status, refused.body.reason]).toEqual([403, "second-factor-needed"]);
  await giveRole(rig, ivy, null);
  await portal.call("POST", path, { userName: user.userName, given });
  expect((await portal.call("POST", own, { kind: "totp" })).status).toBe(201);
});

test("an expired PIN opens the portal for nothing but a new one", async () => {
  const policyId = await newPolicy(rig, "PIN at the portal", {
    pin: { maxAge: "P30D" },
    workflows: { "self-service": [["password"], ["pin"]] },
  });
  const jo = await newPerson(rig, "jo", { policyId });
  const set = { kind: "pin", pin: "271828" };
  expect((await rig.call("POST", `/api/v1/users/${jo.user.id}/authenticators`, set)).status).toBe(201);
  const signIn = async (pin: string) => {
    const portal = rig.browser("portal");
    const given = [
      { factor: "password", value: jo.password },
      { factor: "pin", value: pin },
    ];
    const answer = await portal.call("POST", "/api/v1/session/sign-in", { userName: "jo", given });
    return { portal, body: answer.body };
  };
  expect((await signIn("271828")).body.session.renewalDue).toBe(false);
  rig.clock.advance(31 * 86_400_000);
  const { portal, body } = await signIn("271828");
  expect(body).toMatchObject({ status: "succeeded", renewalDue: ["pin"], session: { renewalDue: true } });
  for (const [method, url, sent] of [
    ["GET", "/api/v1/me/sign-ins"],
    ["GET", "/api/v1/me/sessions"],
    ["GET", own],
    ["POST", "/api/v1/me/app-passwords", { name: "Mail" }],
    ["PUT", "/api/v1/me/password", { password: "another one of jo" }],
    ["POST", own, { kind: "totp" }],
    ["POST", `${own}/passkey-options`],
  ] as const)
    expect([url, (await portal.call(method, url, sent)).body.code]).toEqual([url, "renewal-required"]);
  expect((await portal.call("GET", "/api/v1/me")).status).toBe(200);
  const same = await portal.call("POST", own, set);
  expect([same.status, same.text]).toEqual([400, expect.stringContaining("choose another")]);
  expect((await portal.call("POST", own, { kind: "pin", pin: "314159" })).status).toBe(201);
  expect((await portal.call("GET", "/api/v1/me/sign-ins")).status).toBe(200);
  expect((await signIn("314159")).body).toMatchObject({ session: { renewalDue: false } });
});
