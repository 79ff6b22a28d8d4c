import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type PhoneBrowser, startPhoneBrowser } from "../../rig/fake-camera.ts";
import { TestPhone } from "../../rig/phone.ts";
import { describeWhere } from "../../rig/requirements.ts";
import { givePassword } from "../portal/clinic.ts";
import { paste, setUpByPin } from "./handset.ts";
import { addOnlinePhone, linkShown, openMethods, Practice } from "./practice.ts";

describeWhere(["chromium"], "a rescan in trouble", () => {
  let practice: Practice;
  let phones: PhoneBrowser;
  beforeAll(async () => {
    practice = await Practice.open();
    phones = await startPhoneBrowser();
  });
  afterAll(async () => {
    await phones?.[Symbol.asyncDispose]();
    await practice?.[Symbol.asyncDispose]();
  });

  async function rescan(portal: Page): Promise<string> {
    await portal.getByRole("button", { name: /^Rescan Device/ }).click();
    await portal.getByRole("button", { name: "Next" }).click();
    return linkShown(portal);
  }
  const compare = (phone: Page) => phone.getByRole("heading", { name: "Compare these digits" }).waitFor();

  test("REG-22: storage cleared in the middle of it is told, and the next code brings the same phone back", async () => {
    const nora = await practice.person("nora", "Nora Ward");
    await using atPortal = await practice.atPortal(nora);
    const { page: portal } = atPortal;
    await openMethods(portal);
    const before = await addOnlinePhone(portal);
    await portal.getByRole("dialog").getByRole("button", { name: "Close" }).last().click();
    const [registered] = await practice.phonesOf(nora);

    await using opened = await phones.open();
    const { page: phone } = opened;
    const link = await rescan(portal);
    await phone.goto(new URL(link).origin);
    await setUpByPin(phone);
    await paste(phone, link);
    await phone.getByRole("button", { name: "Go on" }).click();
    await compare(phone);
    // What the browser clears with everything of the origin: the keys of the claim are gone, the code is claimed.
    const session = await phone.context().newCDPSession(phone);
    await session.send("Storage.clearDataForOrigin", {
      origin: new URL(link).origin,
      storageTypes: "indexeddb,local_storage",
    });
    await phone.goto(new URL(link).origin);
    await phone.getByRole("heading", { name: "Sign in with this phone" }).waitFor();
    await setUpByPin(phone);
    await paste(phone, link);
    await phone.getByRole("button", { name: "Go on" }).click();
    await phone.getByText("Another phone scanned this code first").waitFor();
    await portal.getByText("Another phone scanned this code, too").waitFor();
    expect((await before.sync()).status, "what was there works on").toBe(200);

    await portal.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    await paste(phone, await rescan(portal));
    await phone.getByRole("button", { name: "Go on" }).click();
    await compare(phone);
    await portal.getByRole("dialog").getByRole("button", { name: "They match" }).click();
    await phone.getByRole("heading", { name: "This phone is registered" }).waitFor();
    await expect.poll(async () => (await before.sync()).status).toBe(401);
    expect(await practice.phonesOf(nora)).toMatchObject([{ id: registered?.id, mode: "online" }]);
  });

  test("a second phone cannot take a rescan over, before its digits were compared or after", async () => {
    const omar = await practice.person("omar", "Omar Haddad");
    await using atPortal = await practice.atPortal(omar);
    const { page: portal } = atPortal;
    await openMethods(portal);
    const before = await addOnlinePhone(portal);
    const dialog = portal.getByRole("dialog");
    await dialog.getByRole("button", { name: "Close" }).last().click();
    const link = await rescan(portal);
    const [own, thief] = [new TestPhone(link, "Own phone"), new TestPhone(link, "Another")];
    await own.claim();
    expect((await thief.claim()).status).toBeGreaterThanOrEqual(400);
    await dialog.getByRole("button", { name: "They match" }).click();
    for (const answer of [await thief.claim(), await thief.complete(), await thief.finish()])
      expect(answer.status).toBeGreaterThanOrEqual(400);
    await own.registerOnline();
    await dialog.getByRole("heading", { name: /has its new keys/ }).waitFor();
    expect((await thief.finish()).status).toBeGreaterThanOrEqual(400);
    expect([(await own.sync()).status, (await before.sync()).status]).toEqual([200, 401]);

    await using again = await practice.beforePortal();
    await givePassword(again.page, omar);
    await again.page.getByLabel("One-time code").fill(own.code("totp"));
    await again.page.keyboard.press("Enter");
    await again.page.getByRole("heading", { name: /^Hello/ }).waitFor();
  });
});
