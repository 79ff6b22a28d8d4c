import { generateKeyPairSync, webcrypto } from "node:crypto";
import { signPushStatement } from "@holdfast/envelope/push-statement";
import type { PublicKey } from "@holdfast/protocol/primitives";
import type { PushStatement } from "@holdfast/protocol/push-api";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { PhoneRow } from "../../store/phones-store.ts";
import { phoneSample } from "../../store/testing/phone-sample.ts";
import { browserSignIns } from "../../testing/browser-sign-in.ts";
import type { Person, Rig } from "../../testing/rig.ts";
import { code, newPerson, newPolicy, startRig } from "../../testing/rig.ts";
import type { SignInResult, SignIns } from "../sign-in/sign-in.ts";
import { answerPush, pushRequestsOf } from "./answers.ts";

/** Push on a real store: who is asked, what the sign-in shows, and what a phone's answer does. */

let rig: Rig;
let browsers: SignIns;
beforeAll(async () => {
  rig = await startRig({ demo: true });
  browsers = browserSignIns(rig);
});
afterAll(() => rig.stop());
// Every test has its requests' limits for itself.
beforeEach(() => rig.clock.advance(86_400_000));

const ports = () => rig.server.ports;
const background = () => ports().push.background.idle();
const client = { kind: "browser", app: "portal", sessionId: null, browserName: "Firefox on Linux" } as const;
let phones = 0;

type Phone = { readonly row: PhoneRow; readonly key: webcrypto.CryptoKey };
async function withPhone(person: Person, changes: Partial<PhoneRow> = {}): Promise<Phone> {
  const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { kty, crv, x, y } = pair.publicKey.export({ format: "jwk" });
  const half = { kty, crv, x, y } as PublicKey;
  const key = await webcrypto.subtle.importKey(
    "jwk",
    pair.privateKey.export({ format: "jwk" }),
    { name: "ECDSA", namedCurve: "P-256" },
    false,
    ["sign"],
  );
  const id = `phn_${++phones}`;
  const row = phoneSample(id, {
    userId: person.user.id,
    requestKey: half,
    approvalKey: half,
    challengeKey: null,
    biometric: null,
    createdAtMs: rig.clock.now(),
    lastSyncMs: rig.clock.now(),
    ...changes,
  });
  await ports().store.transaction((tx) => tx.phones.insert(row));
  return { row, key };
}
const setPush = (person: Person, enabled: boolean, requireBiometric = false) =>
  rig.call("PUT", `/api/v1/users/${person.user.id}/push`, { enabled, requireBiometric });
async function somebody(userName: string, options: { policyId?: string } = {}) {
  const person = await newPerson(rig, userName, options);
  const phone = await withPhone(person);
  expect((await setPush(person, true)).status).toBe(200);
  return { person, phone };
}

let attempts = 0;
const attemptIdOf = (number: number) => `push-attempt-${String(number).padStart(4, "0")}`;
async function askFor(person: { user: { userName: string } }, password: string): Promise<Waiting> {
  const attemptId = attemptIdOf(++attempts);
  const result = await browsers.begin(client, {
    attemptId,
    userName: person.user.userName,
    workflow: "self-service",
    given: [
      { factor: "password", value: password },
      { factor: "push", value: "send" },
    ],
    context: { service: "portal", remoteHost: "192.0.2.7" },
  });
  await background();
  return waitingOf(result);
}
type Waiting = { readonly continuation: string; readonly number: string; readonly ways: string[] };
function waitingOf(result: SignInResult): Waiting {
  if (result.kind === "refused" || result.value.status !== "asking") throw new Error(JSON.stringify(result));
  const [prompt] = result.value.prompts;
  expect(prompt).toMatchObject({
    factor: "push",
    waiting: true,
    text: expect.stringContaining(prompt?.number ?? ""),
  });
  return {
    continuation: result.value.continuation,
    number: prompt?.number ?? "",
    ways: result.value.prompts.map(({ factor }) => factor),
  };
}
const poll = ({ continuation }: Waiting) =>
  browsers.step(client, { continuation, given: { factor: "push", value: "wait" } });
const waits = async (waiting: Waiting) => waitingOf(await poll(waiting)).number;

