import { createHash } from "node:crypto";
import { verifySigningStatement } from "@holdfast/envelope/signing-statement";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { signingSample } from "../../store/testing/signing-sample.ts";
import type { Answer } from "../../testing/rig.ts";
import { code, newPerson, newPolicy, type Person } from "../../testing/rig.ts";
import { createSoftPasskey, type SoftPasskey } from "../../testing/soft-passkey.ts";
import {
  type Browser,
  giveRole,
  sessionEvents,
  signInAt,
  startWebRig,
  type WebRig,
} from "../../testing/web-rig.ts";

let rig: WebRig;
let policyId: string;
let applicationKey: string;
beforeAll(async () => {
  rig = await startWebRig();
  policyId = await newPolicy(rig, "Clinicians", {
    enrolment: { rights: ["passkey"] },
    workflows: { "order-signing": [["password"], ["passkey"]] },
  });
  const issued = await rig.call("POST", "/api/v1/api-keys", { name: "Order entry", scopes: ["sign"] });
  applicationKey = issued.body.key;
});
afterAll(() => rig.stop());

type Clinician = Person & { portal: Browser; passkey: SoftPasskey; passkeyId: string };
type Role = { readonly person: Person; readonly console: Browser };

const own = "/api/v1/me/authenticators";
const digestOf = (text: string) => createHash("sha256").update(text).digest("base64url");

async function addPasskey(portal: Browser): Promise<{ passkey: SoftPasskey; passkeyId: string }> {
  const begun = await portal.call("POST", `${own}/passkey-options`);
  const { passkey, response } = createSoftPasskey(begun.body.options, portal.origin);
  const made = await portal.call("POST", `${own}/passkeys`, { ticket: begun.body.ticket, response });
  expect(made.status).toBe(201);
  return { passkey, passkeyId: made.body.id };
}

async function clinician(name: string): Promise<Clinician> {
  const person = await newPerson(rig, name, { policyId });
  const portal = rig.browser("portal");
  await signInAt(portal, person, 0);
  return { ...person, portal, ...(await addPasskey(portal)) };
}

let administrators = 0;
async function administrator(): Promise<Role> {
  const person = await newPerson(rig, `admin-${++administrators}`);
  await giveRole(rig, person, "superadministrator");
  const console = rig.browser("console");
  await signInAt(console, person, 0);
  return { person, console };
}

const recordOf = ({ passkeyId }: { readonly passkeyId: string }) => ({
  method: "in-person",
  evidence: [
    { kind: "Identity card", strength: "strong" },
    { kind: "Driving licence", strength: "strong" },
  ],
  authenticatorIds: [passkeyId],
});
const proofingOf = ({ user }: Pick<Person, "user">) => `/api/v1/users/${user.id}/proofing`;

async function proof(who: Clinician, [one, two]: readonly [Role, Role]): Promise<void> {
  const made = await one.console.call("POST", proofingOf(who), recordOf(who));
  expect([made.status, made.body.state]).toEqual([201, "recorded"]);
  const confirmation = { proofingId: made.body.proofing.id };
  const confirmed = await two.console.call("POST", `${proofingOf(who)}/confirmation`, confirmation);
  expect([confirmed.status, confirmed.body.state]).toEqual([200, "confirmed"]);
}

let requests = 0;
const asked = (who: Pick<Person, "user">, more: object = {}): Promise<Answer> =>
  rig.call(
    "POST",
    "/api/v1/signings",
    {
      userName: who.user.userName,
      digest: digestOf("Morphine 5 mg"),
      documentTitle: "Morphine 5 mg for bed 7",
      requestId: `request-${++requests}`,
      ...more,
    },
    applicationKey,
  );
const read = (id: string) => rig.call("GET", `/api/v1/signings/${id}`, undefined, applicationKey);

/** Password, then the passkey over what the server asks it to sign. */
async function sign(
  who: Clinician,
  id: string,
  { password = who.password, passkey = who.passkey, bend = {} } = {},
) {
  const path = `/api/v1/me/signings/${id}/sign`;
  const begun = await who.portal.call("POST", path, { given: [{ factor: "password", value: password }] });
  if (begun.body.status !== "asking") return begun;
  const [prompt] = begun.body.prompts;
  const value = passkey.assertion(prompt.passkeyOptions, who.portal.origin, bend);
  const { continuation } = begun.body;
  return who.portal.call("POST", `${path}/steps`, { continuation, given: { factor: "passkey", value } });
}

