import { afterAll, beforeAll, expect, test } from "vitest";
import { accessibilityFaults, screenshot } from "../../rig/browser.ts";
import { type PhoneBrowser, startPhoneBrowser } from "../../rig/fake-camera.ts";
import { describeWhere } from "../../rig/requirements.ts";
import { paste, setUpByPin } from "./handset.ts";
import { linkShown, openMethods, Practice } from "./practice.ts";

const hourMs = 3_600_000;

describeWhere(["chromium"], "a phone whose clock is hours off", () => {
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

  test.each([
    [-3, "rosa", "This phone’s clock is 3 hours behind."],
    [2, "sam", "This phone’s clock is 2 hours ahead."],
  ])(
    "by %d hours is registered all the same, and its person is told that the codes will not do",
    async (hours, name, told) => {
      const person = await practice.person(name, name);
      await using atPortal = await practice.atPortal(person);
      const { page: portal } = atPortal;
      await openMethods(portal);
      await portal.getByRole("button", { name: "Add a phone" }).click();
      const link = await linkShown(portal);

      await using opened = await phones.open();
      const { page } = opened;
      await page.clock.install({ time: Date.now() + hours * hourMs });
      await page.goto(new URL(link).origin);
      await setUpByPin(page);
      await paste(page, link);
      await page.getByRole("button", { name: "Register" }).click();
      await page.getByRole("heading", { name: "Compare these digits" }).waitFor();
      await portal.getByRole("button", { name: "They match" }).click();
      await page.getByRole("heading", { name: "This phone is registered" }).waitFor();
      await page.getByRole("button", { name: "Show my codes" }).click();
      await page.getByText(told).waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
      await screenshot(page, "authenticator-clock-off");
    },
  );
});
