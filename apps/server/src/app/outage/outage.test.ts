import { afterAll, beforeAll, expect, test } from "vitest";
import { contact, enrol, holdBundle, type TestEndpoint } from "../../testing/endpoint.ts";
import type { Person, Rig } from "../../testing/rig.ts";
import { expectProblem, newPerson, newPolicy, startRig } from "../../testing/rig.ts";
import type { Actor } from "../actor.ts";
import { announceWindow } from "./maintenance.ts";
import { outageSummary } from "./outage.ts";
import { createHeldSnapshots } from "./snapshot.ts";

const hour = 3_600_000;
const day = 24 * hour;
let rig: Rig;
let policyId: string;
let wards: TestEndpoint[];
let people: Person[];

/** Three endpoints; two people have signed in at the first two, nobody at the third; a fourth person never did. */
beforeAll(async () => {
  rig = await startRig();
  policyId = await newPolicy(rig, "offline", { offline: { enabled: true } });
  wards = [
    await enrol(rig, "ward-1"),
    await enrol(rig, "ward-2"),
    await enrol(rig, "ward-3", {}, { site: "South" }),
  ];
  people = [
    await newPerson(rig, "ada", { policyId }),
    await newPerson(rig, "ben", { policyId }),
    await newPerson(rig, "cem", { policyId }),
    await newPerson(rig, "dee"),
  ];
  await holdBundle(rig, ward(0), person(0), 0);
  await holdBundle(rig, ward(1), person(1), 0);
  await reports(ward(0), person(0), 25);
  await reports(ward(1), person(1), 25);
});
afterAll(() => rig.stop());

const ward = (number: number) => wards[number] as TestEndpoint;
const person = (number: number) => people[number] as Person;
const reports = (endpoint: TestEndpoint, who: Person, remaining: number, sequence = 1) =>
  contact(endpoint, {
    holdings: [{ userId: who.user.id, epoch: 1, sequence, remaining, notAfterMs: rig.clock.now() }],
  });
/** What was read is shown again for two seconds. */
const fresh = () => rig.clock.advance(2_100);
const refillsDue = async (endpoint: TestEndpoint, who: Person, remaining: number) =>
  (await reports(endpoint, who, remaining)).users.map(({ refillDue }) => refillDue);

test("UNI-3, MDA-33: if the network went now, who could sign in, for how long, and who could not and why", async () => {
  const summary = (await rig.call("GET", "/api/v1/outage")).body;
  expect(summary).toMatchObject({
    endpoints: { active: 3, connected: 0, usable: 2 },
    people: { active: 4, couldSignIn: 2, couldNot: 2 },
    revocationsPending: 0,
    firstEndsAtMs: rig.clock.now() + 3 * day,
  });
  expect(summary.lasting.map((one: { people: number }) => one.people)).toEqual([2, 2, 2, 0, 0]);
  expect(summary.obstacles).toMatchObject([
    { code: "policy-forbids", people: 1 },
    { code: "never-signed-in-at-an-endpoint", people: 1 },
  ]);
  const all = (await rig.call("GET", "/api/v1/outage/people?limit=1")).body;
  expect(all.items).toMatchObject([{ userName: "cem", obstacle: "never-signed-in-at-an-endpoint" }]);
  const rest = (await rig.call("GET", `/api/v1/outage/people?after=${all.next}`)).body;
  expect(rest).toMatchObject({ items: [{ userName: "dee", obstacle: "policy-forbids" }], next: null });
  expect((await rig.call("GET", "/api/v1/outage/people?obstacle=policy-forbids")).body.items).toHaveLength(1);
  expectProblem(await rig.call("GET", "/api/v1/outage/people?obstacle=bad"), "invalid-request");
});

