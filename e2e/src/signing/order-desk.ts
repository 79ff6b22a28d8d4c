import { createHash } from "node:crypto";
import { createApi } from "@holdfast/cli/transport/api";
import { openPinned } from "@holdfast/cli/transport/pinned-https";
import { type OrderEntry, startOrderEntry } from "@holdfast/demo/order-entry";
import type { SigningKeySet } from "@holdfast/protocol/signing-statement";
import type { Page } from "playwright-core";
import { type Person, TestEnterprise } from "../../agent/enterprise.ts";
import { type OpenOptions, type OpenPage, type RunningBrowser, startBrowser } from "../../rig/browser.ts";
import { freePort } from "../../rig/ports.ts";
import { type Administrator, authenticatorApp, signIn as signInAtConsole } from "../console/hospital.ts";
import { signIn as signInAtPortal } from "../portal/clinic.ts";

/** What is asked of the application's key. */
export type Asked = { readonly status: number; readonly body: Record<string, string> };

/** A real server with console and portal, a browser, and an application that has orders signed. */
export class OrderDesk implements AsyncDisposable {
  readonly enterprise: TestEnterprise;
  readonly console: string;
  readonly portal: string;
  readonly #browser: RunningBrowser;
  readonly #applicationKey: string;
  #requests = 0;

  private constructor(
    enterprise: TestEnterprise,
    console: string,
    portal: string,
    browser: RunningBrowser,
    key: string,
  ) {
    this.enterprise = enterprise;
    this.console = console;
    this.portal = portal;
    this.#browser = browser;
    this.#applicationKey = key;
  }

  static async open(): Promise<OrderDesk> {
    const [console, portal] = [await freePort(), await freePort()];
    const at = (port: number) => ({ listen: { host: "127.0.0.1", port }, url: null, files: null });
    const enterprise = await TestEnterprise.start({ server: { console: at(console), portal: at(portal) } });
    const { key } = await enterprise.admin<{ key: string }>("POST", "/api-keys", {
      name: "Order entry",
      scopes: ["sign"],
    });
    const [consoleUrl, portalUrl] = [`https://localhost:${console}`, `https://localhost:${portal}`];
    return new OrderDesk(enterprise, consoleUrl, portalUrl, await startBrowser(), key);
  }

  /** Somebody with a password and a token, whose policy has him sign orders in these steps. */
  async clinician(userName: string, displayName: string, steps: readonly string[][]): Promise<Person> {
    const { id } = await this.enterprise.admin<{ id: string }>("POST", "/policies", {
      name: `Clinicians like ${userName}`,
      changes: { enrolment: { rights: ["passkey"] }, workflows: { "order-signing": steps } },
    });
    const person = await this.enterprise.person(userName, id, { label: "Key fob" });
    await this.enterprise.admin("PATCH", `/users/${person.userId}`, { displayName });
    return person;
  }

  async administrator(userName: string, displayName: string): Promise<Administrator> {
    const password = `password of ${userName}`;
    const { enterprise } = this;
    const user = await enterprise.admin<{ id: string }>("POST", "/users", {
      userName,
      displayName,
      password,
    });
    const token = { kind: "totp", label: "Phone" };
    const made = await enterprise.admin<{ otpauthUri: string }>("POST", `/users/${user.id}/tokens`, token);
    await enterprise.admin("PUT", `/administrators/${user.id}`, { roleId: "superadministrator" });
    return { userName, password, code: authenticatorApp(made.otpauthUri, () => Date.now()) };
  }

  /** As a program calls the API, by the application's key. */
  async application(method: "GET" | "POST", path: string, payload?: object): Promise<Asked> {
    const response = await this.enterprise.site.server.app.inject({
      method,
      url: `/api/v1${path}`,
      headers: { authorization: `Bearer ${this.#applicationKey}` },
      ...(payload === undefined ? {} : { payload }),
    });
    return { status: response.statusCode, body: response.json() };
  }

  /** Has a document signed by its digest; the answer says where. */
  ask(person: Person, document: string, documentTitle: string): Promise<Asked> {
    this.#requests += 1;
    return this.application("POST", "/signings", {
      userName: person.userName,
      digest: createHash("sha256").update(document).digest("base64url"),
      documentTitle,
      requestId: `order-${this.#requests}`,
    });
  }

  /** The demo's application, talking to this server over TLS as any program does. */
  async orderEntry(): Promise<OrderEntry> {
    const { server, url } = this.enterprise.site;
    const pinned = { url, authorityPin: server.ports.server.authorityPin };
    const connection = await openPinned(pinned);
    if (connection.kind !== "open") throw new Error(`no connection: ${connection.why}`);
    const { keys } = await this.enterprise.admin<SigningKeySet>("GET", "/keys/statement");
    const trusted = new Map(keys.map(({ kid, kty, crv, x }) => [kid, { kty, crv, x }]));
    return startOrderEntry(createApi(connection, pinned, this.#applicationKey), trusted);
  }

  page(options: OpenOptions = {}): Promise<OpenPage> {
    return this.#browser.open(options);
  }

  async atPortal(person: Person): Promise<OpenPage> {
    const opened = await this.page();
    await opened.page.goto(this.portal);
    await signInAtPortal(opened.page, person);
    await opened.page.getByRole("heading", { name: /^Hello/ }).waitFor();
    return opened;
  }

  async atConsole(administrator: Administrator): Promise<OpenPage> {
    const opened = await this.page();
    await opened.page.goto(this.console);
    await signInAtConsole(opened.page, administrator);
    await opened.page.getByRole("heading", { name: "Dashboard" }).waitFor();
    return opened;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser[Symbol.asyncDispose]();
    await this.enterprise[Symbol.asyncDispose]();
  }
}

/** The person's own passkey, made in this browser. */
export async function addPasskey(page: Page, portal: string): Promise<void> {
  await page.goto(`${portal}/methods`);
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByRole("list", { name: "Ways to sign in" }).getByText("Passkey").first().waitFor();
}
