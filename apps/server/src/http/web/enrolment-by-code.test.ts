import { defaultTemporaryCodeSettings } from "@holdfast/protocol/temporary-codes-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { code, newPolicy, secretOf } from "../../testing/rig.ts";
import type { Browser, WebRig } from "../../testing/web-rig.ts";
import { giveRole, startWebRig } from "../../testing/web-rig.ts";

/** Enrolling at the portal where the policy wants a temporary code before it (TC-44). */

let rig: WebRig;
let policyId: string;
beforeAll(async () => {
  rig = await startWebRig();
  policyId = await newPolicy(rig, "Strict", strict);
  const temporaryCodes = { ...defaultTemporaryCodeSettings, allowed: true };
  expect((await rig.call("PUT", "/api/v1/settings/temporary-codes", { temporaryCodes })).status).toBe(200);
});
afterAll(() => rig.stop());

const strict = {
  lockout: { failures: 20 },
  enrolment: { rights: ["totp"], remoteByPassword: false, delaySignIns: 9 },
  workflows: {
    "self-service": [["password"], ["hotp", "totp", "recovery-code"]],
    "remote-access": [["password"], ["totp", "temporary-code"]],
    workstation: [["password"], ["hotp", "totp", "temporary-code"]],
  },
};
const own = "/api/v1/me/authenticators";
const password = "correct horse battery";
const newcomer = async (userName: string, under = policyId): Promise<string> => {
  const { status, body } = await rig.call("POST", "/api/v1/users", { userName, password, policyId: under });
  expect(status).toBe(201);
  return body.id;
};
const lend = async (userId: string, more: object = {}): Promise<string> => {
  const wanted = { use: "multiple", lifetime: "PT8H", reason: "Called back", ...more };
  const { status, body } = await rig.call("POST", `/api/v1/users/${userId}/temporary-code`, wanted);
  expect(status).toBe(200);
  return body.code;
};
const signIn = (browser: Browser, userName: string, typed: string) =>
  browser.call("POST", "/api/v1/session/sign-in", {
    userName,
    given: [
      { factor: "password", value: password },
      { factor: "totp", value: typed },
    ],
  });
const at = async (userName: string, typed: string) =>
  (await signIn(rig.browser("portal"), userName, typed)).body;
const auditOf = async (userId: string) =>
  (await rig.call("GET", `/api/v1/audit?userId=${userId}&type=sign-in`)).body.items;
const now = (secret: Uint8Array) => code({ secret }, Math.floor(rig.clock.now() / 30_000));

describe("TC-44: without a second factor, under a policy that wants a temporary code", () => {
  test("the password alone is told whom to ask; with the code one enrols, and does nothing else before", async () => {
    const id = await newcomer("anna");
    const alone = await signIn(rig.browser("portal"), "anna", "none");
    expect([alone.status, alone.body.reason]).toEqual([403, "temporary-code-needed"]);
    expect(alone.body.detail).toContain("Ask your help desk for a temporary code");

    const lent = await lend(id);
    expect((await at("anna", "none")).reason, "the same with one to show").toBe("temporary-code-needed");
    const portal = rig.browser("portal");
    const { body } = await signIn(portal, "anna", lent);
    expect(body).toMatchObject({
      status: "succeeded",
      enrolmentDue: { factors: ["totp"], signInsLeft: 0 },
      session: { enrolmentDue: true, factors: ["password", "temporary-code"] },
    });
    for (const url of ["/api/v1/me/sessions", "/api/v1/me/sign-ins"])
      expect([url, (await portal.call("GET", url)).body.code]).toEqual([url, "enrolment-required"]);
    const made = await portal.call("POST", own, { kind: "totp" });
    const secret = secretOf(made.body.otpauthUri);
    const tried = await portal.call("POST", `${own}/${made.body.authenticator.id}/trial`, {
      code: now(secret),
    });
    expect(tried.body).toEqual({ right: true });
    expect((await portal.call("GET", "/api/v1/me/sessions")).status).toBe(200);

    rig.clock.advance(30_000);
    expect((await at("anna", lent)).reason, "TC-6: it has ended").toBe("wrong-credentials");
    expect(await at("anna", now(secret))).toMatchObject({ status: "succeeded" });
    expect((await auditOf(id)).map(({ reason }: { reason: string | null }) => reason)).toEqual([
      null,
      "method-enrolled",
      null,
      "temporary-code-needed",
      "temporary-code-needed",
    ]);
  });

  test("a code for computers only, one that is used up, and a stranger's are no codes here", async () => {
    const [bert, carl] = [await newcomer("bert"), await newcomer("carl")];
    const inside = await lend(bert, { workflows: ["workstation"] });
    expect((await at("bert", inside)).reason).toBe("wrong-credentials");
    expect((await auditOf(bert))[0]).toMatchObject({ reason: "workflow-not-allowed" });
    const once = await lend(carl, { use: "once" });
    expect((await at("bert", once)).reason).toBe("wrong-credentials");
    expect((await at("carl", once)).status).toBe("succeeded");
    expect((await at("carl", once)).reason, "good for one sign-in").toBe("wrong-credentials");
  });

  test("who has a second factor, whom it was taken from for a while, and who has a role opens nothing by it", async () => {
    const dora = await newcomer("dora");
    const made = await rig.call("POST", `/api/v1/users/${dora}/tokens`, { kind: "hotp" });
    expect(made.status).toBe(201);
    const lent = await lend(dora);
    expect((await at("dora", lent)).reason).toBe("wrong-credentials");
    const { id } = made.body.token ?? made.body;
    expect((await rig.call("PATCH", `/api/v1/tokens/${id}`, { status: "disabled" })).status).toBe(200);
    expect((await at("dora", lent)).reason).toBe("wrong-credentials");
    expect((await auditOf(dora))[0]).toMatchObject({ reason: "workflow-not-allowed" });

    const emil = await newcomer("emil");
    const his = await lend(emil);
    await giveRole(rig, { user: { id: emil } } as never, "help-desk");
    expect((await at("emil", his)).reason).toBe("wrong-credentials");
  });

  test("a session that the password alone opened before enrols nothing any more", async () => {
    const loose = await newPolicy(rig, "Loose", {
      ...strict,
      enrolment: { rights: ["totp"], delaySignIns: 9 },
    });
    const fay = await newcomer("fay", loose);
    const portal = rig.browser("portal");
    expect((await signIn(portal, "fay", "none")).body.status).toBe("succeeded");
    expect((await rig.call("PATCH", `/api/v1/users/${fay}`, { policyId })).status).toBe(200);
    const refused = await portal.call("POST", own, { kind: "totp" });
    expect([refused.status, refused.body.reason]).toEqual([403, "temporary-code-needed"]);
  });
});
