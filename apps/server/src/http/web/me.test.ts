import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { enrol, holdBundle } from "../../testing/endpoint.ts";
import type { Person } from "../../testing/rig.ts";
import { code as codeOf, newPerson, newPolicy } from "../../testing/rig.ts";
import type { Browser, WebRig } from "../../testing/web-rig.ts";
import { sessionEvents, signInAt, startWebRig, tryToSignIn } from "../../testing/web-rig.ts";

let rig: WebRig;
let ada: Person;
let portal: Browser;
beforeAll(async () => {
  rig = await startWebRig();
  const policyId = await newPolicy(rig, "Wards", {
    offline: { enabled: true },
    password: { minimumLength: 10 },
  });
  ada = await newPerson(rig, "ada", { policyId });
  portal = rig.browser("portal");
  await signInAt(portal, ada, 0);
});
afterAll(() => rig.stop());

const me = "/api/v1/me";

describe("the profile", () => {
  test("says who one is, and what stands against signing in without the network", async () => {
    expect((await portal.call("GET", me)).body).toMatchObject({
      user: { id: ada.user.id, userName: "ada" },
      productName: "Holdfast",
      hasPassword: true,
      minimumPasswordLength: 10,
      mayEnrol: expect.arrayContaining(["totp"]),
      offline: { able: false, next: expect.stringContaining("while it is connected") },
      warnings: [],
    });
    const barred = await newPerson(rig, "barred");
    const his = rig.browser("portal");
    await signInAt(his, barred, 0);
    expect((await his.call("GET", me)).body.offline.why).toMatch(/not allowed|does not allow/i);
  });

  test("where an endpoint holds something, says so, and until when", async () => {
    const endpoint = await enrol(rig, "ward-7");
    await holdBundle(rig, endpoint, ada, 1);
    expect((await portal.call("GET", me)).body.offline).toEqual({ able: true });
    const { items } = (await portal.call("GET", `${me}/offline`)).body;
    expect(items).toMatchObject([{ endpointName: "ward-7", state: "may-sign-in" }]);
    expect(items[0]).not.toHaveProperty("userId");
  });
});

describe("the own password", () => {
  test("is changed by who has just proven himself; this session goes on and every other ends", async () => {
    const [bea, here, there] = [await newPerson(rig, "bea"), rig.browser("portal"), rig.browser("portal")];
    await signInAt(here, bea, 0);
    await signInAt(there, bea, 1);
    const change = (password: string) => here.call("PUT", `${me}/password`, { password });
    expect((await change("short")).status).toBe(400);
    rig.clock.advance(6 * 60_000);
    expect((await change("long enough now")).body.code).toBe("fresh-sign-in-required");
    const given = [
      { factor: "password", value: bea.password },
      { factor: "hotp", value: codeOf(bea, 2) },
    ];
    expect((await here.call("POST", "/api/v1/session/fresh", { given })).status).toBe(200);
    expect((await change("long enough now")).status).toBe(204);
    expect((await here.call("GET", me)).status).toBe(200);
    expect((await there.call("GET", me)).status).toBe(401);
    expect((await tryToSignIn(rig.browser("portal"), bea, codeOf(bea, 3))).status).toBe(403);
    await signInAt(rig.browser("portal"), { ...bea, password: "long enough now" }, 4);
    expect((await sessionEvents(rig, "password-set"))[0]).toMatchObject({ actor: `user:${bea.user.id}` });
  });

  test("is as long as the policy wants it", async () => {
    const { body } = await portal.call("PUT", `${me}/password`, { password: "9 letters" });
    expect(body).toMatchObject({ code: "fresh-sign-in-required" });
    const own = rig.browser("portal");
    await signInAt(own, ada, 2);
    const answer = await own.call("PUT", `${me}/password`, { password: "9 letters" });
    expect(answer.body.problems).toMatchObject([
      { path: "password", message: expect.stringContaining("10") },
    ]);
  });
});

