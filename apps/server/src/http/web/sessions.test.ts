import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createBrowserSignIns } from "../../app/sessions/browser-sign-in.ts";
import { createSessions } from "../../app/sessions/sessions.ts";
import { createDefaultPolicy } from "../../app/sign-in/default-policy.ts";
import { createSignIns, type SignIns } from "../../app/sign-in/sign-in.ts";
import type { Person } from "../../testing/rig.ts";
import { code, newPerson, newPolicy } from "../../testing/rig.ts";
import type { WebRig } from "../../testing/web-rig.ts";
import { giveRole, sessionEvents, signInAt, startWebRig, tryToSignIn } from "../../testing/web-rig.ts";

let rig: WebRig;
let ada: Person;
let counter = 0;
/** A code of Ada's that was never used. */
const fresh = () => counter++;
beforeAll(async () => {
  rig = await startWebRig();
  ada = await newPerson(rig, "ada");
  await giveRole(rig, ada, "superadministrator");
});
afterAll(() => rig.stop());

const minute = 60_000;
const hour = 60 * minute;
const session = "/api/v1/session";

describe("signing in", () => {
  test("goes by steps, and the answer says who is there and what he may do", async () => {
    const console = rig.browser("console");
    const asked = await console.call("POST", `${session}/sign-in`, { userName: "ada" });
    expect(asked.body).toMatchObject({
      status: "asking",
      prompts: [{ factor: "password" }, { factor: "passkey" }],
    });
    const { continuation } = asked.body;
    const password = { factor: "password", value: ada.password };
    const next = await console.call("POST", `${session}/sign-in/steps`, { continuation, given: password });
    expect(next.body).toMatchObject({ status: "asking", prompts: [{ factor: "hotp" }] });
    expect(next.headers).not.toHaveProperty("set-cookie");
    const last = {
      continuation: next.body.continuation,
      given: { factor: "hotp", value: code(ada, fresh()) },
    };
    const done = await console.call("POST", `${session}/sign-in/steps`, last);
    expect(done.body.session).toMatchObject({
      app: "console",
      user: { userName: "ada" },
      role: { id: "superadministrator" },
      rights: expect.arrayContaining(["users.password"]),
      scope: "enterprise",
      factors: ["password", "hotp"],
      productName: "Holdfast",
    });
    expect((await console.call("GET", session)).body).toEqual(done.body.session);
    const [cookie = ""] = [done.headers["set-cookie"] ?? []].flat();
    expect(cookie).toMatch(/^holdfast-console=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(done.text, "the token is in the cookie alone").not.toContain(cookie.slice(17, 60));

    const again = await rig.browser("console").call("POST", `${session}/sign-in/steps`, last);
    expect([again.status, again.body.code], "no second session from what was overheard").toEqual([
      400,
      "continuation-invalid",
    ]);
    const elsewhere = await rig.browser("portal").call("POST", `${session}/sign-in/steps`, last);
    expect(elsewhere.body.code).toBe("continuation-invalid");
    const [event] = await sessionEvents(rig, "session-started");
    expect(event).toMatchObject({
      actor: `user:${ada.user.id}`,
      subjectUserId: ada.user.id,
      detail: {
        app: "console",
        address: "127.0.0.1",
        userAgent: "Test browser",
        factors: ["password", "hotp"],
      },
    });
    expect(JSON.stringify(event)).not.toContain(cookie.slice(17, 60));
  });

  test("over https gives a cookie that browsers keep for this host alone", async () => {
    const files = `${rig.folder}/dist`;
    const named = await startWebRig({
      console: { listen: null, url: "https://console.example.org", files },
      portal: { listen: null, url: "https://id.example.org", files },
    });
    const bea = await newPerson(named, "bea");
    const body = {
      userName: "bea",
      given: [
        { factor: "password", value: bea.password },
        { factor: "hotp", value: code(bea, 0) },
      ],
    };
    const headers = {
      host: "id.example.org",
      origin: "https://id.example.org",
      "content-type": "application/json",
    };
    const answer = await named.rawAtApi("POST", `${session}/sign-in`, headers, JSON.stringify(body));
    expect([answer.headers["set-cookie"] ?? []].flat()).toEqual([
      expect.stringMatching(/^__Host-holdfast-portal=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/),
    ]);
    const plain = { ...headers, origin: "http://id.example.org" };
    expect((await named.rawAtApi("POST", `${session}/sign-in`, plain, JSON.stringify(body))).status).toBe(
      403,
    );
    await named.stop();
  });

  test("is refused for wrong codes as everywhere, without a cookie", async () => {
    const console = rig.browser("console");
    const answer = await tryToSignIn(console, ada, "000000");
    expect([answer.status, answer.body.code, answer.body.reason, answer.headers["set-cookie"]]).toEqual([
      403,
      "sign-in-refused",
      "wrong-credentials",
      undefined,
    ]);
  });

  test("at the console takes a role, told to who has proven himself alone", async () => {
    const bob = await newPerson(rig, "bob");
    const console = rig.browser("console");
    const guess = await tryToSignIn(console, { ...bob, password: "not his" }, code(bob, 0));
    expect(guess.body.reason).toBe("wrong-credentials");
    const refused = await tryToSignIn(console, bob, code(bob, 1));
    expect([refused.body.reason, console.cookie]).toEqual(["no-administrator-role", null]);
    expect((await sessionEvents(rig, "session-refused"))[0]).toMatchObject({
      subjectUserId: bob.user.id,
      reason: "no-administrator-role",
    });
    await signInAt(rig.browser("portal"), bob, 2);
  });

  test("at the console takes two factors, whatever the policy says", async () => {
    const policyId = await newPolicy(rig, "One factor", {
      workflows: { administration: [["password"]], "self-service": [["password"]] },
    });
    const cleo = await newPerson(rig, "cleo", { policyId });
    await giveRole(rig, cleo, "superadministrator");
    const given = [{ factor: "password", value: cleo.password }];
    const at = (app: "console" | "portal") =>
      rig.browser(app).call("POST", `${session}/sign-in`, { userName: "cleo", given });
    expect((await at("console")).body.reason).toBe("second-factor-needed");
    expect((await at("portal")).body.status).toBe("succeeded");
  });
});

describe("a session", () => {
  test("is over when it was idle for too long, and each use moves that", async () => {
    const console = rig.browser("console");
    await signInAt(console, ada, fresh());
    for (let times = 0; times < 3; times++) {
      rig.clock.advance(14 * minute);
      expect((await console.call("GET", session)).status).toBe(200);
    }
    rig.clock.advance(15 * minute);
    expect((await console.call("GET", session)).status).toBe(401);
    expect((await sessionEvents(rig, "session-ended"))[0]).toMatchObject({
      reason: "idle",
      detail: { app: "console" },
    });
    rig.clock.advance(-10 * minute);
    expect((await console.call("GET", session)).status, "and stays over").toBe(401);
  });

  test("is not kept alive by what a page asks by itself", async () => {
    const console = rig.browser("console");
    await signInAt(console, ada, fresh());
    const byItself = { "holdfast-background": "1" };
    rig.clock.advance(10 * minute);
    expect((await console.call("GET", session, undefined, byItself)).status).toBe(200);
    rig.clock.advance(5 * minute);
    expect((await console.call("GET", session, undefined, byItself)).status).toBe(401);
  });

  test("is over after its longest time, however busy", async () => {
    const console = rig.browser("console");
    const { body } = await signInAt(console, ada, fresh());
    const uses = (body.session.expiresAtMs - rig.clock.now()) / (10 * minute);
    for (let use = 1; use < uses; use++) {
      rig.clock.advance(10 * minute);
      expect((await console.call("GET", session)).status).toBe(200);
    }
    rig.clock.advance(10 * minute);
    expect((await console.call("GET", session)).status).toBe(401);
    expect((await sessionEvents(rig, "session-ended"))[0]).toMatchObject({ reason: "expired" });
  });

  test("is written down at most once a minute while it is used", async () => {
    const portal = rig.browser("portal");
    const { body } = await signInAt(portal, ada, fresh());
    const kept = () => rig.server.ports.store.read((tx) => tx.web.sessions.get(body.session.id));
    const startedMs = rig.clock.now();
    rig.clock.advance(59_000);
    await portal.call("GET", session);
    expect((await kept())?.lastSeenAtMs).toBe(startedMs);
    rig.clock.advance(1_000);
    await portal.call("GET", session);
    expect((await kept())?.lastSeenAtMs).toBe(startedMs + minute);
  });

  test("ends when its user signs out, and its cookie goes", async () => {
    const portal = rig.browser("portal");
    await signInAt(portal, ada, fresh());
    const { cookie } = portal;
    const out = await portal.call("DELETE", session);
    expect([out.status, portal.cookie]).toEqual([204, null]);
    expect((await portal.call("GET", session, undefined, { cookie: cookie ?? "" })).status).toBe(401);
    expect((await sessionEvents(rig, "session-ended"))[0]).toMatchObject({
      reason: "signed-out",
      actor: `user:${ada.user.id}`,
    });
  });

  test.each([
    ["user-disabled", (id: string) => rig.call("PATCH", `/api/v1/users/${id}`, { status: "disabled" })],
    [
      "password-changed",
      (id: string) => rig.call("PUT", `/api/v1/users/${id}/password`, { password: "quite another" }),
    ],
  ] as const)("ends at once when an administrator acts: %s", async (reason, act) => {
    const person = await newPerson(rig, `dora-${reason}`);
    const portal = rig.browser("portal");
    await signInAt(portal, person, 0);
    expect((await portal.call("GET", session)).status).toBe(200);
    expect((await act(person.user.id)).status).toBe(200);
    expect((await portal.call("GET", session)).status).toBe(401);
    expect((await sessionEvents(rig, "session-ended"))[0]).toMatchObject({
      reason,
      subjectUserId: person.user.id,
    });
  });

  test("does not begin with a password that was replaced since it was proven", async () => {
    const { ports } = rig.server;
    const cora = await newPerson(rig, "cora");
    const signIns = createSignIns(ports, createDefaultPolicy(ports));
    const sessions = createSessions(ports);
    const slow: SignIns = {
      ...signIns,
      begin: async (...asked) => {
        const result = await signIns.begin(...asked);
        const url = `/api/v1/users/${cora.user.id}/password`;
        expect((await rig.call("PUT", url, { password: "quite another one" })).status).toBe(200);
        return result;
      },
    };
    const given = [
      { factor: "password", value: cora.password },
      { factor: "hotp", value: code(cora, 0) },
    ] as const;
    const whence = { address: "127.0.0.1", userAgent: "" };
    const asked = { userName: "cora", given: [...given] };
    expect(await createBrowserSignIns(ports, slow, sessions).begin("portal", asked, whence)).toMatchObject({
      kind: "refused",
      code: "unauthenticated",
    });
  });

  test("ends when its user's role changes", async () => {
    const person = await newPerson(rig, "emil");
    await giveRole(rig, person, "superadministrator");
    const console = rig.browser("console");
    await signInAt(console, person, 0);
    expect((await console.call("GET", "/api/v1/users?limit=1")).status).toBe(200);
    await giveRole(rig, person, null);
    expect((await console.call("GET", "/api/v1/users?limit=1")).status).toBe(401);
    expect((await sessionEvents(rig, "session-ended"))[0]).toMatchObject({ reason: "role-changed" });
  });

  test("that is long over is forgotten", async () => {
    const portal = rig.browser("portal");
    const { body } = await signInAt(portal, ada, fresh());
    rig.clock.advance(63 * 24 * hour);
    expect(await rig.server.sessions.forget()).toBeGreaterThan(0);
    expect(await rig.server.ports.store.read((tx) => tx.web.sessions.get(body.session.id))).toBeNull();
  });
});

describe("proving oneself anew", () => {
  test("is wanted before dangerous acts, gives a new token, and the old one opens nothing", async () => {
    const console = rig.browser("console");
    await signInAt(console, ada, fresh());
    const dangerous = () => console.call("POST", "/api/v1/api-keys", { name: "dangerous", scopes: ["read"] });
    expect((await dangerous()).status).toBe(201);
    rig.clock.advance(6 * minute);
    const late = await dangerous();
    expect([late.status, late.body.code]).toEqual([401, "fresh-sign-in-required"]);

    const before = console.cookie;
    const asked = await console.call("POST", `${session}/fresh`, {
      given: [{ factor: "password", value: ada.password }],
    });
    expect(asked.body.status).toBe("asking");
    const given = { factor: "hotp", value: code(ada, fresh()) };
    const done = await console.call("POST", `${session}/fresh/steps`, {
      continuation: asked.body.continuation,
      given,
    });
    expect(done.body.session.freshUntilMs).toBe(rig.clock.now() + 5 * minute);
    expect(console.cookie).not.toBe(before);
    expect((await console.call("GET", session, undefined, { cookie: before ?? "" })).status).toBe(401);
    expect((await dangerous()).status).toBe(201);
    expect((await sessionEvents(rig, "fresh-sign-in"))[0]).toMatchObject({ subjectUserId: ada.user.id });
  });

  test("counts only for whose session it is, and within it", async () => {
    const eve = await newPerson(rig, "eve");
    await giveRole(rig, eve, "superadministrator");
    const [ofAda, ofEve] = [rig.browser("console"), rig.browser("console")];
    await signInAt(ofAda, ada, fresh());
    await signInAt(ofEve, eve, 0);
    const asked = await ofEve.call("POST", `${session}/fresh`, {
      given: [{ factor: "password", value: eve.password }],
    });
    const step = { continuation: asked.body.continuation, given: { factor: "hotp", value: code(eve, 1) } };
    const stolen = await ofAda.call("POST", `${session}/fresh/steps`, step);
    expect(stolen.body.code).toBe("continuation-invalid");
    expect((await rig.browser("console").call("POST", `${session}/sign-in/steps`, step)).body.code).toBe(
      "continuation-invalid",
    );
    expect((await ofEve.call("POST", `${session}/fresh/steps`, step)).body.status).toBe("succeeded");
  });
});

test("with a superadministrator at the console, the last API key of an administrator may go", async () => {
  const own = await startWebRig();
  const key = (await own.call("GET", "/api/v1/api-keys")).body.items[0];
  expect((await own.call("DELETE", `/api/v1/api-keys/${key.id}`)).body.code).toBe("conflict");
  const gus = await newPerson(own, "gus");
  await giveRole(own, gus, "superadministrator");
  const console = own.browser("console");
  await signInAt(console, gus, 0);
  expect((await console.call("DELETE", `/api/v1/api-keys/${key.id}`)).status).toBe(204);
  await own.stop();
});

test("the oldest of fifty sessions of one person at one app gives way to a new one", async () => {
  const una = await newPerson(rig, "una");
  await signInAt(rig.browser("portal"), una, 0);
  const { store } = rig.server.ports;
  const [first] = await store.read((tx) => tx.web.sessions.ofUser(una.user.id));
  if (first === undefined) throw new Error("she has a session");
  await store.transaction(async (tx) => {
    for (let number = 1; number < 50; number++) {
      const tokenHash = `${number}`.padEnd(43, "A");
      const createdAtMs = first.createdAtMs + number;
      await tx.web.sessions.insert({ ...first, id: `ses_${number}`, tokenHash, createdAtMs });
    }
  });
  rig.clock.advance(1000);
  await signInAt(rig.browser("portal"), una, 1);
  const open = await store.read((tx) => tx.web.sessions.ofUser(una.user.id));
  expect([open.length, open.some(({ id }) => id === first.id)]).toEqual([50, false]);
  const { items } = await store.audit({ userId: una.user.id, type: "session-ended", limit: 10 });
  expect(items.map(({ reason }) => reason)).toEqual(["too-many-sessions"]);
});