async function pendingAt({ row }: Phone) {
  const listed = await pushRequestsOf(ports(), row);
  if (listed.kind === "refused") throw new Error(listed.detail);
  return listed.value.items[0] ?? null;
}
async function requestAt(phone: Phone) {
  const request = await pendingAt(phone);
  if (request === null) throw new Error("nothing waits");
  return request;
}
async function sign(phone: Phone, said: Partial<PushStatement>, key = phone.key) {
  const request = await requestAt(phone);
  const content: PushStatement = {
    ...{ v: 1, id: request.id, phoneId: phone.row.id, challenge: request.challenge },
    ...{ decision: "approve", number: "00", reason: null, digest: null },
    ...said,
  };
  return { id: request.id, ...(await signPushStatement(content, key as never)) };
}
const send = (phone: Phone, id: string, statement: string) =>
  answerPush(ports(), phone.row, id, { statement, assertion: null });
async function answer(phone: Phone, said: Partial<PushStatement>) {
  const { id, statement } = await sign(phone, said);
  return send(phone, id, statement);
}
const eventsOf = async (person: Person, type: string) =>
  (await ports().store.audit({ userId: person.user.id, type, limit: 50 })).items;

describe("a sign-in by push (REG-11, REG-27)", () => {
  test("waits, is approved by the number that it shows, and succeeds", async () => {
    const { person, phone } = await somebody("ada");
    const waiting = await askFor(person, person.password);
    expect(waiting.ways).toEqual(["push", "hotp"]);
    const request = await requestAt(phone);
    expect(request).toMatchObject({
      order: null,
      details: {
        account: "ada",
        workflow: "self-service",
        application: "the portal",
        place: "Firefox on Linux",
        address: "192.0.2.7",
      },
    });
    expect(JSON.stringify(request)).not.toContain(`"${waiting.number}"`);
    expect(await waits(waiting)).toBe(waiting.number);
    expect(await answer(phone, { number: waiting.number })).toMatchObject({ value: { outcome: "approved" } });
    expect(await pendingAt(phone)).toBeNull();
    expect(await poll(waiting)).toMatchObject({
      kind: "ok",
      value: { status: "succeeded", factors: ["password", "push"] },
    });
    const [event] = await eventsOf(person, "push-approved");
    expect(event).toMatchObject({ outcome: "succeeded", detail: { phoneId: phone.row.id } });
    expect(event?.attemptId).toBe(attemptIdOf(attempts));
  });

  test("a wrong number ends it, on the phone at once and at the sign-in when its time is over", async () => {
    const { person, phone } = await somebody("bea");
    const waiting = await askFor(person, person.password);
    const other = waiting.number === "99" ? "98" : "99";
    expect(await answer(phone, { number: other })).toMatchObject({
      value: { outcome: "denied", text: expect.stringContaining("not the number") },
    });
    rig.clock.advance(59_000);
    expect(await waits(waiting)).toBe(waiting.number);
    rig.clock.advance(1_000);
    expect(await poll(waiting)).toMatchObject({ kind: "refused", reason: "push-not-approved" });
    expect(await eventsOf(person, "push-denied")).toMatchObject([{ reason: "wrong-number" }]);
  });

  test("SECURITY §3: wrong password, nobody of that name, push off: the same to see, and nobody is asked", async () => {
    const { person, phone } = await somebody("cleo");
    const off = await newPerson(rig, "cyda");
    const seen = [
      await askFor(person, person.password.replace("!", "?")),
      await askFor({ user: { userName: "nobo" } }, person.password),
      await askFor(off, off.password),
    ];
    expect(await pendingAt(phone)).toBeNull();
    const known = await askFor(person, person.password);
    expect(await pendingAt(phone)).not.toBeNull();
    for (const waiting of seen) {
      expect(waiting.number).toMatch(/^[1-9]\d$/);
      expect(waiting.ways).toEqual(["push", "hotp"]);
      expect(waiting.continuation.length).toBe(known.continuation.length);
      expect(await waits(waiting)).toBe(waiting.number);
    }
    rig.clock.advance(60_000);
    const ends = [];
    for (const waiting of seen) ends.push(await poll(waiting));
    for (const end of ends) expect(end).toEqual(ends[0]);
    expect(ends[0]).toMatchObject({ kind: "refused", reason: "push-not-approved" });
    const withheld = await eventsOf(person, "push-withheld");
    expect(withheld.map(({ detail }) => detail.why)).toEqual(["not-proven"]);
    expect((await eventsOf(off, "push-withheld")).map(({ detail }) => detail.why)).toEqual(["not-proven"]);
  });

  test("what was approved is one sign-in: a client that uses its name again gets nothing for it", async () => {
    const { person, phone } = await somebody("cora");
    const again = async (workflow: "self-service" | "workstation") => {
      const result = await browsers.begin(client, {
        attemptId: attemptIdOf(attempts),
        userName: "cora",
        workflow,
        given: [
          { factor: "password", value: person.password },
          { factor: "push", value: "send" },
        ],
        context: { service: "portal" },
      });
      await background();
      return poll(waitingOf(result));
    };
    const first = await askFor(person, person.password);
    await answer(phone, { number: first.number });
    const ofAnother = await again("workstation");
    expect(ofAnother.kind === "ok" && ofAnother.value.status).not.toBe("succeeded");
    rig.clock.advance(120_000);
    const later = await again("self-service");
    expect(later.kind === "ok" && later.value.status).not.toBe("succeeded");
    const anew = await askFor(person, person.password);
    await answer(phone, { number: anew.number });
    expect(await poll(anew)).toMatchObject({ kind: "ok", value: { status: "succeeded" } });
  });

  test("a second sign-in never takes the place of the first, and its number approves nothing", async () => {
    const { person, phone } = await somebody("dana");
    const first = await askFor(person, person.password);
    const asked = await requestAt(phone);
    let second = await askFor(person, person.password);
    while (second.number === first.number) second = await askFor(person, person.password);
    expect(await requestAt(phone)).toEqual(asked);
    expect(await answer(phone, { number: second.number })).toMatchObject({ value: { outcome: "denied" } });
    expect((await eventsOf(person, "push-withheld")).at(0)?.detail.why).toBe("one-pending");
  });

  test("six pushes a minute are five", async () => {
    const policyId = await newPolicy(rig, "Patient", { lockout: { failures: 50 } });
    const { person, phone } = await somebody("edda", { policyId });
    for (let asked = 0; asked < 6; asked++) {
      await askFor(person, person.password);
      if (asked < 5) await answer(phone, { decision: "deny", number: null, reason: "not-now" });
    }
    expect(await pendingAt(phone)).toBeNull();
    expect(await eventsOf(person, "push-asked")).toHaveLength(5);
    expect((await eventsOf(person, "push-withheld")).map(({ detail }) => detail.why)).toEqual(["too-many"]);
    rig.clock.advance(60_000);
    await askFor(person, person.password);
    expect(await pendingAt(phone)).not.toBeNull();
  });
});

