import { defaultUserPolicy } from "@holdfast/protocol/policy";
import type { TemporaryCodeSettings } from "@holdfast/protocol/temporary-codes-api";
import { defaultTemporaryCodeSettings } from "@holdfast/protocol/temporary-codes-api";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { AuditRow } from "../../store/audit-rows.ts";
import type { SignInCommit } from "../../store/sign-in-commit.ts";
import { contact, enrol, happened, holdBundle, offlineSuccess } from "../../testing/endpoint.ts";
import type { Answer, Person, Rig } from "../../testing/rig.ts";
import {
  begin,
  code,
  expectProblem,
  newAttemptId,
  newPerson,
  newPolicy,
  quickKdf,
  signIn,
  startRig,
} from "../../testing/rig.ts";
import { tidyTemporaryCodes } from "./ending.ts";

/** A code from the help desk, from its generation to its end, over the API. */

let rig: Rig;
let derivations = 0;
beforeAll(async () => {
  rig = await startRig(
    {},
    {
      kdf: (password, salt) => {
        derivations += 1;
        return quickKdf(password, salt);
      },
    },
  );
});
afterAll(() => rig.stop());

type Anybody = Pick<Person, "user" | "password">;
const allow = (changes: Partial<TemporaryCodeSettings> = {}) =>
  rig.call("PUT", "/api/v1/settings/temporary-codes", {
    temporaryCodes: { ...defaultTemporaryCodeSettings, allowed: true, ...changes },
  });
const pathOf = (who: Anybody) => `/api/v1/users/${who.user.id}/temporary-code`;
const generate = (who: Anybody, more: object = {}) =>
  rig.call("POST", pathOf(who), { use: "multiple", lifetime: "PT8H", reason: "Called back", ...more });
async function codeFor(who: Anybody, more: object = {}): Promise<string> {
  const answer = await generate(who, more);
  expect([answer.status, answer.body]).toMatchObject([200, { code: expect.any(String) }]);
  return answer.body.code;
}
const stateOf = async (who: Anybody) => (await rig.call("GET", pathOf(who))).body;
const signInBy = (who: Anybody, typed: string, more: object = {}) =>
  begin(
    rig,
    who,
    [
      { factor: "password", value: who.password },
      { factor: "temporary-code", value: typed },
    ],
    more,
  );
const refusedAsEver = (answer: Answer) => expectProblem(answer, "sign-in-refused", "wrong-credentials");
const eventsOf = async (who: Anybody, type: string): Promise<AuditRow[]> =>
  (await rig.server.ports.store.audit({ userId: who.user.id, type, limit: 100 })).items;
const lastReason = async (who: Anybody) => (await eventsOf(who, "sign-in"))[0]?.reason;
/** A contractor: a password and nothing besides. */
async function contractor(userName: string, policyId?: string): Promise<Anybody> {
  const password = `pw of ${userName}!`;
  const given = policyId === undefined ? {} : { policyId };
  const made = await rig.call("POST", "/api/v1/users", { userName, password, ...given });
  return { user: made.body, password };
}