describe("the own sessions", () => {
  test("are listed, and ended one by one or all others at once; those of others are out of reach", async () => {
    const dora = await newPerson(rig, "dora");
    const [one, two, three] = [rig.browser("portal"), rig.browser("portal"), rig.browser("portal")];
    for (const [index, browser] of [one, two, three].entries()) await signInAt(browser, dora, index);
    const list = async () => (await one.call("GET", `${me}/sessions`)).body.items;
    const items = await list();
    expect(items).toHaveLength(3);
    expect(items.filter(({ current }: { current: boolean }) => current)).toHaveLength(1);
    expect(items[0]).toMatchObject({ app: "portal", address: "127.0.0.1", userAgent: "Test browser" });
    const mine = (await two.call("GET", "/api/v1/session")).body.id;
    expect((await portal.call("DELETE", `${me}/sessions/${mine}`)).status, "another's").toBe(404);
    expect((await one.call("DELETE", `${me}/sessions/${mine}`)).status).toBe(204);
    expect((await two.call("GET", me)).status).toBe(401);
    expect((await one.call("DELETE", `${me}/sessions/${mine}`)).status, "it is over").toBe(404);
    expect((await one.call("POST", `${me}/sessions/end-others`)).status).toBe(204);
    expect(await list()).toHaveLength(1);
    expect((await three.call("GET", me)).status).toBe(401);
    expect((await sessionEvents(rig, "session-ended"))[0]).toMatchObject({ reason: "ended-by-user" });
  });
});

describe("the own sign-ins", () => {
  test("are the audit of oneself, of every place and outcome, and of nobody else", async () => {
    const emil = await newPerson(rig, "emil");
    const his = rig.browser("portal");
    await tryToSignIn(his, emil, "000000");
    await signInAt(his, emil, 0);
    const { items, next } = (await his.call("GET", `${me}/sign-ins`)).body;
    expect(next).toBeNull();
    expect(items).toMatchObject([
      { outcome: "succeeded", reason: null, where: "portal", workflow: "self-service", address: "127.0.0.1" },
      { outcome: "refused", reason: "wrong-credentials", where: "portal", mode: "online" },
    ]);
    const first = (await his.call("GET", `${me}/sign-ins?limit=1`)).body;
    const second = (await his.call("GET", `${me}/sign-ins?limit=1&after=${first.next}`)).body;
    expect([...first.items, ...second.items]).toEqual(items);
    const others = (await portal.call("GET", `${me}/sign-ins`)).body.items;
    const ids = new Set(others.map(({ id }: { id: string }) => id));
    expect(items.some(({ id }: { id: string }) => ids.has(id))).toBe(false);
    for (const guess of ["userId", "groupId", "type"])
      expect((await his.call("GET", `${me}/sign-ins?${guess}=${ada.user.id}`)).status).toBe(400);
  });

  test("that were somebody else's are reported: \"this wasn't me\" ends every session and alerts", async () => {
    const finn = await newPerson(rig, "finn");
    const [his, thiefs] = [rig.browser("portal"), rig.browser("portal")];
    await signInAt(thiefs, finn, 0);
    await signInAt(his, finn, 1);
    const [, thefts] = (await his.call("GET", `${me}/sign-ins`)).body.items;
    expect((await portal.call("POST", `${me}/sign-ins/${thefts.id}/report`)).status, "not by another").toBe(
      404,
    );
    const reported = await his.call("POST", `${me}/sign-ins/${thefts.id}/report`);
    expect(reported.body).toMatchObject({ endedSessions: 2, next: expect.stringContaining("help desk") });
    expect((await thiefs.call("GET", me)).status).toBe(401);
    expect((await his.call("GET", me)).status).toBe(401);
    const alerts = (await rig.call("GET", "/api/v1/alerts?status=open")).body.items;
    expect(alerts).toContainEqual(
      expect.objectContaining({ kind: "sign-in-reported", userId: finn.user.id }),
    );
    expect((await portal.call("POST", `${me}/sign-ins/zzz/report`)).status).toBe(404);
  });
});

