import { afterAll, beforeAll, expect, test } from "vitest";
import type { OpenPage } from "../../rig/browser.ts";
import { describeWhere } from "../../rig/requirements.ts";
import { Hospital } from "./hospital.ts";
import { openWard, type Ward } from "./ward.ts";

describeWhere(["chromium"], "endpoints, offline rights and outages in the console", () => {
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

  test("UNI-3, MDA-33: the dashboard says who could sign in, who could not and why", async () => {
    const { page } = opened;
    const figures = page.getByRole("region", { name: "If the network went now" });
    await expect.poll(() => figures.textContent()).toMatch(/3 of 13people could go on signing in/);
    await page.getByRole("link", { name: "They have a time-based token only" }).click();
    await page.getByRole("link", { name: "wim" }).waitFor();
    await page.getByText("Enrol an event-based (HOTP) token beside it").first().waitFor();
    await expect.poll(() => page.getByRole("row").count()).toBe(2);
  });

  test("an endpoint that goes away, and a revocation that it confirms, show without a reload", async () => {
    const { page } = opened;
    await page.goto(`${hospital.url}/endpoints`);
    const here = page.getByRole("row", { name: /ward-7/ });
    await here.getByText("Connected").waitFor();
    let loads = 0;
    page.on("load", () => {
      loads += 1;
    });
    await ward.here.stop();
    await here.getByText("Away since").waitFor();
    // Disabling her revokes what it holds: it is away, so that stays pending, and the page says so.
    await hospital.enterprise.admin("PATCH", `/users/${ward.nora.userId}`, { status: "disabled" });
    await here.getByText(/1 revocation, pending since \d\d:\d\d/).waitFor({ timeout: 20_000 });
    await ward.here.start();
    await here.getByText("Connected").waitFor({ timeout: 20_000 });
    await here.getByText("none").waitFor({ timeout: 20_000 });
    expect(loads).toBe(0);
    await hospital.enterprise.admin("PATCH", `/users/${ward.nora.userId}`, { status: "active" });
  });

  test("MDA-33, MDA-35: an outage is announced, and the endpoint that is not ready is named", async () => {
    const { page } = opened;
    await page.goto(`${hospital.url}/outages`);
    await page.getByRole("button", { name: "Announce an outage" }).click();
    const dialog = page.getByRole("dialog", { name: "Announce an outage" });
    await dialog.getByLabel("What it is").fill("New switches");
    await dialog.getByRole("button", { name: "Announce" }).click();
    await page.getByRole("heading", { level: 1, name: "New switches" }).waitFor();
    await page.getByRole("heading", { name: /\d of \d ready/ }).waitFor();
    await page
      .getByRole("row", { name: /theatre-2/ })
      .getByText("away, last contact")
      .waitFor();
    await page.getByRole("button", { name: "Cancel the outage" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel the outage" }).click();
    await page.getByText("New switches is cancelled.").waitFor();
  });

  test("OTP-10 to OTP-13: the calculator asks three questions and works both examples out", async () => {
    const { page } = opened;
    await page.goto(`${hospital.url}/cache-size`);
    await expect.poll(() => page.getByLabel("How much more, in percent?").inputValue()).toBe("20");
    await page.getByLabel("How often does one person sign in a day?").fill("15");
    await page.getByLabel("How many days can the server be away?").fill("3");
    await page.keyboard.press("Enter");
    const size = page.getByRole("region", { name: "The size" });
    await size.getByText("54", { exact: true }).waitFor();
    await expect.poll(() => size.textContent()).toMatch(/15 × 3/);
    await page.getByRole("button", { name: "15–20 sign-ins a day, 3–5 days offline" }).click();
    await size.getByText("120", { exact: true }).waitFor();
    await expect
      .poll(() => page.getByLabel("How many days can the server be away?").inputValue())
      .toBe("3-5");
  });

  test("OTP-19: a token's cache is raised only together with its window, after a word about why", async () => {
    const { page } = opened;
    await page.goto(`${hospital.url}/tokens/${ward.nora.tokenId}`);
    await page.getByText("30, from the user policy").waitFor();
    await page.getByRole("button", { name: "Change" }).click();
    const dialog = page.getByRole("dialog", { name: "Sizes of Key fob" });
    await dialog.getByLabel("Cache size").fill("40");
    await dialog.getByText("The window is too small for this cache").waitFor();
    await dialog.getByLabel("Raise the window to 45").check();
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByText("45, set for this token").waitFor();

    await page.getByLabel("Days offline to expect").fill("2");
    await page.getByText("There is not enough to go by yet: 14 days of sign-ins are needed.").waitFor();
  });

  test("OTP-20: an enrolment code is a command to paste, shown once; Windows settings come as a .reg file", async () => {
    const { page } = opened;
    await page.goto(`${hospital.url}/endpoints/enrol`);
    await page.getByLabel("Name of the endpoint").fill("lab-1");
    await page.getByRole("button", { name: "Issue code" }).click();
    const command = page.getByRole("region", { name: "Run this on the machine, as root" }).locator("code");
    expect(await command.textContent()).toMatch(/^holdfast enroll .*--code/);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Download the .reg file" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("holdfast-wlm.reg");
    await page.reload();
    await page.getByRole("row", { name: /lab-1/ }).getByText("Open, ends").waitFor();
    expect(await page.getByText(/--code/).count()).toBe(0);
  });

  test("UNI-7: the audit is filtered by name and exported as it is filtered", async () => {
    const { page } = opened;
    await page.goto(`${hospital.url}/audit`);
    await page.getByLabel("User name").fill("nora");
    await expect.poll(() => new URL(page.url()).searchParams.get("userId")).toBe(ward.nora.userId);
    await page.getByText("wrong credentials").waitFor();
    await page.getByRole("button", { name: "Check the chains" }).click();
    await page.getByText(/gone through from end to end/).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Export" }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("menuitem", { name: "CEF" }).click(),
    ]);
    expect(download.url()).toContain(`userId=${ward.nora.userId}`);
    expect(download.suggestedFilename()).toMatch(/^holdfast-audit\./);
    expect(opened.faults).toEqual([]);
  });

  test("OTP-14: what was observed recommends a size, and one press applies it, which the audit keeps", async () => {
    const { enterprise } = hospital;
    const oskar = ward.oskar;
    for (let day = 0; day < 15; day += 1) {
      hospital.advance(86_400_000);
      for (let time = 0; time < 2; time += 1) {
        await enterprise.admin("POST", "/sign-ins", {
          attemptId: `att_${day}_${time}`,
          userName: oskar.userName,
          workflow: "workstation",
          given: [
            { factor: "password", value: oskar.password },
            { factor: "hotp", value: oskar.press() },
          ],
        });
      }
    }
    await using later = await hospital.signedIn(await hospital.administrator("berta", "Berta Kurz"));
    const { page } = later;
    await page.goto(`${hospital.url}/tokens/${oskar.tokenId}`);
    await page.getByLabel("Days offline to expect").fill("5");
    // Two a day for five days, and a fifth more.
    await page.getByText("12 codes", { exact: true }).waitFor();
    await page.getByText("(2 × 5) + (2 × 5 × 0.20) = 12").waitFor();
    await page.getByRole("button", { name: "Use 12" }).click();
    await page
      .getByRole("dialog", { name: "Set the cache size to 12?" })
      .getByRole("button", { name: "Use 12" })
      .click();
    await page.getByText("The cache size is 12 now.").waitFor();
    await page.getByText("That is what it has now.").waitFor();
    const { items } = await enterprise.admin<{ items: { type: string }[] }>(
      "GET",
      `/audit?userId=${oskar.userId}&limit=5`,
    );
    expect(items.map(({ type }) => type).join(" ")).toMatch(/recommend|cache|token-changed/);
  });
});
