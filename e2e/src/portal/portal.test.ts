/// <reference lib="dom" />
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  accessibilityFaults,
  hasFocus,
  isLoaded,
  lowForGloves,
  screenshot,
  scrollsSideways,
  smallTargets,
  texts,
} from "../../rig/browser.ts";
import { missing } from "../../rig/requirements.ts";
import { authenticatorApp } from "../console/hospital.ts";
import { Clinic, givePassword, signIn, virtualAuthenticator } from "./clinic.ts";

const lack = missing("chromium");
let clinic: Clinic;
beforeAll(async () => {
  if (lack === null) clinic = await Clinic.open();
});
afterAll(() => clinic?.[Symbol.asyncDispose]());

const go = (page: Page, name: string) =>
  page.getByRole("navigation", { name: "Main" }).getByRole("link", { name }).click();
const heading = (page: Page, name: string | RegExp) =>
  page.getByRole("heading", { level: 1, name }).waitFor();

/** Serious findings of axe, controls too small for gloves, and sideways scrolling: none of them. */
async function expectUsable(page: Page): Promise<void> {
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(await smallTargets(page)).toEqual([]);
  expect(await scrollsSideways(page)).toBe(false);
  const size = page.viewportSize();
  if (size === null) throw new Error("the page has a size");
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await lowForGloves(page)).toEqual([]);
  expect(await scrollsSideways(page)).toBe(false);
  await page.setViewportSize(size);
}

beforeEach(({ skip }) => {
  if (lack !== null) skip(lack);
});

test("signing in: paste works, managers know the fields, and refusals say what to do next", async () => {
  const nora = await clinic.person("nora", "Nora Ward");
  await using opened = await clinic.page();
  const { page } = opened;
  await page.goto(clinic.url);
  await heading(page, "Sign in");
  await expectUsable(page);
  await screenshot(page, "portal-sign-in");
  expect(await page.getByLabel("User name").getAttribute("autocomplete")).toBe("username webauthn");
  await page.getByLabel("User name").fill("nora");
  await page.keyboard.press("Enter");
  const password = page.getByLabel("Password", { exact: true });
  expect(await password.getAttribute("autocomplete")).toBe("current-password");
  await page.evaluate((text) => navigator.clipboard.writeText(text), "not her password");
  await password.focus();
  await page.keyboard.press("ControlOrMeta+V");
  await expect.poll(() => password.inputValue()).toBe("not her password");
  await page.keyboard.press("Enter");
  const code = page.getByLabel("One-time code");
  expect(await code.getAttribute("autocomplete")).toBe("one-time-code");
  await code.fill("000000");
  await page.keyboard.press("Enter");
  await expectAlert(page, /not right/);
  await expectUsable(page);
  await signIn(page, nora);
  await heading(page, "Hello, Nora Ward");
  expect(await page.context().cookies()).toMatchObject([
    { name: "__Host-holdfast-portal", httpOnly: true, secure: true, sameSite: "Strict", path: "/" },
  ]);
});

test("every page by its link: usable, at phone width, light and dark", async () => {
  const omar = await clinic.person("omar", "Omar Haddad");
  await clinic.endpointOf(omar, "ward-6");
  for (const [colorScheme, screen] of [
    ["light", "desktop"],
    ["dark", "phone"],
  ] as const) {
    await using opened = await clinic.signedIn(omar, { colorScheme, screen });
    const { page, faults } = opened;
    for (const [link, title] of [
      ["Start", /^Hello/],
      ["How I sign in", "How I sign in"],
      ["Recent sign-ins", "Recent sign-ins"],
      ["Where I am signed in", "Where I am signed in"],
      ["Manage Passwords", "Manage Passwords"],
    ] as const) {
      if (screen === "phone") await page.getByRole("button", { name: "Open the navigation" }).click();
      await go(page, link);
      await heading(page, title);
      await isLoaded(page);
      await expectUsable(page);
      await screenshot(page, `portal-${link.toLowerCase().replaceAll(" ", "-")}-${screen}`);
    }
    expect(faults).toEqual([]);
  }
});