describe("application passwords", () => {
  const path = `${me}/app-passwords`;
  const checked = async (body: object) => (await rig.call("POST", "/api/v1/app-password-checks", body)).body;

  test("are shown once, one for each application, used, and removed", async () => {
    const gina = await newPerson(rig, "gina");
    const hers = rig.browser("portal");
    await signInAt(hers, gina, 0);
    const made = await hers.call("POST", path, { name: "Mail" });
    expect([made.status, made.body.password]).toEqual([
      201,
      expect.stringMatching(/^(?:[0-9a-hjkmnp-tv-z]{5}-){3}[0-9a-hjkmnp-tv-z]{5}$/),
    ]);
    expect((await hers.call("POST", path, { name: "Mail" })).body.code).toBe("conflict");
    const { password, id } = made.body;
    const listed = await hers.call("GET", path);
    expect(listed.body.items).toEqual([
      { id, name: "Mail", createdAtMs: rig.clock.now(), lastUsedAtMs: null },
    ]);
    const everything = [listed.text, (await rig.call("GET", "/api/v1/audit?limit=100")).text].join();
    expect(everything).not.toContain(password);

    expect(await checked({ userName: "gina", name: "Mail", password })).toEqual({
      right: true,
      userId: gina.user.id,
    });
    const no = { right: false, userId: null };
    expect(await checked({ userName: "gina", name: "Calendar", password })).toEqual(no);
    expect(await checked({ userName: "ada", name: "Mail", password })).toEqual(no);
    expect(await checked({ userName: "gina", name: "Mail", password: "wrong" })).toEqual(no);
    expect((await hers.call("GET", path)).body.items[0].lastUsedAtMs).toBe(rig.clock.now());

    expect((await portal.call("DELETE", `${path}/${id}`)).status, "another's").toBe(404);
    expect((await hers.call("DELETE", `${path}/${id}`)).status).toBe(204);
    expect(await checked({ userName: "gina", name: "Mail", password })).toEqual(no);
  });

  test("of a disabled user open nothing", async () => {
    const hana = await newPerson(rig, "hana");
    const hers = rig.browser("portal");
    await signInAt(hers, hana, 0);
    const { password } = (await hers.call("POST", path, { name: "Mail" })).body;
    await rig.call("PATCH", `/api/v1/users/${hana.user.id}`, { status: "disabled" });
    expect((await checked({ userName: "hana", name: "Mail", password })).right).toBe(false);
  });

  test('do not outlive a password that an administrator replaced, nor "this wasn\'t me"', async () => {
    const ivan = await newPerson(rig, "ivan");
    const his = rig.browser("portal");
    await signInAt(his, ivan, 0);
    const first = (await his.call("POST", path, { name: "Mail" })).body;
    const right = async (password: string) =>
      (await checked({ userName: "ivan", name: "Mail", password })).right;
    expect(await right(first.password)).toBe(true);
    const password = "another, by the help desk";
    expect((await rig.call("PUT", `/api/v1/users/${ivan.user.id}/password`, { password })).status).toBe(200);
    expect(await right(first.password)).toBe(false);

    const again = rig.browser("portal");
    await signInAt(again, { ...ivan, password }, 1);
    const second = (await again.call("POST", path, { name: "Mail" })).body;
    const [latest] = (await again.call("GET", `${me}/sign-ins`)).body.items;
    await again.call("POST", `${me}/sign-ins/${latest.id}/report`);
    expect(await right(second.password)).toBe(false);
  });

  test("are made by who has just proven himself", async () => {
    rig.clock.advance(6 * 60_000);
    expect((await portal.call("POST", path, { name: "Mail" })).body.code).toBe("fresh-sign-in-required");
  });
});

test("nothing more is taken than what is asked for (mass assignment)", async () => {
  for (const [method, url, body] of [
    ["PUT", `${me}/password`, { password: "long enough now", userId: ada.user.id }],
    ["POST", `${me}/app-passwords`, { name: "x", userId: ada.user.id }],
    ["POST", `${me}/sessions/end-others`, { userId: ada.user.id }],
  ] as const) {
    const own = rig.browser("portal");
    const person = await newPerson(rig, `mass-${method}-${url.length}`.toLowerCase());
    await signInAt(own, person, 0);
    expect([url, (await own.call(method, url, body)).status]).toEqual([url, 400]);
  }
});
