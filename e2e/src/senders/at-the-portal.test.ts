/// <reference lib="dom" />
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { accessibilityFaults, screenshot, scrollsSideways, smallTargets } from "../../rig/browser.ts";
import { type MailServer, startMailServer } from "../../rig/mail-server.ts";
import { type MessageGateway, startMessageGateway } from "../../rig/message-gateway.ts";
import { missing } from "../../rig/requirements.ts";
import { Clinic, givePassword } from "../portal/clinic.ts";

/** A phone number and an address: enrolled, signed in with and removed, in a browser and at an endpoint. */

const lack = missing("chromium");
let clinic: Clinic;
let mail: MailServer;
let gateway: MessageGateway;
let policyId: string;
beforeAll(async () => {
  if (lack !== null) return;
  [clinic, mail, gateway] = [await Clinic.open(), await startMailServer(), await startMessageGateway()];
  const { enterprise } = clinic;
  await enterprise.admin("PUT", "/senders/email", {
    ...{ kind: "smtp", host: "127.0.0.1", port: mail.port, security: "none", userName: null, secret: null },
    ...{ from: "holdfast@ward.example", authority: null, codeDigits: 7 },
  });
  await enterprise.admin("PUT", "/senders/sms", {
    ...{ kind: "http", url: gateway.url, contentType: "application/json", authority: null, codeDigits: 6 },
    ...{
      body: '{"to":"{{to}}","message":"{{text}}"}',
      secretHeader: "Authorization",
      secret: "Bearer s3cret",
    },
  });
  const steps = [["password"], ["hotp", "sms-code", "email-code"]];
  policyId = await enterprise.policy({
    enrolment: { rights: ["sms-code", "email-code"], delaySignIns: 0 } as never,
    workflows: { "self-service": steps, workstation: steps } as never,
  });
});
afterAll(async () => {
  await clinic?.[Symbol.asyncDispose]();
  await mail?.[Symbol.asyncDispose]();
  await gateway?.[Symbol.asyncDispose]();
});
beforeEach(({ skip }) => {
  if (lack !== null) skip(lack);
});

const heading = (page: Page, name: string | RegExp) =>
  page.getByRole("heading", { level: 1, name }).waitFor();
async function expectUsable(page: Page): Promise<void> {
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(await smallTargets(page)).toEqual([]);
  expect(await scrollsSideways(page)).toBe(false);
}
async function newcomer(userName: string): Promise<{ userName: string; password: string; userId: string }> {
  const password = `pw of ${userName}!`;
  const body = { userName, password, policyId, displayName: userName };
  const { id } = await clinic.enterprise.admin<{ id: string }>("POST", "/users", body);
  return { userName, password, userId: id };
}

