import { createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { WebRig } from "../../testing/web-rig.ts";
import { startWebRig } from "../../testing/web-rig.ts";

let rig: WebRig;
let token: string;
beforeEach(async () => {
  rig = await startWebRig({}, {}, { withoutAdministrator: true });
  token = new URL(rig.started.setup?.url ?? "").hash.slice(1);
});
afterEach(() => rig.stop());

const path = "/api/v1/setup/administrator";
const founder = { userName: "founder", displayName: "Fay Founder", password: "first of all people" };

/** RFC 6238 by node:crypto, independent of the product's own. */
function totpOf(uri: string, nowMs: number): string {
  const text = new URL(uri).searchParams.get("secret") ?? "";
  const bits = [...text].map((letter) =>
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"),
  );
  const secret = Buffer.from(
    bits
      .join("")
      .match(/.{8}/g)
      ?.map((byte) => Number.parseInt(byte, 2)) ?? [],
  );
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(Math.floor(nowMs / 30_000)));
  const mac = createHmac("sha1", secret).update(message).digest();
  const offset = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

describe("the first superadministrator", () => {
  test("is made out of the printed link: password, app, recovery codes, and he is in", async () => {
    const link = new URL(rig.started.setup?.url ?? "");
    expect([link.origin, link.pathname]).toEqual([rig.browser("console").origin, "/setup"]);
    expect((await rig.raw("console", "GET", link.pathname, { accept: "text/html" })).status).toBe(200);

    const console = rig.browser("console");
    const asked = await console.call("POST", path, { token, ...founder });
    expect([asked.status, asked.body.totp.otpauthUri]).toEqual([
      200,
      expect.stringMatching(/^otpauth:\/\/totp\/Holdfast:founder\?/),
    ]);
    expect(asked.body.passkeyOptions).toMatchObject({ rp: { id: "localhost" } });
    const { continuation } = asked.body;
    const step = (value: string) =>
      console.call("POST", `${path}/steps`, { continuation, given: { factor: "totp", value } });
    const wrong = await step("000000");
    expect([wrong.status, wrong.body.detail]).toEqual([
      400,
      expect.stringContaining("code that the app shows"),
    ]);

    const code = totpOf(asked.body.totp.otpauthUri, rig.clock.now());
    const made = await step(code);
    expect(made.status).toBe(201);
    expect(made.body.session).toMatchObject({
      user: { userName: "founder" },
      role: { id: "superadministrator" },
    });
    expect(made.body.recoveryCodes).toHaveLength(10);
    expect((await console.call("GET", "/api/v1/users")).body.items).toMatchObject([{ userName: "founder" }]);

    expect((await step(code)).body.code, "the link is spent").toBe("setup-closed");
    expect((await console.call("POST", path, { token, ...founder, userName: "second" })).status).toBe(403);
    expect(
      (
        await rig.raw(
          "api",
          "POST",
          "/api/v1/setup",
          { "content-type": "application/json" },
          JSON.stringify({ token }),
        )
      ).status,
    ).toBe(403);

    // He signs in as everybody does from now on: the code that he showed is spent, the next one is not.
    const again = rig.browser("console");
    const signIn = (value: string, factor = "totp") =>
      again.call("POST", "/api/v1/session/sign-in", {
        userName: "founder",
        given: [
          { factor: "password", value: founder.password },
          { factor, value },
        ],
      });
    expect((await signIn(code)).body.reason).toBe("wrong-credentials");
    rig.clock.advance(30_000);
    expect((await signIn(totpOf(asked.body.totp.otpauthUri, rig.clock.now()))).body.status).toBe("succeeded");
    expect((await signIn(made.body.recoveryCodes[0], "recovery-code")).body.status).toBe("succeeded");
    expect((await signIn(made.body.recoveryCodes[0], "recovery-code")).body.reason).toBe("wrong-credentials");

    const everything = JSON.stringify((await rig.server.ports.store.audit({ limit: 100 })).items);
    for (const secret of [token, founder.password, code, asked.body.totp.secret, ...made.body.recoveryCodes])
      expect(everything).not.toContain(secret);
  });

  test("takes the right link, at the console, in time, and leaves nothing behind otherwise", async () => {
    const console = rig.browser("console");
    expect((await console.call("POST", path, { token: "A".repeat(32), ...founder })).body.code).toBe(
      "setup-closed",
    );
    expect((await rig.browser("portal").call("POST", path, { token, ...founder })).status).toBe(403);
    const foreign = await console.call(
      "POST",
      path,
      { token, ...founder },
      { origin: "https://evil.example" },
    );
    expect(foreign.status).toBe(403);
    expect((await console.call("POST", path, { token, ...founder, password: "short" })).status).toBe(400);
    const { body } = await console.call("POST", path, { token, ...founder });
    rig.clock.advance(16 * 60_000);
    const given = { factor: "totp", value: totpOf(body.totp.otpauthUri, rig.clock.now()) };
    const late = await console.call("POST", `${path}/steps`, { continuation: body.continuation, given });
    expect(late.body.code).toBe("continuation-invalid");
    const forged = await console.call("POST", `${path}/steps`, {
      continuation: `${body.continuation}x`,
      given,
    });
    expect(forged.body.code).toBe("continuation-invalid");
    expect(await rig.server.setup.administratorExists()).toBe(false);
    expect((await rig.server.ports.store.read((tx) => tx.users.list({ limit: 5 }))).items).toEqual([]);
  });

  test("of two who were begun at once, one is made", async () => {
    const begun = async (userName: string) => {
      const browser = rig.browser("console");
      const { body } = await browser.call("POST", path, { token, ...founder, userName });
      const given = { factor: "totp", value: totpOf(body.totp.otpauthUri, rig.clock.now()) };
      return () => browser.call("POST", `${path}/steps`, { continuation: body.continuation, given });
    };
    const both = [await begun("one"), await begun("two")];
    const made = await Promise.all(both.map((finish) => finish()));
    expect(made.map(({ status }) => status).sort()).toEqual([201, 403]);
  });
});

test("an administrator's API key closes the link, and the link closes the way to a key", async () => {
  const headers = { "content-type": "application/json" };
  const redeemed = await rig.raw("api", "POST", "/api/v1/setup", headers, JSON.stringify({ token }));
  expect(redeemed.status).toBe(201);
  expect((await rig.browser("console").call("POST", path, { token, ...founder })).body.code).toBe(
    "setup-closed",
  );
});