describe("what the enterprise allows", () => {
  test("TC-12, TC-39: nothing by default, which the state says and an attempt to generate hears", async () => {
    const anna = await newPerson(rig, "anna");
    expect(await stateOf(anna)).toEqual({
      eligible: true,
      allowed: false,
      may: true,
      limits: { longest: "P14D", onceOnly: false, workflows: ["workstation", "remote-access"] },
      active: null,
      warnings: [],
    });
    const refused = expectProblem(await generate(anna), "conflict");
    expect(refused.detail).toBe("Temporary codes are disabled for this enterprise");
    const [event] = await eventsOf(anna, "temporary-code-refused");
    expect(event).toMatchObject({ outcome: "refused", reason: "temporary-codes-disabled" });
  });

  test("TC-12: switched on by what has its right, with the version that was looked at, and told in the audit", async () => {
    const { version } = (await rig.call("GET", "/api/v1/settings")).body;
    const temporaryCodes = { ...defaultTemporaryCodeSettings, allowed: true };
    const put = (body: object) => rig.call("PUT", "/api/v1/settings/temporary-codes", body);
    expectProblem(await put({ temporaryCodes, version: version + 1 }), "conflict");
    expect((await put({ temporaryCodes, version })).body).toMatchObject({ temporaryCodes });
    const { items } = await rig.server.ports.store.audit({ type: "settings-changed", limit: 1 });
    expect(items[0]?.detail).toMatchObject({ after: { temporaryCodes: { allowed: true } } });
    expectProblem(await rig.call("PATCH", "/api/v1/settings", { temporaryCodes }), "invalid-request");
    for (const wrong of [
      { length: 7 },
      { length: 17 },
      { alphabet: "digits", length: 9 },
      { longest: "P14DT1S" },
      { longest: "PT0S" },
    ])
      expectProblem(await put({ temporaryCodes: { ...temporaryCodes, ...wrong } }), "invalid-request");
  });

  test("TC-17: limits on lifetime, use, length and alphabet hold for whoever generates", async () => {
    const kurt = await newPerson(rig, "kurt");
    await allow({ longest: "PT8H", onceOnly: true, length: 12, alphabet: "digits" });
    expect((await stateOf(kurt)).limits).toMatchObject({ longest: "PT8H", onceOnly: true });
    expectProblem(await generate(kurt), "invalid-request");
    expectProblem(await generate(kurt, { use: "once", lifetime: "PT28801S" }), "invalid-request");
    expect(await codeFor(kurt, { use: "once", lifetime: "PT28800S" })).toMatch(/^\d{4}-\d{4}-\d{4}$/);
    await allow();
  });

  test("TC-4, TC-24, TC-25: an end and a reason always, fourteen days at most; 24 hours are 24 hours", async () => {
    const lena = await newPerson(rig, "lena");
    expectProblem(await generate(lena, { lifetime: "P14DT1S" }), "invalid-request");
    expectProblem(await generate(lena, { lifetime: "PT0S" }), "invalid-request");
    expectProblem(await generate(lena, { lifetime: undefined }), "invalid-request");
    for (const reason of [undefined, "", " \n ", "a\u0007b", "x".repeat(501)])
      expectProblem(await generate(lena, { reason }), "invalid-request");
    const reason = "Phone at home.\nCalled back at the ward.";
    expect((await generate(lena, { lifetime: "P14D", reason })).status).toBe(200);
    expect((await stateOf(lena)).active).toMatchObject({ reason });
    const oneDay = await generate(lena, { lifetime: "PT24H", timeZone: "Europe/Berlin" });
    expect(oneDay.body.expiresAtMs).toBe(rig.clock.now() + 86_400_000);
    expect(oneDay.body.tell[0]).toContain("Monday, 23 November 2026, 13:00:00 CET (Europe/Berlin)");
    expect(oneDay.body.tell).toHaveLength(5);
    expectProblem(await generate(lena, { timeZone: "Mars/Olympus" }), "invalid-request");
  });

  test("TC-35 to TC-37: a policy without it makes nobody eligible; workflows beyond it are refused", async () => {
    const steps = [["password"], ["hotp", "totp"]];
    const none = await newPolicy(rig, "no codes", {
      workflows: { workstation: steps, "remote-access": steps },
    });
    const half = await newPolicy(rig, "wards only", { workflows: { "remote-access": steps } });
    const mona = await contractor("mona", none);
    expect(await stateOf(mona)).toMatchObject({ eligible: false, limits: { workflows: [] } });
    expectProblem(await generate(mona), "conflict");
    await rig.call("PATCH", `/api/v1/users/${mona.user.id}`, { policyId: half });
    expect(await stateOf(mona)).toMatchObject({ eligible: true, limits: { workflows: ["workstation"] } });
    expectProblem(await generate(mona, { workflows: ["remote-access"] }), "invalid-request");
    const typed = await codeFor(mona);
    expect((await signInBy(mona, typed)).status).toBe(200);
    await rig.call("PATCH", `/api/v1/users/${mona.user.id}`, { policyId: none });
    expect((await stateOf(mona)).warnings).toMatchObject([{ code: "workflow-left" }]);
    expect((await signInBy(mona, typed)).status).not.toBe(200);
  });
});

