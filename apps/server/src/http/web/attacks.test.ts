import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Person } from "../../testing/rig.ts";
import { code, newPerson } from "../../testing/rig.ts";
import type { Browser, WebRig } from "../../testing/web-rig.ts";
import { giveRole, signInAt, startWebRig, tryToSignIn } from "../../testing/web-rig.ts";

let rig: WebRig;
let mallory: Person;
let console: Browser;
let portal: Browser;
beforeAll(async () => {
  rig = await startWebRig();
  mallory = await newPerson(rig, "mallory");
  await giveRole(rig, mallory, "superadministrator");
  [console, portal] = [rig.browser("console"), rig.browser("portal")];
  await signInAt(console, mallory, 0);
  await signInAt(portal, mallory, 1);
});
afterAll(() => rig.stop());

const session = "/api/v1/session";
const creation = { userName: "made-by-csrf" };
const json = "application/json";
const cookieOf = (browser: Browser) => browser.cookie ?? "";

describe("cross-site request forgery: a change is taken from the origin's own pages alone", () => {
  const post = (headers: Record<string, string>, body = JSON.stringify(creation)) =>
    rig.raw(
      "console",
      "POST",
      "/api/v1/users",
      { cookie: cookieOf(console), "content-type": json, ...headers },
      body,
    );

  test.each([
    ["no origin", () => ({})],
    ["a foreign origin", () => ({ origin: "https://evil.example" })],
    ["the other app's origin", () => ({ origin: portal.origin })],
    ["the API's origin", () => ({ origin: new URL(rig.started.url).origin })],
    ["the origin of a sandboxed frame or a data: URL", () => ({ origin: "null" })],
    ["the own origin by another scheme", () => ({ origin: console.origin.replace("http:", "https:") })],
    ["the own origin with something behind it", () => ({ origin: `${console.origin}.evil.example` })],
    ["a browser that says cross-site", () => ({ origin: console.origin, "sec-fetch-site": "cross-site" })],
    ["a browser that says same-site", () => ({ origin: console.origin, "sec-fetch-site": "same-site" })],
    ["a page opened by hand", () => ({ "sec-fetch-site": "none" })],
    ["a right Referer instead", () => ({ referer: `${console.origin}/users` })],
  ])("%s", async (_what, headers) => {
    const answer = await post(headers());
    expect([answer.status, answer.body.code]).toEqual([403, "forbidden"]);
    expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
  });

  test("nothing of it was done, and the same from the own page is", async () => {
    expect((await console.call("GET", "/api/v1/users?userName=made-by-csrf")).body).toMatchObject({
      items: [],
    });
    expect((await post({ origin: console.origin })).status, "an older browser names its origin alone").toBe(
      201,
    );
    const named = JSON.stringify({ userName: "made-here" });
    expect((await post({ "sec-fetch-site": "same-origin" }, named)).status).toBe(201);
  });

  test("what a form can send is no request, even from the own page", async () => {
    for (const type of [
      "application/x-www-form-urlencoded",
      "text/plain",
      "multipart/form-data; boundary=x",
    ]) {
      const answer = await post({ origin: console.origin, "content-type": type });
      expect([type, answer.status]).toEqual([type, 400]);
    }
  });

  test("signing somebody in or out from elsewhere is refused too", async () => {
    const headers = { origin: "https://evil.example", cookie: cookieOf(portal), "content-type": json };
    const begin = JSON.stringify({ userName: "mallory" });
    expect((await rig.raw("portal", "POST", `${session}/sign-in`, headers, begin)).status).toBe(403);
    expect((await rig.raw("portal", "DELETE", session, headers)).status).toBe(403);
    expect((await portal.call("GET", session)).status).toBe(200);
  });

  test("reads from elsewhere are refused before anything is looked at", async () => {
    for (const headers of [
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { origin: portal.origin },
    ]) {
      const answer = await rig.raw("console", "GET", "/api/v1/users", {
        cookie: cookieOf(console),
        ...headers,
      });
      expect([headers, answer.status]).toEqual([headers, 403]);
    }
  });
});

