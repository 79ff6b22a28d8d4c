import { hotp } from "@holdfast/core/oath/hotp";
import {
  container,
  figure6Head,
  figure6Key,
  figure6Secret,
  keyPackage,
} from "@holdfast/token-import/testing/rfc6030";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  accessibilityFaults,
  type OpenPage,
  screenshot,
  scrollsSideways,
  smallTargets,
} from "../../rig/browser.ts";
import { describeWhere } from "../../rig/requirements.ts";
import { type Administrator, Hospital } from "./hospital.ts";

const secret = new TextEncoder().encode("12345678901234567890");
const hex = Buffer.from(secret).toString("hex");
const code = (counter: number, digits: 6 | 8 = 6) => hotp({ secret, digits, algorithm: "SHA-1", counter });

function fileOf(name: string, content: string) {
  return { name, mimeType: "application/octet-stream", buffer: Buffer.from(content) };
}

describeWhere(["chromium"], "hardware tokens in the console", () => {
  let hospital: Hospital;
  let anna: Administrator;
  let opened: OpenPage;
  beforeAll(async () => {
    hospital = await Hospital.open();
    anna = await hospital.administrator("anna", "Anna Berg");
    for (const userName of ["nora", "oskar"]) await hospital.enterprise.admin("POST", "/users", { userName });
    opened = await hospital.signedIn(anna);
  });
  afterAll(async () => {
    await opened?.[Symbol.asyncDispose]();
    await hospital?.[Symbol.asyncDispose]();
  });

  test("a file is looked at before it is imported; what was refused says why", async () => {
    const { page } = opened;
    await page.goto(`${hospital.url}/hardware-tokens`);
    await page.getByText("No hardware token fits.").waitFor();
    await page.getByRole("button", { name: "Import tokens" }).click();
    const dialog = page.getByRole("dialog", { name: "Import hardware tokens" });
    const rows = ["A-1", "A-2", "A-3"].map((serial) => `${serial},${hex},hotp`);
    const csv = ["serial,secret,type", ...rows, "A-4,00ff,hotp", `A-5,${"77".repeat(10)},hotp`].join("\n");
    await page.locator('input[type="file"]').setInputFiles(fileOf("tokens.csv", csv));
    await dialog.getByRole("button", { name: "Check the file" }).click();
    await dialog.getByText("Nothing was changed yet.").waitFor();
    await dialog.getByText("4 new").waitFor();
    await dialog.getByRole("row", { name: /line 5.*A-4.*fewer than 80 are not taken/ }).waitFor();
    await dialog.getByText(/1 token: Its secret has 80 bits/).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await screenshot(page, "token-import");
    await page.setViewportSize({ width: 360, height: 740 });
    expect([await scrollsSideways(page), await smallTargets(page)]).toEqual([false, []]);
    await page.setViewportSize({ width: 1280, height: 820 });
    await dialog.getByRole("button", { name: "Import 4 tokens" }).click();
    const done = page.getByRole("dialog", { name: "Imported" });
    await done.getByText("Remove it from this computer now.").waitFor();
    await done.getByRole("button", { name: "Done" }).click();
    await page.getByRole("row", { name: /A-3 In stock/ }).waitFor();
  });

  test("an encrypted file is opened with the key that the server asks for", async () => {
    const { page } = opened;
    const content = container(figure6Head + keyPackage({ serial: "P-1", data: figure6Secret }));
    await page.getByRole("button", { name: "Import tokens" }).click();
    const dialog = page.getByRole("dialog", { name: "Import hardware tokens" });
    await page.locator('input[type="file"]').setInputFiles(fileOf("tokens.xml", content));
    await dialog.getByRole("button", { name: "Check the file" }).click();
    const key = dialog.getByLabel("Key of the file");
    await key.fill("0".repeat(32));
    await dialog.getByRole("button", { name: "Check the file" }).click();
    await dialog.getByRole("alert").getByText("This is not the key of this file").waitFor();
    await key.fill(figure6Key.toString("hex"));
    await dialog.getByRole("button", { name: "Check the file" }).click();
    await dialog.getByRole("button", { name: "Import 1 token" }).click();
    await page.getByRole("dialog", { name: "Imported" }).getByRole("button", { name: "Done" }).click();
    await page.getByRole("row", { name: /P-1 In stock event-based, 8 digits/ }).waitFor();
    expect(await page.content()).not.toContain(figure6Key.toString("hex"));
  });

  test("a token is given at the stock, by the code that it shows", async () => {
    const { page } = opened;
    await page.getByRole("button", { name: "Give A-1" }).click();
    const dialog = page.getByRole("dialog", { name: "Give A-1 to a user" });
    await dialog.getByLabel("User name").fill("nobody");
    await dialog.getByLabel("Code", { exact: true }).fill(code(3));
    await dialog.getByRole("button", { name: "Give token" }).click();
    await dialog.getByRole("alert").getByText("There is no user nobody.").waitFor();
    await dialog.getByLabel("User name").fill("nora");
    await dialog.getByLabel("Code", { exact: true }).fill("000000");
    await dialog.getByRole("button", { name: "Give token" }).click();
    await dialog.getByRole("alert").getByText("Give two codes in a row").waitFor();
    await dialog.getByLabel("Code", { exact: true }).fill(code(3));
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Give token" }).click();
    await page.getByText("nora has Token A-1.").waitFor();
    await page.getByRole("row", { name: /A-1 Given .* nora/ }).waitFor();
    await page.getByText("nora has Token A-1.").waitFor({ state: "hidden" });
    await screenshot(page, "hardware-tokens");
  });

  test("a token is given at its user, by serial number and two codes in a row", async () => {
    const { page } = opened;
    const { items } = await hospital.enterprise.admin<{ items: { id: string }[] }>(
      "GET",
      "/users?userName=oskar",
    );
    await page.goto(`${hospital.url}/users/${items[0]?.id}?tab=methods`);
    await page.getByRole("button", { name: "Give a hardware token" }).click();
    const dialog = page.getByRole("dialog", { name: "Give oskar a hardware token" });
    await dialog.getByLabel("Serial number").fill("p-1");
    await dialog.getByLabel("Code", { exact: true }).fill(code(200, 8));
    await dialog.getByLabel("Code after it").fill(code(201, 8));
    await dialog.getByRole("button", { name: "Give token" }).click();
    await page.getByRole("row", { name: /Token P-1 .*Enabled/ }).waitFor();
  });

  test("the list is filtered, and what nobody has is removed after a question", async () => {
    const { page } = opened;
    await page.goto(`${hospital.url}/hardware-tokens`);
    await page.getByLabel("State", { exact: true }).selectOption("given");
    await expect.poll(() => page.getByRole("row").count()).toBe(3);
    await page.getByLabel("Serial number begins with").fill("p");
    await expect.poll(() => page.getByRole("row").count()).toBe(2);
    const { items } = await hospital.enterprise.admin<{ items: { id: string }[] }>(
      "GET",
      "/token-stock?prefix=P-1",
    );
    await hospital.enterprise.admin("POST", `/tokens/${items[0]?.id}/revocation`);
    await page.goto(`${hospital.url}/hardware-tokens?state=retired`);
    await page.getByRole("button", { name: "Remove P-1" }).click();
    const dialog = page.getByRole("dialog", { name: "Remove P-1 from the stock?" });
    await dialog.getByRole("button", { name: "Remove" }).click();
    await page.getByText("P-1 is out of the stock.").waitFor();
    await page.getByText("No hardware token fits.").waitFor();
    // A browser reports refusals of the server, too: a key twice and a code.
    expect(opened.faults.filter((fault) => !fault.includes("status of 400"))).toEqual([]);
  });
});
