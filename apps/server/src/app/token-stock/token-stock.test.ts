import { hotp } from "@holdfast/core/oath/hotp";
import type { ImportedRow } from "@holdfast/protocol/token-stock-api";
import { mostOfOneKind } from "@holdfast/protocol/token-stock-api";
import { figure6, figure6Key, figure7, figure7Passphrase } from "@holdfast/token-import/testing/rfc6030";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newMasterKey } from "../../keys/master-key.ts";
import { createSecrets } from "../../keys/secrets.ts";
import { openStore } from "../../store/open-store.ts";
import type { Store } from "../../store/store.ts";
import type { Rig } from "../../testing/rig.ts";
import { expectProblem, newPerson, newPolicy, reopen, signIn, startRig } from "../../testing/rig.ts";
import { giveRole, signInAt, startWebRig } from "../../testing/web-rig.ts";
import { rewrapEverything } from "../master-key/rewrap-everything.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.stop());

const secret = new TextEncoder().encode("12345678901234567890");
const hex = Buffer.from(secret).toString("hex");
/** The code of a token whose secret is the one of all tests, RFC 4226's. */
const code = (counter: number, digits: 6 | 8 = 6) => hotp({ secret, digits, algorithm: "SHA-1", counter });
const now = (periodSeconds: number) => Math.floor(rig.clock.now() / 1000 / periodSeconds);

function csv(...rows: string[]): string {
  return ["serial,secret,type,digits,period,counter,user", ...rows].join("\n");
}
function take(content: string, more: object = {}) {
  return rig.call("POST", "/api/v1/token-imports", { format: "csv", content, ...more });
}
const results = (rows: readonly ImportedRow[]) => rows.map(({ result, why }) => why?.code ?? result);
const stock = async (query: string) => (await rig.call("GET", `/api/v1/token-stock?${query}`)).body;
function give(user: { id: string }, body: object) {
  return rig.call("POST", `/api/v1/users/${user.id}/hardware-tokens`, body);
}
async function events(type: string) {
  const { body } = await rig.call("GET", `/api/v1/audit?type=${type}&limit=20`);
  return body.items as { outcome: string; reason: string | null; detail: Record<string, unknown> }[];
}

