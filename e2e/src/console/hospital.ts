import { createHmac } from "node:crypto";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { TestEnterprise } from "../../agent/enterprise.ts";
import { type OpenOptions, type OpenPage, type RunningBrowser, startBrowser } from "../../rig/browser.ts";
import { freePort } from "../../rig/ports.ts";
import { type TemporaryDirectory, temporaryDirectory } from "../../rig/temporary-directory.ts";

/** Who signs in to the console, with a password and an authenticator app. */
export type Administrator = { readonly userName: string; readonly password: string; code(): string };

/** A real server with the built console, a browser, and a superadministrator; everything else is up to the test. */
export class Hospital implements AsyncDisposable {
  readonly enterprise: TestEnterprise;
  readonly url: string;
  readonly #browser: RunningBrowser;
  readonly #clock: { aheadMs: number };
  readonly #directory: TemporaryDirectory;

  private constructor(
    enterprise: TestEnterprise,
    url: string,
    browser: RunningBrowser,
    clock: { aheadMs: number },
    directory: TemporaryDirectory,
  ) {
    this.enterprise = enterprise;
    this.url = url;
    this.#browser = browser;
    this.#clock = clock;
    this.#directory = directory;
  }

  /** On disk where the test needs what only such a store has, such as backups. */
  static async open({ onDisk = false } = {}): Promise<Hospital> {
    const clock = { aheadMs: 0 };
    const port = await freePort();
    const directory = await temporaryDirectory("console");
    const kept = onDisk ? { stateDir: directory.path, store: join(directory.path, "store.sqlite") } : {};
    const enterprise = await TestEnterprise.start({
      server: { console: { listen: { host: "127.0.0.1", port }, url: null, files: null }, ...kept },
      ports: { clock: { now: () => Date.now() + clock.aheadMs } },
    });
    return new Hospital(enterprise, `https://localhost:${port}`, await startBrowser(), clock, directory);
  }

  /** By the server's clock. */
  now(): number {
    return Date.now() + this.#clock.aheadMs;
  }

  /** The server's clock goes ahead; browsers and endpoints keep theirs. */
  advance(ms: number): void {
    this.#clock.aheadMs += ms;
  }

  /** A user with password, authenticator app and role. */
  async administrator(
    userName: string,
    displayName: string,
    roleId = "superadministrator",
  ): Promise<Administrator> {
    const { enterprise } = this;
    const password = `password of ${userName}`;
    const user = await enterprise.admin<{ id: string }>("POST", "/users", {
      userName,
      displayName,
      password,
    });
    const enrolled = await enterprise.admin<{ otpauthUri: string }>("POST", `/users/${user.id}/tokens`, {
      kind: "totp",
      label: "Phone",
    });
    await enterprise.admin("PUT", `/administrators/${user.id}`, { roleId });
    const now = () => Date.now() + this.#clock.aheadMs;
    return { userName, password, code: authenticatorApp(enrolled.otpauthUri, now) };
  }

  /** A page of somebody who is not signed in. */
  page(options: OpenOptions = {}): Promise<OpenPage> {
    return this.#browser.open(options);
  }

  /** A page on the dashboard, after a sign-in as a person does it. */
  async signedIn(administrator: Administrator, options: OpenOptions = {}): Promise<OpenPage> {
    const opened = await this.page(options);
    await opened.page.goto(this.url);
    await signIn(opened.page, administrator);
    await opened.page.getByRole("heading", { name: "Dashboard" }).waitFor();
    return opened;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser[Symbol.asyncDispose]();
    await this.enterprise[Symbol.asyncDispose]();
    await this.#directory[Symbol.asyncDispose]();
  }
}

/** Types the name, the password and the code, each with Enter. */
export async function signIn(page: Page, { userName, password, code }: Administrator): Promise<void> {
  await page.getByLabel("User name").fill(userName);
  await page.keyboard.press("Enter");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.keyboard.press("Enter");
  await page.getByLabel("One-time code").fill(code());
  await page.keyboard.press("Enter");
}

/** TOTP straight from RFC 6238 §4; never the same code twice, because the server would refuse it. */
export function authenticatorApp(otpauthUri: string, now: () => number): () => string {
  const parameters = new URL(otpauthUri).searchParams;
  const secret = base32(parameters.get("secret") ?? "");
  const algorithm = (parameters.get("algorithm") ?? "SHA1").replace("-", "");
  const digits = Number(parameters.get("digits") ?? 6);
  const periodMs = Number(parameters.get("period") ?? 30) * 1_000;
  let lastStep = 0;
  return () => {
    lastStep = Math.max(lastStep + 1, Math.floor(now() / periodMs));
    const message = Buffer.alloc(8);
    message.writeBigUInt64BE(BigInt(lastStep));
    const mac = createHmac(algorithm, secret).update(message).digest();
    const offset = (mac.at(-1) as number) & 0xf;
    return `${(mac.readUInt32BE(offset) & 0x7fff_ffff) % 10 ** digits}`.padStart(digits, "0");
  };
}

function base32(text: string): Buffer {
  const bits = [...text]
    .map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"))
    .join("");
  return Buffer.from(bits.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? []);
}
