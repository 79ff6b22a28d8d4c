import { inMemoryConfig } from "@holdfast/server/config";
import { createServer } from "@holdfast/server/server";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  accessibilityFaults,
  hasFocus,
  type RunningBrowser,
  screenshot,
  startBrowser,
} from "../../rig/browser.ts";
import { describeWhere } from "../../rig/requirements.ts";
import { authenticatorApp, Hospital, signIn } from "./hospital.ts";

describeWhere(["chromium"], "signing in to the console", () => {
  let hospital: Hospital;
  beforeAll(async () => {
    hospital = await Hospital.open();
  });
  afterAll(() => hospital[Symbol.asyncDispose]());

  test("a password and an authenticator app open it, by keyboard alone; signing out closes it", async () => {
    const anna = await hospital.administrator("anna", "Anna Berg");
    await using opened = await hospital.page();
    const { page, faults } = opened;
    await page.goto(`${hospital.url}/tokens`);
    await page.getByRole("heading", { name: "Sign in to the console" }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await screenshot(page, "sign-in");
    // The field has the focus: nothing but the keyboard is touched from here on.
    await hasFocus(page.getByLabel("User name"));
    await page.keyboard.type("anna");
    await page.keyboard.press("Enter");
    await hasFocus(page.getByLabel("Password", { exact: true }));
    await page.keyboard.type(anna.password);
    await page.keyboard.press("Enter");
    await hasFocus(page.getByLabel("One-time code"));
    await page.keyboard.type(anna.code());
    await page.keyboard.press("Enter");
    // Where he wanted to go in the first place.
    await page.getByRole("heading", { name: "Tokens" }).waitFor();
    await expect.poll(() => new URL(page.url()).pathname).toBe("/tokens");

    await page.keyboard.press("Tab");
    await hasFocus(page.getByText("Skip to the page", { exact: true }));
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await hasFocus(page.locator("main :focus"));

    await page.getByRole("button", { name: "Anna Berg" }).press("Enter");
    await page.getByRole("menuitem", { name: "Sign out" }).press("Enter");
    await page.getByRole("heading", { name: "Sign in to the console" }).waitFor();
    await page.goto(`${hospital.url}/users`);
    await page.getByRole("heading", { name: "Sign in to the console" }).waitFor();
    // Nothing that the Content-Security-Policy or Trusted Types refused, and no fault of a script.
    expect(faults).toEqual([]);
  });

  test("a wrong code is refused in the server's words, and one begins again", async () => {
    const bert = await hospital.administrator("bert", "Bert Lang");
    await using opened = await hospital.page();
    await opened.page.goto(hospital.url);
    await signIn(opened.page, { ...bert, code: () => "000000" });
    const alert = opened.page.getByRole("alert");
    await expect
      .poll(() => alert.textContent())
      .toMatch(/did not sign you in.*not right|wrong|not correct/is);
    await signIn(opened.page, bert);
    await opened.page.getByRole("heading", { name: "Dashboard" }).waitFor();
  });

  test("an address of somebody else's page is not followed after the sign-in", async () => {
    const cara = await hospital.administrator("cara", "Cara Voss");
    await using opened = await hospital.page();
    for (const next of [
      "//evil.example/",
      "https://evil.example/",
      "/\\evil.example",
      "javascript:alert(1)",
    ]) {
      await opened.context.clearCookies();
      await opened.page.goto(`${hospital.url}/sign-in?next=${encodeURIComponent(next)}`);
      hospital.advance(60_000);
      await signIn(opened.page, cara);
      await opened.page.getByRole("heading", { name: "Dashboard" }).waitFor();
      await expect.poll(() => opened.page.url()).toBe(`${hospital.url}/`);
    }
  });
});

describeWhere(["chromium"], "the first start", () => {
  let browser: RunningBrowser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser[Symbol.asyncDispose]());

  test("MDA-32: the printed link makes the first administrator and leads to the checklist", async () => {
    const server = await createServer({
      ...inMemoryConfig,
      console: { listen: { host: "127.0.0.1", port: 0 }, url: null, files: null },
    });
    try {
      const started = await server.start();
      await using opened = await browser.open();
      const { page, faults } = opened;
      await page.goto(started.setup?.url ?? "");
      await page.getByLabel("User name").fill("root");
      await page.getByLabel("Display name").fill("First Administrator");
      await page.getByLabel("Password", { exact: true }).fill("correct horse battery");
      expect(await accessibilityFaults(page)).toEqual([]);
      await page.keyboard.press("Enter");
      const uri = await page.locator("code").filter({ hasText: "otpauth://" }).textContent();
      expect(await accessibilityFaults(page)).toEqual([]);
      await screenshot(page, "setup");
      await page.getByLabel("Code that the app shows").fill(authenticatorApp(uri ?? "", Date.now)());
      await page.keyboard.press("Enter");
      const codes = await page.getByRole("region", { name: "Recovery codes" }).locator("code").textContent();
      expect(codes?.split("\n").length).toBeGreaterThanOrEqual(8);
      await page.getByRole("button", { name: "Copy" }).click();
      await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(codes);
      await page.getByRole("button", { name: "Go to the console" }).click();
      await page.getByRole("heading", { name: "Setting up" }).waitFor();
      await page.getByText("steps are done").waitFor();
      expect(faults).toEqual([]);
    } finally {
      await server.stop();
    }
  });
});