describe("an import", () => {
  test("says of every row what became of it, changes nothing in a dry run, and can be repeated", async () => {
    const file = csv(
      `im-1,${hex},hotp,6,,5,ada`,
      `IM-2,${hex},totp,8,60,,`,
      "IM-3,00ff,hotp,6,,,",
      `,${hex},,,,,`,
    );
    const outcome = ["new", "new", "secret-too-short", "no-serial"];
    const dry = await take(file, { dryRun: true });
    expect([dry.status, results(dry.body.rows)]).toEqual([200, outcome]);
    expect((await stock("prefix=im")).items).toEqual([]);

    const done = await take(file);
    expect([results(done.body.rows), done.body.total, done.body.next]).toEqual([outcome, 4, null]);
    expect(done.body.rows[2]).toMatchObject({ place: "line 4", serial: "IM-3" });
    expect((await stock("prefix=im")).items).toMatchObject([
      {
        serial: "im-1",
        state: "free",
        kind: "hotp",
        meantFor: "ada",
        user: null,
        batchId: done.body.batchId,
      },
      { serial: "IM-2", state: "free", kind: "totp", digits: 8, periodSeconds: 60 },
    ]);
    expect(results((await take(file)).body.rows)).toEqual(["in-stock", "in-stock", ...outcome.slice(2)]);
    const other = csv(`IM-1,${hex.replace("31", "39")},hotp,6,,5,`);
    expect(results((await take(other)).body.rows)).toEqual(["other-secret"]);

    const [, , first] = await events("hardware-tokens-imported");
    expect(first?.detail).toEqual({
      batchId: done.body.batchId,
      format: "csv",
      new: 2,
      known: 0,
      refused: 2,
    });
  });

  test("goes in parts of one batch, and secrets are in no answer and no audit", async () => {
    const file = csv(...Array.from({ length: 7 }, (_, n) => `PART-${n},${hex},hotp,6,,0,`));
    const first = await take(file, { limit: 3 });
    expect([first.body.rows.length, first.body.next, first.body.total]).toEqual([3, 3, 7]);
    const rest = await take(file, { from: 3, batchId: first.body.batchId });
    expect([rest.body.rows.length, rest.body.next, rest.body.batchId]).toEqual([4, null, first.body.batchId]);
    const page = await stock(`batchId=${first.body.batchId}&limit=4`);
    expect([page.items.length, page.next]).toEqual([4, "PART-3"]);
    const audit = (await rig.call("GET", "/api/v1/audit?limit=100")).text;
    for (const text of [first.text, rest.text, JSON.stringify(page), audit])
      expect([text.includes(hex), text.includes("GEZDGNBV")]).toEqual([false, false]);
  });

  test("reads an encrypted PSKC container and asks for what opens it", async () => {
    const pskc = (content: string, more: object = {}) =>
      take(content, { format: "pskc", dryRun: true, ...more });
    const problems = async (content: string, more: object = {}) =>
      expectProblem(await pskc(content, more), "invalid-request").problems?.map(({ path }) => path);
    expect(await problems(figure6)).toEqual(["preSharedKey"]);
    expect(await problems(figure7)).toEqual(["passphrase"]);
    expect(await problems(figure6, { preSharedKey: "0".repeat(32) })).toEqual(["preSharedKey"]);
    expect(await problems(figure6, { preSharedKey: "0".repeat(32), passphrase: "x" })).toEqual([
      "passphrase",
    ]);
    expect(await problems("<!DOCTYPE x><x/>")).toEqual(["content"]);
    const key = { preSharedKey: figure6Key.toString("hex") };
    expect(results((await pskc(figure6, key)).body.rows)).toEqual(["new"]);
    expect(results((await pskc(figure7, { passphrase: figure7Passphrase })).body.rows)).toEqual(["new"]);
  });

  test("is not even read from who may not send it", async () => {
    const endless = { format: "csv", content: "x".repeat(10 * 1024 * 1024) };
    expectProblem(await rig.call("POST", "/api/v1/token-imports", endless), "too-large");
    const { key } = (await rig.call("POST", "/api/v1/api-keys", { name: "reads", scopes: ["read"] })).body;
    expectProblem(await rig.call("POST", "/api/v1/token-imports", endless, key), "forbidden");
    expectProblem(await rig.call("POST", "/api/v1/token-imports", endless, null), "unauthenticated");
  });

  test("of two at once brings each token once", async () => {
    const file = csv(...Array.from({ length: 50 }, (_, n) => `RACE-${n},${hex},hotp,6,,0,`));
    const both = await Promise.all([take(file), take(file)]);
    const all = both.flatMap(({ body }) => results(body.rows));
    expect([
      all.filter((one) => one === "new").length,
      all.filter((one) => one === "in-stock").length,
    ]).toEqual([50, 50]);
  });
});

describe("a signed file", () => {
  test("is said not to be checked, in the dry run, in the import and in the audit", async () => {
    const content = figure6.replace(
      /<\/(\w+:)?KeyContainer>/,
      (end) => `<s:Signature xmlns:s="http://www.w3.org/2000/09/xmldsig#"/>${end}`,
    );
    const key = { format: "pskc", preSharedKey: Buffer.from(figure6Key).toString("hex") };
    for (const dryRun of [true, false]) {
      const { body } = await take(content, { ...key, dryRun });
      expect(body.warnings).toMatchObject([{ code: "signature-not-checked" }]);
    }
    const [imported] = await events("hardware-tokens-imported");
    expect(imported?.detail).toMatchObject({ warnings: ["signature-not-checked"] });
  });
});

