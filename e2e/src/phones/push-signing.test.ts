import { createHash } from "node:crypto";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Person } from "../../agent/enterprise.ts";
import { type OpenPage, screenshot } from "../../rig/browser.ts";
import { type PhoneBrowser, startPhoneBrowser } from "../../rig/fake-camera.ts";
import { describeWhere } from "../../rig/requirements.ts";
import { handsetPin, setUpByPin } from "./handset.ts";
import { expectUsable, Practice, registerInApp } from "./practice.ts";

const title = "Morphine 5 mg for bed 7";
const digest = createHash("sha256")
  .update("Morphine 5 mg i. v., every four hours, bed 7")
  .digest("base64url");
const label = "Fingerprint of the document (SHA-256)";

/** An order read at the portal and signed in the app. */
describeWhere(["chromium"], "signing an order in the app", () => {
  let practice: Practice;
  let phones: PhoneBrowser;
  let portal: OpenPage;
  let phone: OpenPage;
  let ines: Person;
  let applicationKey: string;
  beforeAll(async () => {
    practice = await Practice.open();
    phones = await startPhoneBrowser();
    const { enterprise } = practice;
    const { id } = await enterprise.admin<{ id: string }>("POST", "/policies", {
      name: "Clinicians",
      changes: { workflows: { "order-signing": [["password"], ["push"]] } },
    });
    ines = await enterprise.person("ines", id, { kind: "hotp", label: "Key fob" });
    await enterprise.admin("PATCH", `/users/${ines.userId}`, { displayName: "Dr. Inês Duarte" });
    const made = await enterprise.admin<{ key: string }>("POST", "/api-keys", {
      name: "Order entry",
      scopes: ["sign"],
    });
    applicationKey = made.key;
    portal = await practice.atPortal(ines);
    phone = await phones.open();
    await registerInApp(portal.page, phone.page, () => setUpByPin(phone.page));
    await practice.setPush(ines, true);
    await vouch();
  });
  afterAll(async () => {
    for (const opened of [phone, portal]) await opened?.[Symbol.asyncDispose]();
    await phones?.[Symbol.asyncDispose]();
    await practice?.[Symbol.asyncDispose]();
  });

  /** TC-33: two administrators. */
  async function vouch(): Promise<void> {
    for (const [name, does] of [
      ["anna", "Record"],
      ["bert", "Confirm"],
    ] as const) {
      await using opened = await practice.atConsole(name, name);
      const { page } = opened;
      await page.goto(`${practice.consoleUrl}/users/${ines.userId}`);
      await page
        .getByRole("region", { name: "Identity proofing" })
        .getByRole("button", { name: does })
        .click();
      const dialog = page.getByRole("dialog");
      if (does === "Record") {
        await dialog.getByLabel("Evidence 1", { exact: true }).fill("Passport");
        await dialog.getByLabel("Strength of evidence 1").selectOption("superior");
        await dialog.getByRole("checkbox").check();
      }
      await dialog.getByRole("button", { name: does }).click();
      await dialog.waitFor({ state: "detached" });
    }
  }

  async function ask(requestId: string): Promise<string> {
    const response = await practice.enterprise.site.server.app.inject({
      method: "POST",
      url: "/api/v1/signings",
      headers: { authorization: `Bearer ${applicationKey}` },
      payload: { userName: "ines", digest, documentTitle: title, requestId },
    });
    expect(response.statusCode, response.body).toBe(201);
    return response.json().url;
  }

  /** At the portal, up to the number. */
  async function begin(url: string): Promise<string> {
    const { page } = portal;
    await page.goto(url);
    await page.getByRole("button", { name: "Sign this order" }).click();
    await page.getByLabel("Password", { exact: true }).fill(ines.password);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Approve this on your phone" }).waitFor();
    return page.getByTestId("push-number").innerText();
  }
  const asked = () => phone.page.getByRole("heading", { name: "Do you sign this order?" }).waitFor();
  /** What stands beside the label. */
  const fingerprintAt = (page: Page) =>
    page
      .locator("dl > div", { has: page.getByText(label, { exact: true }) })
      .locator("dd")
      .innerText();

  test("REG-27, SECURITY §3: portal and phone show one fingerprint of the document, and the phone signs", async () => {
    const number = await begin(await ask("order-1"));
    await asked();
    const shown = [await fingerprintAt(portal.page), await fingerprintAt(phone.page)];
    expect(shown).toEqual([digest, digest]);
    await phone.page.getByText(title).waitFor();
    await expectUsable(phone.page);
    await screenshot(phone.page, "authenticator-sign-order");
    for (const digit of number) await phone.page.getByRole("button", { name: digit, exact: true }).click();
    await phone.page.getByRole("button", { name: "Sign", exact: true }).click();
    const dialog = phone.page.getByRole("dialog", { name: "Your PIN" });
    await dialog.getByLabel("PIN").fill(handsetPin);
    await dialog.getByRole("button", { name: "Confirm" }).click();
    await phone.page.getByRole("heading", { name: "Approved" }).waitFor();
    await portal.page.getByText("Your signature is kept").waitFor();
    await phone.page.getByRole("button", { name: "Done" }).click();
  });

  test("an order that its application takes back is asked for no longer", async () => {
    const url = await ask("order-taken-back");
    await begin(url);
    await asked();
    const taken = await practice.enterprise.site.server.app.inject({
      method: "DELETE",
      url: `/api/v1/signings/${new URL(url).pathname.split("/").at(-1)}`,
      headers: { authorization: `Bearer ${applicationKey}` },
    });
    expect(taken.statusCode, taken.body).toBe(200);
    await phone.page.getByText("This signature was called off.").waitFor();
    await phone.page.getByRole("button", { name: "Done" }).click();
  });

  test("SECURITY §3: where the screen would show another document than is signed, nobody can sign", async () => {
    const requests = /\/api\/v1\/phone\/push-requests$/;
    await phone.page.context().route(requests, async (route) => {
      const response = await route.fetch();
      const body = await response.json();
      for (const { order } of body.items) order.documentSha256 = "A".repeat(43);
      await route.fulfill({ response, json: body });
    });
    await begin(await ask("order-2"));
    await asked();
    await phone.page.getByText("This request is not what it says it is").waitFor();
    await phone.page
      .getByRole("button", { name: "Sign", exact: true })
      .and(phone.page.locator(":disabled"))
      .waitFor();
    expect(await phone.page.getByRole("button", { name: "1", exact: true }).count()).toBe(0);
    await phone.page.getByRole("button", { name: "Deny" }).click();
    await phone.page.getByRole("button", { name: "I began it by mistake" }).click();
    await phone.page.getByRole("heading", { name: "Denied" }).waitFor();
    // One that is on its way while the page closes has nobody to answer.
    await phone.page.context().unrouteAll({ behavior: "ignoreErrors" });
  });
});
