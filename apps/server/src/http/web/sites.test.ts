import { mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { WebRig } from "../../testing/web-rig.ts";
import { startWebRig } from "../../testing/web-rig.ts";

let rig: WebRig;
beforeAll(async () => {
  rig = await startWebRig();
});
afterAll(() => rig.stop());

const both = ["console", "portal"] as const;

describe("pages", () => {
  test.each(both)(
    "of the %s carry a nonce of their own each time, and may not be kept or framed",
    async (app) => {
      const nonces = new Set<string>();
      for (const path of ["/", "/users/usr_1?tab=audit", "/"]) {
        const page = await rig.raw(app, "GET", path, { accept: "text/html" });
        expect(page.status).toBe(200);
        const policy = String(page.headers["content-security-policy"]);
        const nonce = /script-src 'self' 'nonce-([A-Za-z0-9+/]{22}==)'/.exec(policy)?.[1] ?? "none";
        expect(page.text).toContain(`<script type="module" nonce="${nonce}"`);
        expect(page.text).not.toContain("__CSP_NONCE__");
        nonces.add(nonce);
        expect(policy).not.toMatch(/unsafe|\*|http:/);
        for (const directive of [
          "default-src 'none'",
          "frame-ancestors 'none'",
          "base-uri 'none'",
          "form-action 'none'",
          "require-trusted-types-for 'script'",
          "trusted-types 'none'",
        ]) {
          expect(policy.split("; ")).toContain(directive);
        }
        expect(page.headers).toMatchObject({
          "content-type": "text/html; charset=utf-8",
          "cache-control": "no-store",
          "x-frame-options": "DENY",
          "x-content-type-options": "nosniff",
          "cross-origin-opener-policy": "same-origin",
          "cross-origin-resource-policy": "same-origin",
          "referrer-policy": "no-referrer",
          "permissions-policy": expect.stringContaining("camera=()"),
        });
        expect(page.headers).not.toHaveProperty("service-worker-allowed");
      }
      expect(nonces.size).toBe(3);
    },
  );

  test("of the authenticator app run without a nonce, look through the camera and start its own workers", async () => {
    const page = await rig.raw("authenticator", "GET", "/profiles/x", { accept: "text/html" });
    const policy = String(page.headers["content-security-policy"]);
    expect(policy).not.toMatch(/'unsafe-|nonce|\*|http:/);
    for (const directive of [
      "default-src 'none'",
      "script-src 'self' 'wasm-unsafe-eval'",
      "worker-src 'self'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types holdfast-workers",
    ])
      expect(policy.split("; ")).toContain(directive);
    expect(page.headers["permissions-policy"]).toContain("camera=(self)");
    const script = await rig.raw("authenticator", "GET", "/assets/app-1a2b3c4d.js");
    expect(script.headers["content-security-policy"], "a worker's policy is its own file's").toBe(
      "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; frame-ancestors 'none'",
    );
    expect(
      (await rig.raw("console", "GET", "/assets/app-1a2b3c4d.js")).headers["content-security-policy"],
    ).toContain("sandbox");
  });

  test("come with a new build as soon as it is there, without a restart", async () => {
    const index = join(rig.folder, "dist", "index.html");
    writeFileSync(index, "<!doctype html><title>second build</title>");
    utimesSync(index, new Date(), new Date(Date.now() + 5000));
    expect((await rig.raw("console", "GET", "/")).text).toContain("second build");
  });

  test("that are not built say which command builds them", async () => {
    const own = { listen: { host: "127.0.0.1", port: 0 }, url: null, files: join(rig.folder, "nowhere") };
    const bare = await startWebRig({ console: own });
    const page = await bare.raw("console", "GET", "/");
    expect([page.status, page.headers["content-type"]]).toEqual([503, "text/html; charset=utf-8"]);
    expect(page.text).toContain("npm run build");
    expect((await bare.raw("console", "GET", "/api/v1/openapi.json")).status, "its API is there").toBe(200);
    mkdirSync(own.files);
    writeFileSync(join(own.files, "index.html"), "<title>built now</title>");
    expect((await bare.raw("console", "GET", "/")).text).toContain("built now");
    await bare.stop();
  });
});

describe("files", () => {
  test("whose names carry a hash are kept for good, compressed where the browser takes it", async () => {
    const path = "/assets/app-1a2b3c4d.js";
    const plain = await rig.raw("console", "GET", path);
    expect(plain.headers).toMatchObject({
      "content-type": "text/javascript; charset=utf-8",
      "cache-control": "public, max-age=31536000, immutable",
      "x-content-type-options": "nosniff",
    });
    expect(plain.headers).not.toHaveProperty("content-encoding");
    const small = await rig.raw("console", "GET", path, { "accept-encoding": "gzip, br" });
    expect(small.headers).toMatchObject({ "content-encoding": "br", vary: "accept-encoding" });
    expect(Number(small.headers["content-length"])).toBeLessThan(Number(plain.headers["content-length"]) / 2);
    expect((await rig.raw("console", "HEAD", path)).headers["content-length"]).toBe(
      plain.headers["content-length"],
    );
    expect((await rig.raw("console", "GET", "/favicon.svg")).headers).toMatchObject({
      "content-type": "image/svg+xml",
      "cache-control": "no-cache",
      "content-security-policy": expect.stringContaining("sandbox"),
    });
  });

  test.each([
    "/assets/missing-00000000.js",
    "/assets/",
    "/favicon.png",
    "/.hidden.json",
    "/assets/app-1a2b3c4d.js.br",
    "/../secret.json",
    "/assets/../../secret.json",
    "/%2e%2e/secret.json",
    "/..%2fsecret.json",
    "/assets%2f..%2f..%2fsecret.json",
    "/%00/secret.json",
    "//etc/passwd.txt",
    "/....//secret.json",
  ])("that are not there are not found, nor is anything outside of the build: %s", async (path) => {
    const answer = await rig.raw("console", "GET", path, { accept: "*/*" });
    expect([path, answer.status, answer.headers["content-type"]]).toEqual([
      path,
      404,
      "application/problem+json",
    ]);
  });
});

describe("names", () => {
  test("that are not the origin's own are refused, whatever is asked (DNS rebinding)", async () => {
    const port = new URL(rig.started.portal ?? "").port;
    for (const host of [
      "evil.example",
      `evil.example:${port}`,
      `localhost:${Number(port) + 1}`,
      "localhost",
      "a b",
      "localhost@evil:80",
    ]) {
      for (const path of ["/", "/api/v1/session", "/api/v1/openapi.json"]) {
        const answer = await rig.raw("portal", "GET", path, { host });
        expect([host, path, answer.status]).toEqual([host, path, 403]);
        expect(answer.text).not.toContain("evil");
      }
    }
    expect((await rig.raw("portal", "GET", "/", { host: `127.0.0.1:${port}` })).status).toBe(200);
    const forwarded = { "x-forwarded-host": "evil.example", "x-forwarded-proto": "https" };
    expect((await rig.raw("portal", "GET", "/", forwarded)).text, "no proxy's word is taken").not.toContain(
      "evil",
    );
  });

  test("share one listener where only URLs are given: each name is an origin", async () => {
    const files = join(rig.folder, "dist");
    const named = await startWebRig({
      publicUrl: "https://auth.example.org",
      console: { listen: null, url: "https://console.example.org", files },
      portal: { listen: null, url: "https://id.example.org", files },
    });
    expect(named.started).toMatchObject({
      url: "https://auth.example.org",
      console: "https://console.example.org",
      portal: "https://id.example.org",
    });
    const at = (host: string, path: string) => named.rawAtApi("GET", path, { host });
    const page = await at("console.example.org", "/");
    expect([page.status, page.headers["strict-transport-security"]]).toEqual([200, "max-age=31536000"]);
    expect((await at("CONSOLE.example.org:443", "/")).status, "the same name").toBe(200);
    expect((await at("id.example.org", "/api/v1/me")).status, "the portal's").toBe(401);
    expect((await at("console.example.org", "/api/v1/me")).status, "not the console's").toBe(404);
    expect((await at("auth.example.org", "/")).status, "the API has no pages").toBe(404);
    expect((await at("auth.example.org", "/healthz")).status).toBe(200);
    expect((await at("id.example.org", "/metrics")).headers["content-type"], "a page").toMatch(/^text\/html/);
    await named.stop();
  });
});

test("each web origin has its own part of the API, and the API's origin takes no browser", async () => {
  const status = async (app: "api" | "console" | "portal", method: string, path: string) => {
    const headers = app === "api" ? {} : { origin: rig.browser(app).origin, "sec-fetch-site": "same-origin" };
    return (await rig.raw(app, method, path, headers)).status;
  };
  expect(await status("console", "GET", "/api/v1/users")).toBe(401);
  expect(await status("portal", "GET", "/api/v1/users")).toBe(404);
  for (const app of both) {
    expect(await status(app, "GET", "/api/v1/session")).toBe(401);
    for (const path of ["/api/v1/sign-ins", "/api/v1/endpoints", "/api/v1/endpoints/self/contact"]) {
      const answer = await status(app, "POST", path);
      expect([app, path, answer === 404 || (path === "/api/v1/endpoints" && answer === 401)]).toEqual([
        app,
        path,
        true,
      ]);
    }
  }
  expect(await status("api", "GET", "/api/v1/session")).toBe(401);
  expect(await status("api", "POST", "/api/v1/session/sign-in")).toBe(401);
});

test("unsafe origins do not start", async () => {
  const own = (url: string | null, host = "127.0.0.1") => ({ listen: { host, port: 0 }, url, files: null });
  const wrong: [Partial<Parameters<typeof startWebRig>[0]>, RegExp][] = [
    [
      { console: own("https://same.example.org"), portal: own("https://same.example.org") },
      /must not be the same/,
    ],
    [
      { publicUrl: "https://same.example.org", console: own("https://same.example.org") },
      /must not be the same/,
    ],
    [{ console: own("http://console.example.org") }, /must begin with https/],
    [{ portal: own("https://example.org/portal") }, /without a path/],
    [{ console: own(null, "0.0.0.0") }, /loopback address/],
  ];
  for (const [config, why] of wrong) await expect(startWebRig(config)).rejects.toThrow(why);
});

test("a build that vanishes under the server takes nothing else with it", async () => {
  rmSync(join(rig.folder, "dist", "assets", "app-1a2b3c4d.js"));
  expect((await rig.raw("portal", "GET", "/assets/app-1a2b3c4d.js")).status).toBe(404);
  expect((await rig.raw("portal", "GET", "/")).status).toBe(200);
});