describe("a hardware token", () => {
  beforeAll(async () => {
    const serials = ["one", "two", "three", "four", "five", "six", "seven"];
    await take(csv(...serials.map((serial) => `H-${serial},${hex},hotp,6,,0,`)));
    await take(csv(`T-one,${hex},totp,8,30,,`, `T-two,${hex},totp,8,30,,`));
  });

  test("counts from the code on that proves it: the person signs in with the next", async () => {
    const person = await newPerson(rig, "hw-one");
    const given = await give(person.user, { serial: "h-ONE", first: code(2) });
    expect([given.status, given.body.token.status, given.body.token.label]).toEqual([
      201,
      "enabled",
      "Token H-one",
    ]);
    expect(given.body.token.nextCounter).toBe(3);
    expect((await stock("prefix=h-one")).items).toMatchObject([
      { state: "given", user: { id: person.user.id, userName: "hw-one" } },
    ]);
    const own = (await rig.call("GET", `/api/v1/users/${person.user.id}`)).body.tokens.find(
      ({ id }: { id: string }) => id !== given.body.token.id,
    );
    await rig.call("POST", `/api/v1/tokens/${own.id}/revocation`);
    expect((await signIn(rig, person, code(2))).status).not.toBe(200);
    expect((await signIn(rig, person, code(3))).status).toBe(200);
  });

  test("that was pressed in its box is found by two codes in a row", async () => {
    const person = await newPerson(rig, "hw-two");
    const far = await give(person.user, { serial: "H-two", first: code(300) });
    expect(expectProblem(far, "invalid-request").problems?.[0]?.path).toBe("first");
    const apart = await give(person.user, { serial: "H-two", first: code(300), second: code(302) });
    expect(expectProblem(apart, "invalid-request").problems?.[0]?.path).toBe("second");
    const found = await give(person.user, { serial: "H-two", first: code(300), second: code(301) });
    expect([found.status, found.body.token.nextCounter]).toEqual([201, 302]);
    const [last] = await events("hardware-token-given");
    expect(last).toMatchObject({
      outcome: "info",
      detail: { serial: "H-two", kind: "hotp", status: "enabled" },
    });
    expect(
      (await events("hardware-token-given")).filter(({ reason }) => reason === "wrong-code").length,
    ).toBe(2);
  });

  test("without a code waits for the first right one", async () => {
    const person = await newPerson(rig, "hw-three");
    const waiting = await give(person.user, { serial: "H-three" });
    expect([waiting.status, waiting.body.token.status]).toEqual([201, "pending"]);
    const { id } = waiting.body.token;
    const trial = `/api/v1/users/${person.user.id}/authenticators/${id}/trial`;
    expect((await rig.call("POST", trial, { code: code(90) })).body).toEqual({ right: false });
    expect((await rig.call("POST", trial, { code: code(4) })).body).toEqual({ right: true });
    expect((await rig.call("GET", `/api/v1/tokens/${id}`)).body).toMatchObject({
      status: "enabled",
      nextCounter: 5,
    });

    const next = await give(person.user, { serial: "H-four" });
    const resync = await rig.call("POST", `/api/v1/tokens/${next.body.token.id}/resynchronisation`, {
      first: code(500),
      second: code(501),
    });
    expect(resync.body).toMatchObject({ status: "enabled", nextCounter: 502 });
  });

  test("is no more than others: so many of a kind are the most, and it stays in the stock", async () => {
    const { id } = (await rig.call("POST", "/api/v1/users", { userName: "hw-many" })).body;
    const serials = Array.from({ length: mostOfOneKind + 1 }, (_, n) => `MANY-${n}`);
    await take(csv(...serials.map((serial) => `${serial},${hex},hotp,6,,0,`), `MANY-T,${hex},totp,6,30,,`));
    for (const serial of serials.slice(1)) expect((await give({ id }, { serial })).status).toBe(201);
    const full = expectProblem(await give({ id }, { serial: "MANY-0", first: code(0) }), "conflict");
    expect(full.detail).toBe(`${mostOfOneKind} of one kind are the most that one user has.`);
    expect((await stock("prefix=MANY-0")).items).toMatchObject([{ state: "free" }]);
    expect((await give({ id }, { serial: "MANY-T" })).status, "of another kind").toBe(201);
    const [token] = (await rig.call("GET", `/api/v1/users/${id}`)).body.tokens;
    expect((await rig.call("POST", `/api/v1/tokens/${token.id}/revocation`)).status).toBe(200);
    expect((await give({ id }, { serial: "MANY-0" })).status, "another went").toBe(201);
  });

  test("is one person's only, and nobody's again after him", async () => {
    const [ann, ben] = [await newPerson(rig, "hw-ann"), await newPerson(rig, "hw-ben")];
    const both = await Promise.all([
      give(ann.user, { serial: "H-five", first: code(0) }),
      give(ben.user, { serial: "H-five", first: code(0) }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
    const { id } = both.find(({ status }) => status === 201)?.body.token ?? {};
    expectProblem(await rig.call("DELETE", `/api/v1/token-stock/${id}`), "conflict");
    await rig.call("POST", `/api/v1/tokens/${id}/revocation`);
    expect((await stock("state=retired&prefix=H-")).items).toMatchObject([{ serial: "H-five", user: null }]);
    expectProblem(await give(ben.user, { serial: "H-five", first: code(1) }), "conflict");
    expect(results((await take(csv(`H-five,${hex},hotp,6,,0,`))).body.rows)).toEqual(["given-before"]);
    expect((await rig.call("DELETE", `/api/v1/token-stock/${id}`)).status).toBe(204);
    expect(results((await take(csv(`H-five,${hex},hotp,6,,0,`))).body.rows)).toEqual(["new"]);
  });

  test("goes with its user and leaves a mark", async () => {
    const person = await newPerson(rig, "hw-gone");
    await give(person.user, { serial: "H-six", first: code(0) });
    await rig.call("DELETE", `/api/v1/users/${person.user.id}`);
    expect((await stock("prefix=H-SIX")).items).toMatchObject([{ state: "retired", user: null }]);
  });

  test("of the time kind is told how far its clock is off", async () => {
    const person = await newPerson(rig, "hw-time");
    const fast = { serial: "T-one", first: code(now(30) + 20, 8), second: code(now(30) + 21, 8) };
    const refused = expectProblem(await give(person.user, fast), "invalid-request");
    expect(refused.detail).toContain("10 minutes fast");
    const alone = expectProblem(await give(person.user, { ...fast, second: undefined }), "invalid-request");
    expect(alone.detail).toContain("Is it the token of this serial number?");
    const right = await give(person.user, { serial: "T-one", first: code(now(30), 8) });
    expect([right.status, right.body.token.status, right.body.token.nextCounter]).toEqual([
      201,
      "enabled",
      now(30) + 1,
    ]);
  });

  test("is not there, or has no user", async () => {
    const person = await newPerson(rig, "hw-none");
    const answer = expectProblem(await give(person.user, { serial: "X-99" }), "invalid-request");
    expect(answer.problems?.[0]?.path).toBe("serial");
    expectProblem(await give({ id: "usr_none" }, { serial: "H-seven" }), "not-found");
    expect((await stock("prefix=H-seven")).items).toMatchObject([{ state: "free" }]);
  });
});

test("a token that waits for its first code is not ended by an enrolment that is begun at the console", async () => {
  const web = await startWebRig();
  await web.call("POST", "/api/v1/token-imports", { format: "csv", content: csv(`W-1,${hex},totp,6,30,,`) });
  const [desk, person] = [await newPerson(web, "desk"), await newPerson(web, "wanda")];
  await giveRole(web, desk, "superadministrator");
  const console = web.browser("console");
  await signInAt(console, desk, 0);
  const waiting = await console.call("POST", `/api/v1/users/${person.user.id}/hardware-tokens`, {
    serial: "W-1",
  });
  expect([waiting.status, waiting.body.token.status]).toEqual([201, "pending"]);
  for (const _ of [1, 2]) {
    const begun = await console.call("POST", `/api/v1/users/${person.user.id}/tokens`, { kind: "totp" });
    expect([begun.status, begun.body.token.status]).toEqual([201, "pending"]);
  }
  const { tokens } = (await web.call("GET", `/api/v1/users/${person.user.id}`)).body;
  expect(tokens.map(({ label, status }: Record<string, string>) => [label, status])).toEqual([
    ["Key fob", "enabled"],
    ["Token W-1", "pending"],
    ["Token 3", "revoked"],
    ["Token 4", "pending"],
  ]);
  await web.stop();
});

test("secrets in the stock follow a new master key", async () => {
  const [old, fresh] = [newMasterKey(), newMasterKey()];
  const store = await openStore({ location: ":memory:", now: () => Date.now(), serverId: "srv" });
  const kept: Store = { ...store, close: async () => undefined };
  const before = await startRig({}, { store: kept, masterKeys: [old] });
  const content = csv(`M-1,${hex},hotp,6,,0,`, `M-2,${hex},hotp,6,,0,`);
  await before.call("POST", "/api/v1/token-imports", { format: "csv", content });
  const person = await newPerson(before, "mia", { policyId: await newPolicy(before, "plain", {}) });
  await before.stop();
  const count = await rewrapEverything(kept, createSecrets([fresh, old]));
  expect(count).toBeGreaterThanOrEqual(3);
  expect(await rewrapEverything(kept, createSecrets([fresh, old]))).toBe(0);

  const after = await reopen(before, {}, { store: kept, masterKeys: [fresh] });
  const given = await after.call("POST", `/api/v1/users/${person.user.id}/hardware-tokens`, {
    serial: "M-2",
    first: code(0),
  });
  expect(given.status).toBe(201);
  await after.stop();
  await store.close();
});