const lastAudit = async (type: string) => (await sessionEvents(rig, type)).at(0);

describe("an order", () => {
  let both: readonly [Role, Role];
  let ada: Clinician;
  beforeAll(async () => {
    both = [await administrator(), await administrator()];
    ada = await clinician("ada");
    await proof(ada, both);
  });

  test("an application that asks for too much stands in nobody else's way", async () => {
    const zoe = await clinician("zoe");
    await proof(zoe, both);
    const { user } = zoe;
    const expiresAtMs = rig.clock.now() + 60_000;
    await rig.server.ports.store.transaction(async (tx) => {
      for (let number = 0; number < 50; number++)
        await tx.signing.requests.insert(
          signingSample(`sig_flood_${number}`, { userId: user.id, applicationId: "key_flood", expiresAtMs }),
        );
    });
    expect((await asked(zoe)).status).toBe(201);
  });

  test("is signed by two fresh factors, and anybody verifies the statement", async () => {
    const made = await asked(ada);
    expect([made.status, made.body.status]).toEqual([201, "pending"]);
    expect(made.body.url).toBe(`${ada.portal.origin}/sign/${made.body.id}`);
    const shown = await ada.portal.call("GET", `/api/v1/me/signings/${made.body.id}`);
    expect(shown.body).toMatchObject({
      documentTitle: "Morphine 5 mg for bed 7",
      applicationName: "Order entry",
      obstacle: null,
    });
    const signed = await sign(ada, made.body.id);
    expect(signed.body).toMatchObject({ status: "signed", factors: ["password", "passkey"] });

    const { body } = await read(made.body.id);
    expect(body.status).toBe("signed");
    const keys = (await rig.call("GET", "/.well-known/holdfast-signing-keys", undefined, null)).body.keys;
    const trusted = new Map(keys.map((key: { kid: string }) => [key.kid, key]));
    const verified = await verifySigningStatement(body.statement, trusted as never);
    expect(verified).toMatchObject({
      kind: "ok",
      origin: ada.portal.origin,
      statement: {
        order: {
          signer: { userName: "ada" },
          document: { title: "Morphine 5 mg for bed 7", sha256: digestOf("Morphine 5 mg") },
          application: { name: "Order entry" },
        },
        factors: [
          { factor: "password", authenticatorId: null },
          { factor: "passkey", authenticatorId: ada.passkeyId },
        ],
        proofing: { recordedBy: both[0].person.user.id, confirmedBy: both[1].person.user.id },
      },
    });
    const event = await lastAudit("order-signed");
    expect(event?.detail).toMatchObject({ signingId: made.body.id, statement: body.statement });
    expect((await lastAudit("sign-in"))?.detail.workflow).toBe("order-signing");
    const again = await sign(ada, made.body.id);
    expect([again.status, again.body.detail]).toEqual([409, expect.stringContaining("signed already")]);
  });

  test("is asked for once by each name, and is nobody else's to see", async () => {
    const first = await asked(ada, { requestId: "same" });
    expect((await asked(ada, { requestId: "same" })).body.id).toBe(first.body.id);
    expect((await asked(ada, { requestId: "same", digest: digestOf("other") })).status).toBe(409);
    const bob = await clinician("bob");
    const path = `/api/v1/me/signings/${first.body.id}`;
    expect((await bob.portal.call("GET", path)).status).toBe(404);
    expect((await sign(bob, first.body.id)).status).toBe(404);
    const { body: other } = await rig.call("POST", "/api/v1/api-keys", { name: "Other", scopes: ["sign"] });
    const foreign = await rig.call("GET", `/api/v1/signings/${first.body.id}`, undefined, other.key);
    expect(foreign.status).toBe(404);
    expect((await rig.call("POST", "/api/v1/signings", {}, rig.adminKey)).body.code).toBe("forbidden");
    expect((await ada.portal.call("GET", "/api/v1/me/signings")).body.items).toHaveLength(1);
    expect((await ada.portal.call("POST", `${path}/decline`)).body.status).toBe("declined");
    expect((await read(first.body.id)).body).toMatchObject({ status: "declined", statement: null });
  });

  test("is over with its time, or when the application takes it back", async () => {
    const short = await asked(ada, { expiresIn: "PT1M" });
    const taken = await asked(ada);
    const back = await rig.call("DELETE", `/api/v1/signings/${taken.body.id}`, undefined, applicationKey);
    expect(back.body.status).toBe("cancelled");
    expect((await sign(ada, taken.body.id)).body.detail).toContain("took this order back");
    rig.clock.advance(60_000);
    expect((await read(short.body.id)).body.status).toBe("expired");
    expect((await sign(ada, short.body.id)).body.detail).toContain("time to sign");
    expect((await asked(ada, { expiresIn: "P2D" })).status).toBe(400);
  });

  test("is not signed by a passkey that signed something else, and wrong answers count", async () => {
    const { body } = await asked(ada);
    const others: { bend?: object; password?: string }[] = [
      { bend: { challenge: "A".repeat(43) } },
      { bend: { userVerified: false } },
      { bend: { rpId: "evil.test" } },
      { password: "guessed" },
    ];
    for (const wrong of others) {
      const answer = await sign(ada, body.id, wrong as never);
      expect(answer.body).toMatchObject({ code: "sign-in-refused", reason: "wrong-credentials" });
    }
    expect((await rig.call("GET", `/api/v1/users/${ada.user.id}`)).body.failures).toBe(4);
    await sign(ada, body.id, { password: "guessed" });
    const locked = await sign(ada, body.id);
    expect([locked.body.reason, (await read(body.id)).body.status]).toEqual(["locked", "pending"]);
    await rig.call("POST", `/api/v1/users/${ada.user.id}/unlock`);
    expect((await sign(ada, body.id)).body.status).toBe("signed");
  });

  test("is not signed once its application may ask nothing any more", async () => {
    const { body: key } = await rig.call("POST", "/api/v1/api-keys", { name: "Old", scopes: ["sign"] });
    const order = {
      userName: "ada",
      digest: digestOf("x"),
      documentTitle: "An old application's",
      requestId: "old",
    };
    const { body } = await rig.call("POST", "/api/v1/signings", order, key.key);
    expect((await rig.call("DELETE", `/api/v1/api-keys/${key.id}`)).status).toBe(204);
    const refused = await sign(ada, body.id);
    expect([refused.status, refused.body.detail]).toEqual([409, expect.stringContaining("may not ask")]);
    expect((await rig.call("GET", `/api/v1/signings/${body.id}`, undefined, key.key)).status).toBe(401);
  });

  test("of two signatures at the same moment one counts", async () => {
    const { body } = await asked(ada);
    const answers = await Promise.all([sign(ada, body.id), sign(ada, body.id), sign(ada, body.id)]);
    expect(answers.filter((one) => one.body.status === "signed")).toHaveLength(1);
    expect(
      (await sessionEvents(rig, "order-signed")).filter((one) => one.detail.signingId === body.id),
    ).toHaveLength(1);
  });

  test("is not signed by an answer that was given for another order", async () => {
    const [one, two] = [await asked(ada), await asked(ada)];
    const path = (id: string) => `/api/v1/me/signings/${id}/sign`;
    const given = [{ factor: "password", value: ada.password }];
    const begun = await ada.portal.call("POST", path(one.body.id), { given });
    const value = ada.passkey.assertion(begun.body.prompts[0].passkeyOptions, ada.portal.origin);
    const { continuation } = begun.body;
    const step = { continuation, given: { factor: "passkey", value } };
    const crossed = await ada.portal.call("POST", `${path(two.body.id)}/steps`, step);
    expect(crossed.body.code).toBe("continuation-invalid");
    const again = await ada.portal.call("POST", path(two.body.id), { given });
    const mixed = { continuation: again.body.continuation, given: { factor: "passkey", value } };
    expect((await ada.portal.call("POST", `${path(two.body.id)}/steps`, mixed)).body.reason).toBe(
      "wrong-credentials",
    );
    expect((await read(two.body.id)).body.statement).toBeNull();
  });

  test("TC-9: is not signed by a temporary code, and the audit says why", async () => {
    const { body } = await asked(ada);
    const path = `/api/v1/me/signings/${body.id}/sign`;
    const given = [
      { factor: "password", value: ada.password },
      { factor: "temporary-code", value: "ABCDEFGHJK" },
    ];
    const answer = await ada.portal.call("POST", path, { given });
    expect([answer.status, answer.body.detail]).toEqual([403, "Temporary codes cannot sign orders."]);
    expect(await lastAudit("signing-refused")).toMatchObject({
      outcome: "refused",
      reason: "workflow-not-allowed",
      subjectUserId: ada.user.id,
    });
    const begun = await ada.portal.call("POST", path, { given: given.slice(0, 1) });
    const { continuation } = begun.body;
    const step = await ada.portal.call("POST", `${path}/steps`, { continuation, given: given[1] });
    expect(step.status).toBe(403);
    const misplaced = await rig.call("POST", "/api/v1/policies", {
      name: "Misplaced",
      changes: { workflows: { "order-signing": [["password"], ["temporary-code"], ["passkey"]] } },
    });
    expect(misplaced.status).toBe(400);
  });

  test("is for whom the policy has sign orders, and signs by nothing that was changed meanwhile", async () => {
    const carl = await newPerson(rig, "carl");
    const refused = await asked(carl);
    expect([refused.status, refused.body.detail]).toEqual([409, expect.stringContaining("not-allowed")]);
    expect((await asked({ user: { userName: "nobody" } } as never)).status).toBe(404);

    const { body } = await asked(ada);
    const path = `/api/v1/me/signings/${body.id}/sign`;
    const given = [{ factor: "password", value: ada.password }];
    const begun = await ada.portal.call("POST", path, { given });
    const changed = await rig.call("PATCH", `/api/v1/policies/${policyId}`, {
      changes: { totp: { driftSteps: 2 } },
    });
    expect(changed.status).toBe(200);
    const value = ada.passkey.assertion(begun.body.prompts[0].passkeyOptions, ada.portal.origin);
    const { continuation } = begun.body;
    const step = { continuation, given: { factor: "passkey", value } };
    const late = await ada.portal.call("POST", `${path}/steps`, step);
    expect([late.status, late.body.detail]).toEqual([409, expect.stringContaining("Begin again")]);
    expect((await sign(ada, body.id)).body.status).toBe("signed");
  });
});

