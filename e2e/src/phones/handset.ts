import { inMemoryConfig } from "@holdfast/server/config";
import { createServer, type HoldfastServer } from "@holdfast/server/server";
import type { Page } from "playwright-core";
import { toBuffer } from "qrcode";
import type { OpenOptions, OpenPage } from "../../rig/browser.ts";
import { type PhoneBrowser, startPhoneBrowser } from "../../rig/fake-camera.ts";

type HandsetOptions = {
  readonly port?: number;
  readonly url?: string | null;
  readonly files?: string | null;
};

/** The authenticator app as built, served by a real server, on a phone whose camera sees what a test shows it. */
export class Handset implements AsyncDisposable {
  readonly url: string;
  readonly browser: PhoneBrowser;
  readonly #server: HoldfastServer;
  #stopped = false;

  private constructor(url: string, browser: PhoneBrowser, server: HoldfastServer) {
    this.url = url;
    this.browser = browser;
    this.#server = server;
  }

  /** At this port, where something before it is reached by this URL; with another build than the checkout's. */
  static async start({ port = 0, url = null, files = null }: HandsetOptions = {}): Promise<Handset> {
    const authenticator = { listen: { host: "127.0.0.1", port }, url, files };
    // Over plain HTTP on this machine, as in the demo.
    const server = await createServer({ ...inMemoryConfig, tls: { kind: "none" }, authenticator });
    const { authenticator: origin } = await server.start();
    if (origin === null) throw new Error("the authenticator app is not served");
    return new Handset(origin, await startPhoneBrowser(), server);
  }

  /** A phone on which nobody has opened the app before. */
  async open(options: OpenOptions = {}): Promise<OpenPage> {
    const opened = await this.browser.open(options);
    await opened.page.goto(this.url);
    return opened;
  }

  /** The same, and a PIN locks the app already. */
  async ready(options: OpenOptions = {}): Promise<OpenPage> {
    const opened = await this.open(options);
    await setUpByPin(opened.page);
    return opened;
  }

  async stopServer(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    await this.#server.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser[Symbol.asyncDispose]();
    await this.stopServer();
  }
}

export const handsetPin = "827461";

export async function setUpByPin(page: Page, pin = handsetPin): Promise<void> {
  await page.getByRole("button", { name: "Use a PIN" }).click();
  await page.getByLabel("New PIN").fill(pin);
  await page.getByLabel("The same again").fill(pin);
  await page.getByRole("button", { name: "Lock with this PIN" }).click();
  await page.getByRole("heading", { name: "Add your first profile" }).waitFor();
}

export async function unlockByPin(page: Page, pin = handsetPin): Promise<void> {
  await page.getByLabel("PIN").fill(pin);
  await page.keyboard.press("Enter");
}

/** By the camera: text, or the bytes of a challenge. */
export async function scan({ browser }: Handset, page: Page, content: string | Uint8Array): Promise<void> {
  await scanPicture(browser, page, await qrPicture(content));
}

/** The phone is held before a screen until it has read what is there. */
export async function scanPicture(browser: PhoneBrowser, page: Page, picture: Buffer): Promise<void> {
  await browser.see(picture);
  const isScanning = (url: URL) => url.pathname === "/scan";
  // Waited for from before the press on: the camera may be quicker than the next line.
  const opened = page.waitForURL(isScanning);
  await Promise.all([opened, page.getByRole("link", { name: "Scan" }).click()]);
  await page.waitForURL((url) => !isScanning(url));
  await browser.see(null);
}

export function qrPicture(content: string | Uint8Array): Promise<Buffer> {
  const segments =
    typeof content === "string" ? content : [{ data: Buffer.from(content), mode: "byte" as const }];
  return toBuffer(segments as string, { errorCorrectionLevel: "M", scale: 8, margin: 4 });
}

export async function paste(page: Page, link: string): Promise<void> {
  await page.getByRole("link", { name: "Scan" }).click();
  await page.getByText("Without the camera").click();
  await page.getByLabel("Link from the page").fill(link);
  await page.getByRole("button", { name: "Continue" }).click();
}

/** Waits until the whole app is on the phone: from now on it needs no server. */
export async function keptOnPhone(page: Page): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
}

/** The digits that stand on the screen, of the profile of this account. */
export async function shownCode(page: Page, account: string): Promise<string> {
  const digits = page.getByRole("listitem").filter({ hasText: account }).locator("[data-code]");
  return (await digits.getAttribute("data-code")) ?? "";
}