test("UNI-3: where one gets in without the network, until when and how often", async () => {
  const mira = await clinic.person("mira", "Mira Okafor");
  await clinic.endpointOf(mira);
  await using opened = await clinic.signedIn(mira);
  const place = opened.page.getByRole("list", { name: "Computers" }).getByRole("listitem");
  await expect
    .poll(() => place.innerText())
    .toMatch(/ward-7[\s\S]*Until .* up to \d+ more sign-ins[\s\S]*Ready/);
});

test("own methods: authenticator app, recovery codes, rename and remove, with a fresh sign-in before", async () => {
  const lea = await clinic.person("lea", "Lea Fontaine");
  await using opened = await clinic.signedIn(lea);
  const { page } = opened;
  await go(page, "How I sign in");
  await page.getByRole("button", { name: "Add an authenticator app (TOTP)" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("img", { name: "QR code for your authenticator app" }).waitFor();
  const uri = (await dialog.locator("code").innerText()).trim();
  await expectUsable(page);
  const app = authenticatorApp(uri, Date.now);
  const methods = page.getByRole("list", { name: "Ways to sign in" });
  // Not finished, it counts for nothing; a code of another app does not finish it.
  await dialog.getByRole("button", { name: "Later" }).click();
  await methods.getByText("Not finished").waitFor();
  await methods.getByRole("button", { name: /^Finish/ }).click();
  const first = dialog.getByLabel("The code that the app shows");
  await first.fill("000000");
  await first.press("Enter");
  await dialog.getByText("This is not the code that the app shows now.").waitFor();
  await expectUsable(page);
  await first.fill(app());
  await first.press("Enter");
  await dialog.waitFor({ state: "hidden" });
  await methods.getByText("Not finished").waitFor({ state: "detached" });
  await methods.getByText("Token (TOTP)").waitFor();

  await page.getByRole("button", { name: "Make recovery codes" }).click();
  const codes = await texts(page.getByRole("list", { name: "Recovery codes" }).getByRole("listitem"), 10);
  expect(codes).toHaveLength(10);
  await expectUsable(page);
  await page.getByRole("button", { name: "I have kept them" }).click();
  await methods.getByText("10 codes left").waitFor();

  await methods.getByRole("button", { name: "Rename Key fob" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Blue fob");
  await page.getByRole("dialog").getByRole("button", { name: "Rename" }).click();
  await methods.getByText("Blue fob").waitFor();
  await methods.getByRole("button", { name: "Remove Blue fob" }).click();
  await page.getByRole("dialog").getByText("Computers keep its codes").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect.poll(() => methods.innerText()).not.toContain("Blue fob");

  // What was added signs in: the app's code, then a recovery code, once.
  for (const [code, works] of [
    [app(), true],
    [codes[0] as string, true],
    [codes[0] as string, false],
  ] as const) {
    await using other = await clinic.page();
    await other.page.goto(clinic.url);
    await givePassword(other.page, lea);
    await other.page.getByLabel("One-time code").fill(code);
    await other.page.keyboard.press("Enter");
    if (works) await heading(other.page, /^Hello/);
    else await expectAlert(other.page, /not right/);
  }
});

test("a passkey is added and signs in by itself; without user verification it does not", async () => {
  const ines = await clinic.person("ines", "Inês Duarte");
  await using opened = await clinic.signedIn(ines);
  const { page } = opened;
  await virtualAuthenticator(page);
  await go(page, "How I sign in");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page
    .getByRole("list", { name: "Ways to sign in" })
    .getByText("Passkey", { exact: false })
    .first()
    .waitFor();
  await page.getByRole("button", { name: "Inês Duarte" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await heading(page, "Sign in");
  await page.getByLabel("User name").fill("ines");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await heading(page, "Hello, Inês Duarte");

  await page.getByRole("button", { name: "Inês Duarte" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await heading(page, "Sign in");
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await heading(page, "Hello, Inês Duarte");
});

test("a passkey that is picked in the name field signs in; one that is not known here is refused", async () => {
  const ivo = await clinic.person("ivo", "Ivo Kovač");
  await using opened = await clinic.signedIn(ivo);
  const { page } = opened;
  await virtualAuthenticator(page, { offered: true });
  await go(page, "How I sign in");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page
    .getByRole("list", { name: "Ways to sign in" })
    .getByText("Passkey", { exact: false })
    .first()
    .waitFor();
  await page.context().clearCookies();
  await page.goto(clinic.url);
  await heading(page, "Hello, Ivo Kovač");

  const { id } = (
    await clinic.enterprise.admin<{ items: { id: string; kind: string }[] }>(
      "GET",
      `/users/${ivo.userId}/authenticators`,
    )
  ).items.find(({ kind }) => kind === "passkey") ?? { id: "" };
  await clinic.enterprise.admin("DELETE", `/users/${ivo.userId}/authenticators/${id}`);
  await page.context().clearCookies();
  await page.goto(clinic.url);
  await expectAlert(page, /not right/);
  await heading(page, "Sign in");
  await expectUsable(page);
});

test("TC-46: enrolment can be put off twice, and then comes first", async () => {
  const tom = await clinic.newcomer("tom", 2);
  for (const signIns of [1, 2, 3]) {
    await using opened = await clinic.page();
    const { page } = opened;
    await page.goto(clinic.url);
    await givePassword(page, tom);
    await page.getByRole("button", { name: "I have no code yet" }).click();
    await heading(page, signIns < 3 ? /^Hello/ : "One more way to sign in");
    if (signIns < 3)
      await page
        .getByText(signIns === 1 ? "You can put it off 1 more time" : "before anything else")
        .waitFor();
    if (signIns < 3) continue;
    await page.goto(`${clinic.url}/sign-ins`);
    await heading(page, "One more way to sign in");
    await expectUsable(page);
    await screenshot(page, "portal-enrol-first");
    await page.getByRole("button", { name: "Add an authenticator app (TOTP)" }).click();
    const uri = (await page.getByRole("dialog").locator("code").innerText()).trim();
    await page.getByLabel("The code that the app shows").fill(authenticatorApp(uri, Date.now)());
    await page.keyboard.press("Enter");
    await heading(page, /^Hello/);
  }
});

test("an expired PIN is renewed before anything else", async () => {
  const { id } = await clinic.enterprise.admin<{ id: string }>("POST", "/policies", {
    name: "PINs of a second",
    changes: { pin: { maxAge: "PT1S" }, workflows: { "self-service": [["password"], ["pin"]] } },
  });
  const zoran = await clinic.person("zoran", "Zoran Petrov");
  await clinic.enterprise.admin("PATCH", `/users/${zoran.userId}`, { policyId: id });
  const path = `/users/${zoran.userId}/authenticators`;
  await clinic.enterprise.admin("POST", path, { kind: "pin", pin: "271828" });
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  await using opened = await clinic.page();
  const { page } = opened;
  await page.goto(clinic.url);
  await givePassword(page, zoran);
  await page.getByLabel("PIN", { exact: true }).fill("271828");
  await page.keyboard.press("Enter");
  await heading(page, "A new PIN");
  await page.goto(`${clinic.url}/methods`);
  await heading(page, "A new PIN");
  await expectUsable(page);
  const type = async (pin: string) => {
    await page.getByLabel("New PIN").fill(pin);
    await page.getByLabel("The same PIN again").fill(pin);
    await page.getByRole("button", { name: "Set the new PIN" }).click();
  };
  await type("271828");
  await expectAlert(page, /choose another/);
  await type("161803");
  await heading(page, /^Hello/);
});

test("sessions are ended from elsewhere, and the way back after signing out shows nothing", async () => {
  const yuki = await clinic.person("yuki", "Yuki Tanaka");
  await using first = await clinic.signedIn(yuki);
  await using second = await clinic.signedIn(yuki, { screen: "phone" });
  await first.page.goto(`${clinic.url}/sessions`);
  const table = first.page.getByRole("table", { name: "sessions" });
  await table.getByText("This one").waitFor();
  await expect.poll(() => table.getByRole("row").count()).toBe(3);
  await first.page.getByRole("button", { name: "Sign out everywhere else" }).click();
  await expect.poll(() => table.getByRole("row").count()).toBe(2);
  await second.page.goto(clinic.url);
  await heading(second.page, "Sign in");

  await first.page.getByRole("button", { name: "Yuki Tanaka" }).click();
  await first.page.getByRole("menuitem", { name: "Sign out" }).click();
  await heading(first.page, "Sign in");
  await first.page.goBack();
  await heading(first.page, "Sign in");
  expect(await first.page.getByText("Yuki").count()).toBe(0);
});

test('"this wasn\'t me" alerts administrators and ends the other sessions', async () => {
  const sami = await clinic.person("sami", "Sami Haddad");
  await using thief = await clinic.signedIn(sami);
  await using opened = await clinic.signedIn(sami);
  const { page } = opened;
  await go(page, "Recent sign-ins");
  await page.getByRole("button", { name: "This wasn't me" }).last().click();
  await page.getByRole("dialog").getByRole("button", { name: "It wasn't me" }).click();
  await heading(page, "Thank you. Your administrators have been alerted.");
  await page.getByText("Every session of yours was ended").waitFor();
  await expectUsable(page);
  await page.getByRole("button", { name: "Sign in again" }).click();
  await heading(page, "Sign in");
  await thief.page.goto(clinic.url);
  await heading(thief.page, "Sign in");
  expect(await clinic.enterprise.alerts()).toContainEqual(
    expect.objectContaining({ kind: "sign-in-reported" }),
  );
});

test("Manage Passwords: made, shown once, and removed; a changed password signs in", async () => {
  const vera = await clinic.person("vera", "Vera Holm");
  await using opened = await clinic.signedIn(vera);
  const { page } = opened;
  await go(page, "Manage Passwords");
  await page.getByRole("button", { name: "Add a password" }).click();
  await page.getByLabel("Application").fill("Mail on the tablet");
  await page.getByRole("button", { name: "Make the password" }).click();
  const made = (await page.getByRole("dialog").locator("code").innerText()).trim();
  expect(made.length).toBeGreaterThanOrEqual(16);
  await page.getByRole("button", { name: "Done" }).click();
  const row = page.getByRole("row", { name: /Mail on the tablet/ });
  await row.getByRole("button", { name: "Remove the password for Mail on the tablet" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await page.getByText("No application has a password of its own.").waitFor();

  await go(page, "How I sign in");
  await page.getByRole("button", { name: "Change the password" }).click();
  await page.getByLabel("New password").fill("six green tractors");
  await page.getByLabel("The same again").fill("six green tractor");
  await page.getByRole("dialog").getByRole("button", { name: "Change the password" }).click();
  await expectAlert(page, /not the same/);
  await page.getByLabel("The same again").fill("six green tractors");
  await page.getByRole("dialog").getByRole("button", { name: "Change the password" }).click();
  await page.getByText("Your password is changed.").waitFor();
  await using other = await clinic.page();
  await other.page.goto(clinic.url);
  await givePassword(other.page, { userName: "vera", password: "six green tractors" });
  await other.page.getByLabel("One-time code").fill(vera.press());
  await other.page.keyboard.press("Enter");
  await heading(other.page, /^Hello/);
});

test("by keyboard alone: sign in, reach a page, open and leave a dialog with the focus where it was", async () => {
  const jonas = await clinic.person("jonas", "Jonas Beck");
  await using opened = await clinic.page();
  const { page } = opened;
  await page.goto(clinic.url);
  await heading(page, "Sign in");
  for (const [field, text] of [
    ["User name", "jonas"],
    ["Password", jonas.password],
    ["One-time code", jonas.press()],
  ] as const) {
    await hasFocus(page.getByLabel(field, { exact: true }));
    await page.keyboard.type(text);
    await page.keyboard.press("Enter");
  }
  await heading(page, /^Hello/);
  await tabTo(page, "Skip to the page");
  await tabTo(page, "Manage Passwords");
  await page.keyboard.press("Enter");
  await heading(page, "Manage Passwords");
  await tabTo(page, "Add a password");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await hasFocus(page.getByRole("dialog").locator("[name=name]"));
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await hasFocus(page.getByRole("button", { name: "Add a password" }));
});

async function expectAlert(page: Page, text: RegExp): Promise<void> {
  await expect.poll(() => page.getByRole("alert").innerText()).toMatch(text);
}

/** Presses Tab until what has the focus is called so; a page has fewer than fifty stops. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let stop = 0; stop < 50; stop++) {
    const focused = await page.evaluate(() => document.activeElement?.textContent?.trim() ?? "");
    if (focused === name) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`the Tab key does not reach "${name}"`);
}