describe("TC-33: identity proofing", () => {
  let both: readonly [Role, Role];
  beforeAll(async () => {
    both = [await administrator(), await administrator()];
  });

  test("takes two different administrators, neither of them the person, and enough evidence", async () => {
    const dora = await clinician("dora");
    const [one, two] = both;
    const refused = await asked(dora);
    expect(refused.body.detail).toContain("not-proofed");
    const little = { ...recordOf(dora), evidence: [{ kind: "Letter", strength: "fair" }] };
    expect((await one.console.call("POST", proofingOf(dora), little)).status).toBe(400);
    const made = await one.console.call("POST", proofingOf(dora), recordOf(dora));
    expect(made.body).toMatchObject({ state: "recorded", confirm: expect.stringContaining("yourself") });
    expect((await asked(dora)).body.detail).toContain("proofing-unconfirmed");

    const confirmation = { proofingId: made.body.proofing.id };
    const path = `${proofingOf(dora)}/confirmation`;
    expect((await one.console.call("POST", path, confirmation)).status).toBe(403);
    expect(await lastAudit("administration-refused")).toMatchObject({ reason: "recorded-by-oneself" });
    expect((await rig.call("POST", path, confirmation)).body.detail).toContain("no program");
    expect((await two.console.call("POST", path, { proofingId: "prf_other" })).status).toBe(409);
    await giveRole(rig, dora, "superadministrator");
    const herself = rig.browser("console");
    await signInAt(herself, dora, 3);
    const self = await herself.call("POST", path, confirmation);
    expect([self.status, self.body.detail]).toEqual([403, expect.stringContaining("yourself")]);
    expect((await herself.call("POST", proofingOf(dora), recordOf(dora))).status).toBe(403);
    expect((await two.console.call("POST", path, confirmation)).body.state).toBe("confirmed");
    expect((await two.console.call("POST", path, confirmation)).status).toBe(409);
    expect((await asked(dora)).status).toBe(201);
  });

  test("is lost with the passkey and needed again for the next one", async () => {
    const emil = await clinician("emil");
    await proof(emil, both);
    const pending = await asked(emil);
    expect(
      (await rig.call("DELETE", `/api/v1/users/${emil.user.id}/authenticators/${emil.passkeyId}`)).status,
    ).toBe(204);
    expect(await lastAudit("identity-proofing-ended")).toMatchObject({ reason: "passkey-removed" });
    expect((await rig.call("GET", proofingOf(emil))).body).toMatchObject({
      state: "lost",
      proofing: { endedWhy: "passkey-removed" },
    });
    const page = await emil.portal.call("GET", `/api/v1/me/signings/${pending.body.id}`);
    expect(page.body.obstacle.code).toBe("no-passkey");
    const again = { ...emil, ...(await addPasskey(emil.portal)) };
    expect((await asked(again)).body.detail).toContain("proofing-lost");
    const refused = await sign(again, pending.body.id);
    expect([refused.status, refused.body.detail]).toEqual([403, expect.stringContaining("proofed again")]);
    await proof(again, both);
    expect((await sign(again, pending.body.id)).body.status).toBe("signed");
  });

  test("vouches for the passkeys that were shown, and for no later one", async () => {
    const fay = await clinician("fay");
    await proof(fay, both);
    const second = await addPasskey(fay.portal);
    const { body } = await asked(fay);
    const refused = await sign(fay, body.id, { passkey: second.passkey });
    expect([refused.status, refused.body.detail]).toEqual([403, expect.stringContaining("vouch")]);
    expect(await lastAudit("signing-refused")).toMatchObject({ subjectUserId: fay.user.id });
    expect((await sign(fay, body.id)).body.status).toBe("signed");
    const withdrawn = await both[0].console.call("DELETE", proofingOf(fay));
    expect(withdrawn.body).toMatchObject({ state: "lost", proofing: { endedWhy: "withdrawn" } });
    expect((await asked(fay)).body.detail).toContain("proofing-lost");
    expect((await both[0].console.call("DELETE", proofingOf(fay))).status).toBe(409);
  });

  test("vouches for what it names alone, though another one was there already, and names only what he can sign with", async () => {
    const [hal, ivo] = [await clinician("hal"), await clinician("ivo")];
    const strange = await addPasskey(hal.portal);
    const [one] = both;
    expect((await one.console.call("GET", proofingOf(hal))).body.candidates).toHaveLength(2);
    for (const ids of [[], [ivo.passkeyId], [hal.passkeyId, ivo.passkeyId]]) {
      const body = { ...recordOf(hal), authenticatorIds: ids };
      expect((await one.console.call("POST", proofingOf(hal), body)).status).toBe(400);
    }
    await proof(hal, both);
    const { body } = await asked(hal);
    const refused = await sign(hal, body.id, { passkey: strange.passkey });
    expect([refused.status, refused.body.detail]).toEqual([403, expect.stringContaining("vouch")]);
    const gone = `/api/v1/users/${hal.user.id}/authenticators/${strange.passkeyId}`;
    expect((await rig.call("DELETE", gone)).status).toBe(204);
    expect((await sign(hal, body.id)).body.status, "what it does not name is not missed").toBe("signed");
  });

  test("needs a passkey at the portal to vouch for", async () => {
    const gil = await newPerson(rig, "gil", { policyId });
    const refused = await both[0].console.call("POST", proofingOf(gil), recordOf({ passkeyId: "aut_none" }));
    expect([refused.status, refused.body.detail]).toEqual([409, expect.stringContaining("no passkey")]);
    expect(code(gil, 0)).toHaveLength(6);
  });
});

test("statements of before a rotation of their key stay verifiable", async () => {
  const before = (await rig.call("GET", "/.well-known/holdfast-signing-keys", undefined, null)).body.keys;
  const rotated = await rig.call("POST", "/api/v1/keys/statement");
  expect(rotated.status).toBe(201);
  const after = (await rig.call("GET", "/.well-known/holdfast-signing-keys", undefined, null)).body.keys;
  expect(after).toHaveLength(before.length + 1);
  expect(after.slice(1)).toEqual(before);
});