test("MDA-33, MDA-35: a window is announced, readiness names who is missing, and refills mend what they can", async () => {
  expect(await refillsDue(ward(1), person(1), 25)).toEqual([false]);
  const nowMs = rig.clock.now();
  const announced = await rig.call("POST", "/api/v1/maintenance-windows", {
    name: "Upgrade",
    fromMs: nowMs + day,
    toMs: nowMs + 2 * day,
  });
  expect(announced).toMatchObject({ status: 201, body: { state: "planned", site: null } });
  const readiness = `/api/v1/maintenance-windows/${announced.body.id}/readiness`;
  fresh();
  expect((await rig.call("GET", readiness)).body).toMatchObject({ ready: 2, of: 2, nobody: 1 });

  // Few sign-ins are left at one of them.
  expect(await refillsDue(ward(1), person(1), 4)).toEqual([true]);
  fresh();
  const missing = (await rig.call("GET", `${readiness}?state=gaps`)).body;
  expect(missing).toMatchObject({
    ready: 1,
    of: 2,
    items: [
      {
        endpointName: "ward-2",
        gaps: [{ code: "too-few-sign-ins", people: 1, text: expect.stringMatching(/^One person: .*\.$/) }],
      },
    ],
  });
  const pages = (await rig.call("GET", `${readiness}?limit=2`)).body;
  expect(pages.items.map((one: { endpointName: string }) => one.endpointName)).toEqual(["ward-1", "ward-2"]);
  expect((await rig.call("GET", `${readiness}?limit=2&after=${pages.next}`)).body).toMatchObject({
    ready: 1,
    of: 2,
    items: [{ endpointName: "ward-3", state: "nobody" }],
    next: null,
  });
  expect((await rig.call("GET", "/api/v1/audit?type=maintenance-announced")).body.items).toMatchObject([
    { detail: { name: "Upgrade", windowId: announced.body.id } },
  ]);

  const later = await rig.call("POST", "/api/v1/maintenance-windows", {
    name: "Long one at South",
    site: "South",
    fromMs: nowMs + day,
    toMs: nowMs + 9 * day,
  });
  fresh();
  expect(
    (await rig.call("GET", `/api/v1/maintenance-windows/${later.body.id}/readiness`)).body,
    "only that site",
  ).toMatchObject({ ready: 0, of: 0, nobody: 1 });
  expect((await rig.call("GET", "/api/v1/maintenance-windows")).body.items).toHaveLength(2);

  const cancel = () => rig.call("POST", `/api/v1/maintenance-windows/${later.body.id}/cancellation`);
  expect((await cancel()).body.state).toBe("cancelled");
  expectProblem(await cancel(), "conflict");
  expectProblem(await rig.call("POST", "/api/v1/maintenance-windows/mw_none/cancellation"), "not-found");
});

test("MDA-35: what ends before a window does is refilled for it, and for nothing else", async () => {
  rig.clock.advance(5 * hour);
  expect(await refillsDue(ward(0), person(0), 25), "a tenth of the lease is not through").toEqual([false]);
  const nowMs = rig.clock.now();
  await rig.call("POST", "/api/v1/maintenance-windows", {
    name: "Ends after the lease",
    fromMs: nowMs + day,
    toMs: nowMs + 3 * day - hour,
  });
  expect(await refillsDue(ward(0), person(0), 25)).toEqual([true]);
});

test("MDA-32: the checklist says what is left to set up, and what each step waits for", async () => {
  const items: { code: string; done: boolean; waitsFor: string | null }[] = (
    await rig.call("GET", "/api/v1/setup-checklist")
  ).body.items;
  expect(items.filter(({ done }) => done).map(({ code }) => code)).toEqual([
    "people",
    "offline-policy",
    "tokens",
    "endpoint",
    "first-sign-in",
    "first-offline-right",
  ]);
  const empty = await startRig();
  const before = (await empty.call("GET", "/api/v1/setup-checklist")).body.items;
  expect(before.filter((one: { done: boolean }) => one.done)).toEqual([]);
  expect(before[2]).toMatchObject({ code: "tokens", waitsFor: "people" });
  await empty.stop();
});

test("SECURITY §3: who reaches some groups sees those, and announces nothing for everybody", async () => {
  const group = (await rig.call("POST", "/api/v1/groups", { name: "South" })).body;
  const ports = rig.server.ports;
  const actor: Actor = {
    name: "user:usr_scoped",
    principal: {
      kind: "administrator",
      userId: "usr_scoped",
      rights: ["endpoints.read", "endpoints.edit", "users.read"],
      scope: { groupIds: [group.id] },
    },
  };
  const snapshots = createHeldSnapshots(ports);
  expect(await outageSummary(ports, actor, await snapshots.read(actor))).toMatchObject({
    endpoints: { active: 0, usable: 0 },
    people: { active: 0, couldSignIn: 0 },
  });
  const add = { userIds: [person(0).user.id], endpointIds: [ward(1).id] };
  expect((await rig.call("PATCH", `/api/v1/groups/${group.id}/members`, { add })).status).toBe(200);
  fresh();
  expect(await outageSummary(ports, actor, await snapshots.read(actor))).toMatchObject({
    endpoints: { active: 1, usable: 1 },
    people: { active: 1, couldSignIn: 1 },
  });
  const wanted = { name: "x", fromMs: rig.clock.now(), toMs: rig.clock.now() + day };
  expect(await announceWindow(ports, actor, wanted)).toMatchObject({ kind: "refused", code: "forbidden" });
});

test.each([
  [{ fromMs: 5, toMs: 5 }, "toMs"],
  [{ fromMs: 5, toMs: 4 }, "toMs"],
  [{ fromMs: 0, toMs: 40 * day }, "toMs"],
  [{ fromMs: 0, toMs: 1 }, "toMs"],
])("a window of %j is refused", async (times, path) => {
  const answer = await rig.call("POST", "/api/v1/maintenance-windows", { name: "x", ...times });
  expectProblem(answer, "invalid-request");
  expect(answer.body.problems[0].path).toBe(path);
});
