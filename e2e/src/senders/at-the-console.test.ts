import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { accessibilityFaults, screenshot, scrollsSideways, smallTargets } from "../../rig/browser.ts";
import { startMailServer } from "../../rig/mail-server.ts";
import { startMessageGateway } from "../../rig/message-gateway.ts";
import { missing } from "../../rig/requirements.ts";
import { Hospital } from "../console/hospital.ts";

const lack = missing("chromium");
let hospital: Hospital;
beforeAll(async () => {
  if (lack === null) hospital = await Hospital.open();
});
afterAll(() => hospital?.[Symbol.asyncDispose]());
beforeEach(({ skip }) => {
  if (lack !== null) skip(lack);
});

test("an administrator sets up both senders, sees what failed and why, and enrols somebody's number", async () => {
  const { enterprise } = hospital;
  await using mail = await startMailServer();
  await using gateway = await startMessageGateway();
  await using opened = await hospital.signedIn(await hospital.administrator("anna", "Anna Berg"));
  const { page, faults } = opened;
  await page.getByRole("link", { name: "Senders" }).click();
  await page.getByText("NIST calls them a restricted authenticator").waitFor();

  const server = page.getByRole("form", { name: "Mail server" });
  await server.getByLabel("Server", { exact: true }).fill("127.0.0.1");
  await server.getByLabel("Port").fill("9");
  await server.getByLabel("Encryption").selectOption("none");
  await server.getByLabel("Sender's address").fill("holdfast@ward.example");
  await server.getByRole("button", { name: "Save" }).click();
  const dialog = page.getByRole("dialog");
  const test = async (to: string) => {
    await dialog.getByRole("textbox").fill(to);
    await dialog.getByRole("button", { name: "Send" }).click();
  };
  await page.getByRole("button", { name: "Send a test" }).click();
  await test("anna@ward.example");
  await dialog.getByText("ECONNREFUSED").waitFor();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("table", { name: "messages" }).getByText("Not sent").waitFor();
  await server.getByLabel("Port").fill(String(mail.port));
  await server.getByRole("button", { name: "Save" }).click();
  await page.getByText("Mail server: saved").last().waitFor();
  await page.getByRole("button", { name: "Send a test" }).click();
  await test("anna@ward.example");
  expect((await mail.next("anna@ward.example")).subject).toBe("Holdfast: a test");

  const messages = page.getByRole("form", { name: "Gateway for short messages" });
  await messages.getByLabel("Gateway's address").fill("http://sms.example/send");
  await messages.getByLabel("What stands in the header").fill("Bearer s3cret");
  await messages.getByRole("button", { name: "Save" }).click();
  await messages.getByText("Codes travel by https").first().waitFor();
  await messages.getByLabel("Gateway's address").fill(gateway.url);
  await messages.getByRole("button", { name: "Save" }).click();
  const told = page.getByText("Gateway for short messages: saved");
  await told.waitFor();
  // What tells of it lies over the page for some seconds, and over its buttons.
  await told.waitFor({ state: "hidden" });
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(await smallTargets(page)).toEqual([]);
  await page.reload();
  await page.getByText("NIST calls them a restricted authenticator").waitFor();
  expect(await page.content()).not.toContain("s3cret");
  await screenshot(page, "senders");
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await scrollsSideways(page)).toBe(false);
  expect(await smallTargets(page)).toEqual([]);
  await page.setViewportSize({ width: 1280, height: 820 });

  const nora = await enterprise.admin<{ id: string }>("POST", "/users", {
    userName: "nora",
    displayName: "Nora Ward",
  });
  await page.goto(`${hospital.url}/users/${nora.id}?tab=methods`);
  await page.getByRole("button", { name: "Add a method" }).click();
  await page.getByRole("menuitem", { name: "Phone number for codes by SMS…" }).click();
  await dialog.getByLabel("Phone number").fill("+49 170 1234567");
  await dialog.getByRole("button", { name: "Send a code" }).click();
  await dialog.getByText("Nora Ward reads the code out to you.").waitFor();
  await dialog.getByRole("textbox").fill(await gateway.codeFor("+491701234567"));
  await dialog.getByRole("button", { name: "Add it" }).click();
  await page.getByRole("cell", { name: /\+49 ••• 67/ }).waitFor();
  expect(gateway.messages[0]).toMatchObject({ to: "+491701234567", authorization: "Bearer s3cret" });
  // Refusals that were meant show in the browser's console.
  expect(faults.filter((fault) => !fault.includes("status of 400"))).toEqual([]);
});
