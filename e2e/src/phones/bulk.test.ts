import { afterAll, beforeAll, expect, test } from "vitest";
import { type OpenPage, screenshot } from "../../rig/browser.ts";
import { describeWhere } from "../../rig/requirements.ts";
import { expectUsable, Practice } from "./practice.ts";

const many = 5_000;

describeWhere(["chromium"], "User Account Management", () => {
  let practice: Practice;
  let opened: OpenPage;

  beforeAll(async () => {
    practice = await Practice.open();
    opened = await practice.atConsole("anna", "Anna Berg");
    await create("ward", 50);
    await create("staff", many);
  }, 240_000);
  afterAll(async () => {
    await opened?.[Symbol.asyncDispose]();
    await practice?.[Symbol.asyncDispose]();
  });

  async function create(prefix: string, count: number): Promise<void> {
    const names = Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(4, "0")}`);
    for (let at = 0; at < names.length; at += 50) {
      await Promise.all(
        names.slice(at, at + 50).map((userName) => practice.enterprise.admin("POST", "/users", { userName })),
      );
    }
  }
  async function select(prefix: string, all: boolean): Promise<void> {
    const { page } = opened;
    await page.goto(`${practice.consoleUrl}/users?prefix=${prefix}`);
    await page.getByRole("checkbox", { name: "Select all users on this page" }).check();
    if (all) await page.getByRole("button", { name: "Select all that match" }).click();
  }
  /** Screen by screen to the summary, with push for all and the biometric or not. */
  async function goThrough({ requireBiometric = true } = {}): Promise<void> {
    const { page } = opened;
    await page.getByRole("link", { name: "User Account Management" }).click();
    await page.getByRole("heading", { level: 1, name: "User Account Management" }).waitFor();
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByRole("heading", { level: 2, name: "Mobile Push Authentication" }).waitFor();
    await page.getByLabel("Set for all selected accounts").check();
    for (const name of ["Enable Mobile Push Authentication", "Require Biometric Seed"])
      await expect.poll(() => page.getByLabel(name).isChecked()).toBe(true);
    await page.getByLabel("Require Biometric Seed").setChecked(requireBiometric);
  }
  const pushOf = async (userName: string) => {
    const { items } = await practice.enterprise.admin<{ items: { id: string }[] }>(
      "GET",
      `/users?prefix=${userName}`,
    );
    const path = `/users/${items[0]?.id}/push`;
    return practice.enterprise.admin<{ enabled: boolean; requireBiometric: boolean }>("GET", path);
  };
  const progress = () => opened.page.getByRole("status").filter({ hasText: / of / });

  test("REG-24, REG-25: fifty selected, screen by screen up to Mobile Push Authentication; all fifty are enabled", async () => {
    const { page, faults } = opened;
    await select("ward", false);
    await page.getByText("50 selected").waitFor();
    await expectUsable(page);
    await goThrough();
    await expectUsable(page);
    await screenshot(page, "bulk-push");
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByText("Mobile Push Authentication is enabled, with biometric seed.").waitFor();
    await expectUsable(page);
    await page.getByRole("button", { name: "Finish" }).click();
    await page.getByText("Finished: 50 of 50 accounts").waitFor();
    await page.getByText(/All 50 were changed/).waitFor();
    await expectUsable(page);
    expect(await pushOf("ward-0000")).toMatchObject({ enabled: true, requireBiometric: true });
    expect(await pushOf("ward-0049")).toMatchObject({ enabled: true, requireBiometric: true });
    expect(faults).toEqual([]);
  });

  test("REG-24: who is refused is listed with why, the others are changed, and only those are tried again", async () => {
    // A helper changes nobody who may do more than he; and sees the one screen that his role has.
    const { id } = await practice.enterprise.admin<{ id: string }>("POST", "/roles", {
      name: "Sets up push",
      rights: ["users.read", "users.push"],
      scope: "enterprise",
    });
    await using asHilde = await practice.atConsole("hilde", "Hilde Roth", id);
    const { page, faults } = asHilde;
    await page.goto(`${practice.consoleUrl}/users`);
    await page.getByRole("checkbox", { name: "Select anna" }).check();
    await page.getByRole("checkbox", { name: "Select staff-0000" }).check();
    await page.getByRole("link", { name: "User Account Management" }).click();
    await page.getByLabel("Set for all selected accounts").check();
    await page.getByLabel("Require Biometric Seed").uncheck();
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByRole("button", { name: "Finish" }).click();
    await page.getByText("Finished: 2 of 2 accounts, 1 not changed").waitFor();
    const failed = page.getByRole("table", { name: "accounts that were not changed" });
    expect(await failed.getByRole("row").nth(1).innerText()).toMatch(/anna\s+\S+/);
    expect(await failed.getByText("staff-0000").count()).toBe(0);
    await expectUsable(page);
    await screenshot(page, "bulk-failures");
    expect(await pushOf("staff-0000")).toMatchObject({ enabled: true, requireBiometric: false });
    expect(await pushOf("anna")).toMatchObject({ enabled: false });
    await page.getByRole("button", { name: "Try again with 1" }).click();
    await page.getByText("Finished: 1 of 1 account, 1 not changed").waitFor();
    expect(faults).toEqual([]);
  });

  test("REG-24: 5,000 over all pages: counted, stopped between two requests, gone on with; leaving asks first", async () => {
    const { page, faults } = opened;
    await select("staff", true);
    await page.getByText("5,000 selected").waitFor({ timeout: 30_000 });
    // A server that takes its time, so that there is something to stop.
    const requests = "**/api/v1/push-changes";
    await page.route(requests, async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 200));
      await route.continue();
    });
    await goThrough();
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByRole("button", { name: "Finish" }).click();
    await page.getByText(/Under way: [1-9][\d,]* of 5,000 accounts/).waitFor();
    await page.getByRole("link", { name: "Dashboard" }).click();
    const asked = page.getByRole("dialog", { name: "Leave while accounts are being changed?" });
    await asked.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    await page.getByText(/^Stopped: /).waitFor();
    await expectUsable(page);
    const done = Number(/Stopped: ([\d,]+) of/.exec(await progress().innerText())?.[1]?.replace(",", ""));
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThan(many);
    // What the page says is so at the server: the last one that was begun, and the first that was not.
    const named = (index: number) => `staff-${String(index).padStart(4, "0")}`;
    expect((await pushOf(named(done - 1))).enabled).toBe(true);
    expect((await pushOf(named(done))).enabled).toBe(false);
    await page.unroute(requests);
    await page.getByRole("button", { name: /^Go on with the other/ }).click();
    await page.getByText("Finished: 5,000 of 5,000 accounts").waitFor({ timeout: 120_000 });
    expect((await pushOf(named(many - 1))).enabled).toBe(true);
    expect(faults).toEqual([]);
  }, 240_000);

  test("while the server is away nothing is lost: the page says what is not known, and goes on", async () => {
    const { page } = opened;
    await select("ward", false);
    await goThrough({ requireBiometric: false });
    await page.getByRole("button", { name: "Next" }).click();
    let calls = 0;
    await page.route("**/api/v1/push-changes", (route) =>
      calls++ < 3 ? route.continue() : route.abort("connectionreset"),
    );
    await page.getByRole("button", { name: "Finish" }).click();
    await page.getByText("Interrupted: 15 of 50 accounts").waitFor();
    await page.getByRole("alert").getByText("The server did not answer.").waitFor();
    await expectUsable(page);
    expect(await pushOf("ward-0014")).toMatchObject({ requireBiometric: false });
    expect(await pushOf("ward-0015")).toMatchObject({ requireBiometric: true });
    await page.unroute("**/api/v1/push-changes");
    await page.getByRole("button", { name: "Go on with the other 35" }).click();
    await page.getByText("Finished: 50 of 50 accounts").waitFor();
    expect(await pushOf("ward-0049")).toMatchObject({ enabled: true, requireBiometric: false });
  });

  test("on a phone's screen the list, the selection and the wizard scroll one way only", async () => {
    const { page } = opened;
    await page.setViewportSize({ width: 360, height: 740 });
    await select("ward", false);
    await page.getByText("50 selected").waitFor();
    await expectUsable(page);
    await goThrough();
    await expectUsable(page);
    await page.setViewportSize({ width: 1280, height: 820 });
  });

  test("the page by its address alone has nobody selected, and says where to begin", async () => {
    const { page } = opened;
    await page.goto(`${practice.consoleUrl}/users/manage`);
    await page.getByText("Nobody is selected.").waitFor();
    await expectUsable(page);
  });
});