describe("a sign-in that ends without the phone withdraws what waits there", () => {
  const codeOf = (person: Person) => code(person, 0);
  const withdrawnAt = async ({ row }: Phone) => {
    const listed = await pushRequestsOf(ports(), row);
    return listed.kind === "ok" ? listed.value.withdrawn : [];
  };
  const type = ({ continuation }: Waiting, value: string) =>
    browsers.step(client, { continuation, given: { factor: "hotp", value } });
  const cancel = ({ continuation }: Waiting) =>
    browsers.step(client, { continuation, given: { factor: "push", value: "cancel" } });

  test("by a code that was typed: in the same commit, told to the phone, and no approval counts any more", async () => {
    const { person, phone } = await somebody("nell");
    const waiting = await askFor(person, person.password);
    const signed = await sign(phone, { number: waiting.number });
    expect(await type(waiting, codeOf(person))).toMatchObject({ value: { status: "succeeded" } });
    expect(await pendingAt(phone)).toBeNull();
    expect(await withdrawnAt(phone)).toEqual([
      { id: signed.id, text: expect.stringMatching(/^You signed in another way/) },
    ]);
    expect(await send(phone, signed.id, signed.statement)).toMatchObject({
      kind: "refused",
      code: "conflict",
      detail: "This sign-in is over, so there is nothing to answer any more.",
    });
    expect(await eventsOf(person, "push-withdrawn")).toMatchObject([
      { reason: "signed-in-otherwise", attemptId: attemptIdOf(attempts), detail: { requestId: signed.id } },
    ]);
    const next = await askFor(person, person.password);
    expect(await answer(phone, { number: next.number })).toMatchObject({ value: { outcome: "approved" } });
  });

  test("by a wrong code, or called off where it was begun; whoever was asked may still report it", async () => {
    const { person, phone } = await somebody("nina");
    const first = await askFor(person, person.password);
    const report = await sign(phone, { decision: "report", number: null, reason: "not-me" });
    expect(await type(first, "000000")).toMatchObject({ kind: "refused", reason: "wrong-credentials" });
    await background();
    expect(await pendingAt(phone)).toBeNull();
    const second = await askFor(person, person.password);
    const asked = await requestAt(phone);
    expect(await cancel(second)).toMatchObject({ kind: "refused", reason: "cancelled" });
    await background();
    expect(await pendingAt(phone)).toBeNull();
    expect((await withdrawnAt(phone)).map(({ id }) => id)).toEqual([asked.id, report.id]);
    expect(await send(phone, report.id, report.statement)).toMatchObject({ value: { outcome: "reported" } });
    expect(await send(phone, report.id, report.statement)).toMatchObject({ kind: "refused" });
    expect((await eventsOf(person, "push-withdrawn")).map(({ reason }) => reason)).toEqual([
      "sign-in-ended",
      "sign-in-ended",
    ]);
  });

  test("an answer that came first stands, and its sign-in ends with it", async () => {
    const { person, phone } = await somebody("nils");
    const waiting = await askFor(person, person.password);
    await answer(phone, { decision: "deny", number: null, reason: "not-now" });
    await type(waiting, codeOf(person));
    expect(await withdrawnAt(phone)).toEqual([]);
    expect(await eventsOf(person, "push-withdrawn")).toEqual([]);
  });

  test("whoever ends his own attempts asks no more often: what was withdrawn counts (REG-27)", async () => {
    const policyId = await newPolicy(rig, "Bombed", { lockout: { failures: 50 } });
    const { person, phone } = await somebody("nora", { policyId });
    for (let asked = 0; asked < 8; asked++) {
      const waiting = await askFor(person, person.password);
      await (asked % 2 === 0 ? cancel(waiting) : type(waiting, "000000"));
      await background();
    }
    expect(await eventsOf(person, "push-asked")).toHaveLength(5);
    expect(await pendingAt(phone)).toBeNull();
    expect((await eventsOf(person, "push-withheld")).map(({ detail }) => detail.why)).toEqual(
      Array.from({ length: 3 }, () => "too-many"),
    );
  });

  test("a request that comes too late, after its sign-in has ended, asks nobody", async () => {
    const { person, phone } = await somebody("nuri");
    const attemptId = attemptIdOf(++attempts);
    // All in one request: the phone is asked in the background, when the code has long ended the sign-in.
    const done = await browsers.begin(client, {
      ...{ attemptId, userName: "nuri", workflow: "self-service", context: { service: "portal" } },
      given: [
        { factor: "password", value: person.password },
        { factor: "push", value: "send" },
        { factor: "hotp", value: codeOf(person) },
      ],
    });
    expect(done).toMatchObject({ value: { status: "succeeded" } });
    await background();
    expect(await pendingAt(phone)).toBeNull();
  });

  test("SECURITY §3: called off, a wrong password and a right one read alike", async () => {
    const { person } = await somebody("nyx");
    const ends = [];
    for (const password of [person.password, "not it"])
      ends.push(await cancel(await askFor(person, password)));
    expect(ends[1]).toEqual(ends[0]);
  });
});