test("the same path written otherwise is judged as the same path", async () => {
  for (const path of [
    "/%61pi/v1/users",
    "/api%2Fv1/users",
    "//api/v1/users",
    "/x/../api/v1/users",
    "/API/v1/users",
  ]) {
    const forged = { cookie: cookieOf(console), "content-type": json, origin: "https://evil.example" };
    const answer = await rig.raw(
      "console",
      "POST",
      path,
      forged,
      JSON.stringify({ userName: "written-otherwise" }),
    );
    expect([path, answer.status < 400]).toEqual([path, false]);
    const key = { authorization: `Bearer ${rig.adminKey}`, cookie: cookieOf(console) };
    expect([path, (await rig.raw("console", "GET", path, key)).body?.items]).toEqual([path, undefined]);
  }
  const made = await console.call("GET", "/api/v1/users?userName=written-otherwise");
  expect(made.body.items).toEqual([]);
});

test("cross-origin preflights get no leave", async () => {
  for (const app of ["console", "portal", "api"] as const) {
    const answer = await rig.raw(app, "OPTIONS", "/api/v1/users", {
      origin: "https://evil.example",
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-type",
    });
    expect([app, answer.status >= 400]).toEqual([app, true]);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
  }
});

test("nobody is given a web socket", async () => {
  const { hostname, port, host } = new URL(console.origin);
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(port), hostname, () =>
      socket.write(
        `GET /api/v1/session HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nOrigin: https://evil.example\r\nCookie: ${cookieOf(console)}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
      ),
    );
    socket.once("data", (bytes) => {
      resolve(String(bytes));
      socket.destroy();
    });
    socket.once("error", reject);
  });
  expect(answer).toMatch(/^HTTP\/1\.1 403 /);
});

describe("sessions", () => {
  test("are never those that somebody put into the browser before (fixation)", async () => {
    const victim = rig.browser("portal");
    victim.cookie = `holdfast-portal=${"A".repeat(43)}`;
    await signInAt(victim, mallory, 2);
    expect(victim.cookie).not.toContain("AAAA");
    const planted = await rig.raw("portal", "GET", session, { cookie: `holdfast-portal=${"A".repeat(43)}` });
    expect(planted.status).toBe(401);

    // An attacker's own live session is not taken over by whoever signs in with its cookie in his browser.
    const attackers = cookieOf(portal);
    const tossed = rig.browser("portal");
    tossed.cookie = attackers;
    await signInAt(tossed, await newPerson(rig, "victim"), 0);
    expect(tossed.cookie).not.toBe(attackers);
    expect((await portal.call("GET", session)).body.user.userName).toBe("mallory");
  });

  test("count only at the origin that made them", async () => {
    const value = (browser: Browser) => cookieOf(browser).split("=")[1];
    const as = (app: "console" | "portal", cookie: string) => rig.raw(app, "GET", session, { cookie });
    for (const cookie of [cookieOf(console), `holdfast-portal=${value(console)}`])
      expect((await as("portal", cookie)).status).toBe(401);
    for (const cookie of [cookieOf(portal), `holdfast-console=${value(portal)}`])
      expect((await as("console", cookie)).status).toBe(401);
    // Cookies reach every port of a host: both arrive everywhere, and each origin takes its own.
    const together = `${cookieOf(portal)}; ${cookieOf(console)}`;
    expect((await as("console", together)).body.app).toBe("console");
    expect((await as("portal", together)).body.app).toBe("portal");
  });

  test("do not count at the API's origin, nor do API keys at the web's", async () => {
    const cookie = cookieOf(console);
    const atApi = await rig.raw("api", "GET", "/api/v1/users", { cookie });
    expect([atApi.status, atApi.body.code]).toEqual([401, "unauthenticated"]);
    for (const app of ["console", "portal"] as const) {
      const authorization = `Bearer ${rig.adminKey}`;
      const answer = await rig.raw(app, "GET", "/api/v1/users", {
        authorization,
        origin: rig.browser(app).origin,
      });
      expect([app, answer.status]).toEqual([app, 401]);
      const both = await rig.raw(app, "GET", session, {
        authorization,
        cookie: `${cookie}; ${cookieOf(portal)}`,
      });
      expect([app, both.status], "not even beside a session").toEqual([app, 401]);
    }
  });

  test("sent twice, or too long, or malformed, are no session", async () => {
    const [name, value] = cookieOf(console).split("=");
    for (const cookie of [
      `${name}=${value}; ${name}=${"B".repeat(43)}`,
      `${name}=${value}; ${name}=${value}`,
      `${name}=${value}x`,
      `${name}="${value}"`,
      `${name}=`,
      `${name}=${value}; filler=${"x".repeat(9000)}`,
    ]) {
      expect((await rig.raw("console", "GET", session, { cookie })).status).toBe(401);
    }
    const huge = await rig.raw("console", "GET", session, { cookie: `x=${"y".repeat(40_000)}` });
    expect(huge.status).toBe(431);
    expect((await console.call("GET", session)).status).toBe(200);
  });

  test("give a person of the portal nothing of the console, whatever his role", async () => {
    expect((await portal.call("GET", session)).body).toMatchObject({ role: null, rights: [], scope: null });
    expect((await portal.call("GET", "/api/v1/users")).status).toBe(404);
  });
});

test("an open redirect: nobody is sent anywhere, whatever a parameter says", async () => {
  for (const path of [
    "/?next=https://evil.example",
    "/sign-in?redirect=//evil.example",
    "//evil.example",
    "//evil.example/%2e%2e",
    "/\\evil.example",
    "/https://evil.example",
  ]) {
    const answer = await rig.raw("portal", "GET", path, { accept: "text/html" });
    expect([path, answer.status < 300 || answer.status >= 400, answer.headers.location]).toEqual([
      path,
      true,
      undefined,
    ]);
    expect(answer.text).not.toContain("evil");
  }
  const extra = { userName: "mallory", next: "https://evil.example" };
  expect((await portal.call("POST", `${session}/sign-in`, extra)).status).toBe(400);
});

test("stored HTML comes back as JSON that no browser takes for a page", async () => {
  const html = `<img src=x onerror=alert(1)>"'&`;
  const made = await console.call("POST", "/api/v1/users", { userName: "html-user", displayName: html });
  expect(made.status).toBe(201);
  await console.call("POST", "/api/v1/policies", { name: html, changes: {} });
  const person = await newPerson(rig, "html-person");
  await rig.call("PATCH", `/api/v1/users/${person.user.id}`, { displayName: html });
  const itsPortal = rig.browser("portal");
  await signInAt(itsPortal, person, 0);
  const answers = [
    await console.call("GET", `/api/v1/users/${made.body.id}`),
    await console.call("GET", "/api/v1/policies"),
    await console.call("GET", "/api/v1/audit?limit=20"),
    await itsPortal.call("GET", session),
    await console.call("GET", `/api/v1/users?userName=${encodeURIComponent("<script>")}`),
  ];
  for (const answer of answers) {
    expect(answer.headers["content-type"]).toMatch(/^application\/(?:problem\+)?json/);
    expect(answer.headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "content-security-policy": expect.stringContaining("sandbox"),
      "cache-control": "no-store",
    });
  }
});

test("refusals of a sign-in take the same shape whoever asks for whom", async () => {
  const shape = async (userName: string) => {
    const person = { user: { ...mallory.user, userName }, password: "wrong, all of it" };
    const { status, headers, body } = await tryToSignIn(rig.browser("console"), person, code(mallory, 500));
    const { inReplyTo: _reply, ...told } = body;
    return JSON.stringify([status, Object.keys(headers).sort(), told]);
  };
  const plain = await newPerson(rig, "plain");
  expect(
    new Set([await shape("mallory"), await shape(plain.user.userName), await shape("nobody")]).size,
  ).toBe(1);
});
