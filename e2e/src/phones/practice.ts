import type { Page } from "playwright-core";
import { expect } from "vitest";
import { type Person, TestEnterprise } from "../../agent/enterprise.ts";
import {
  accessibilityFaults,
  type OpenOptions,
  type OpenPage,
  type RunningBrowser,
  scrollsSideways,
  smallTargets,
  startBrowser,
} from "../../rig/browser.ts";
import { TestPhone } from "../../rig/phone.ts";
import { freePort } from "../../rig/ports.ts";
import { authenticatorApp, signIn as signInToConsole } from "../console/hospital.ts";
import { signIn as signInToPortal } from "../portal/clinic.ts";
import { paste } from "./handset.ts";

export type Phone = {
  readonly id: string;
  readonly label: string;
  readonly mode: "online" | "offline";
  readonly types: readonly string[];
  readonly lastSyncMs: number | null;
};

/** A real server with console, portal and the origin of the app, a browser, and people with phones. */
export class Practice implements AsyncDisposable {
  readonly enterprise: TestEnterprise;
  readonly consoleUrl: string;
  readonly portalUrl: string;
  readonly #browser: RunningBrowser;
  readonly #clock: { aheadMs: number };

  private constructor(
    enterprise: TestEnterprise,
    consoleUrl: string,
    portalUrl: string,
    browser: RunningBrowser,
    clock: { aheadMs: number },
  ) {
    this.enterprise = enterprise;
    this.consoleUrl = consoleUrl;
    this.portalUrl = portalUrl;
    this.#browser = browser;
    this.#clock = clock;
  }

  static async open(): Promise<Practice> {
    const [console, portal, authenticator] = [await freePort(), await freePort(), await freePort()];
    const at = (port: number) => ({ listen: { host: "127.0.0.1", port }, files: null });
    const clock = { aheadMs: 0 };
    const enterprise = await TestEnterprise.start({
      server: {
        console: { ...at(console), url: null },
        portal: { ...at(portal), url: null },
        authenticator: { ...at(authenticator), url: `https://localhost:${authenticator}` },
      },
      ports: { clock: { now: () => Date.now() + clock.aheadMs } },
    });
    return new Practice(
      enterprise,
      `https://localhost:${console}`,
      `https://localhost:${portal}`,
      await startBrowser(),
      clock,
    );
  }

  /** The server's clock goes ahead; browsers and phones keep theirs. */
  advance(ms: number): void {
    this.#clock.aheadMs += ms;
  }

  /** Of the Default policy, with a password and a key fob. */
  async person(userName: string, displayName: string): Promise<Person> {
    const person = await this.enterprise.person(userName, "default", { kind: "hotp", label: "Key fob" });
    await this.enterprise.admin("PATCH", `/users/${person.userId}`, { displayName });
    return person;
  }

  async atPortal(person: Person, options: OpenOptions = {}): Promise<OpenPage> {
    const opened = await this.#browser.open(options);
    await opened.page.goto(this.portalUrl);
    await signInToPortal(opened.page, person);
    await opened.page.getByRole("heading", { name: /^Hello/ }).waitFor();
    return opened;
  }

  /** Somebody at the portal's first page who is not signed in. */
  async beforePortal(options: OpenOptions = {}): Promise<OpenPage> {
    const opened = await this.#browser.open(options);
    await opened.page.goto(this.portalUrl);
    return opened;
  }

  async atConsole(userName: string, displayName: string, roleId = "superadministrator"): Promise<OpenPage> {
    const { enterprise } = this;
    const password = `password of ${userName}`;
    const user = await enterprise.admin<{ id: string }>("POST", "/users", {
      userName,
      displayName,
      password,
    });
    const token = await enterprise.admin<{ otpauthUri: string }>("POST", `/users/${user.id}/tokens`, {
      kind: "totp",
      label: "App",
    });
    await enterprise.admin("PUT", `/administrators/${user.id}`, { roleId });
    const opened = await this.#browser.open();
    await opened.page.goto(this.consoleUrl);
    const code = authenticatorApp(token.otpauthUri, Date.now);
    await signInToConsole(opened.page, { userName, password, code });
    await opened.page.getByRole("heading", { name: "Dashboard" }).waitFor();
    return opened;
  }