describe("signing in", () => {
  test("TC-1 to TC-3, TC-20, TC-34: password, then the code, as often as it was made for; never in place of the password", async () => {
    const olaf = await contractor("olaf");
    const typed = await codeFor(olaf);
    const asked = await begin(rig, olaf, [{ factor: "password", value: olaf.password }]);
    expect(asked.body).toMatchObject({
      status: "asking",
      prompts: [{ alternatives: ["hotp", "totp", "temporary-code"] }],
    });
    for (const form of [typed, typed.toLowerCase().replaceAll("-", " ")]) {
      const answer = await signInBy(olaf, form, { workflow: "remote-access" });
      expect(answer.body).toMatchObject({ status: "succeeded", factors: ["password", "temporary-code"] });
    }
    expect((await stateOf(olaf)).active).toMatchObject({ uses: 2, lastUsedAtMs: rig.clock.now() });
    refusedAsEver(await signInBy({ ...olaf, password: typed }, typed));
    const once = await codeFor(olaf, { use: "once" });
    expect((await signInBy(olaf, once)).status).toBe(200);
    expect((await stateOf(olaf)).active).toBeNull();
    refusedAsEver(await signInBy(olaf, once));
    expect(await lastReason(olaf)).toBe("used-up");
  });

  test("TC-5: until it expires, and the audit says why not after", async () => {
    const petra = await newPerson(rig, "petra");
    const typed = await codeFor(petra, { lifetime: "PT5S" });
    rig.clock.advance(4_999);
    expect((await signInBy(petra, typed)).status).toBe(200);
    rig.clock.advance(1);
    refusedAsEver(await signInBy(petra, typed));
    expect(await lastReason(petra)).toBe("expired");
    expect((await stateOf(petra)).active).toBeNull();
    await tidyTemporaryCodes(rig.server.ports);
    const [ended] = await eventsOf(petra, "temporary-code-ended");
    expect(ended).toMatchObject({ actor: "server", reason: "expired", detail: { uses: 1, refusedTries: 1 } });
    rig.clock.advance(31 * 86_400_000);
    await tidyTemporaryCodes(rig.server.ports);
    expect(await rig.server.ports.store.read((tx) => tx.temporaryCodes.ofUser(petra.user.id))).toBeNull();
  });

  test("TC-7, TC-26, TC-27: enrolments are untouched, and the first sign-in with the token found again ends it", async () => {
    const rita = await newPerson(rig, "rita");
    const typed = await codeFor(rita);
    expect((await signInBy(rita, typed)).status).toBe(200);
    refusedAsEver(await signIn(rig, rita, "000000"));
    expect((await stateOf(rita)).active).not.toBeNull();
    expect((await signIn(rig, rita, code(rita, 0))).status).toBe(200);
    expect((await stateOf(rita)).active).toBeNull();
    refusedAsEver(await signInBy(rita, typed));
    expect(await lastReason(rita)).toBe("usual-factor-used");
    const [ended] = await eventsOf(rita, "temporary-code-ended");
    expect(ended).toMatchObject({ reason: "usual-factor-used", detail: { uses: 1 } });
  });

  test("TC-6, AMB-TC-3: enrolling a method by whomever ends it; recovery codes are none", async () => {
    const sven = await contractor("sven");
    const methods = `/api/v1/users/${sven.user.id}/authenticators`;
    for (const [path, body] of [
      [`/api/v1/users/${sven.user.id}/tokens`, { label: "New" }],
      [methods, { kind: "totp" }],
      [methods, { kind: "card", number: "AB12CD34" }],
    ] as const) {
      const typed = await codeFor(sven);
      expect((await rig.call("POST", methods, { kind: "recovery-code" })).status).toBe(201);
      expect((await signInBy(sven, typed)).status).toBe(200);
      expect((await rig.call("POST", path, body)).status).toBe(201);
      refusedAsEver(await signInBy(sven, typed));
      expect(await lastReason(sven)).toBe("method-enrolled");
    }
  });

  test("TC-8, TC-9: opens two workflows and no other; the audit says so, the person hears what he always hears", async () => {
    const steps = [["password"], ["hotp", "recovery-code"]];
    const policyId = await newPolicy(rig, "asked everywhere", {
      workflows: { "self-service": steps, administration: steps },
    });
    const tina = await newPerson(rig, "tina", { policyId });
    const typed = await codeFor(tina, { workflows: ["workstation"] });
    for (const workflow of ["self-service", "administration", "remote-access"]) {
      refusedAsEver(await signInBy(tina, typed, { workflow }));
      expect(await lastReason(tina)).toBe("workflow-not-allowed");
    }
    expect((await signInBy(tina, typed)).status).toBe(200);
  });

  test("TC-9: a workflow that nobody may ask a temporary code of cannot be given one", async () => {
    for (const workflow of ["self-service", "administration", "order-signing"]) {
      const workflows = { [workflow]: [["password"], ["passkey", "temporary-code"]] };
      const answer = await rig.call("POST", "/api/v1/policies", {
        name: `wrong ${workflow}`,
        changes: { workflows },
      });
      expectProblem(answer, "invalid-request");
    }
  });

  test("TC-10: opens its own account and nobody else's", async () => {
    const [uwe, vera] = [await newPerson(rig, "uwe"), await newPerson(rig, "vera")];
    const [his, hers] = [await codeFor(uwe), await codeFor(vera)];
    refusedAsEver(await signInBy(vera, his));
    expect(await lastReason(vera)).toBe("wrong-credentials");
    refusedAsEver(await signInBy({ ...uwe, password: vera.password }, hers));
    expect((await signInBy(vera, hers)).status).toBe(200);
  });

  test("OTP-27: who advanced his token too far is told what else he has, after the right password only", async () => {
    const vroni = await newPerson(rig, "vroni");
    const methods = `/api/v1/users/${vroni.user.id}/authenticators`;
    await rig.call("POST", methods, { kind: "totp" });
    const far = () => signIn(rig, vroni, code(vroni, 40));
    expect(expectProblem(await far(), "sign-in-refused", "token-out-of-step").otherWays).toEqual(["totp"]);
    const typed = await codeFor(vroni);
    const told = expectProblem(await far(), "sign-in-refused", "token-out-of-step");
    expect(told.otherWays).toEqual(["totp", "temporary-code"]);
    expect(told.detail).toContain("or the temporary code that your help desk gave you instead.");
    const wrong = refusedAsEver(await signIn(rig, { ...vroni, password: "not hers" }, code(vroni, 40)));
    expect(wrong.otherWays).toBeUndefined();
    expect((await signInBy(vroni, typed)).status).toBe(200);
    const first = code(vroni, 60);
    const resynchronised = await rig.call("POST", `/api/v1/tokens/${vroni.token.id}/resynchronisation`, {
      first,
      second: code(vroni, 61),
    });
    expect(resynchronised.status).toBe(200);
    expect((await signIn(rig, vroni, code(vroni, 62))).status).toBe(200);
  });

  test("AMB-TC-7: refused while the feature is off, and good again when it is on", async () => {
    const willi = await newPerson(rig, "willi");
    const typed = await codeFor(willi);
    await allow({ allowed: false });
    refusedAsEver(await signInBy(willi, typed));
    expect(await lastReason(willi)).toBe("temporary-codes-disabled");
    expect(await stateOf(willi)).toMatchObject({
      allowed: false,
      active: { refusedTries: 1 },
      warnings: [{ code: "code-while-disabled" }],
    });
    await allow();
    expect((await signInBy(willi, typed)).status).toBe(200);
  });

  test("a lost answer is given again to who shows the same again, also of one that is used up by it", async () => {
    const xaver = await newPerson(rig, "xaver");
    const typed = await codeFor(xaver, { use: "once" });
    const attemptId = newAttemptId();
    for (let time = 0; time < 2; time++)
      expect((await signInBy(xaver, typed, { attemptId })).body).toMatchObject({ status: "succeeded" });
    expectProblem(await signInBy(xaver, "34679ACDEF", { attemptId }), "conflict");
    expect((await eventsOf(xaver, "sign-in")).filter(({ outcome }) => outcome === "succeeded")).toHaveLength(
      1,
    );
  });
});

