import { afterAll, beforeAll, expect, test } from "vitest";
import { accessibilityFaults } from "../../rig/browser.ts";
import { describeWhere } from "../../rig/requirements.ts";
import { virtualAuthenticator } from "../portal/clinic.ts";
import { authenticatorApp, Hospital } from "./hospital.ts";

describeWhere(["chromium"], "what administrators do for themselves, for a token and to an endpoint", () => {
  let hospital: Hospital;
  beforeAll(async () => {
    hospital = await Hospital.open();
  });
  afterAll(() => hospital?.[Symbol.asyncDispose]());

  test("a passkey is enrolled at the console, opens it by itself, and proves its person before a dangerous act", async () => {
    const pia = await hospital.administrator("pia", "Pia Sommer");
    await using opened = await hospital.signedIn(pia);
    const { page } = opened;
    await virtualAuthenticator(page);
    await page.getByRole("button", { name: "Pia Sommer" }).click();
    await page.getByRole("menuitem", { name: "Add a passkey…" }).click();
    const dialog = page.getByRole("dialog", { name: "Add a passkey for this console?" });
    await page.getByRole("menu").waitFor({ state: "hidden" });
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Add a passkey" }).click();
    await page.getByText("The passkey is added.").waitFor();

    await page.getByRole("button", { name: "Pia Sommer" }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in to the console" }).waitFor();
    await page.getByLabel("User name").fill("pia");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Use a passkey" }).click();
    await page.getByRole("heading", { name: "Dashboard" }).waitFor();

    await page.getByRole("button", { name: "Pia Sommer" }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in to the console" }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.getByRole("heading", { name: "Dashboard" }).waitFor();

    // Long after the sign-in: the same passkey proves again that it is her.
    hospital.advance(6 * 60_000);
    await page.goto(`${hospital.url}/groups`);
    await page.getByRole("button", { name: "Create group" }).click();
    const create = page.getByRole("dialog", { name: "Create group" });
    await create.getByLabel("Name").fill("Night shift");
    await create.getByRole("button", { name: "Create group" }).click();
    await page.getByRole("button", { name: "Use a passkey" }).click();
    await page.getByRole("heading", { level: 1, name: "Night shift" }).waitFor();
    expect(opened.faults).toEqual([]);
  });

  test("an authenticator app that the console makes counts from its first code on", async () => {
    const anna = await hospital.administrator("anna", "Anna Berg");
    await using opened = await hospital.signedIn(anna);
    const { page } = opened;
    const { id } = await hospital.enterprise.admin<{ id: string }>("POST", "/users", { userName: "nora" });
    await page.goto(`${hospital.url}/users/${id}?tab=methods`);
    await page.getByRole("button", { name: "Add token" }).click();
    const add = page.getByRole("dialog", { name: "Add a token for nora" });
    await add.getByLabel("Time-based (TOTP)").check();
    await add.getByRole("button", { name: "Make token" }).click();
    const shown = page.getByRole("dialog", { name: "The token of nora" });
    const uri = (await shown.locator("code").innerText()).trim();
    expect(await accessibilityFaults(page)).toEqual([]);
    await shown.getByRole("button", { name: "Later" }).click();
    await page.getByText("Waits for its first code").first().waitFor();

    await page.getByRole("link", { name: "Token 1" }).first().click();
    await page.getByRole("button", { name: "Type its first code" }).click();
    const code = page.getByLabel("The code that the app shows");
    await code.fill("000000");
    await code.press("Enter");
    await page.getByText("This is not the code that the app shows now.").waitFor();
    await code.fill(authenticatorApp(uri, () => hospital.now())());
    await code.press("Enter");
    await page.getByText("Enabled", { exact: true }).first().waitFor();
    expect(opened.faults).toEqual([]);
  });

  test("what an endpoint reports is distrusted and trusted again, and its page says so", async () => {
    const otto = await hospital.administrator("otto", "Otto Brandt");
    await hospital.enterprise.endpoint({ name: "ward-9" });
    await using opened = await hospital.signedIn(otto);
    const { page } = opened;
    await page.goto(`${hospital.url}/endpoints`);
    await page.getByRole("link", { name: "ward-9" }).click();
    await page.getByRole("button", { name: "Distrust reports" }).click();
    const dialog = page.getByRole("dialog", { name: "Distrust what ward-9 reports?" });
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Distrust reports" }).click();
    await page.getByText("What this endpoint reports of sign-ins has had no effect since").waitFor();
    await page.reload();
    await page.getByRole("button", { name: "Trust reports again" }).click();
    const again = page.getByRole("dialog", { name: "Trust what ward-9 reports again?" });
    await again.getByRole("button", { name: "Trust reports again" }).click();
    await again.waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Distrust reports" }).first().waitFor();
    expect(await page.getByText("has had no effect since").count()).toBe(0);
    expect(opened.faults).toEqual([]);
  });
});
