import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWhere } from "../../rig/requirements.ts";
import { Hospital } from "./hospital.ts";

/** The bar of the console's first load, in bytes as they travel. */
const mostBytes = 250_000;

describeWhere(["chromium"], "the console's weight", () => {
  let hospital: Hospital;
  beforeAll(async () => {
    hospital = await Hospital.open();
  });
  afterAll(() => hospital[Symbol.asyncDispose]());

  test("UNI-11: the dashboard of an empty cache takes at most 250 kB, compressed, from the page to its font", async () => {
    const anna = await hospital.administrator("anna", "Anna Berg");
    await using opened = await hospital.signedIn(anna);
    const { page, context } = opened;
    const developer = await context.newCDPSession(page);
    await developer.send("Network.enable");
    await developer.send("Network.setCacheDisabled", { cacheDisabled: true });
    let bytes = 0;
    developer.on("Network.loadingFinished", ({ encodedDataLength }) => {
      bytes += encodedDataLength;
    });
    await page.goto(hospital.url);
    await page.getByRole("heading", { name: "Setting up" }).waitFor();
    await page.evaluate(() => document.fonts.ready);
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThanOrEqual(mostBytes);
  });
});
