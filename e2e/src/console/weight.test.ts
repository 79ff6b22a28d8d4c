import { afterAll, beforeAll, expect, test } from "vitest";
import { countTransfer, shownAfterMs } from "../../rig/browser.ts";
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
    const transferred = await countTransfer(opened);
    await opened.page.goto(hospital.url);
    await shownAfterMs(opened.page, 'section[aria-label="If the network went now"]');
    const { bytes } = transferred;
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThanOrEqual(mostBytes);
  });
});
