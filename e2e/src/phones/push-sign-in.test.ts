import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Person } from "../../agent/enterprise.ts";
import { screenshot } from "../../rig/browser.ts";
import type { TestPhone } from "../../rig/phone.ts";
import { describeWhere } from "../../rig/requirements.ts";
import { givePassword } from "../portal/clinic.ts";
import { addOnlinePhone, asksAgain, expectUsable, openMethods, Practice } from "./practice.ts";

describeWhere(["chromium"], "Approve on my phone, at the portal", () => {
  let practice: Practice;
  beforeAll(async () => {
    practice = await Practice.open();
  });
  afterAll(() => practice?.[Symbol.asyncDispose]());

  async function withPhone(userName: string, displayName: string): Promise<[Person, TestPhone]> {
    const person = await practice.person(userName, displayName);
    await using opened = await practice.atPortal(person);
    await openMethods(opened.page);
    const phone = await addOnlinePhone(opened.page, `${displayName}'s phone`);
    await practice.setPush(person, true);
    return [person, phone];
  }
  const numberOn = (page: Page) => page.getByTestId("push-number").innerText();
  async function ask(page: Page, person: Person): Promise<void> {
    await givePassword(page, person);
    await page.getByRole("button", { name: "Approve on my phone" }).click();
    await page.getByRole("heading", { name: "Approve this on your phone" }).waitFor();
  }

  test("REG-11, REG-27: the number is large and read out once; approved with it, the page goes on by itself", async () => {
    const [nora, phone] = await withPhone("nora", "Nora Ward");
    await using opened = await practice.beforePortal();
    const { page, faults } = opened;
    await ask(page, nora);
    const number = await numberOn(page);
    expect(number).toMatch(/^\d\d$/);
    // What a screen reader is told, and how often: asking again each second tells nothing anew.
    await page.evaluate(() => {
      const region = document.querySelector("main [role=status]");
      if (region === null) throw new Error("nothing is read out");
      const told: string[] = [];
      new MutationObserver(() => told.push(region.textContent ?? "")).observe(region, {
        childList: true,
        characterData: true,
        subtree: true,
      });
      Object.assign(window, { told });
    });
    await page
      .getByRole("status")
      .getByText(`Type ${[...number].join(" ")} on your phone.`)
      .waitFor();
    await asksAgain(page);
    expect(
      await page.evaluate(() => (window as unknown as { told: string[] }).told.length),
    ).toBeLessThanOrEqual(1);
    expect(await numberOn(page)).toBe(number);
    await expectUsable(page);
    await screenshot(page, "push-sign-in");
    const answered = await phone.answerPush({ decision: "approve", number });
    expect([answered.status, answered.body.outcome]).toEqual([200, "approved"]);
    await page.getByRole("heading", { name: "Hello, Nora Ward" }).waitFor();
    expect(faults).toEqual([]);
  });

  test("REG-27: denied, or with another number, nobody gets in, and the page says what to do next", async () => {
    const [omar, phone] = await withPhone("omar", "Omar Haddad");
    for (const answer of ["deny", "wrong"] as const) {
      await using opened = await practice.beforePortal();
      const { page } = opened;
      await ask(page, omar);
      const wrong = String((Number(await numberOn(page)) + 1) % 100).padStart(2, "0");
      if (answer === "deny") await phone.answerPush({ decision: "deny", reason: "mistake" });
      else await phone.answerPush({ decision: "approve", number: wrong });
      // A no is told when the time is over and not before: sooner, it would tell a thief that his password is right.
      await asksAgain(page);
      expect(await page.getByRole("alert").count()).toBe(0);
      practice.advance(61_000);
      await page.getByRole("alert").waitFor();
      await expectUsable(page);
      await page.getByLabel("User name").waitFor();
    }
  });

  test("another way while it waits: a code ends the wait; on a phone's screen, in the dark, it fits", async () => {
    const [lea, phone] = await withPhone("lea", "Lea Fontaine");
    const waiting = async () => ((await phone.pushRequests()).body as { items: object[] }).items.length;
    await using opened = await practice.beforePortal({ screen: "phone", colorScheme: "dark" });
    const { page, faults } = opened;
    // Whoever leaves the page, or says that this is not him, takes his request with him.
    await ask(page, lea);
    await expect.poll(waiting).toBe(1);
    await page.reload();
    await expect.poll(waiting).toBe(0);
    await ask(page, lea);
    await expect.poll(waiting).toBe(1);
    await page.getByRole("button", { name: "Not you?" }).click();
    await expect.poll(waiting).toBe(0);
    await page.getByLabel("User name").fill("");
    await ask(page, lea);
    await expectUsable(page);
    await page.getByRole("button", { name: "Sign in another way" }).click();
    await page.getByRole("button", { name: "Go on waiting for my phone" }).click();
    await page.getByTestId("push-number").waitFor();
    await page.getByRole("button", { name: "Sign in another way" }).click();
    await page.getByLabel("One-time code").fill(lea.press());
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Hello, Lea Fontaine" }).waitFor();
    // What calls a sign-in off is answered as every refused one is.
    expect(faults.filter((fault) => !/status of 403/.test(fault))).toEqual([]);
  });

  test("REG-26, SECURITY §3: who is not enabled sees the same as who is, and is not let in", async () => {
    const mira = await practice.person("mira", "Mira Okafor");
    await using opened = await practice.beforePortal();
    const { page } = opened;
    await ask(page, mira);
    expect(await numberOn(page)).toMatch(/^\d\d$/);
    await asksAgain(page);
    expect(await page.getByRole("heading", { name: /^Hello/ }).count()).toBe(0);
  });
});
