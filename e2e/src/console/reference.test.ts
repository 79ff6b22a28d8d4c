import { inMemoryConfig } from "@holdfast/server/config";
import { createServer } from "@holdfast/server/server";
import { expect, test } from "vitest";
import { accessibilityFaults, hasFocus, scrollsSideways, startBrowser } from "../../rig/browser.ts";
import { describeWhere } from "../../rig/requirements.ts";

describeWhere(["chromium"], "the API's reference page", () => {
  test("is read by keyboard, on a phone, in light and dark, and runs nothing", async () => {
    const server = await createServer({ ...inMemoryConfig, tls: { kind: "none" } });
    try {
      const { url } = await server.start();
      await using browser = await startBrowser();
      for (const colorScheme of ["light", "dark"] as const) {
        await using open = await browser.open({ colorScheme, screen: "phone" });
        const { page, faults } = open;
        await page.goto(`${url}/api/v1/reference`);
        expect(await scrollsSideways(page)).toBe(false);

        await page.keyboard.press("Tab");
        const skip = page.getByRole("link", { name: "Skip to the operations" });
        await hasFocus(skip);
        await page.keyboard.press("Tab");
        await page.keyboard.press("Enter");
        await expect.poll(() => new URL(page.url()).hash).toMatch(/^#section-/);

        await page.getByRole("link", { name: "UserPage", exact: true }).first().click();
        await page.getByRole("heading", { name: "UserPage", exact: true }).waitFor();

        // Of its hundreds of articles, all made alike, axe looks at some.
        await page.evaluate(() => {
          for (const one of [...document.querySelectorAll("article")].slice(25)) one.remove();
        });
        expect(await accessibilityFaults(page)).toEqual([]);
        expect(faults).toEqual([]);
      }
    } finally {
      await server.stop();
    }
  });
});