  /** REG-12: how phones are registered from now on. */
  async setOnlineAccess(onlineAccess: boolean): Promise<void> {
    const { authenticatorApp: saved } = await this.enterprise.admin<{ authenticatorApp: object }>(
      "GET",
      "/settings",
    );
    await this.enterprise.admin("PUT", "/settings/authenticator-app", {
      authenticatorApp: { ...saved, onlineAccess },
    });
  }

  async phonesOf(person: Person): Promise<readonly Phone[]> {
    const path = `/users/${person.userId}/phones`;
    return (await this.enterprise.admin<{ items: readonly Phone[] }>("GET", path)).items;
  }

  async setPush(person: Person, enabled: boolean, requireBiometric = false): Promise<void> {
    await this.enterprise.admin("PUT", `/users/${person.userId}/push`, { enabled, requireBiometric });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser[Symbol.asyncDispose]();
    await this.enterprise[Symbol.asyncDispose]();
  }
}

/** The methods page, where phones are. */
export async function openMethods(page: Page): Promise<void> {
  await page.getByRole("link", { name: "How I sign in" }).first().click();
  await page.getByRole("heading", { level: 1, name: "How I sign in" }).waitFor();
}

/** What the shown QR code holds: the same text stands below it for cameras that cannot scan. */
export async function linkShown(page: Page): Promise<string> {
  await page.getByText("The camera cannot scan?").click();
  const link = await page.getByRole("dialog").locator("code").innerText();
  await page.getByText("The camera cannot scan?").click();
  return link.trim();
}

/** From the button to the end, online: a phone that is the person's own. */
export async function addOnlinePhone(page: Page, name = "Test phone"): Promise<TestPhone> {
  await page.getByRole("button", { name: "Add a phone" }).click();
  return finishOnline(page, name);
}

/** From the shown QR code on. */
export async function finishOnline(page: Page, name = "Test phone"): Promise<TestPhone> {
  const phone = new TestPhone(await linkShown(page), name);
  const { shownDigits } = await phone.claim();
  const dialog = page.getByRole("dialog");
  await dialog.getByText(spaced(shownDigits)).waitFor();
  await dialog.getByRole("button", { name: "They match" }).click();
  await phone.registerOnline();
  await dialog.getByRole("heading", { name: /is registered|has its new keys/ }).waitFor();
  return phone;
}

/** The app itself, registered by the portal's own page; it is on its first screen afterwards. */
export async function registerInApp(portal: Page, phone: Page, setUp: () => Promise<void>): Promise<void> {
  await openMethods(portal);
  await portal.getByRole("button", { name: "Add a phone" }).click();
  const link = await linkShown(portal);
  await phone.goto(new URL(link).origin);
  await setUp();
  await paste(phone, link);
  await phone.getByRole("button", { name: "Register" }).click();
  await phone.getByRole("heading", { name: "Compare these digits" }).waitFor();
  await portal.getByRole("dialog").getByRole("button", { name: "They match" }).click();
  await phone.getByRole("heading", { name: "This phone is registered" }).waitFor();
  await phone.getByRole("button", { name: "Show my codes" }).click();
  await phone.locator("[data-code]").waitFor();
}

/** Until the page, which asks each second whether the phone has let its person in, has heard what is so by now. */
export async function asksAgain(page: Page): Promise<void> {
  // The first may have been on its way already.
  for (let heard = 0; heard < 2; heard += 1)
    await page.waitForResponse((response) => response.url().endsWith("/session/sign-in/steps"));
}

/** Six digits as screens write them. */
export function spaced(digits: string): string {
  return `${digits.slice(0, 3)} ${digits.slice(3)}`;
}

/** Serious findings of axe, controls too small for gloves, and sideways scrolling: none of them. */
export async function expectUsable(page: Page): Promise<void> {
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(await smallTargets(page)).toEqual([]);
  expect(await scrollsSideways(page)).toBe(false);
}
