import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  accessibilityFaults,
  goWithin,
  hasFocus,
  lowForGloves,
  type OpenPage,
  screenshot,
  scrollsSideways,
  showIn,
  smallTargets,
  tabsOutOfSight,
} from "../../rig/browser.ts";
import { describeWhere } from "../../rig/requirements.ts";
import { type Administrator, Hospital } from "./hospital.ts";
import { openWard, type Ward } from "./ward.ts";

type Visit = {
  readonly path: string;
  readonly heading: string;
  /** Something that is there only when the page has its data. */
  readonly full: string;
  readonly picture?: string;
};

describeWhere(["chromium"], "every page of the console", () => {
  let hospital: Hospital;
  let anna: Administrator;
  let opened: OpenPage;
  let ward: Ward;

  beforeAll(async () => {
    hospital = await Hospital.open();
    anna = await hospital.administrator("anna", "Anna Berg");
    ward = await openWard(hospital);
    opened = await hospital.signedIn(anna);
  });
  afterAll(async () => {
    await opened?.[Symbol.asyncDispose]();
    await hospital?.[Symbol.asyncDispose]();
  });

  test("UNI-11: axe finds nothing serious in light and dark, targets are large enough, a phone scrolls one way", async () => {
    const { page, faults } = opened;
    const found: string[] = [];
    for (const visit of visitsOf(ward)) {
      const note = (what: readonly string[]) => found.push(...what.map((each) => `${visit.path}: ${each}`));
      await arrive(page, visit);
      note(await accessibilityFaults(page));
      note(await smallTargets(page));
      if (visit.picture !== undefined) await screenshot(page, visit.picture);

      await showIn(page, "dark");
      note((await accessibilityFaults(page, "contrast")).map((each) => `dark: ${each}`));
      if (visit.picture === "dashboard") await screenshot(page, `${visit.picture}-dark`);
      await showIn(page, "light");

      await page.setViewportSize({ width: 360, height: 740 });
      note((await scrollsSideways(page)) ? ["scrolls sideways on a phone"] : []);
      note((await lowForGloves(page)).map((each) => `phone: ${each}`));
      note((await tabsOutOfSight(page)).map((each) => `phone: ${each}`));
      if (visit.picture === "users" || visit.picture === "dashboard")
        await screenshot(page, `${visit.picture}-phone`);
      await page.setViewportSize({ width: 1280, height: 820 });
    }
    expect(found).toEqual([]);
    expect(faults).toEqual([]);
  }, 240_000);

  test("UNI-11: while its data is on the way, a page says so", async () => {
    const { page } = opened;
    const silent: string[] = [];
    const reading = ["/", "/users", "/endpoints", "/roles", "/audit", "/settings", "/outages"];
    for (const path of [...reading, `/users/${ward.nora.userId}`, `/users/${ward.nora.userId}/stolen`]) {
      const arrived = Promise.withResolvers<void>();
      const api = /\/api\/v1\/(?!session|live)/;
      await page.route(api, async (route) => {
        await arrived.promise;
        await route.continue().catch(() => undefined);
      });
      await page.goto(hospital.url + path);
      const loading = page.getByRole("status", { name: /^Loading/ });
      await loading
        .first()
        .waitFor()
        .catch(() => silent.push(path));
      silent.push(...(await accessibilityFaults(page)).map((each) => `${path}: ${each}`));
      arrived.resolve();
      await page.unroute(api);
      await loading.first().waitFor({ state: "detached" });
    }
    expect(silent).toEqual([]);
  });

  test("UNI-11: on a phone the navigation opens, leads on and closes by keyboard", async () => {
    const { page } = opened;
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto(hospital.url);
    await page.getByRole("button", { name: "Open the navigation" }).press("Enter");
    const drawer = page.getByRole("dialog");
    await drawer.getByRole("link", { name: "Endpoints" }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await drawer.getByRole("link", { name: "Endpoints" }).press("Enter");
    await page.getByRole("heading", { name: "Endpoints" }).waitFor();
    await drawer.waitFor({ state: "hidden" });
    await page.setViewportSize({ width: 1280, height: 820 });
  });

  test("UNI-11: a table is walked by arrow keys, and a dialog gives the focus back", async () => {
    const { page } = opened;
    await page.goto(`${hospital.url}/users`);
    const person = (name: string) => page.getByRole("link", { name, exact: true });
    await person("anna").focus();
    await page.keyboard.press("ArrowDown");
    await hasFocus(person("ines"));
    await page.keyboard.press("End");
    await hasFocus(person("yuki"));
    await page.keyboard.press("Home");
    await hasFocus(person("anna"));

    const create = page.getByRole("button", { name: "Create user" });
    await create.press("Enter");
    await hasFocus(page.getByRole("dialog", { name: "Create user" }).locator("[name=userName]"));
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await hasFocus(create);
  });

  test("a page says what went wrong while the server is away, and goes on when it is back", async () => {
    // A browser of its own: what another has seen already, its cache has.
    await using fresh = await hospital.signedIn(anna);
    const { page, context } = fresh;
    await page.goto(`${hospital.url}/users/${ward.nora.userId}`);
    await page.getByRole("link", { name: "Users" }).first().click();
    await page.getByRole("link", { name: "mira" }).waitFor();
    await context.setOffline(true);
    try {
      // The code of her page is here, what it shows is not.
      await page.getByRole("link", { name: "mira" }).click();
      const alert = page.getByRole("alert");
      await alert.getByText("The server did not read the user").waitFor();
      await alert
        .getByText(/The server did not answer/)
        .first()
        .waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
      await screenshot(page, "error");
      // And of this one not even the code.
      await page.getByRole("link", { name: "Cache size" }).click();
      await alert.getByText("This page could not be loaded.").waitFor();
    } finally {
      await context.setOffline(false);
    }
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", { name: "Cache size" }).waitFor();
  });

  test("an address without a page, a list without a match and a thing that is gone say so", async () => {
    const { page } = opened;
    await page.goto(`${hospital.url}/no-such-page`);
    await page.getByRole("heading", { name: "No such page" }).waitFor();
    await page.goto(`${hospital.url}/users?prefix=zz`);
    await page.getByText("No user fits these filters.").waitFor();
    await screenshot(page, "empty");
    await page.goto(`${hospital.url}/users/usr_nobody`);
    await page.getByRole("alert").getByText("The server did not read the user.").waitFor();
  });
});

async function arrive(page: Page, { path, heading, full }: Visit): Promise<void> {
  await goWithin(page, path);
  await page.getByRole("heading", { name: heading, exact: true, level: 1 }).waitFor();
  await page.getByText(full).first().waitFor();
  await page.evaluate(() => document.fonts.ready);
}

function visitsOf(ward: Ward): readonly Visit[] {
  const nora = `/users/${ward.nora.userId}`;
  return [
    { path: "/", heading: "Dashboard", full: "They have a time-based token only", picture: "dashboard" },
    { path: "/outages", heading: "Planned outages", full: "Upgrade" },
    { path: `/outages/${ward.windowId}`, heading: "Upgrade", full: "ready", picture: "readiness" },
    { path: "/outages/people", heading: "Who could not sign in", full: "wim" },
    { path: "/users", heading: "Users", full: "yuki", picture: "users" },
    { path: nora, heading: "Nora Ward", full: "Failed attempts", picture: "user" },
    {
      path: `${nora}?tab=methods`,
      heading: "Nora Ward",
      full: "Cached at endpoints",
      picture: "user-methods",
    },
    { path: `${nora}?tab=offline`, heading: "Nora Ward", full: "May sign in offline" },
    { path: `${nora}/stolen`, heading: "Device stolen", full: "This cannot be undone" },
    { path: `${nora}?tab=audit`, heading: "Nora Ward", full: "Sign in" },
    { path: "/groups", heading: "Groups", full: "Ward 7" },
    { path: `/groups/${ward.groupId}`, heading: "Ward 7", full: "nora" },
    { path: "/tokens", heading: "Tokens", full: "Cached at endpoints" },
    { path: `/tokens/${ward.nora.tokenId}`, heading: "Key fob", full: "Sign-ins in that time" },
    { path: "/hardware-tokens", heading: "Hardware tokens", full: "FT-20418" },
    { path: "/cache-size", heading: "Cache size", full: "Three questions" },
    { path: "/endpoints", heading: "Endpoints", full: "Away since" },
    { path: "/endpoints/enrol", heading: "Enrol an endpoint", full: "Download the .reg file" },
    {
      path: `/endpoints/${ward.awayId}`,
      heading: "theatre-2",
      full: "May sign in offline",
      picture: "endpoint",
    },
    { path: "/policies", heading: "User policies", full: "Wards" },
    { path: `/policies/${ward.policyId}`, heading: "Wards", full: "What this means", picture: "policy" },
    { path: "/workflows", heading: "Workflow policies", full: "Two factors" },
    { path: "/roles", heading: "Administrator roles", full: "Anna Berg" },
    { path: `/roles/${ward.helpDeskId}`, heading: "Help desk", full: "Reset passwords", picture: "role" },
    { path: "/alerts", heading: "Alerts", full: "No open alerts." },
    { path: "/audit", heading: "Audit", full: "Sign in", picture: "audit" },
    { path: "/senders", heading: "Senders", full: "No message was sent" },
    { path: "/api-keys", heading: "API keys", full: "In use" },
    { path: "/radius", heading: "RADIUS clients", full: "In a second step", picture: "radius" },
    { path: "/keys", heading: "Keys and backup", full: "Change the master key" },
    { path: "/restore-report", heading: "After the restore", full: "No backup was restored here." },
    { path: "/settings", heading: "Global Settings", full: "Product name" },
    { path: "/settings?tab=temporary-codes", heading: "Global Settings", full: "Allow Temporary Codes" },
    {
      path: "/settings?tab=authenticator-app",
      heading: "Global Settings",
      full: "Enable Online Device access",
    },
    { path: "/users/manage", heading: "User Account Management", full: "Nobody is selected." },
    { path: `/users/${ward.nora.userId}?tab=push`, heading: "Nora Ward", full: "Not enabled" },
  ];
}
