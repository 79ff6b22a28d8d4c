import { afterAll, beforeAll, expect, test } from "vitest";
import {
  accessibilityFaults,
  isLoaded,
  type OpenPage,
  screenshot,
  scrollsSideways,
  smallTargets,
} from "../../rig/browser.ts";
import { describeWhere } from "../../rig/requirements.ts";
import { Hospital } from "./hospital.ts";

type Radius = {
  readonly clients: readonly { readonly name: string; readonly address: string; readonly prompts: string }[];
};

describeWhere(["chromium"], "RADIUS clients in the console", () => {
  let hospital: Hospital;
  let opened: OpenPage;
  beforeAll(async () => {
    hospital = await Hospital.open();
    opened = await hospital.signedIn(await hospital.administrator("anna", "Anna Berg"));
  });
  afterAll(async () => {
    await opened?.[Symbol.asyncDispose]();
    await hospital?.[Symbol.asyncDispose]();
  });

  const kept = () => hospital.enterprise.admin<Radius>("GET", "/radius");

  test("a client is registered, its secret shown once and changed; a FreeRADIUS that does not know is said", async () => {
    const { page } = opened;
    await page.getByRole("link", { name: "RADIUS clients" }).click();
    await page.getByRole("heading", { level: 1, name: "RADIUS clients" }).waitFor();
    await page.getByText("No RADIUS client is registered.").waitFor();

    await page.getByRole("button", { name: "Register RADIUS client" }).click();
    const dialog = page.getByRole("dialog", { name: "Register RADIUS client" });
    await dialog.getByLabel("Name").fill("VPN north");
    await dialog.getByLabel("Address").fill("192.0.2.300");
    await dialog.getByRole("button", { name: "Register client" }).click();
    await dialog.getByRole("alert").waitFor();
    await dialog.getByLabel("Address").fill("192.0.2.10");
    await dialog.getByRole("button", { name: "Register client" }).click();

    const shown = page.getByRole("dialog", { name: "The shared secret of VPN north" });
    const secret = await shown.locator("code").textContent();
    expect(secret).toMatch(/^[\w-]{32}$/);
    await shown.getByRole("button", { name: "Done" }).click();
    await page.getByRole("cell", { name: "192.0.2.10" }).waitFor();
    await page.reload();
    await page.getByRole("cell", { name: "192.0.2.10" }).waitFor();
    expect(await page.content()).not.toContain(secret);

    await hospital.enterprise.admin("POST", "/radius/servers", { name: "radius-1", certificateHash: null });
    await page.reload();
    await page.getByText("Up to date").waitFor();
    await page.getByRole("button", { name: "New secret: VPN north" }).click();
    await page
      .getByRole("dialog", { name: "Give VPN north another shared secret?" })
      .getByRole("button", { name: "Change secret" })
      .click();
    const changed = page.getByRole("dialog", { name: "The shared secret of VPN north" });
    expect(await changed.locator("code").textContent()).not.toBe(secret);
    await changed.getByRole("button", { name: "Done" }).click();
    await page.getByText("To be configured again").waitFor();

    await page.getByRole("button", { name: "Edit: VPN north" }).click();
    const edit = page.getByRole("dialog", { name: "Edit VPN north" });
    await edit.getByLabel("In the same line", { exact: false }).check();
    await edit.getByRole("button", { name: "Save" }).click();
    await page.getByRole("cell", { name: "In the same line" }).waitFor();
    expect((await kept()).clients).toMatchObject([
      { name: "VPN north", address: "192.0.2.10", prompts: "one-line" },
    ]);
    // The browser tells of the address that was refused above.
    expect(opened.faults.filter((fault) => !fault.includes("400 (Bad Request)"))).toEqual([]);
  });

  test("UNI-11: axe finds nothing serious, targets are large enough, a phone scrolls one way", async () => {
    const { page } = opened;
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await smallTargets(page)).toEqual([]);
    await screenshot(page, "radius");
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await scrollsSideways(page)).toBe(false);
    await page.setViewportSize({ width: 1280, height: 820 });
  });

  test("a client is removed; who lacks the right is shown no page and refused", async () => {
    const { page } = opened;
    await page.getByRole("button", { name: "Remove: VPN north" }).click();
    await page
      .getByRole("dialog", { name: "Remove VPN north?" })
      .getByRole("button", { name: "Remove client" })
      .click();
    await page.getByText("No RADIUS client is registered.").waitFor();
    expect((await kept()).clients).toEqual([]);

    const reader = await hospital.enterprise.admin<{ id: string }>("POST", "/roles", {
      name: "Reader",
      rights: ["properties.read", "users.read"],
      scope: "enterprise",
    });
    const bert = await hospital.signedIn(await hospital.administrator("bert", "Bert", reader.id));
    await using other = bert;
    await other.page.getByRole("link", { name: "Users" }).first().waitFor();
    expect(await other.page.getByRole("link", { name: "RADIUS clients" }).count()).toBe(0);
    await other.page.goto(`${hospital.url}/radius`);
    await other.page.getByRole("heading", { level: 1, name: "RADIUS clients" }).waitFor();
    await isLoaded(other.page);
    expect(await other.page.getByRole("button", { name: "Register RADIUS client" }).count()).toBe(0);
  });
});
