import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from "node:crypto";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Person, TestEnterprise } from "../../agent/enterprise.ts";
import type { TestPhone } from "../../rig/phone.ts";
import { freePort } from "../../rig/ports.ts";
import { createAuthority, type TestAuthority } from "../enterprise/certificates.ts";
import { phoneInHand } from "./in-hand.ts";

/** A push service, and the browser behind it: takes messages over HTTPS and opens them as RFC 8291 and RFC 8188 say. */
type Received = { readonly headers: Readonly<Record<string, unknown>>; readonly body: Buffer };
const received: Received[] = [];
let answerWith = 201;

describe("web push (RFC 8030, RFC 8291, RFC 8292)", () => {
  let authority: TestAuthority;
  let service: ReturnType<typeof createServer>;
  let endpoint: string;
  let enterprise: TestEnterprise;
  let person: Person;
  let phone: TestPhone;
  const browser = createECDH("prime256v1");
  const p256dh = browser.generateKeys("base64url", "uncompressed");
  const auth = randomBytes(16);
  const trusted = getCACertificates("default");

  beforeAll(async () => {
    authority = await createAuthority();
    setDefaultCACertificates([...trusted, authority.certificate]);
    const { certificate, key } = await authority.issue("push", ["localhost"]);
    service = createServer({ cert: certificate, key }, (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        received.push({ headers: request.headers, body: Buffer.concat(chunks) });
        response.writeHead(answerWith).end();
      });
    });
    await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
    endpoint = `https://localhost:${(service.address() as AddressInfo).port}/push/abc`;
    const port = await freePort();
    const listen = { host: "127.0.0.1", port };
    enterprise = await TestEnterprise.start({
      server: {
        webPushServices: ["localhost"],
        authenticator: { listen, files: null, url: `https://localhost:${port}` },
      },
    });
    person = await enterprise.person("lea", "default", { kind: "hotp", label: "Key fob" });
    phone = await phoneInHand(enterprise.site.server, person.userId);
  });
  afterAll(async () => {
    setDefaultCACertificates(trusted);
    await enterprise?.[Symbol.asyncDispose]();
    await new Promise((resolve) => service.close(resolve));
    await authority?.[Symbol.asyncDispose]();
  });

  const subscribe = (to: string) =>
    phone.call("PUT", "/phone/web-push", {
      subscription: { endpoint: to, keys: { p256dh, auth: auth.toString("base64url") } },
    });
  let attempts = 0;
  async function signIn(): Promise<string> {
    const given = [
      { factor: "password", value: person.password },
      { factor: "push", value: "send" },
    ];
    const answer = await enterprise.admin<{ prompts: { number: string }[] }>("POST", "/sign-ins", {
      attemptId: `web-push-${++attempts}`,
      userName: "lea",
      workflow: "self-service",
      given,
    });
    return answer.prompts[0]?.number ?? "";
  }
  const arrived = (count: number) => expect.poll(() => received.length, { timeout: 5_000 }).toBe(count);

  test("what a push service carries is sealed to the browser and says only that something waits", async () => {
    const { publicKey } = (await phone.call("GET", "/phone/web-push")).body as { publicKey: string };
    expect((await subscribe(endpoint)).body).toMatchObject({ endpoint, publicKey });
    const number = await signIn();
    await arrived(1);
    const [{ headers, body }] = received as [Received];
    expect(headers).toMatchObject({ "content-encoding": "aes128gcm", ttl: "60", urgency: "high" });
    expect(JSON.parse(opened(body))).toEqual({ holdfast: 1, type: "push-requests" });
    expect(opened(body)).not.toContain(number);
    // RFC 8292 §2: the token is for this push service, and by the key that the subscription names.
    const [, token = "", key = ""] = /^vapid t=([^,]+), ?k=(.+)$/.exec(String(headers.authorization)) ?? [];
    expect(key).toBe(publicKey);
    const [header = "", claims = "", signature = ""] = token.split(".");
    const { aud, exp } = JSON.parse(Buffer.from(claims, "base64url").toString());
    expect([aud, exp > Date.now() / 1000, exp < Date.now() / 1000 + 86_400]).toEqual([
      new URL(endpoint).origin,
      true,
      true,
    ]);
    const point = Buffer.from(key, "base64url");
    const half = (from: number) => point.subarray(from, from + 32).toString("base64url");
    const jwk = { kty: "EC", crv: "P-256", x: half(1), y: half(33) };
    expect(
      verify(
        "sha256",
        Buffer.from(`${header}.${claims}`),
        { key: createPublicKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" },
        Buffer.from(signature, "base64url"),
      ),
    ).toBe(true);
    await phone.answerPush({ decision: "deny", reason: "not-now" });
  });

  test("a browser that has gone is forgotten, and nothing is sent there again", async () => {
    answerWith = 410;
    await signIn();
    await arrived(2);
    await phone.answerPush({ decision: "deny", reason: "not-now" });
    await expect
      .poll(async () => (await phone.call("GET", "/phone/web-push")).body.endpoint, { timeout: 5_000 })
      .toBeNull();
    await signIn();
    await enterprise.site.server.ports.push.background.idle();
    expect(received).toHaveLength(2);
  });

  test("the server calls known push services only: nobody sends it to an address within", async () => {
    for (const inside of [
      "https://10.0.0.1/",
      "https://metadata.internal/",
      "https://localhost.evil.example/",
      "https://user@localhost/",
    ]) {
      const refused = await subscribe(inside);
      expect([inside, refused.status]).toEqual([inside, 400]);
    }
  });

  /** RFC 8188 §2.1 and RFC 8291 §3.4, by node:crypto. */
  function opened(body: Buffer): string {
    const [salt, keyLength] = [body.subarray(0, 16), body[20] ?? 0];
    const sender = body.subarray(21, 21 + keyLength);
    const sealed = body.subarray(21 + keyLength);
    const shared = browser.computeSecret(sender);
    const info = Buffer.concat([Buffer.from("WebPush: info\0"), Buffer.from(p256dh, "base64url"), sender]);
    const input = Buffer.from(hkdfSync("sha256", shared, auth, info, 32));
    const key = Buffer.from(hkdfSync("sha256", input, salt, "Content-Encoding: aes128gcm\0", 16));
    const nonce = Buffer.from(hkdfSync("sha256", input, salt, "Content-Encoding: nonce\0", 12));
    const decipher = createDecipheriv("aes-128-gcm", key, nonce);
    decipher.setAuthTag(sealed.subarray(-16));
    const padded = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
    // One record, the last: its padding begins with 2.
    return padded.subarray(0, padded.lastIndexOf(2)).toString("utf8");
  }
});
