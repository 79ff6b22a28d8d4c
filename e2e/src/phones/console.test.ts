import { afterAll, beforeAll, expect, test } from "vitest";
import type { Person } from "../../agent/enterprise.ts";
import { type OpenPage, screenshot } from "../../rig/browser.ts";
import type { TestPhone } from "../../rig/phone.ts";
import { TestPhone as ScanningPhone } from "../../rig/phone.ts";
import { describeWhere } from "../../rig/requirements.ts";
import { givePassword } from "../portal/clinic.ts";
import { addOnlinePhone, expectUsable, linkShown, openMethods, Practice } from "./practice.ts";

describeWhere(["chromium"], "phones in the console", () => {
  let practice: Practice;
  let opened: OpenPage;
  let nora: Person;
  let omar: Person;
  let online: TestPhone;
  let offline: TestPhone;

  beforeAll(async () => {
    practice = await Practice.open();
    opened = await practice.atConsole("anna", "Anna Berg");
    nora = await practice.person("nora", "Nora Ward");
    omar = await practice.person("omar", "Omar Haddad");
    await using asNora = await practice.atPortal(nora);
    await openMethods(asNora.page);
    online = await addOnlinePhone(asNora.page, "Nora's phone");
    await practice.setOnlineAccess(false);
    await using asOmar = await practice.atPortal(omar);
    await openMethods(asOmar.page);
    await asOmar.page.getByRole("button", { name: "Add a phone" }).click();
    offline = new ScanningPhone(await linkShown(asOmar.page));
    await asOmar.page.getByLabel("Device ID").fill(offline.registerOffline());
    await asOmar.page.keyboard.press("Enter");
    await asOmar.page.getByRole("heading", { name: /is registered/ }).waitFor();
    await practice.setOnlineAccess(true);
  });
  afterAll(async () => {
    await opened?.[Symbol.asyncDispose]();
    await practice?.[Symbol.asyncDispose]();
  });

  test("REG-12, REG-13, REG-15: Global Settings, Authenticator App, Enable Online Device access; reached and switched by keys", async () => {
    const { page, faults } = opened;
    await page.getByRole("link", { name: "Global Settings" }).click();
    await page.getByRole("tab", { name: "General" }).focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await page.getByRole("tab", { name: "Authenticator App", selected: true }).waitFor();
    await expect.poll(() => new URL(page.url()).searchParams.get("tab")).toBe("authenticator-app");
    await page.reload();
    const access = page.getByRole("checkbox", { name: "Enable Online Device access" });
    await expect.poll(() => access.isChecked()).toBe(true);
    await page.getByText(/Recommended, unless phones must not connect/).waitFor();
    await expectUsable(page);
    await screenshot(page, "settings-authenticator-app");
    // AMB-REG-2: what switching back does not do is said before it is saved.
    await access.focus();
    await page.keyboard.press("Space");
    await page.getByText("1 phone is online and stays so").waitFor();
    await expectUsable(page);
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("The settings were saved.").waitFor();
    // REG-17: nothing about those that are there.
    expect((await practice.phonesOf(nora)).map(({ mode }) => mode)).toEqual(["online"]);
    expect((await online.sync()).status).toBe(200);
    await page.reload();
    await expect.poll(() => access.isChecked()).toBe(false);
    await access.check();
    await page.getByText("Only new phones are registered online").waitFor();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("The settings were saved.").waitFor();
    expect(faults).toEqual([]);
  });

  test("REG-3, REG-5, REG-10: lists say Offline QR code or Last sync; types are set here, and the phone follows", async () => {
    const { page, faults } = opened;
    await page.goto(`${practice.consoleUrl}/users/${omar.userId}?tab=methods`);
    const phones = page.getByRole("table", { name: "phones" });
    await phones.getByText("Offline QR code").waitFor();
    await page.goto(`${practice.consoleUrl}/users/${nora.userId}?tab=methods`);
    await phones.getByText(/Last sync \d+ \w+ \d{4}, \d\d:\d\d/).waitFor();
    await expectUsable(page);
    await phones.scrollIntoViewIfNeeded();
    await screenshot(page, "user-phones");
    const before = await practice.phonesOf(nora);
    expect(before[0]?.types).toContain("totp");

    await phones.getByRole("button", { name: /^Actions for/ }).click();
    await page.getByRole("menuitem", { name: "Name and types…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    await page.getByRole("menu").waitFor({ state: "hidden" });
    await expectUsable(page);
    await dialog.getByLabel("Time-based codes (TOTP)").uncheck();
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.waitFor({ state: "hidden" });
    const after = await online.sync();
    expect(after.body.types).not.toContain("totp");
    expect(online.codes.map(({ kind }) => kind)).not.toContain("totp");
    expect((await practice.phonesOf(nora))[0]?.lastSyncMs).toBeGreaterThan(before[0]?.lastSyncMs ?? 0);
    expect(faults).toEqual([]);
  });

  test("REG-23, REG-25, REG-26: the Push tab enables one user and says what is missing; only enabled and online is ready", async () => {
    const { page, faults } = opened;
    const openPush = async (person: Person) => {
      await page.goto(`${practice.consoleUrl}/users/${person.userId}`);
      await page.getByRole("tab", { name: "Push" }).click();
    };
    const enable = async () => {
      await page.getByRole("checkbox", { name: "Enable Mobile Push Authentication" }).check();
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText(/Mobile Push of \w+ was changed/).waitFor();
    };
    await openPush(omar);
    await page.getByText("Not enabled").waitFor();
    await enable();
    await page.getByText("Enabled, and not possible yet").waitFor();
    await expectUsable(page);
    await openPush(nora);
    await page.getByText("Not enabled").waitFor();
    await enable();
    await page.getByText("Ready", { exact: true }).waitFor();
    await expectUsable(page);
    await screenshot(page, "user-push");
    // Her phone's keys are guarded by nothing that the server knows to be a finger or a face.
    await page.getByRole("checkbox", { name: "Require Biometric Seed" }).check();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Enabled, and not possible yet").waitFor();
    expect(faults).toEqual([]);
  });

  test("REG-9: a phone that is removed is refused from then on, and the dialog says what is not known yet", async () => {
    const { page, faults } = opened;
    await page.goto(`${practice.consoleUrl}/users/${nora.userId}?tab=methods`);
    const actions = page.getByRole("button", { name: /^Actions for/ });
    await actions.click();
    await page.getByRole("menuitem", { name: "Disable…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Disable" }).click();
    await page.getByRole("table", { name: "phones" }).getByText("Disabled").waitFor();
    await actions.click();
    await page.getByRole("menuitem", { name: "Remove…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/Endpoints without a connection/).waitFor();
    await dialog.getByRole("button", { name: "Remove phone" }).click();
    await page.getByText("No phones yet.").waitFor();
    expect((await online.sync()).status).toBe(401);
    expect(faults).toEqual([]);
  });

  test("a stolen phone ends with everything that it does", async () => {
    const { page, faults } = opened;
    await page.goto(`${practice.consoleUrl}/users/${omar.userId}/stolen`);
    const phone = page.getByRole("checkbox", { name: /phone, with its codes and approvals/ });
    await expect.poll(() => phone.isChecked()).toBe(true);
    await page.getByRole("checkbox", { name: /Key fob/ }).uncheck();
    await page.getByRole("textbox", { name: "Reason" }).fill("Phone stolen on the train");
    await page.getByRole("button", { name: "Save" }).click();
    await expect.poll(() => practice.phonesOf(omar)).toEqual([]);
    await using asOmar = await practice.beforePortal();
    await givePassword(asOmar.page, omar);
    await asOmar.page.getByLabel("One-time code").fill(offline.code("totp"));
    await asOmar.page.keyboard.press("Enter");
    await asOmar.page.getByRole("alert").waitFor();
    expect(faults).toEqual([]);
  });

  test("REG-14: what an older version has stored knows nothing of it: offline, until somebody switches it on", async () => {
    const { enterprise } = practice;
    const { store } = enterprise.site.server.ports;
    await store.transaction(async (tx) => {
      const { authenticatorApp: _, ...older } = JSON.parse(
        (await tx.settings.get("enterprise-settings")) ?? "{}",
      );
      await tx.settings.set("enterprise-settings", JSON.stringify(older));
    });
    const { page } = opened;
    await page.goto(`${practice.consoleUrl}/settings?tab=authenticator-app`);
    const access = page.getByRole("checkbox", { name: "Enable Online Device access" });
    await expect.poll(() => access.isChecked()).toBe(false);
    await using asNora = await practice.atPortal(nora);
    await openMethods(asNora.page);
    await asNora.page.getByRole("button", { name: "Add a phone" }).click();
    await asNora.page.getByLabel("Device ID").waitFor();
  });
});
