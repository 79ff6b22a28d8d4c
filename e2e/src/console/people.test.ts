import { afterAll, beforeAll, expect, test } from "vitest";
import { isLoaded, type OpenPage } from "../../rig/browser.ts";
import { describeWhere } from "../../rig/requirements.ts";
import { type Administrator, Hospital, signIn } from "./hospital.ts";

type Made = { readonly id: string };
type List<Item> = { readonly items: readonly Item[] };

describeWhere(["chromium"], "people, policies and roles in the console", () => {
  let hospital: Hospital;
  let anna: Administrator;
  let opened: OpenPage;
  beforeAll(async () => {
    hospital = await Hospital.open({ onDisk: true });
    anna = await hospital.administrator("anna", "Anna Berg");
    opened = await hospital.signedIn(anna);
  });
  afterAll(async () => {
    await opened?.[Symbol.asyncDispose]();
    await hospital?.[Symbol.asyncDispose]();
  });

  test("UNI-1, OTP-15: a user is created and gets a token that is shown once; the list finds him", async () => {
    const { page } = opened;
    await page.goto(`${hospital.url}/users`);
    await page.getByRole("button", { name: "Create user" }).click();
    const create = page.getByRole("dialog", { name: "Create user" });
    await create.getByLabel("User name").fill("nora");
    // Stored HTML stays text wherever it is shown.
    await create.getByLabel("Display name").fill('<img src=x onerror="document.title=1"> Nora');
    await create.getByLabel("Password", { exact: true }).fill("password of nora");
    await create.getByRole("button", { name: "Create user" }).click();
    await page.getByRole("heading", { level: 1, name: "<img src=x" }).waitFor();

    await page.getByRole("button", { name: "Add token" }).click();
    const add = page.getByRole("dialog", { name: "Add a token for nora" });
    await add.getByLabel("Label").fill("Key fob");
    await add.getByRole("button", { name: "Make token" }).click();
    await page.getByRole("img", { name: /QR code of the token of nora/ }).waitFor();
    const shown = page.getByRole("dialog", { name: "The token of nora" });
    expect(await shown.locator("code").textContent()).toMatch(/^otpauth:\/\/hotp\//);
    await shown.getByRole("button", { name: "Done" }).click();
    await shown.waitFor({ state: "detached" });
    await page.getByText("Cached at endpoints", { exact: true }).waitFor();
    expect(await page.content()).not.toContain("otpauth://");

    await page.getByRole("link", { name: "Users" }).first().click();
    await page.getByLabel("User name begins with").fill("no");
    await expect.poll(() => page.getByRole("row").count()).toBe(2);
    await expect.poll(() => new URL(page.url()).searchParams.get("prefix")).toBe("no");
    await expect.poll(() => page.title()).toBe("Users · Holdfast");
    expect(opened.faults).toEqual([]);
  });

  test("a name that is taken is refused in words, and what was typed stays", async () => {
    const { page } = opened;
    await page.goto(`${hospital.url}/users`);
    await page.getByRole("button", { name: "Create user" }).click();
    const dialog = page.getByRole("dialog", { name: "Create user" });
    await dialog.getByLabel("User name").fill("anna");
    await dialog.getByRole("button", { name: "Create user" }).click();
    await dialog.getByRole("alert").getByText("The server did not create the user.").waitFor();
    expect(await dialog.getByLabel("User name").inputValue()).toBe("anna");
    await page.keyboard.press("Escape");
  });

  test("many users are disabled at once, after a dialog that names them", async () => {
    const { page } = opened;
    for (const userName of ["temp-1", "temp-2", "temp-3"]) {
      await hospital.enterprise.admin("POST", "/users", { userName });
    }
    await page.goto(`${hospital.url}/users?prefix=temp`);
    await page.getByLabel("Select temp-1").check();
    await page.getByLabel("Select temp-3").check();
    await page.getByRole("button", { name: "Do with them" }).click();
    await page.getByRole("menuitem", { name: "Disable…" }).click();
    const dialog = page.getByRole("dialog", { name: "Disable 2 users?" });
    await dialog.getByText("temp-1, temp-3").waitFor();
    await dialog.getByRole("button", { name: "Disable" }).click();
    await page.getByText("2 users disabled.").waitFor();
    await expect.poll(() => page.getByRole("table").getByText("Disabled", { exact: true }).count()).toBe(2);
    const { items } = await hospital.enterprise.admin<List<{ status: string }>>("GET", "/users?prefix=temp");
    expect(items.map(({ status }) => status)).toEqual(["disabled", "active", "disabled"]);
  });

  test("OTP-9: a new policy copies the Default, which has no button to delete it; what it means is told", async () => {
    const { page } = opened;
    await page.goto(`${hospital.url}/policies`);
    await page.getByRole("link", { name: "Default" }).click();
    await page.getByText("Without the server nobody of this policy can sign in.").waitFor();
    expect(await page.getByRole("button", { name: "Delete" }).count()).toBe(0);
    await page.goBack();
    await page.getByRole("button", { name: "New policy" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill("Wards");
    await page.getByRole("dialog").getByRole("button", { name: "Create policy" }).click();
    await page.getByRole("heading", { level: 1, name: "Wards" }).waitFor();
    await page.getByLabel("Users of this policy may sign in offline").check();
    await page.getByRole("spinbutton", { name: "Codes kept at an endpoint" }).fill("12");
    await page.getByText("for 7 days after the last contact, with 12 codes").waitFor();
    await page.getByRole("button", { name: "Save policy" }).click();
    await page.getByText("Wards was saved.").waitFor();
    const { items } = await hospital.enterprise.admin<List<{ name: string; document: { offline: object } }>>(
      "GET",
      "/policies",
    );
    expect(items.find(({ name }) => name === "Wards")?.document.offline).toMatchObject({
      enabled: true,
      cacheSize: 12,
      maxAge: "P7D",
    });
  });

  test("a workflow that one factor opens is marked before it is saved", async () => {
    const { page } = opened;
    await page.goto(`${hospital.url}/workflows`);
    await page.getByRole("button", { name: "Change for Default" }).first().click();
    const dialog = page.getByRole("dialog", { name: "Workstation for Default" });
    await dialog.getByRole("button", { name: "Remove step 2" }).click();
    await dialog.getByText("One factor is enough here").waitFor();
    await dialog.getByText("Offline no second factor remains").waitFor();
    await dialog.getByRole("button", { name: "Cancel" }).click();
  });

  test("TC-15, TC-16: a role gives a colleague named rights; what he may not do is not offered, and is refused", async () => {
    const { page } = opened;
    await page.goto(`${hospital.url}/roles/new`);
    await page.getByLabel("Name of the role").fill("Night shift");
    await page.getByRole("region", { name: "Users" }).getByLabel("View users").check();
    await page.getByRole("region", { name: "Users" }).getByLabel("Unlock users").check();
    await page.getByRole("button", { name: "Create role" }).click();
    await page.getByText("Night shift was created.").waitFor();
    const { items } = await hospital.enterprise.admin<List<Made & { name: string }>>("GET", "/roles");
    const role = items.find(({ name }) => name === "Night shift");

    const bert = await hospital.administrator("bert", "Bert Lang", role?.id ?? "");
    await using his = await hospital.page();
    await his.page.goto(`${hospital.url}/users`);
    await signIn(his.page, bert);
    await his.page.getByRole("link", { name: "anna" }).waitFor();
    await expect
      .poll(() => his.page.getByRole("navigation", { name: "Main" }).getByRole("link").allTextContents())
      .toEqual(["Dashboard", "Users", "Tokens", "Hardware tokens", "Cache size"]);
    expect(await his.page.getByRole("button", { name: "Create user" }).count()).toBe(0);
    await his.page.getByRole("link", { name: "anna" }).click();
    await his.page.getByRole("heading", { level: 1, name: "Anna Berg" }).waitFor();
    await isLoaded(his.page);
    expect(await his.page.getByRole("button", { name: "Actions" }).count()).toBe(0);
    // Typed by hand, the address leads to a refusal in words.
    await his.page.goto(`${hospital.url}/settings`);
    await his.page.getByRole("alert").getByText("The server did not read the settings.").waitFor();
    await his.page.getByText("Ask an administrator whose role has this right.").waitFor();
  });

  test("a backup is made behind a passphrase and downloaded; the master key changes while the server goes on", async () => {
    const { page } = opened;
    await page.goto(`${hospital.url}/keys`);
    await page.getByRole("button", { name: "Make a backup" }).click();
    const dialog = page.getByRole("dialog", { name: "Make a backup" });
    await dialog.getByLabel("Passphrase").fill("a passphrase of the test");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      dialog.getByRole("button", { name: "Make and download" }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^holdfast-\d{4}-\d\d-\d\d\.backup$/);
    await page.getByText("The backup is downloaded.").waitFor();
    await page.getByRole("button", { name: "Change the master key" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Change the master key" }).click();
    await page.getByText(/Finished just now|Under way/).waitFor();
  });

  test("the superadministrator's role cannot be changed or deleted", async () => {
    const { page } = opened;
    await page.goto(`${hospital.url}/roles/superadministrator`);
    await page.getByText("cannot be changed or deleted").waitFor();
    expect(await page.getByRole("button", { name: /Save|Delete/ }).count()).toBe(0);
    await expect.poll(() => page.getByRole("checkbox").first().isDisabled()).toBe(true);
  });

  test("TC-11: another product name is on every screen at once; a dangerous step asks for a fresh sign-in first", async () => {
    const { page } = opened;
    await page.goto(`${hospital.url}/settings`);
    await page.getByLabel("Product name").fill("Wardkeeper");
    hospital.advance(6 * 60_000);
    await page.getByRole("button", { name: "Save" }).click();
    const fresh = page.getByRole("dialog", { name: "Prove that it is you" });
    await fresh.getByLabel("Password", { exact: true }).fill(anna.password);
    await page.keyboard.press("Enter");
    await fresh.getByLabel("One-time code").fill(anna.code());
    await page.keyboard.press("Enter");
    await page.getByText("The settings were saved.").waitFor();
    await page.getByRole("complementary").getByText("Wardkeeper").waitFor();
    await expect.poll(() => page.title()).toBe("Global Settings · Wardkeeper");
    await using other = await hospital.page();
    await other.page.goto(hospital.url);
    await other.page.getByText("Wardkeeper").waitFor();
    const screens = ["", "endpoints", "radius", "keys", "nowhere"];
    for (const screen of screens) {
      await page.goto(`${hospital.url}/${screen}`);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.waitForLoadState("networkidle");
      expect([screen, await page.locator("body").innerText()]).toEqual([
        screen,
        expect.not.stringContaining("Holdfast"),
      ]);
    }
  });
});
