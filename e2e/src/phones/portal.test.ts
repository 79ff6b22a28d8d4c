import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { screenshot } from "../../rig/browser.ts";
import { TestPhone } from "../../rig/phone.ts";
import { describeWhere } from "../../rig/requirements.ts";
import { givePassword } from "../portal/clinic.ts";
import {
  addOnlinePhone,
  expectUsable,
  finishOnline,
  linkShown,
  openMethods,
  Practice,
  spaced,
} from "./practice.ts";

describeWhere(["chromium"], "phones at the portal", () => {
  let practice: Practice;
  beforeAll(async () => {
    practice = await Practice.open();
  });
  afterAll(() => practice?.[Symbol.asyncDispose]());

  test("REG-5 to REG-8: online, one scan and six digits; the page moves by itself, and nothing is typed", async () => {
    const nora = await practice.person("nora", "Nora Ward");
    await using opened = await practice.atPortal(nora);
    const { page, faults } = opened;
    await openMethods(page);
    await page.getByText("No phone yet.").waitFor();
    await expectUsable(page);
    await page.getByRole("button", { name: "Add a phone" }).click();
    const dialog = page.getByRole("dialog", { name: "Add a phone" });
    await dialog.getByText("Waiting for phone to scan the QR code").waitFor();
    await expectLargeCode(page);
    expect(await dialog.getByRole("textbox").count()).toBe(0);
    await expectUsable(page);
    await screenshot(page, "phone-waiting");

    const phone = new TestPhone(await linkShown(page), "Nora's phone");
    expect(phone.link.kind).toBe("online");
    const claimed = await phone.claim();
    expect([claimed.status, claimed.body.digits]).toEqual([200, claimed.shownDigits]);
    await dialog.getByText(spaced(claimed.shownDigits)).waitFor();
    await dialog.getByText("The phone has scanned the QR code").waitFor();
    await expectUsable(page);
    await screenshot(page, "phone-digits");
    await dialog.getByRole("button", { name: "They match" }).click();
    await dialog.getByText("takes over its new keys").waitFor();
    await phone.registerOnline();
    await dialog.getByRole("heading", { name: /is registered/ }).waitFor();
    await expectUsable(page);
    await dialog.getByRole("button", { name: "Close" }).last().click();
    await page
      .getByRole("list", { name: "Phones" })
      .getByText(/Last sync \d+ \w+ \d{4}/)
      .waitFor();
    await expectUsable(page);
    await screenshot(page, "portal-phones");
    expect(faults).toEqual([]);
  });

  test("digits that differ end it: nothing is given to that phone, and a new code is one press away", async () => {
    const omar = await practice.person("omar", "Omar Haddad");
    await using opened = await practice.atPortal(omar);
    const { page } = opened;
    await openMethods(page);
    await page.getByRole("button", { name: "Add a phone" }).click();
    const dialog = page.getByRole("dialog");
    const stranger = new TestPhone(await linkShown(page), "Somebody's phone");
    await stranger.claim();
    // A second phone is refused, and the person is told.
    const second = new TestPhone(
      `${stranger.link.origin}/add#online.${encoded(stranger.link.content)}`,
      "Another",
    );
    expect((await second.claim()).status).toBeGreaterThanOrEqual(400);
    await dialog.getByText("Another phone scanned this code, too").waitFor();
    await dialog.getByRole("button", { name: "They differ" }).click();
    await dialog.getByRole("heading", { name: "No phone was registered" }).waitFor();
    await expectUsable(page);
    expect((await stranger.complete()).body).not.toMatchObject({ state: "ready" });
    expect(await practice.phonesOf(omar)).toEqual([]);
    await dialog.getByRole("button", { name: "Show a new QR code" }).click();
    await dialog.getByText("Waiting for phone to scan the QR code").waitFor();
    const own = await finishOnline(page, "Omar's phone");
    expect((await practice.phonesOf(omar)).map(({ id }) => id)).toEqual([own.phoneId]);
  });

  test("REG-1 to REG-3, REG-16: offline from the moment it is switched, by a Device ID; its codes sign in", async () => {
    const lea = await practice.person("lea", "Lea Fontaine");
    await using opened = await practice.atPortal(lea);
    const { page, faults } = opened;
    await openMethods(page);
    await practice.setOnlineAccess(false);
    await page.getByRole("button", { name: "Add a phone" }).click();
    const dialog = page.getByRole("dialog");
    const field = dialog.getByLabel("Device ID");
    await field.waitFor();
    await expectUsable(page);
    // Code and field are in sight together.
    await expect
      .poll(() => dialog.evaluate((shown) => shown.scrollHeight - shown.clientHeight))
      .toBeLessThanOrEqual(0);
    const phone = new TestPhone(await linkShown(page));
    expect(phone.link.kind).toBe("offline");
    const deviceId = phone.registerOffline();
    await field.fill("0000-0000-0000");
    await field.press("Enter");
    await dialog.getByRole("alert").getByText("2 tries are left.").waitFor();
    await expectUsable(page);
    await field.fill(deviceId.toLowerCase().replaceAll("-", " ").replaceAll("0", "o"));
    await field.press("Enter");
    await dialog.getByRole("heading", { name: /is registered/ }).waitFor();
    await dialog.getByRole("button", { name: "Close" }).last().click();
    await page.getByRole("list", { name: "Phones" }).getByText("Offline QR code").waitFor();

    await using again = await practice.beforePortal();
    await givePassword(again.page, lea);
    await again.page.getByLabel("One-time code").fill(phone.code("totp"));
    await again.page.keyboard.press("Enter");
    await again.page.getByRole("heading", { name: /^Hello/ }).waitFor();
    // Chromium reports the refused Device ID.
    expect(faults.filter((fault) => !/status of 4\d\d/.test(fault))).toEqual([]);
    await practice.setOnlineAccess(true);
  });

  test("REG-18 to REG-22: Rescan Device turns the same phone online; until then, and if cancelled, the old codes work", async () => {
    const yuki = await practice.person("yuki", "Yuki Tanaka");
    await practice.setOnlineAccess(false);
    await using opened = await practice.atPortal(yuki);
    const { page, faults } = opened;
    await openMethods(page);
    await page.getByRole("button", { name: "Add a phone" }).click();
    const dialog = page.getByRole("dialog");
    const before = new TestPhone(await linkShown(page));
    await dialog.getByLabel("Device ID").fill(before.registerOffline());
    await dialog.getByRole("button", { name: "Register this phone" }).click();
    await dialog.getByRole("heading", { name: /is registered/ }).waitFor();
    await dialog.getByRole("button", { name: "Close" }).last().click();
    const [registered] = await practice.phonesOf(yuki);
    await practice.setOnlineAccess(true);
    // REG-17: the phone that is there stays as it is.
    expect((await practice.phonesOf(yuki))[0]?.mode).toBe("offline");

    const rescan = page.getByRole("button", { name: /^Rescan Device/ });
    await rescan.click();
    await dialog.getByText(/Choose “Scan” there/).waitFor();
    await expectUsable(page);
    await dialog.getByRole("button", { name: "Next" }).click();
    await dialog.getByText("Waiting for phone to scan the QR code").waitFor();
    const lost = new TestPhone(await linkShown(page));
    await lost.claim();
    await dialog.getByRole("button", { name: "They match" }).waitFor();
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await dialog.waitFor({ state: "hidden" });
    expect((await practice.phonesOf(yuki))[0]).toMatchObject({ id: registered?.id, mode: "offline" });
    await expectSignsIn(practice, yuki, before.code("totp"), true);

    await rescan.click();
    await dialog.getByRole("button", { name: "Next" }).click();
    const after = await finishOnline(page, "Yuki's phone");
    await dialog.getByRole("button", { name: "Close" }).last().click();
    const phones = page.getByRole("list", { name: "Phones" });
    await phones.getByText(/Last sync/).waitFor();
    expect(await phones.getByText("Offline QR code").count()).toBe(0);
    expect(await practice.phonesOf(yuki)).toMatchObject([{ id: registered?.id, mode: "online" }]);
    expect(after.phoneId).toBe(registered?.id);
    // The next code, which was never used and would be taken a little early.
    await expectSignsIn(practice, yuki, before.code("totp", Date.now() + 30_000), false);
    // From now on the server says what the profile is.
    await practice.enterprise.admin("PATCH", `/users/${yuki.userId}/phones/${after.phoneId}`, {
      label: "Ward phone",
      types: ["totp", "push"],
    });
    expect((await after.sync()).body).toMatchObject({ label: "Ward phone", types: ["totp", "push"] });
    expect(faults).toEqual([]);
  });

  test("TC-46: a phone is the one more way that is due before anything else", async () => {
    const { enterprise } = practice;
    await enterprise.admin("POST", "/users", { userName: "ines", password: "password of ines" });
    await using opened = await practice.beforePortal();
    const { page, faults } = opened;
    await givePassword(page, { userName: "ines", password: "password of ines" });
    await page.getByRole("button", { name: "I have no code yet" }).click();
    await page.getByRole("heading", { name: "One more way to sign in" }).waitFor();
    await page.getByRole("button", { name: "Add a phone" }).waitFor();
    await expectUsable(page);
    await addOnlinePhone(page, "Ines's phone");
    await page.getByRole("dialog").getByRole("button", { name: "Close" }).last().click();
    await page.getByRole("heading", { name: /^Hello/ }).waitFor();
    expect(faults).toEqual([]);
  });

  test("on a phone's own screen the code is still large enough, and the app is one press away; rename, remove", async () => {
    const mira = await practice.person("mira", "Mira Okafor");
    await using opened = await practice.atPortal(mira, { screen: "phone", colorScheme: "dark" });
    const { page, faults } = opened;
    await page.getByRole("button", { name: "Open the navigation" }).click();
    await openMethods(page);
    await page.getByRole("button", { name: "Add a phone" }).click();
    const dialog = page.getByRole("dialog");
    await expectLargeCode(page);
    const link = await dialog
      .getByRole("link", { name: "This is the phone: open the app" })
      .getAttribute("href");
    expect(link).toBe(await linkShown(page));
    await expectUsable(page);
    await screenshot(page, "phone-waiting-phone");
    await dialog.getByRole("button", { name: "Cancel" }).click();
    const phone = await addOnlinePhone(page, "Mira's phone");
    await dialog.getByRole("button", { name: "Close" }).last().click();
    await expectUsable(page);
    await page
      .getByRole("button", { name: /^Rename/ })
      .last()
      .click();
    await page.getByRole("textbox", { name: "Name" }).fill("Blue phone");
    await dialog.getByRole("button", { name: "Rename" }).click();
    await page.getByRole("list", { name: "Phones" }).getByText("Blue phone").waitFor();
    await page.getByRole("button", { name: "Remove Blue phone" }).click();
    await dialog.getByRole("button", { name: "Remove" }).click();
    await dialog.waitFor({ state: "hidden" });
    expect(await practice.phonesOf(mira)).toEqual([]);
    expect((await phone.sync()).status).toBe(401);
    expect(faults).toEqual([]);
  });
});

async function expectSignsIn(
  practice: Practice,
  person: Parameters<typeof givePassword>[1],
  code: string,
  works: boolean,
): Promise<void> {
  await using opened = await practice.beforePortal();
  const { page } = opened;
  await givePassword(page, person);
  await page.getByLabel("One-time code").fill(code);
  await page.keyboard.press("Enter");
  if (works) await page.getByRole("heading", { name: /^Hello/ }).waitFor();
  else await page.getByRole("alert").waitFor();
}

/** While its dialog comes up, the QR code may be smaller than it will be. */
async function expectLargeCode(page: Page): Promise<void> {
  const qr = page.getByRole("dialog").getByRole("img", { name: "QR code for the phone" });
  await expect
    .poll(async () => {
      const { width = 0, height = 0 } = (await qr.boundingBox()) ?? {};
      return Math.min(width, height);
    })
    .toBeGreaterThanOrEqual(300);
}

function encoded(content: object): string {
  return Buffer.from(JSON.stringify(content)).toString("base64url");
}
