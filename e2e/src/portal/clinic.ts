import type { Page } from "playwright-core";
import type { Person } from "../../agent/enterprise.ts";
import { TestEnterprise } from "../../agent/enterprise.ts";
import { type OpenOptions, type OpenPage, type RunningBrowser, startBrowser } from "../../rig/browser.ts";
import { freePort } from "../../rig/ports.ts";

/** A real server with the built portal, a browser, and people of a policy that leaves their methods to themselves. */
export class Clinic implements AsyncDisposable {
  readonly enterprise: TestEnterprise;
  readonly url: string;
  readonly policyId: string;
  readonly #browser: RunningBrowser;

  private constructor(enterprise: TestEnterprise, url: string, policyId: string, browser: RunningBrowser) {
    this.enterprise = enterprise;
    this.url = url;
    this.policyId = policyId;
    this.#browser = browser;
  }

  static async open(): Promise<Clinic> {
    const port = await freePort();
    const enterprise = await TestEnterprise.start({
      server: { portal: { listen: { host: "127.0.0.1", port }, url: null, files: null } },
    });
    const policyId = await newPolicy(enterprise, "Wards", 2);
    return new Clinic(enterprise, `https://localhost:${port}`, policyId, await startBrowser());
  }

  person(userName: string, displayName: string): Promise<Person> {
    return this.#named(this.enterprise.person(userName, this.policyId, { label: "Key fob" }), displayName);
  }

  /** With a password and nothing else; the second factor may be put off so often (TC-46). */
  async newcomer(userName: string, delaySignIns: number): Promise<{ userName: string; password: string }> {
    const password = `pw of ${userName}!`;
    const policyId = await newPolicy(this.enterprise, `Newcomers ${delaySignIns}`, delaySignIns);
    await this.enterprise.admin("POST", "/users", { userName, password, policyId });
    return { userName, password };
  }

  /** An endpoint at which this person has signed in once, so that it keeps codes. */
  async endpointOf(person: Person, name = "ward-7"): Promise<void> {
    const endpoint = await this.enterprise.endpoint({ name });
    await endpoint.signInOnline(person);
  }

  page(options: OpenOptions = {}): Promise<OpenPage> {
    return this.#browser.open(options);
  }

  async signedIn(person: Person, options: OpenOptions = {}): Promise<OpenPage> {
    const opened = await this.page(options);
    await opened.page.goto(this.url);
    await signIn(opened.page, person);
    await opened.page.getByRole("heading", { name: /^Hello/ }).waitFor();
    return opened;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser[Symbol.asyncDispose]();
    await this.enterprise[Symbol.asyncDispose]();
  }

  async #named(made: Promise<Person>, displayName: string): Promise<Person> {
    const person = await made;
    await this.enterprise.admin("PATCH", `/users/${person.userId}`, { displayName });
    return person;
  }
}

async function newPolicy(enterprise: TestEnterprise, name: string, delaySignIns: number): Promise<string> {
  const rights = ["hotp", "totp", "passkey", "recovery-code", "pin", "card"];
  const made = await enterprise.admin<{ id: string }>("POST", "/policies", {
    name,
    changes: { offline: { enabled: true }, enrolment: { rights, delaySignIns } },
  });
  return made.id;
}

/** Name, password and code, each with Enter. */
export async function signIn(page: Page, person: Person): Promise<void> {
  await givePassword(page, person);
  await page.getByLabel("One-time code").fill(person.press());
  await page.keyboard.press("Enter");
}

export async function givePassword(
  page: Page,
  { userName, password }: { readonly userName: string; readonly password: string },
): Promise<void> {
  await page.getByLabel("User name").fill(userName);
  await page.keyboard.press("Enter");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.keyboard.press("Enter");
}

/**
 * An authenticator within Chromium that verifies its user, as a fingerprint reader does (WebAuthn Level 3 §11). What is
 * offered in a name field it picks at once, as no person would: so the page has a browser that offers nothing there,
 * unless `offered` says that this is to be seen.
 */
export async function virtualAuthenticator(
  page: Page,
  { userVerified = true, offered = false } = {},
): Promise<void> {
  if (!offered) {
    await page.addInitScript(offerNoPasskeys);
    await page.evaluate(offerNoPasskeys);
  }
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable");
  await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      ctap2Version: "ctap2_1",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: userVerified,
      automaticPresenceSimulation: true,
    },
  });
}

function offerNoPasskeys(): void {
  PublicKeyCredential.isConditionalMediationAvailable = () => Promise.resolve(false);
}
