import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { goWithin, isLoaded, type OpenPage } from "../../rig/browser.ts";
import { describeWhere } from "../../rig/requirements.ts";
import { Hospital } from "./hospital.ts";
import { openWard, type Ward } from "./ward.ts";

/** No page has more to reach than this; a trap would go on for ever. */
const mostPresses = 300;

describeWhere(["chromium"], "the console by keyboard alone", () => {
  let hospital: Hospital;
  let ward: Ward;
  let opened: OpenPage;
  beforeAll(async () => {
    hospital = await Hospital.open();
    ward = await openWard(hospital);
    opened = await hospital.signedIn(await hospital.administrator("anna", "Anna Berg"));
  });
  afterAll(async () => {
    await opened?.[Symbol.asyncDispose]();
    await hospital?.[Symbol.asyncDispose]();
  });

  test("UNI-11: the Tab key leads to every control, past it, and shows where it is", async () => {
    const { page } = opened;
    const found: string[] = [];
    for (const [path, heading, full] of pagesOf(ward)) {
      await goWithin(page, path);
      await page.getByRole("heading", { name: heading, exact: true, level: 1 }).waitFor();
      if (full !== undefined) await page.getByText(full).first().waitFor();
      await isLoaded(page);
      found.push(...(await walk(page)).map((each) => `${path}: ${each}`));
    }
    expect(found).toEqual([]);
  }, 120_000);
});

/** Pages of every kind; lists are all alike. `full`: what a page has that the one with the same heading has not. */
function pagesOf(ward: Ward): readonly (readonly [path: string, heading: string, full?: string])[] {
  const nora = `/users/${ward.nora.userId}`;
  return [
    ["/", "Dashboard"],
    [`/outages/${ward.windowId}`, "Upgrade"],
    ["/users", "Users"],
    [nora, "Nora Ward"],
    [`${nora}?tab=methods`, "Nora Ward", "Cached at endpoints"],
    [`${nora}/stolen`, "Device stolen"],
    ["/cache-size", "Cache size"],
    ["/endpoints/enrol", "Enrol an endpoint"],
    [`/endpoints/${ward.awayId}`, "theatre-2"],
    [`/policies/${ward.policyId}`, "Wards"],
    ["/workflows", "Workflow policies"],
    [`/roles/${ward.helpDeskId}`, "Help desk"],
    ["/audit", "Audit"],
    ["/keys", "Keys and backup"],
    ["/settings", "Global Settings"],
    ["/settings?tab=authenticator-app", "Global Settings", "Enable Online Device access"],
    [`${nora}?tab=push`, "Nora Ward", "Not enabled"],
  ];
}

/** What cannot be reached, and what does not show that it has the focus. */
async function walk(page: Page): Promise<string[]> {
  const total = await page.evaluate(() => {
    // Of radio buttons with one name the arrow keys reach the others.
    const reachable = [
      ...document.querySelectorAll<HTMLElement>("a[href], button, input, select, textarea, [tabindex]"),
    ].filter(
      (element) =>
        element.tabIndex >= 0 &&
        !(element as HTMLButtonElement).disabled &&
        element.checkVisibility({ visibilityProperty: true }) &&
        !(element instanceof HTMLInputElement && element.type === "radio" && !element.checked),
    );
    for (const element of reachable) element.dataset.reach = "no";
    const isMarked = (element: Element | null) => {
      if (element === null) return false;
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
      return (outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow !== "none";
    };
    document.addEventListener("focusin", ({ target }) => {
      const element = target as HTMLElement;
      // Fields show it by their border; a checkbox by what is drawn in its place.
      const shows = element.matches("input, select, textarea") || isMarked(element);
      element.dataset.reach = shows ? "yes" : "unseen";
    });
    (document.activeElement as HTMLElement | null)?.blur();
    return reachable.length;
  });
  // A field for a date has a stop for each of its parts.
  for (let presses = 0; presses < mostPresses; presses += 1) {
    if (presses >= total && (await page.locator("[data-reach=no]").count()) === 0) break;
    await page.keyboard.press("Tab");
  }
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("[data-reach=no], [data-reach=unseen]")].map(
      (element) =>
        `${element.dataset.reach === "no" ? "not reached" : "no focus shown"}: ${element.outerHTML.slice(0, 120)}`,
    ),
  );
}
