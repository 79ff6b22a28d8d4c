import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Person, TestEndpoint } from "../../agent/enterprise.ts";
import {
  accessibilityFaults,
  type OpenPage,
  screenshot,
  scrollsSideways,
  showIn,
  smallTargets,
  texts,
} from "../../rig/browser.ts";
import { describeWhere } from "../../rig/requirements.ts";
import { administratorWith, openUser } from "../console/desk.ts";
import { Hospital } from "../console/hospital.ts";

describeWhere(["chromium"], "the help desk and a computer without a network", () => {
  let hospital: Hospital;
  let asHelper: OpenPage;
  let nora: Person;
  let ward: TestEndpoint;
  let code = "";

  beforeAll(async () => {
    hospital = await Hospital.open();
    const { enterprise } = hospital;
    const hilde = await administratorWith(hospital, "hilde", "Hilde Roth", [
      "users.read",
      "users.bypass-codes",
    ]);
    nora = await enterprise.person("nora", await enterprise.policy());
    await enterprise.admin("PATCH", `/tokens/${nora.tokenId}`, { cacheSize: 1 });
    ward = await enterprise.endpoint({ name: "ward-7" });
    await ward.signInOnline(nora);
    await enterprise.cut();
    await ward.offline();
    expect(await ward.signIn(nora)).toMatchObject({ code: "success", reason: "offline" });
    asHelper = await hospital.signedIn(hilde);
    const { page } = asHelper;
    await openUser(asHelper, hospital, { id: nora.userId, displayName: "nora" });
    await page.getByRole("tab", { name: "Endpoints and offline data" }).click();
  });
  afterAll(() => hospital?.[Symbol.asyncDispose]());

  const row = (page: Page) => page.getByRole("row").filter({ hasText: "ward-7" });
  /** What is large on the screen, group by group. */
  const readOut = async (page: Page, name: RegExp) => {
    const groups = page.getByRole("dialog", { name }).locator("code > span");
    return (await texts(groups)).join(" ");
  };
  const fine = async (page: Page) => {
    for (const scheme of ["light", "dark"] as const) {
      await showIn(page, scheme);
      expect(await accessibilityFaults(page, scheme === "light" ? "all" : "contrast")).toEqual([]);
    }
    await showIn(page, "light");
    expect([await smallTargets(page), await scrollsSideways(page)]).toEqual([[], false]);
  };

  test("OTP-23: a helper without any other right finds the computer and reads out the code that gets her in", async () => {
    const { page } = asHelper;
    await row(page).getByText("None given").waitFor();
    await row(page).getByText("Not connected").waitFor();
    await fine(page);
    await row(page).getByRole("button", { name: "Bypass code" }).click();
    const dialog = page.getByRole("dialog", { name: "Bypass code for nora at ward-7" });
    await dialog.getByText("First make sure who is asking").waitFor();
    await dialog.getByLabel("Reason").fill("Codes used up, known by voice");
    await fine(page);
    await dialog.getByRole("button", { name: "Show the code" }).click();
    code = await readOut(page, /^The bypass code of nora/);
    expect(code).toMatch(/^\w{6} \w{6} \w{6}$/);
    await fine(page);
    await screenshot(page, "bypass-code");
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await row(page).getByText("Given, not reported as used").waitFor();
    expect(await page.content()).not.toContain(code.split(" ")[0]);
    expect(await ward.converse(nora.userName, [nora.password, code])).toMatchObject({
      reason: "offline-bypass",
    });
  });

  test("OTP-23: types the challenge that she reads out, and reads out the answer", async () => {
    const { page } = asHelper;
    const shown = await ward.converse(nora.userName, [nora.password, "", ""]);
    const challenge = /Challenge: (\d{4} \d{4})/.exec(shown.infos.join(" "))?.[1] ?? "none";
    await row(page).getByRole("button", { name: "Answer a challenge" }).click();
    const dialog = page.getByRole("dialog", { name: "Challenge that ward-7 shows to nora" });
    await dialog.getByLabel("Challenge").fill("1234 567x");
    await dialog.getByLabel("Reason").fill("Known by voice");
    await dialog.getByRole("button", { name: "Show the answer" }).click();
    await dialog.getByText("A challenge has eight digits").first().waitFor();
    await dialog.getByLabel("Challenge").fill(challenge);
    await screenshot(page, "bypass-challenge");
    await dialog.getByRole("button", { name: "Show the answer" }).click();
    const answer = await readOut(page, /^The answer for nora/);
    await fine(page);
    await page.getByRole("button", { name: "Done" }).click();
    expect(await ward.converse(nora.userName, [nora.password, "", answer])).toMatchObject({
      reason: "offline-bypass",
    });
  });

  test("OTP-24: back on the network the page says used – rotated, without a reload", async () => {
    const { page } = asHelper;
    await hospital.enterprise.restore();
    await ward.online();
    await row(page).getByText("Used – rotated").waitFor({ timeout: 40_000 });
    await row(page).getByText("Connected", { exact: true }).waitFor();
    await screenshot(page, "bypass-used-rotated");
  }, 60_000);
});
