import { request } from "node:https";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Person, TestEnterprise } from "../../agent/enterprise.ts";
import { type RunningBrowser, startBrowser } from "../../rig/browser.ts";
import { startHaProxy } from "../../rig/haproxy.ts";
import { freePort } from "../../rig/ports.ts";
import { describeWhere } from "../../rig/requirements.ts";
import { createAuthority } from "../enterprise/certificates.ts";
import { setUpByPin } from "../phones/handset.ts";
import { registerInApp } from "../phones/practice.ts";
import { signIn } from "../portal/clinic.ts";

/** Another address of this machine: what the server sees of HAProxy is not what HAProxy sees of browsers. */
const proxyAsksFrom = "127.0.0.3";

describeWhere(["chromium", "openssl", "haproxy"], "behind HAProxy, as it is shipped", () => {
  const resources = new AsyncDisposableStack();
  let enterprise: TestEnterprise;
  let browser: RunningBrowser;
  let port: number;
  const names = ["console", "id", "authenticator"].map((name) => `${name}.example.test`);
  const urlOf = (name: string) => `https://${name}.example.test:${port}`;
  beforeAll(async () => {
    port = await freePort();
    const under = (name: string) => ({ listen: null, url: urlOf(name), files: null });
    enterprise = await TestEnterprise.start({
      server: {
        trustedProxies: [proxyAsksFrom],
        console: under("console"),
        portal: under("id"),
        authenticator: under("authenticator"),
      },
    });
    const authority = resources.use(await createAuthority());
    const { certificate, key } = await authority.issue("web", names);
    const { server } = enterprise.site;
    resources.use(
      await startHaProxy({
        port,
        identity: certificate + key,
        serverPort: server.apiPort(),
        serverAuthority: server.ports.server.authorityPem,
        asks: proxyAsksFrom,
      }),
    );
    browser = resources.use(
      await startBrowser([
        "--host-resolver-rules=MAP *.example.test 127.0.0.1",
        "--ignore-certificate-errors",
      ]),
    );
  });
  afterAll(async () => {
    await resources.disposeAsync();
    await enterprise?.[Symbol.asyncDispose]();
  });

  test("people sign in by name, are seen at their own address, and a phone holds its connection", async () => {
    const nora = await enterprise.person("nora", "default", { kind: "hotp", label: "Key fob" });
    await using portal = await browser.open();
    await portal.page.goto(urlOf("id"));
    await signIn(portal.page, nora);
    await portal.page.getByRole("heading", { name: /^Hello/ }).waitFor();
    expect(await addressesOf(nora)).toEqual(["127.0.0.1"]);

    await using phone = await browser.open({ screen: "phone" });
    await registerInApp(portal.page, phone.page, () => setUpByPin(phone.page));
    await phone.page.getByRole("button", { name: /about this profile/ }).click();
    await phone.page.getByText("connected", { exact: true }).waitFor();
    expect([...portal.faults, ...phone.faults]).toEqual([]);
  });

  test("what a client writes into X-Forwarded-For itself is not who asks", async () => {
    const anna = await enterprise.person("anna", "default", { kind: "hotp", label: "Key fob" });
    const given = [
      { factor: "password", value: anna.password },
      { factor: "hotp", value: anna.press() },
    ];
    expect(await signInFrom("127.0.0.9", { userName: anna.userName, given })).toBe(200);
    expect(await addressesOf(anna)).toEqual(["127.0.0.9"]);
  });

  async function addressesOf({ userId }: Person): Promise<unknown[]> {
    const { items } = await enterprise.admin<{ items: { detail: { address: string } }[] }>(
      "GET",
      `/audit?type=session-started&userId=${userId}`,
    );
    return items.map(({ detail }) => detail.address);
  }

  /** As a page of the portal would, from this address of the machine; what it says of itself is a lie. */
  function signInFrom(localAddress: string, body: object): Promise<number | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
    const sent = request(
      `${urlOf("id")}/api/v1/session/sign-in`,
      {
        method: "POST",
        hostname: "127.0.0.1",
        servername: "id.example.test",
        localAddress,
        rejectUnauthorized: false,
        headers: {
          host: new URL(urlOf("id")).host,
          origin: urlOf("id"),
          "content-type": "application/json",
          "x-forwarded-for": "198.51.100.66",
        },
      },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    );
    sent.on("error", reject);
    sent.end(JSON.stringify(body));
    return promise;
  }
});