test("a newcomer adds his number, signs in by SMS and hears by mail of what is added and removed", async () => {
  const nora = await newcomer("nora");
  await using opened = await clinic.page();
  const { page } = opened;
  await page.goto(clinic.url);
  await givePassword(page, nora);
  // Nobody is told beforehand whether he has a number: the step is the same for everybody.
  await page.getByRole("button", { name: "Send a code to my phone" }).waitFor();
  await expectUsable(page);
  await page.getByRole("button", { name: "I have no code yet" }).click();
  await heading(page, "One more way to sign in");

  await page.getByRole("button", { name: "Add a phone number" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("An authenticator app or a passkey is safer").waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await dialog.getByLabel("Phone number").fill("0170 1234567");
  await dialog.getByRole("button", { name: "Send a code" }).click();
  await dialog.getByText("with its country code").waitFor();
  await dialog.getByLabel("Phone number").fill("+49 (170) 123-4567");
  await dialog.getByRole("button", { name: "Send a code" }).click();
  const code = dialog.getByLabel("The code that was sent to +49 ••• 67");
  await code.waitFor();
  await screenshot(page, "portal-phone-number");
  await code.fill("000000");
  await dialog.getByRole("button", { name: "Add it" }).click();
  await dialog.getByText("This is not the code that was sent").waitFor();
  await code.fill(await gateway.codeFor("+491701234567"));
  await dialog.getByRole("button", { name: "Add it" }).click();
  await heading(page, /^Hello/);
  expect(gateway.messages[0]?.authorization).toBe("Bearer s3cret");

  // An address besides: from then on mails tell of what comes and goes.
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "How I sign in" }).click();
  await page.getByRole("button", { name: "Add an e-mail address" }).click();
  await dialog.getByLabel("E-mail address").fill("nora@ward.example");
  await dialog.getByRole("button", { name: "Send a code" }).click();
  const proof = await mail.next("nora@ward.example");
  expect(proof.subject).toBe("Holdfast: is this your address?");
  await dialog
    .getByLabel(/^The code that was sent to n•••@ward\.example/)
    .fill(/: (\d{7}) is /.exec(proof.text)?.[1] ?? "");
  await dialog.getByRole("button", { name: "Add it" }).click();
  // The dialog names the address, too, until it is gone.
  await dialog.waitFor({ state: "hidden" });
  await page.getByText("n•••@ward.example").waitFor();
  expect((await mail.next("nora@ward.example")).subject).toBe("Holdfast: An e-mail address was added");

  // The next sign-in.
  await page.context().clearCookies();
  await page.goto(clinic.url);
  await givePassword(page, nora);
  await page.getByRole("button", { name: "Send a code to my phone" }).click();
  const sent = page.getByLabel("Code sent to your phone");
  expect(await sent.getAttribute("autocomplete")).toBe("one-time-code");
  await page.getByRole("button", { name: "Send another" }).waitFor();
  await expectUsable(page);
  await screenshot(page, "portal-code-by-sms");
  const typed = await gateway.codeFor("+491701234567");
  expect(gateway.messages.at(-1)?.message).toMatch(
    /^Holdfast: \d{6} is your code to sign in to your account\./,
  );
  await sent.fill(typed);
  await page.keyboard.press("Enter");
  await heading(page, /^Hello/);

  // By mail as well, and what is removed is told there.
  await page.context().clearCookies();
  await page.goto(clinic.url);
  await givePassword(page, nora);
  await page.getByRole("button", { name: "Send a code by e-mail" }).click();
  const mailed = /: (\d{7}) is /.exec((await mail.next("nora@ward.example")).text)?.[1] ?? "";
  await page.getByLabel("Code sent by e-mail").fill(mailed);
  await page.keyboard.press("Enter");
  await heading(page, /^Hello/);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "How I sign in" }).click();
  await page.getByRole("button", { name: "Remove Phone number" }).click();
  await dialog.getByRole("button", { name: "Remove" }).click();
  expect((await mail.next("nora@ward.example")).subject).toBe("Holdfast: A phone number was removed");
  // Refusals that were meant show in the browser's console.
  expect(opened.faults.filter((fault) => !fault.includes("status of 400"))).toEqual([]);
});

test("a stranger with a wrong password is asked the same, gets nothing sent, and locks the account as ever", async () => {
  const olga = await newcomer("olga");
  await using opened = await clinic.page();
  const { page } = opened;
  const before = gateway.messages.length;
  for (const _ of [1, 2, 3, 4, 5]) {
    await page.goto(clinic.url);
    await givePassword(page, { ...olga, password: "wrong" });
    await page.getByRole("button", { name: "Send a code to my phone" }).click();
    await page.getByLabel("Code sent to your phone").waitFor();
  }
  await page.goto(clinic.url);
  await page.getByLabel("User name").fill("olga");
  await page.keyboard.press("Enter");
  await page.getByText("Too many failed sign-ins").waitFor();
  expect(gateway.messages).toHaveLength(before);
});

test("at a computer the word sms has one sent; without a server it is worth nothing, and the token goes on", async () => {
  const { enterprise } = clinic;
  const paul = await enterprise.person("paul", policyId);
  const proofs = `/users/${paul.userId}/authenticators/proofs`;
  const body = { kind: "sms-code", address: "+491709999999" };
  const { proofId } = await enterprise.admin<{ proofId: string }>("POST", proofs, body);
  await enterprise.admin("POST", `${proofs}/${proofId}`, { code: await gateway.codeFor("+491709999999") });
  const endpoint = await enterprise.endpoint();
  await endpoint.signInOnline(paul);
  const told = await endpoint.converse("paul", [
    paul.password,
    "sms",
    () => gateway.codeFor("+491709999999"),
  ]);
  expect(told).toMatchObject({
    code: "success",
    reason: "online",
    prompts: ["Password: ", "One-time code (or type sms or email): ", "Code sent to your phone: "],
  });
  expect(gateway.messages.at(-1)?.message).toContain("to sign in at a computer");
  await endpoint.settled();
  await enterprise.cut();
  await endpoint.offline();
  expect(await endpoint.signIn(paul)).toMatchObject({ code: "success", reason: "offline" });
  await enterprise.restore();
});
