import type { Page, Route } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Person } from "../../agent/enterprise.ts";
import { accessibilityFaults, screenshot, scrollsSideways, smallTargets, texts } from "../../rig/browser.ts";
import { type PhoneBrowser, phoneBiometric, startPhoneBrowser } from "../../rig/fake-camera.ts";
import { describeWhere } from "../../rig/requirements.ts";
import { handsetPin, paste, setUpByPin, shownCode, unlockByPin } from "./handset.ts";
import { openMethods, Practice } from "./practice.ts";

describeWhere(["chromium"], "registering the app", () => {
  let practice: Practice;
  let phones: PhoneBrowser;
  let origin: string;
  beforeAll(async () => {
    practice = await Practice.open();
    phones = await startPhoneBrowser();
  });
  afterAll(async () => {
    await phones?.[Symbol.asyncDispose]();
    await practice?.[Symbol.asyncDispose]();
  });

  /** What the portal's page calls, called by the same page. */
  const call = (portal: Page, method: string, path: string, body?: object) =>
    portal.evaluate(
      async ({ method, path, body }) => {
        const content =
          body === undefined
            ? {}
            : { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
        const answer = await fetch(`/api/v1/me/phones${path}`, { method, ...content });
        return (await answer.json().catch(() => null)) as Record<string, string> & { phone?: { id: string } };
      },
      { method, path, body },
    );

  async function app(): Promise<Awaited<ReturnType<PhoneBrowser["open"]>>> {
    const opened = await phones.open();
    await opened.page.goto(origin);
    return opened;
  }

  /** Whether password and the app's code open the portal, asked where sign-ins are asked. */
  async function opens(person: Person, code: string): Promise<boolean> {
    await using fresh = await practice.beforePortal();
    const status = await fresh.page.evaluate(
      async ({ userName, password, code }) => {
        const given = [
          { factor: "password", value: password },
          { factor: "totp", value: code },
        ];
        const answer = await fetch("/api/v1/session/sign-in", {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ userName, given }),
        });
        return ((await answer.json()) as { status: string | number }).status;
      },
      { userName: person.userName, password: person.password, code },
    );
    return status === "succeeded";
  }

  const deviceIdOn = (phone: Page) =>
    phone
      .locator("main code")
      .filter({ hasText: /^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/ })
      .innerText();
  const originOf = (link: string) => new URL(link).origin;

  test("REG-6 to REG-10: two screens joined by a picture, six digits, and a phone that follows the server", async () => {
    const nora = await practice.person("nora", "Nora Ward");
    await using atPortal = await practice.atPortal(nora);
    const { page: portal } = atPortal;
    await openMethods(portal);
    await portal.getByRole("button", { name: "Add a phone" }).click();
    const dialog = portal.getByRole("dialog", { name: "Add a phone" });
    const qr = dialog.getByRole("img", { name: "QR code for the phone" });
    await qr.waitFor();
    await portal.getByText("The camera cannot scan?").click();
    origin = originOf(await dialog.locator("code").innerText());
    await portal.getByText("The camera cannot scan?").click();

    await using opened = await app();
    const { page: phone, faults } = opened;
    await setUpByPin(phone);
    await phones.see(await qr.screenshot());
    await phone.getByRole("link", { name: "Scan" }).click();
    await phone.getByRole("heading", { name: "Register this phone?" }).waitFor();
    await phones.see(null);
    await phone.getByText("nora").waitFor();
    await phone.getByRole("button", { name: "Register" }).click();
    await phone.getByRole("heading", { name: "Compare these digits" }).waitFor();
    const digits = (
      await phone
        .getByRole("status")
        .filter({ hasText: /^\d{3} \d{3}$/ })
        .innerText()
    ).trim();
    await dialog.getByText(digits).waitFor();
    expect([
      await accessibilityFaults(phone),
      await smallTargets(phone),
      await scrollsSideways(phone),
    ]).toEqual([[], [], false]);
    await screenshot(phone, "authenticator-compare-digits");
    await dialog.getByRole("button", { name: "They match" }).click();
    await phone.getByRole("heading", { name: "This phone is registered" }).waitFor();
    await dialog.getByRole("heading", { name: /is registered/ }).waitFor();
    await phone.getByRole("button", { name: "Show my codes" }).click();
    expect(await opens(nora, await shownCode(phone, "nora"))).toBe(true);
    const [registered] = await practice.phonesOf(nora);
    expect(registered).toMatchObject({ mode: "online", types: ["totp", "push", "qr-challenge"] });
    const path = `/users/${nora.userId}/phones/${registered?.id}`;

    // REG-10: a further type without a rescan, over the stream that the app keeps.
    await practice.enterprise.admin("PATCH", path, { types: ["totp", "hotp", "push"] });
    await phone.getByRole("button", { name: "Next code" }).waitFor();
    const before = (await practice.phonesOf(nora))[0]?.lastSyncMs ?? 0;
    await practice.enterprise.admin("PATCH", path, { types: ["totp"] });
    await phone.getByRole("button", { name: "Next code" }).waitFor({ state: "detached" });
    await expect.poll(async () => (await practice.phonesOf(nora))[0]?.lastSyncMs).toBeGreaterThan(before);

    // REG-9: it comes back after the app was closed, by the same keys under a new lock; one that was removed is told so.
    await phone.getByRole("link", { name: "Settings" }).click();
    await phone.getByRole("button", { name: /^Change to/ }).click();
    await phone.getByLabel("New PIN").fill("5091734");
    await phone.getByLabel("The same again").fill("5091734");
    await phone.getByRole("button", { name: "Use this PIN" }).click();
    await phone.getByRole("dialog").getByLabel("PIN").fill(handsetPin);
    await phone.keyboard.press("Enter");
    await phone.getByText("The new PIN locks the app.").waitFor();
    await phone.reload();
    await unlockByPin(phone, "5091734");
    await phone.getByRole("link", { name: "Codes" }).click();
    await phone.locator("[data-code]").waitFor();
    await phone.getByRole("button", { name: /about this profile/ }).click();
    await phone.getByText("connected", { exact: true }).waitFor();
    await phone.getByRole("link", { name: "Codes" }).click();
    await practice.enterprise.admin("DELETE", path);
    await phone.getByText("The server no longer knows this phone").waitFor();
    expect(await opens(nora, await shownCode(phone, "nora"))).toBe(false);
    expect(faults.filter((fault) => !/ERR_|status of 4/.test(fault))).toEqual([]);
  });

  test("AMB-REG-4: where a fingerprint guards the app, the server knows the credential that it answers by", async () => {
    const olga = await practice.person("olga", "Olga Berg");
    await using atPortal = await practice.atPortal(olga);
    await using opened = await phones.open();
    const { page: phone } = opened;
    await phoneBiometric(phone);
    await phone.goto(origin);
    await phone.getByRole("button", { name: "Use fingerprint or face" }).click();
    await phone.getByRole("heading", { name: "Add your first profile" }).waitFor();
    const begun = await call(atPortal.page, "POST", "/registrations", { kind: "new" });
    await register(atPortal.page, phone, begun, "Register this phone?");
    const [registered] = (await practice.phonesOf(olga)) as unknown as { biometric: boolean }[];
    expect(registered?.biometric).toBe(true);
  });

  /** From the link to the digits that were compared. */
  async function scanAndCompare(portal: Page, phone: Page, begun: Record<string, string>, title: string) {
    await paste(phone, begun.link ?? "");
    await phone.getByRole("heading", { name: title }).waitFor();
    await phone.getByRole("button", { name: /^(?:Register|Go on)$/ }).click();
    await expect
      .poll(async () => (await call(portal, "GET", `/registrations/${begun.id}`)).state)
      .toBe("scanned");
    const { digits } = await call(portal, "GET", `/registrations/${begun.id}`);
    return call(portal, "POST", `/registrations/${begun.id}/confirm`, { digits });
  }

  async function register(portal: Page, phone: Page, begun: Record<string, string>, title: string) {
    await scanAndCompare(portal, phone, begun, title);
    await phone.getByRole("heading", { name: "This phone is registered" }).waitFor();
    await phone.getByRole("button", { name: "Show my codes" }).click();
  }

  /** REG-20, REG-22 without a network: old and new keys side by side, until the person says which of them count. */
  async function rescanOffline(portal: Page, phone: Page, person: Person, phoneId: string): Promise<void> {
    const scanned = async () => {
      const begun = await call(portal, "POST", "/registrations", { kind: "rescan", phoneId });
      await paste(phone, begun.link ?? "");
      await phone.getByRole("heading", { name: "Give this phone new keys?" }).waitFor();
      await phone.getByRole("button", { name: "Go on" }).click();
      await phone.getByRole("heading", { name: "One step is left" }).waitFor();
      return begun.id ?? "";
    };
    const says = async (which: RegExp) => {
      await phone.getByRole("button", { name: which }).click();
      await phone.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
      await expect.poll(() => phone.locator("[data-code]").count()).toBe(1);
    };

    // Cancelled at the portal: the phone goes on as it was.
    const first = await scanned();
    await call(portal, "DELETE", `/registrations/${first}`);
    await phone.getByRole("button", { name: "Later" }).click();
    const both = await texts(phone.getByRole("listitem"), 2);
    expect(both.map((text) => /New keys, scanned|Rescanned/.exec(text)?.[0])).toEqual([
      "New keys, scanned",
      "Rescanned",
    ]);
    expect([await accessibilityFaults(phone), await smallTargets(phone)]).toEqual([[], []]);
    await screenshot(phone, "authenticator-rescanned-offline");
    await says(/It did not: remove the new ones/);

    // Begun twice, switched off in between, and then taken: of three sets of keys one is left, and it works.
    await scanned();
    const second = await scanned();
    await phone.reload();
    await unlockByPin(phone);
    await phone.getByRole("link", { name: "Codes" }).click();
    await phone.getByRole("button", { name: "Show the Device ID" }).first().click();
    const deviceId = await deviceIdOn(phone);
    const taken = await call(portal, "POST", `/registrations/${second}/device-id`, { deviceId });
    expect(taken.state).toBe("done");
    await phone.reload();
    await unlockByPin(phone);
    await phone.getByRole("link", { name: "Codes" }).click();
    await expect.poll(() => phone.locator("[data-code]").count()).toBe(3);
    await phone.getByRole("button", { name: "The portal took it" }).first().click();
    await phone.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await expect.poll(() => phone.locator("[data-code]").count()).toBe(1);
    expect(await opens(person, await shownCode(phone, person.userName))).toBe(true);
    expect(await practice.phonesOf(person)).toMatchObject([{ id: phoneId, mode: "offline" }]);
  }

  test("REG-18 to REG-22: an offline phone is rescanned and goes on, whichever request or answer is lost and whenever it is switched off", async () => {
    const ida = await practice.person("ida", "Ida Storm");
    await using atPortal = await practice.atPortal(ida);
    const { page: portal } = atPortal;
    await using opened = await app();
    const { page: phone, context } = opened;
    await setUpByPin(phone);

    await practice.setOnlineAccess(false);
    const offline = await call(portal, "POST", "/registrations", { kind: "new" });
    await paste(phone, offline.link ?? "");
    await phone.getByRole("button", { name: "Add" }).click();
    await phone.getByRole("heading", { name: "One step is left" }).waitFor();
    const deviceId = await deviceIdOn(phone);
    const wrong = await call(portal, "POST", `/registrations/${offline.id}/device-id`, {
      deviceId: "7KQ4-MXW3-NA52",
    });
    expect(wrong.detail).toContain("2 tries are left");
    const done = await call(portal, "POST", `/registrations/${offline.id}/device-id`, { deviceId });
    expect(done.state).toBe("done");
    await phone.getByRole("button", { name: "Done" }).click();
    expect(await opens(ida, await shownCode(phone, "ida"))).toBe(true);

    const phoneId = done.phone?.id ?? "";
    await rescanOffline(portal, phone, ida, phoneId);

    await practice.setOnlineAccess(true);
    for (const [step, lost] of [
      ["claim", "request"],
      ["claim", "answer"],
      ["complete", "answer"],
      ["finish", "request"],
      ["finish", "answer"],
    ] as const) {
      const begun = await call(portal, "POST", "/registrations", { kind: "rescan", phoneId });
      let cut = 0;
      const at = `**/api/v1/phone-registrations/*/${step}`;
      const lose = async (route: Route) => {
        // One answer that says something is lost, and everything after it until the phone is switched on again.
        const answer = lost === "answer" ? await route.fetch() : null;
        const waits = answer !== null && (await answer.text()).includes('"waiting"');
        if (waits && answer !== null) return route.fulfill({ response: answer });
        cut += 1;
        return route.abort("connectionfailed");
      };
      await context.route(at, lose);
      const through = scanAndCompare(portal, phone, begun, "Give this phone new keys?");
      await expect.poll(() => cut).toBeGreaterThan(0);
      // Switched off at this very moment.
      await phone.reload();
      await unlockByPin(phone);
      await phone.getByRole("link", { name: "Codes" }).click();
      await phone
        .getByText(/A registration (?:waits|is finishing)/)
        .first()
        .waitFor();
      await context.unroute(at, lose);
      await through;
      await expect
        .poll(async () => (await call(portal, "GET", `/registrations/${begun.id}`)).state)
        .toBe("done");
      await phone
        .getByText(/A registration/)
        .first()
        .waitFor({ state: "detached" });
      await expect
        .poll(() => phone.locator("[data-code]").count(), { message: `${step}, ${lost} lost: one profile` })
        .toBe(1);
      expect(await practice.phonesOf(ida)).toMatchObject([{ id: phoneId, mode: "online" }]);
      expect(await opens(ida, await shownCode(phone, "ida")), `${step}, ${lost} lost`).toBe(true);
    }

    // Cancelled at the portal while the phone waits: what works goes on.
    const begun = await call(portal, "POST", "/registrations", { kind: "rescan", phoneId });
    await paste(phone, begun.link ?? "");
    await phone.getByRole("button", { name: "Go on" }).click();
    await phone.getByRole("heading", { name: "Compare these digits" }).waitFor();
    await call(portal, "DELETE", `/registrations/${begun.id}`);
    await phone.getByText("The registration was cancelled at the portal.").waitFor();
    await screenshot(phone, "authenticator-not-registered");
    await phone.getByRole("button", { name: "Show my codes" }).click();
    await expect.poll(() => phone.locator("[data-code]").count()).toBe(1);
    // Scanned once more, the code is spent.
    await paste(phone, begun.link ?? "");
    await phone.getByRole("button", { name: "Go on" }).click();
    await phone.getByText(/This registration is over/).waitFor();
  });
});