test("TC-7: a sign-in with the token where no server could be reached ends what was generated before it", async () => {
  const policyId = await newPolicy(rig, "offline", { offline: { enabled: true } });
  const olga = await newPerson(rig, "olga", { policyId });
  const endpoint = await enrol(rig, "desk");
  await holdBundle(rig, endpoint, olga, 0);
  const startMs = rig.clock.now();
  rig.clock.advance(2000);
  await codeFor(olga);
  happened(endpoint, startMs + 1000, offlineSuccess(olga, 1));
  rig.clock.advance(2000);
  await contact(endpoint);
  expect((await stateOf(olga)).active).toMatchObject({ createdAtMs: startMs + 2000 });
  happened(endpoint, startMs + 3000, offlineSuccess(olga, 2));
  await contact(endpoint);
  expect((await stateOf(olga)).active).toBeNull();
  const [ended] = await eventsOf(olga, "temporary-code-ended");
  expect(ended).toMatchObject({ actor: `endpoint:${endpoint.id}`, reason: "usual-factor-used" });
});

describe("the help desk", () => {
  test("TC-41, TC-42: revoked and replaced codes are refused, and there is never more than one", async () => {
    const yann = await newPerson(rig, "yann");
    const first = await codeFor(yann);
    const second = await codeFor(yann);
    refusedAsEver(await signInBy(yann, first));
    expect((await signInBy(yann, second)).status).toBe(200);
    expect((await rig.call("DELETE", pathOf(yann))).status).toBe(204);
    refusedAsEver(await signInBy(yann, second));
    expect(await lastReason(yann)).toBe("revoked");
    expectProblem(await rig.call("DELETE", pathOf(yann)), "not-found");
    const types = ["temporary-code-generated", "temporary-code-replaced", "temporary-code-ended"];
    const counts = await Promise.all(types.map(async (type) => (await eventsOf(yann, type)).length));
    expect(counts).toEqual([1, 1, 2]);
    const [generated] = await eventsOf(yann, "temporary-code-generated");
    expect(generated?.detail).toMatchObject({ use: "multiple", reason: "Called back" });
  });

  test("TC-23: nobody sees it again: not in the API, the store, the audit, or to who repeats his request", async () => {
    const zoe = await newPerson(rig, "zoe");
    const headers = { authorization: `Bearer ${rig.adminKey}`, "idempotency-key": "again" };
    const post = async () =>
      (
        await rig.server.app.inject({
          method: "POST",
          url: pathOf(zoe),
          headers,
          payload: { use: "multiple", lifetime: "PT1H", reason: "Called back" },
        })
      ).json().code as string;
    const [first, second] = [await post(), await post()];
    expect(first).not.toBe(second);
    const row = await rig.server.ports.store.read((tx) => tx.temporaryCodes.ofUser(zoe.user.id));
    const audit = (await rig.server.ports.store.audit({ userId: zoe.user.id, limit: 100 })).items;
    const everything = JSON.stringify([row, audit, await stateOf(zoe)]);
    for (const typed of [first, second])
      for (const form of [typed, typed.replaceAll("-", "")]) expect(everything).not.toContain(form);
    expect(row).toMatchObject({
      salt: expect.stringMatching(/^.{22}$/),
      verifier: expect.stringMatching(/^.{43}$/),
    });
  });

  test("TC-47: twenty wrong ones lock as twenty of anything else", async () => {
    const abel = await newPerson(rig, "abel");
    const typed = await codeFor(abel);
    const answers: (string | undefined)[] = [];
    for (let time = 0; time < 20; time++) answers.push((await signInBy(abel, "34679-ACDEF")).body.reason);
    expect(answers.at(-1)).toBe("locked");
    expect(answers.slice(0, defaultUserPolicy.lockout.failures)).not.toContain("locked");
    expectProblem(await signInBy(abel, typed), "sign-in-refused", "locked");
    expect((await stateOf(abel)).warnings).toMatchObject([{ code: "user-locked" }]);
  });

  test("TC-20: of fifty sign-ins at once by a code that is good once, one succeeds", async () => {
    const policyId = await newPolicy(rig, "never locked", { lockout: { failures: 100 } });
    const berta = await newPerson(rig, "berta", { policyId });
    const typed = await codeFor(berta, { use: "once" });
    const answers = await Promise.all(Array.from({ length: 50 }, () => signInBy(berta, typed)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const succeeded = (await eventsOf(berta, "sign-in")).filter(({ outcome }) => outcome === "succeeded");
    expect(succeeded).toHaveLength(1);
  });
});

describe("what a code costs (SECURITY §1, Guessing)", () => {
  /** Of one sign-in: Argon2id runs, and what went to the store by which way. */
  async function costOf(work: () => Promise<Answer>) {
    const { store } = rig.server.ports;
    // What is told to the person after an enrolment is written behind its answer.
    await new Promise((resolve) => setTimeout(resolve, 10));
    const commit = vi.spyOn(store, "commitSignIn");
    const [note, transaction] = [vi.spyOn(store, "note"), vi.spyOn(store, "transaction")];
    const before = derivations;
    const { status } = await work();
    const writes = commit.mock.calls.map(([one]) => shapeOf(one));
    const others = note.mock.calls.length + transaction.mock.calls.length;
    for (const spy of [commit, note, transaction]) spy.mockRestore();
    return { status, argon2id: derivations - before, writes, others };
  }
  /** Statements, by what they write: of users with failures a success clears them, which is its own cost. */
  const shapeOf = ({ attempt, also, audit, consume }: SignInCommit) => ({
    attempt: attempt !== null,
    consume: consume !== null,
    used: also?.used.length ?? 0,
    temporaryCode: also?.temporaryCode !== undefined,
    audit: audit.length,
  });
  const shape = { attempt: true, consume: false, used: 0, temporaryCode: true, audit: 1 };

  test("a right, wrong, expired, missing, revoked, switched-off and misplaced one: two Argon2id and one commit alike", async () => {
    const cora = await newPerson(rig, "cora");
    const wrong = "34679-ACDEF";
    const costs: Record<string, Awaited<ReturnType<typeof costOf>>> = {};
    costs.never = await costOf(() => signInBy(cora, wrong));
    const expiring = await codeFor(cora, { lifetime: "PT1S" });
    rig.clock.advance(1000);
    costs.expired = await costOf(() => signInBy(cora, expiring));
    const bound = await codeFor(cora, { workflows: ["workstation"] });
    costs.right = await costOf(() => signInBy(cora, bound));
    costs.wrong = await costOf(() => signInBy(cora, wrong));
    costs.elsewhere = await costOf(() => signInBy(cora, bound, { workflow: "remote-access" }));
    costs.notTaken = await costOf(() => signInBy(cora, bound, { workflow: "self-service" }));
    await allow({ allowed: false });
    costs.off = await costOf(() => signInBy(cora, bound));
    await allow();
    await rig.call("DELETE", pathOf(cora));
    costs.revoked = await costOf(() => signInBy(cora, bound));
    const once = await codeFor(cora, { use: "once" });
    costs.rightOnce = await costOf(() => signInBy(cora, once));
    costs.usedUp = await costOf(() => signInBy(cora, once));
    costs.wrongPassword = await costOf(() => signInBy({ ...cora, password: "not hers" }, once));
    for (const [what, cost] of Object.entries(costs))
      expect([what, cost]).toEqual([
        what,
        { status: what.startsWith("right") ? 200 : 403, argon2id: 2, writes: [shape], others: 0 },
      ]);
  });

  test("a name alone costs one read whether its user has a code or not", async () => {
    const reads = async (who: Anybody) => {
      const { store } = rig.server.ports;
      const read = vi.spyOn(store, "read");
      expect((await begin(rig, who, [])).body.status).toBe("asking");
      const count = read.mock.calls.length;
      read.mockRestore();
      return count;
    };
    const [having, without] = [await newPerson(rig, "gerd"), await newPerson(rig, "hans")];
    await codeFor(having);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await reads(having)).toBe(await reads(without));
  });

  test("an unknown user's costs as many Argon2id, and what is a one-time code costs none besides the password's", async () => {
    const nobody = { user: { userName: "nobody-at-all" }, password: "x" } as Anybody;
    expect(await costOf(() => signInBy(nobody, "34679-ACDEF"))).toMatchObject({ argon2id: 2 });
    const dirk = await newPerson(rig, "dirk");
    await codeFor(dirk);
    expect(await costOf(() => signInBy(dirk, "123456"))).toMatchObject({ argon2id: 1 });
    expect(await costOf(() => signIn(rig, dirk, code(dirk, 0)))).toMatchObject({ status: 200, argon2id: 1 });
    const bare = await newPolicy(rig, "code alone", { workflows: { "remote-access": [["hotp"]] } });
    const emma = await newPerson(rig, "emma", { policyId: bare });
    const alone = (value: string) =>
      begin(rig, emma, [{ factor: "hotp", value }], { workflow: "remote-access" });
    expect(await costOf(() => alone(code(emma, 0)))).toMatchObject({ status: 200, argon2id: 0 });
    expect(await costOf(() => alone("34679-ACDEF"))).toMatchObject({ status: 403, argon2id: 1 });
  });
});