describe("bad answers", () => {
  test("replayed, for another sign-in, of another phone, late: each is refused with a true sentence", async () => {
    const { person, phone } = await somebody("fay");
    const other = await withPhone(person);
    const stranger = await somebody("fritz");
    const first = await askFor(person, person.password);
    const signed = await sign(phone, { number: first.number });
    const refusals = async (who: Phone, id: string, statement: string): Promise<unknown> => {
      const answered = await send(who, id, statement);
      return answered.kind === "refused" ? [answered.code, answered.detail] : answered.value.outcome;
    };
    // Another phone's key, in its own name and in this phone's.
    expect(await refusals(other, signed.id, signed.statement)).toEqual(["forbidden", expect.any(String)]);
    const forged = await sign(phone, { number: first.number }, other.key);
    expect(await refusals(phone, signed.id, forged.statement)).toEqual(["forbidden", expect.any(String)]);
    expect(await refusals(stranger.phone, signed.id, signed.statement)).toEqual([
      "forbidden",
      expect.any(String),
    ]);
    expect(await refusals(phone, signed.id, signed.statement)).toBe("approved");
    expect(await refusals(phone, signed.id, signed.statement)).toEqual([
      "conflict",
      "This sign-in was answered before. An answer counts once.",
    ]);
    const next = await askFor(person, person.password);
    const request = await requestAt(phone);
    expect(await refusals(phone, request.id, signed.statement)).toEqual([
      "forbidden",
      "This answer belongs to another sign-in or another phone.",
    ]);
    const late = await sign(phone, { number: next.number });
    rig.clock.advance(60_000);
    expect(await refusals(phone, request.id, late.statement)).toEqual([
      "conflict",
      "The time to answer this sign-in is over. Begin it again.",
    ]);
    expect(await poll(next)).toMatchObject({ kind: "refused", reason: "push-not-approved" });
    const kept = (await eventsOf(person, "push-answer-refused")).map(({ reason }) => reason);
    expect(kept.toSorted()).toEqual([
      "answered-before",
      "expired",
      "not-of-this-request",
      "signature-invalid",
      "signature-invalid",
    ]);
  });

  test("REG-25: a phone under a PIN approves nothing where a biometric is required, and may always say no", async () => {
    const { person, phone } = await somebody("gil");
    const waiting = await askFor(person, person.password);
    expect((await setPush(person, true, true)).body).toMatchObject({
      ready: false,
      why: "no-phone-with-biometric",
    });
    expect(await answer(phone, { number: waiting.number })).toMatchObject({
      kind: "refused",
      detail: expect.stringContaining("fingerprint or face"),
    });
    expect(await answer(phone, { decision: "deny", number: null, reason: "mistake" })).toMatchObject({
      value: { outcome: "denied" },
    });
  });

  test("a phone that is taken away between approval and sign-in opens nothing", async () => {
    const { person, phone } = await somebody("hal");
    const waiting = await askFor(person, person.password);
    await answer(phone, { number: waiting.number });
    await ports().store.transaction((tx) => tx.phones.update({ ...phone.row, status: "disabled" }));
    expect(await poll(waiting)).toMatchObject({ kind: "refused", reason: "push-not-approved" });
  });
});

