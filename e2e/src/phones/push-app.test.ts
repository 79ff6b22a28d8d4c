import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Person } from "../../agent/enterprise.ts";
import { screenshot } from "../../rig/browser.ts";
import {
  type PhoneBiometric,
  type PhoneBrowser,
  phoneBiometric,
  startPhoneBrowser,
} from "../../rig/fake-camera.ts";
import { describeWhere } from "../../rig/requirements.ts";
import { givePassword } from "../portal/clinic.ts";
import { handsetPin, setUpByPin } from "./handset.ts";
import { asksAgain, expectUsable, Practice, registerInApp } from "./practice.ts";

/** The app itself asked by a sign-in at the portal: two browsers, joined by nothing but two digits. */
describeWhere(["chromium"], "approving in the app", () => {
  let practice: Practice;
  let phones: PhoneBrowser;
  beforeAll(async () => {
    practice = await Practice.open();
    phones = await startPhoneBrowser();
  });
  afterAll(async () => {
    await phones?.[Symbol.asyncDispose]();
    await practice?.[Symbol.asyncDispose]();
  });

  const register = async (person: Person, phone: Page, setUp: () => Promise<void>) => {
    await using atPortal = await practice.atPortal(person);
    await registerInApp(atPortal.page, phone, setUp);
  };

  async function ask(portal: Page, person: Person): Promise<string> {
    await givePassword(portal, person);
    await portal.getByRole("button", { name: "Approve on my phone" }).click();
    await portal.getByRole("heading", { name: "Approve this on your phone" }).waitFor();
    return portal.getByTestId("push-number").innerText();
  }
  const shown = (phone: Page) => phone.getByRole("heading", { name: "Are you signing in?" }).waitFor();
  async function type(phone: Page, number: string): Promise<void> {
    for (const digit of number) await phone.getByRole("button", { name: digit, exact: true }).click();
  }
  /** The PIN is asked for the approval, once a minute. */
  async function approveByPin(phone: Page): Promise<void> {
    await phone.getByRole("button", { name: "Approve", exact: true }).click();
    const dialog = phone.getByRole("dialog", { name: "Your PIN" });
    await dialog.getByLabel("PIN").fill(handsetPin);
    await dialog.getByRole("button", { name: "Confirm" }).click();
  }
  const done = (phone: Page) => phone.getByRole("button", { name: "Done" }).click();

  test("REG-27: application, place, address and time are shown, two digits are typed, and the portal goes on", async () => {
    const nora = await practice.person("nora", "Nora Ward");
    await using opened = await phones.open();
    const { page: phone, faults } = opened;
    await register(nora, phone, () => setUpByPin(phone));
    await practice.setPush(nora, true);
    await using before = await practice.beforePortal();
    const number = await ask(before.page, nora);
    // It comes by itself: the app was open, on its first screen.
    await shown(phone);
    const text = await phone.locator("main").innerText();
    for (const fact of ["Sign in to the portal", "nora", "Chrome on Linux", "127.0.0.1"])
      expect(text).toContain(fact);
    // Address, clock and countdown have digits of their own.
    const said = text.replaceAll(/127\.0\.0\.1|\d\d:\d\d:\d\d|\d+ seconds? left/g, "");
    expect(said, "the number stands at the sign-in only").not.toContain(number);
    await expectUsable(phone);
    await screenshot(phone, "authenticator-approve");
    // All that it takes is in sight at once: the last row of keys, then the decision, then the bar.
    const place = async (name: string) =>
      (await phone.getByRole("button", { name, exact: true }).boundingBox()) ?? { y: Number.NaN, height: 0 };
    const [zero, approve] = [await place("0"), await place("Approve")];
    const bar = await phone.getByRole("link", { name: "Codes" }).boundingBox();
    expect(zero.y + zero.height).toBeLessThanOrEqual(approve.y);
    expect(approve.y + approve.height).toBeLessThanOrEqual(bar?.y ?? 0);
    await phone
      .getByRole("button", { name: "Approve", exact: true })
      .and(phone.locator(":disabled"))
      .waitFor();
    await type(phone, number);
    await approveByPin(phone);
    await phone.getByRole("heading", { name: "Approved" }).waitFor();
    await before.page.getByRole("heading", { name: "Hello, Nora Ward" }).waitFor();
    await done(phone);

    // A wrong number is refused at once on the phone, and in the dark it reads as well.
    await using again = await practice.beforePortal();
    const second = await ask(again.page, nora);
    await shown(phone);
    await type(phone, second === "99" ? "98" : String(Number(second) + 1));
    await phone.getByRole("button", { name: "Approve", exact: true }).click();
    await phone.getByText("That is not the number of this sign-in").waitFor();
    await expectUsable(phone);
    await done(phone);

    // "It wasn't me" is apart from "Not now", and administrators hear of it.
    await using third = await practice.beforePortal();
    await ask(third.page, nora);
    await shown(phone);
    await phone.getByRole("button", { name: "Deny" }).click();
    const dialog = phone.getByRole("dialog", { name: "Why do you deny it?" });
    await dialog.getByRole("button", { name: "Not now" }).waitFor();
    await expectUsable(phone);
    await screenshot(phone, "authenticator-deny");
    await dialog.getByRole("button", { name: "It wasn’t me" }).click();
    await phone.getByRole("heading", { name: "Reported" }).waitFor();
    const { items } = await practice.enterprise.admin<{ items: { kind: string; userId: string }[] }>(
      "GET",
      "/alerts",
    );
    expect(items).toContainEqual(expect.objectContaining({ kind: "sign-in-reported", userId: nora.userId }));
    await done(phone);

    // Whoever types a code instead needs no answer any more, and the phone says so at once.
    await using fourth = await practice.beforePortal();
    await ask(fourth.page, nora);
    await shown(phone);
    await fourth.page.getByRole("button", { name: "Sign in another way" }).click();
    await fourth.page.getByLabel("One-time code").fill(nora.press());
    await fourth.page.keyboard.press("Enter");
    await phone.getByText("You signed in another way, so your phone is not needed any more.").waitFor();
    expect(await phone.getByRole("button", { name: "Approve", exact: true }).count()).toBe(0);
    await phone.getByRole("button", { name: "It wasn’t me" }).waitFor();
    await expectUsable(phone);
    await done(phone);
    expect(faults.filter((fault) => !/ERR_|status of 4/.test(fault))).toEqual([]);
  });

  test("REG-25: where a biometric is required the right finger approves, and one that the phone does not know does nothing", async () => {
    const olga = await practice.person("olga", "Olga Berg");
    await using opened = await phones.open();
    const { page: phone } = opened;
    let finger: PhoneBiometric | null = null;
    await register(olga, phone, async () => {
      finger = await phoneBiometric(phone);
      // The app asks once, as it starts, whether there is one.
      await phone.reload();
      await phone.getByRole("button", { name: "Use fingerprint or face" }).click();
      await phone.getByRole("heading", { name: "Add your first profile" }).waitFor();
    });
    await practice.setPush(olga, true, true);
    const approve = async (page: Page) => {
      const number = await ask(page, olga);
      await shown(phone);
      await type(phone, number);
      await phone.getByRole("button", { name: "Approve", exact: true }).click();
    };
    await using before = await practice.beforePortal();
    await approve(before.page);
    await phone.getByRole("heading", { name: "Approved" }).waitFor();
    await before.page.getByRole("heading", { name: "Hello, Olga Berg" }).waitFor();
    await done(phone);

    await (finger as PhoneBiometric | null)?.verifies(false);
    await using again = await practice.beforePortal();
    await approve(again.page);
    await phone.getByText("The phone did not confirm that it is you.").waitFor();
    // To say no nobody has to prove himself.
    await phone.getByRole("button", { name: "Deny" }).click();
    await phone.getByRole("button", { name: "Not now" }).click();
    await phone.getByRole("heading", { name: "Denied" }).waitFor();
    await asksAgain(again.page);
    expect(await again.page.getByRole("heading", { name: /^Hello/ }).count()).toBe(0);
  });

  test("REG-25: under a PIN the same person is told why, and may still say no, on a network without WebSockets as well", async () => {
    const pia = await practice.person("pia", "Pia Lind");
    await using opened = await phones.open();
    const { page: phone } = opened;
    await phone.routeWebSocket("**/phone/stream", (stream) => stream.close());
    await register(pia, phone, () => setUpByPin(phone));
    await practice.setPush(pia, true);
    await using before = await practice.beforePortal();
    const number = await ask(before.page, pia);
    await shown(phone);
    // Switched on after the phone was asked: it counts from now on.
    await practice.setPush(pia, true, true);
    await type(phone, number);
    await approveByPin(phone);
    await phone.getByText("Your administrator wants a fingerprint or face").waitFor();
    await done(phone);
    await asksAgain(before.page);
    expect(await before.page.getByRole("heading", { name: /^Hello/ }).count()).toBe(0);
  });
});