describe("It wasn't me (REG-27)", () => {
  test("raises an alert, and where the policy says so locks", async () => {
    const { person, phone } = await somebody("ida");
    const waiting = await askFor(person, person.password);
    const report = { decision: "report", number: null, reason: "not-me" } as const;
    expect(await answer(phone, report)).toMatchObject({ value: { outcome: "reported" } });
    const alerts = await rig.call("GET", "/api/v1/alerts");
    expect(alerts.body.items).toContainEqual(
      expect.objectContaining({ kind: "sign-in-reported", userId: person.user.id }),
    );
    expect(await waits(waiting)).toBe(waiting.number);
    const policyId = await newPolicy(rig, "Wary", { push: { reportLocks: true } });
    const wary = await somebody("jan", { policyId });
    await askFor(wary.person, wary.person.password);
    await answer(wary.phone, report);
    const { body } = await rig.call("GET", `/api/v1/users/${wary.person.user.id}`);
    expect(body.status).toBe("disabled");
    expect(await eventsOf(wary.person, "push-reported")).toHaveLength(1);
  });
});

describe("administration (REG-23, REG-24, REG-26)", () => {
  test("the truth table: only enabled and an online phone works", async () => {
    for (const [name, enabled, mode, why] of [
      ["k-yy", true, "online", null],
      ["k-yn", true, "offline", "only-offline-phones"],
      ["k-ny", false, "online", "not-enabled"],
      ["k-nn", false, "offline", "not-enabled"],
    ] as const) {
      const person = await newPerson(rig, name);
      const offline = { requestKeyThumbprint: null, requestKey: null, approvalKey: null };
      const phone = await withPhone(person, mode === "online" ? {} : { mode, ...offline });
      await setPush(person, enabled);
      const { body } = await rig.call("GET", `/api/v1/users/${person.user.id}/push`);
      expect([name, body.ready, body.why]).toEqual([name, why === null, why]);
      await askFor(person, person.password);
      expect([name, (await pendingAt(phone)) !== null]).toEqual([name, why === null]);
    }
  });

  test("many at once: each by himself, one event each, failures with their reason", async () => {
    const people = [await newPerson(rig, "lea"), await newPerson(rig, "leo")];
    await withPhone(people[0] as Person);
    const userIds = [...people.map(({ user }) => user.id), "usr_nobody"];
    const body = { userIds, enabled: true, requireBiometric: false };
    const done = await rig.call("POST", "/api/v1/push-changes", body);
    expect(done.body.results).toMatchObject([
      { userName: "lea", outcome: "changed", why: null },
      { userName: "leo", outcome: "changed", why: "no-phone" },
      { userName: null, outcome: "failed", detail: "There is no such user." },
    ]);
    const again = await rig.call("POST", "/api/v1/push-changes", body);
    expect(again.body.results[0]).toMatchObject({ outcome: "unchanged" });
    for (const person of people) expect(await eventsOf(person, "push-enabled")).toHaveLength(1);
  });

  test("switching it off withdraws what waits", async () => {
    const { person, phone } = await somebody("mia");
    const waiting = await askFor(person, person.password);
    const signed = await sign(phone, { number: waiting.number });
    await setPush(person, false);
    expect(await send(phone, signed.id, signed.statement)).toMatchObject({ kind: "refused" });
    rig.clock.advance(60_000);
    expect(await poll(waiting)).toMatchObject({ kind: "refused", reason: "push-not-approved" });
  });
});
