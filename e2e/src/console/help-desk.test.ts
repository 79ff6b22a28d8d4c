import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  accessibilityFaults,
  type OpenPage,
  screenshot,
  scrollsSideways,
  showIn,
  smallTargets,
  texts,
} from "../../rig/browser.ts";
import { describeWhere } from "../../rig/requirements.ts";
import {
  administratorWith,
  allowTemporaryCodes,
  type Caller,
  callerOf,
  newcomer,
  openUser,
  readOut,
  signInBy,
} from "./desk.ts";
import { type Administrator, Hospital } from "./hospital.ts";

const disabledText = "Temporary codes are disabled for this enterprise";

describeWhere(["chromium"], "the help desk in the console", () => {
  let hospital: Hospital;
  let gateway: string;
  /** Superadministrator; helper; one who may look only. */
  let anna: Administrator;
  let hilde: Administrator;
  let bruno: Administrator;
  let asAnna: OpenPage;
  let asHilde: OpenPage;
  let asBruno: OpenPage;
  let nora: Caller;

  beforeAll(async () => {
    hospital = await Hospital.open();
    gateway = (
      await hospital.enterprise.admin<{ key: string }>("POST", "/api-keys", {
        name: "VPN",
        scopes: ["sign-in"],
      })
    ).key;
    anna = await hospital.administrator("anna", "Anna Berg");
    hilde = await administratorWith(hospital, "hilde", "Hilde Roth", [
      "users.read",
      "users.edit",
      "users.authenticators",
      "users.temporary-codes",
      "users.lock",
      "endpoints.read",
    ]);
    bruno = await administratorWith(hospital, "bruno", "Bruno Kern", ["users.read", "properties.read"]);
    nora = await callerOf(hospital, "nora", "Nora Ward");
    asAnna = await hospital.signedIn(anna);
    asHilde = await hospital.signedIn(hilde);
    asBruno = await hospital.signedIn(bruno);
  });
  afterAll(async () => {
    for (const opened of [asAnna, asHilde, asBruno]) await opened?.[Symbol.asyncDispose]();
    await hospital?.[Symbol.asyncDispose]();
  });

  const section = ({ page }: OpenPage) => page.getByRole("region", { name: "Temporary Code" });
  const generate = (opened: OpenPage) => section(opened).getByRole("button", { name: "Generate Code" });

  test("TC-12, TC-39: off by default, and every role reads so instead of a link", async () => {
    for (const opened of [asAnna, asHilde, asBruno]) {
      await openUser(opened, hospital, nora);
      await section(opened).getByText(disabledText, { exact: true }).waitFor();
      expect(await generate(opened).count()).toBe(0);
    }
    // Whom to ask: by name for who may see it.
    await section(asBruno)
      .getByText(/Contact your administrator, such as Anna Berg \(anna\)/)
      .waitFor();
    await section(asHilde)
      .getByText(/Contact your administrator/)
      .waitFor();
    await screenshot(asHilde.page, "temporary-code-disabled");
  });

  test("TC-12, TC-13, TC-15: the checkbox is for who has the right, and works from Save on", async () => {
    await asBruno.page.goto(`${hospital.url}/settings?tab=temporary-codes`);
    await expect.poll(() => asBruno.page.getByLabel("Allow Temporary Codes").isDisabled()).toBe(true);
    expect(await asBruno.page.getByRole("button", { name: "Save" }).count()).toBe(0);

    const { page } = asAnna;
    await section(asAnna).getByRole("link", { name: "settings" }).click();
    await page.getByLabel("Allow Temporary Codes").check();
    await openUser(asHilde, hospital, nora);
    await section(asHilde).getByText(disabledText, { exact: true }).waitFor();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("The settings were saved.").waitFor();
    await page.reload();
    await expect.poll(() => page.getByLabel("Allow Temporary Codes").isChecked()).toBe(true);
    await page.getByLabel("Characters").scrollIntoViewIfNeeded();
    await screenshot(page, "temporary-code-settings");
  });

  test("TC-15, TC-16: a role gets either right by its checkbox; who may switch the feature may generate nothing", async () => {
    const { page } = asAnna;
    await page.goto(`${hospital.url}/roles/new`);
    await page.getByLabel("Name of the role").fill("Switches codes");
    const part = (name: string) => page.getByRole("region", { name, exact: true });
    await part("Properties").getByLabel("Enable/disable temporary codes").check();
    await part("Properties")
      .getByText(/do not find any of it in the console/)
      .waitFor();
    await part("Properties").getByRole("checkbox").first().check();
    await part("Users").getByRole("checkbox").first().check();
    const generates = part("Users").getByLabel("Generate/revoke temporary codes");
    await expect.poll(() => generates.isChecked()).toBe(false);
    await page.getByRole("button", { name: "Create role" }).click();
    await page.getByText("Switches codes was created.").waitFor();
    const { items } = await hospital.enterprise.admin<{
      items: { id: string; name: string; rights: string[] }[];
    }>("GET", "/roles");
    const role = items.find(({ name }) => name === "Switches codes");
    expect(role?.rights.toSorted()).toEqual(["properties.read", "properties.temporary-codes", "users.read"]);

    await using asToni = await hospital.signedIn(
      await hospital.administrator("toni", "Toni Marsh", role?.id ?? ""),
    );
    await asToni.page.goto(`${hospital.url}/settings`);
    await expect.poll(() => asToni.page.getByLabel("Product name").isDisabled()).toBe(true);
    await asToni.page.getByRole("tab", { name: "Temporary Codes" }).click();
    await asToni.page.getByLabel("For one use only").check();
    await asToni.page.getByRole("button", { name: "Save" }).click();
    await asToni.page.getByText("The settings were saved.").waitFor();
    await openUser(asToni, hospital, nora);
    await section(asToni).getByText("Your administrator role cannot generate temporary codes").waitFor();
    expect(await generate(asToni).count()).toBe(0);
    expect(asToni.faults).toEqual([]);
  });

  test("TC-17: what the enterprise allows is all that a helper can choose", async () => {
    const { page } = asHilde;
    await allowTemporaryCodes(hospital.enterprise, { onceOnly: true, longest: "PT8H" });
    await openUser(asHilde, hospital, nora);
    await generate(asHilde).click();
    const dialog = page.getByRole("dialog", { name: "Generate a code for nora" });
    await expect.poll(() => dialog.getByLabel("Use Multiple times").isDisabled()).toBe(true);
    await expect
      .poll(() => dialog.getByLabel("Expiration").locator("option").allTextContents())
      .toEqual(["1 hour", "8 hours", "Another time"]);
    await dialog.getByLabel("Expiration").selectOption("other");
    await dialog.getByRole("spinbutton", { name: "Expires after" }).fill("9");
    await dialog.getByText("8 hours at most.").waitFor();
    await dialog.getByLabel("Reason").fill("Tries it all the same.");
    await dialog.getByRole("button", { name: "Generate code" }).click();
    await dialog.getByRole("alert").getByText("The server did not generate the code.").waitFor();
    await page.keyboard.press("Escape");
    await allowTemporaryCodes(hospital.enterprise, { onceOnly: false, longest: "P14D" });
  });

  test("TC-14, TC-38, TC-40: on, the link is there for who may, and whom to ask for who may not", async () => {
    for (const opened of [asAnna, asHilde]) {
      await openUser(opened, hospital, nora);
      await generate(opened).waitFor();
    }
    await openUser(asBruno, hospital, nora);
    await section(asBruno).getByText("Your administrator role cannot generate temporary codes").waitFor();
    await section(asBruno)
      .getByText(/Contact your administrator, such as Anna Berg \(anna\)/)
      .waitFor();
    expect(await generate(asBruno).count()).toBe(0);
    await screenshot(asBruno.page, "temporary-code-no-right");
  });

  test("TC-47: no link for oneself, nor for somebody above one's own role", async () => {
    const { items } = await hospital.enterprise.admin<{ items: { id: string; userName: string }[] }>(
      "GET",
      "/users",
    );
    const idOf = (userName: string) => items.find((user) => user.userName === userName)?.id ?? "";
    await openUser(asHilde, hospital, { id: idOf("hilde"), displayName: "Hilde Roth" });
    await section(asHilde).getByText("Nobody generates a code for himself").waitFor();
    expect(await generate(asHilde).count()).toBe(0);
    await openUser(asHilde, hospital, { id: idOf("anna"), displayName: "Anna Berg" });
    await section(asHilde).getByText("This user is beyond your administrator role").waitFor();
    expect(await generate(asHilde).count()).toBe(0);
  });

  test("TC-36, TC-37: the section goes and comes with the user policy", async () => {
    const { enterprise } = hospital;
    const strict = await enterprise.admin<{ id: string }>("POST", "/policies", {
      name: "Tokens only",
      changes: {
        workflows: {
          workstation: [["password"], ["hotp", "totp"]],
          "remote-access": [["password"], ["hotp", "totp"]],
        },
      },
    });
    const before = await enterprise.admin<{ policyId: string }>("GET", `/users/${nora.id}`);
    await enterprise.admin("PATCH", `/users/${nora.id}`, { policyId: strict.id });
    for (const opened of [asAnna, asHilde, asBruno]) {
      await openUser(opened, hospital, nora);
      expect(await section(opened).count()).toBe(0);
    }
    await enterprise.admin("PATCH", `/users/${nora.id}`, { policyId: before.policyId });
    await openUser(asHilde, hospital, nora);
    await generate(asHilde).waitFor();
  });

  test("TC-18 to TC-27: a misplaced phone", async () => {
    const { page } = asHilde;
    // 1. Nora stands before the VPN without her phone.
    expect((await signInBy(hospital, gateway, "remote-access", nora, null)).status).toBe("asking");

    // 2. Hilde finds her among the users and opens Temporary Code > Generate Code (TC-18). She is reminded to make sure
    // who is calling (TC-4), and to ask what for (TC-19).
    await page.goto(`${hospital.url}/users`);
    await page.getByLabel("User name begins with").fill("nora");
    await expect.poll(() => new URL(page.url()).searchParams.get("prefix")).toBe("nora");
    await page.getByRole("link", { name: "nora", exact: true }).click();
    await generate(asHilde).click();
    const dialog = page.getByRole("dialog", { name: "Generate a code for nora" });
    await dialog.getByText("First make sure who is asking").waitFor();
    await dialog.getByText("It cannot sign orders.").waitFor();
    await expect.poll(() => dialog.getByLabel("Use once").isChecked()).toBe(true);
    await expect
      .poll(() => dialog.getByLabel("Expiration").locator("option").allTextContents())
      .toEqual(["1 hour", "8 hours", "24 hours", "3 days", "7 days", "14 days", "Another time"]);
    expect(await accessibilityFaults(page)).toEqual([]);
    await screenshot(page, "temporary-code-generate");
    await showIn(page, "dark");
    expect(await accessibilityFaults(page, "contrast")).toEqual([]);
    await showIn(page, "light");
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await scrollsSideways(page)).toBe(false);
    expect(await smallTargets(page)).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 820 });

    // 3. She asks how long the search will take, and how she knows her goes into the audit.
    await dialog.getByLabel("Use Multiple times").check();
    await dialog.getByLabel("Expiration").selectOption({ label: "8 hours" });
    await dialog.getByLabel("Reason").fill("Phone left at home.\nCalled back at the ward.");
    const askedMs = Date.now();
    await dialog.getByRole("button", { name: "Generate code" }).click();

    // 4. What she reads out.
    const code = await readOut(page);
    expect(code).toMatch(/^[0-9A-Z]{10}$/);
    const shown = page.getByRole("dialog", { name: "The temporary code of nora" });
    const expires = Date.parse((await shown.locator("time").getAttribute("datetime")) ?? "");
    const madeMs = expires - 8 * 3_600_000;
    expect(madeMs).toBeGreaterThan(askedMs - 1_000);
    expect(madeMs).toBeLessThan(Date.now() + 1_000);
    await shown
      .getByText(/Central European/)
      .first()
      .waitFor();
    const told = await texts(shown.getByRole("region", { name: "Tell nora" }).getByRole("listitem"), 5);
    expect(told).toHaveLength(5);
    expect(told.join(" ")).toMatch(/expires on .*account.*orders.*enter.*/is);
    expect(await accessibilityFaults(page)).toEqual([]);
    await screenshot(page, "temporary-code-shown");
    await showIn(page, "dark");
    expect(await accessibilityFaults(page, "contrast")).toEqual([]);
    await screenshot(page, "temporary-code-shown-dark");
    await showIn(page, "light");
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await scrollsSideways(page)).toBe(false);
    expect(await smallTargets(page)).toEqual([]);
    await screenshot(page, "temporary-code-shown-phone");
    await page.setViewportSize({ width: 1280, height: 820 });

    // 5. It is not left by mistake.
    await page.keyboard.press("Escape");
    await shown.getByRole("alert").getByText("The code cannot be shown again").waitFor();
    await page.goBack();
    await shown.getByText("Read it out", { exact: true }).waitFor();
    await shown.getByRole("button", { name: "Done" }).click();
    await shown.waitFor({ state: "detached" });
    await section(asHilde).getByText("Multiple times").waitFor();
    expect(await page.content()).not.toContain(code);
    await page.reload();
    await section(asHilde).getByText("Can be used").waitFor();
    expect(await page.content()).not.toContain(code);
    await screenshot(page, "temporary-code-active");

    // 6. Nora signs in with it, three times; her enrolments are untouched.
    for (const workflow of ["remote-access", "workstation", "remote-access"] as const)
      expect(await signInBy(hospital, gateway, workflow, nora, code)).toMatchObject({ status: "succeeded" });
    const { items } = await hospital.enterprise.admin<{ items: { kind: string; status: string }[] }>(
      "GET",
      `/users/${nora.id}/authenticators`,
    );
    expect(items).toMatchObject([{ kind: "totp", status: "enabled" }]);

    // 7. She finds the phone, uses it, and need not call: the code is gone by itself.
    const { status } = await signInBy(hospital, gateway, "remote-access", nora, nora.phone.code());
    expect(status).toBe("succeeded");
    await page.reload();
    await generate(asHilde).waitFor();
    expect((await signInBy(hospital, gateway, "remote-access", nora, code)).status).not.toBe("succeeded");
    // Chromium tells of the refusal above, which was on purpose.
    expect(asHilde.faults.filter((fault) => !fault.includes("status of 400"))).toEqual([]);
  });

  test("TC-20, TC-42: a forgotten code is replaced, and a code for one use ends with it", async () => {
    const { page } = asHilde;
    const otto = await callerOf(hospital, "otto", "Otto Falk");
    await openUser(asHilde, hospital, otto);
    await generate(asHilde).click();
    const first = await codeFor(asHilde, "Generate", otto, { use: "multiple" });
    await section(asHilde).getByRole("button", { name: "Replace code" }).click();
    await page.getByRole("dialog").getByText("stops working at once").waitFor();
    // The page behind loses the server as soon as the code is there: the code stays all the same.
    const behind = /\/api\/v1\/users\//;
    await page.route(behind, (route) =>
      route.request().method() === "GET" ? route.abort() : route.continue(),
    );
    const second = await codeFor(asHilde, "Replace", otto, {
      use: "once",
      whileShown: async () => {
        await page.getByText("The server did not read the user").waitFor();
        await page.unroute(behind);
      },
    });
    expect(second).not.toBe(first);
    expect((await signInBy(hospital, gateway, "remote-access", otto, first)).status).not.toBe("succeeded");
    expect((await signInBy(hospital, gateway, "remote-access", otto, second)).status).toBe("succeeded");
    expect((await signInBy(hospital, gateway, "remote-access", otto, second)).status).not.toBe("succeeded");
    await page.reload();
    await generate(asHilde).waitFor();
  });

  test("UNI-11: by keyboard alone a code is generated, told and revoked", async () => {
    const { page } = asHilde;
    const rosa = await callerOf(hospital, "rosa", "Rosa Blum");
    await openUser(asHilde, hospital, rosa);
    await generate(asHilde).focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Generate a code for rosa" });
    await dialog.waitFor();
    await tabTo(page, dialog.getByLabel("Use once"));
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => dialog.getByLabel("Use Multiple times").isChecked()).toBe(true);
    await tabTo(page, dialog.getByLabel("Expiration"));
    await page.keyboard.type("24");
    await tabTo(page, dialog.getByLabel("Workstation"));
    await page.keyboard.press("Space");
    await tabTo(page, dialog.getByLabel("Reason"));
    await page.keyboard.type("Asked for the badge number.");
    await tabTo(page, dialog.getByRole("button", { name: "Generate code" }));
    await page.keyboard.press("Enter");
    const code = await readOut(page);
    await tabTo(page, page.getByRole("button", { name: "Done" }));
    await page.keyboard.press("Enter");
    await section(asHilde).getByText("Remote access").waitFor();
    expect((await signInBy(hospital, gateway, "workstation", rosa, code)).status).not.toBe("succeeded");
    expect((await signInBy(hospital, gateway, "remote-access", rosa, code)).status).toBe("succeeded");
    await tabTo(page, section(asHilde).getByRole("button", { name: "Revoke code" }));
    await page.keyboard.press("Enter");
    await tabTo(page, section(asHilde).getByRole("button", { name: "Save" }));
    await page.keyboard.press("Enter");
    await generate(asHilde).waitFor();
    expect((await signInBy(hospital, gateway, "remote-access", rosa, code)).status).not.toBe("succeeded");
  });

  test("TC-41: Revoke code stops nothing before Save", async () => {
    const { page } = asHilde;
    const peer = await callerOf(hospital, "peer", "Peer Lang");
    await openUser(asHilde, hospital, peer);
    await generate(asHilde).click();
    const code = await codeFor(asHilde, "Generate", peer, { use: "multiple" });
    await section(asHilde).getByRole("button", { name: "Revoke code" }).click();
    await section(asHilde).getByText("Not revoked yet").waitFor();
    await screenshot(page, "temporary-code-revoke");
    expect((await signInBy(hospital, gateway, "remote-access", peer, code)).status).toBe("succeeded");

    // While the enterprise has them off, a code that is out is refused, and it works again afterwards (AMB-TC-7).
    await allowTemporaryCodes(hospital.enterprise, { allowed: false });
    expect((await signInBy(hospital, gateway, "remote-access", peer, code)).status).not.toBe("succeeded");
    await page.reload();
    await section(asHilde).getByText(disabledText, { exact: true }).waitFor();
    await section(asHilde).getByText("Refused while codes are disabled").waitFor();
    await allowTemporaryCodes(hospital.enterprise);
    await page.reload();
    expect((await signInBy(hospital, gateway, "remote-access", peer, code)).status).toBe("succeeded");
    await section(asHilde).getByRole("button", { name: "Revoke code" }).click();
    await section(asHilde).getByRole("button", { name: "Save" }).click();
    await page.getByText("The code of peer is revoked.").waitFor();
    await generate(asHilde).waitFor();
    expect((await signInBy(hospital, gateway, "remote-access", peer, code)).status).not.toBe("succeeded");
  });

  test("TC-25, TC-34, TC-35: a contractor's day", async () => {
    const { enterprise } = hospital;
    const { page } = asHilde;
    const contractors = await enterprise.admin<{ id: string }>("POST", "/policies", {
      name: "Contractors",
      changes: { enrolment: { rights: [], remoteAllowed: false, remoteDelaySignIns: 0 } },
    });
    const carl = await newcomer(enterprise, "carl", "Carl Stone", contractors.id);
    expect((await signInBy(hospital, gateway, "remote-access", carl, "000000")).status).not.toBe("succeeded");
    await openUser(asHilde, hospital, carl);
    await generate(asHilde).click();
    const code = await codeFor(asHilde, "Generate", carl, { use: "multiple", expiration: "24 hours" });
    expect((await signInBy(hospital, gateway, "remote-access", carl, code)).status).toBe("succeeded");
    expect((await signInBy(hospital, gateway, "workstation", carl, code)).status).toBe("succeeded");
    // The portal takes no temporary code (TC-9), and in the password's place it is none anywhere (TC-3).
    expect((await signInBy(hospital, gateway, "self-service", carl, code)).status).not.toBe("succeeded");
    const asPassword = { userName: carl.userName, password: code };
    expect((await signInBy(hospital, gateway, "remote-access", asPassword, code)).status).not.toBe(
      "succeeded",
    );
    // Another user's code opens nothing (TC-10).
    expect((await signInBy(hospital, gateway, "remote-access", nora, code)).status).not.toBe("succeeded");
    hospital.advance(24 * 3_600_000 - 60_000);
    expect((await signInBy(hospital, gateway, "remote-access", carl, code)).status).toBe("succeeded");
    hospital.advance(61_000);
    expect((await signInBy(hospital, gateway, "remote-access", carl, code)).status).not.toBe("succeeded");
    await page.close();
  });

  /** The Tab key, until the focus is there; so it can be reached. */
  async function tabTo(page: Page, target: Locator): Promise<void> {
    await target.waitFor();
    for (let presses = 0; presses < 40; presses += 1) {
      if (await target.evaluate((element) => element === document.activeElement)) return;
      await page.keyboard.press("Tab");
    }
    throw new Error("the Tab key does not lead there");
  }

  type Wanted = {
    readonly use: "once" | "multiple";
    readonly expiration?: string;
    readonly whileShown?: () => Promise<void>;
  };

  async function codeFor(
    { page }: OpenPage,
    action: "Generate" | "Replace",
    { userName }: { readonly userName: string },
    { use, expiration, whileShown }: Wanted,
  ): Promise<string> {
    const dialog = page.getByRole("dialog", {
      name: action === "Generate" ? `Generate a code for ${userName}` : `Replace the code of ${userName}`,
    });
    if (use === "multiple") await dialog.getByLabel("Use Multiple times").check();
    if (expiration !== undefined) await dialog.getByLabel("Expiration").selectOption({ label: expiration });
    await dialog.getByLabel("Reason").fill("Called back at the number that we have.");
    await dialog.getByRole("button", { name: `${action} code` }).click();
    const code = await readOut(page);
    if (whileShown !== undefined) {
      await whileShown();
      expect(await readOut(page)).toBe(code);
    }
    await page.getByRole("button", { name: "Done" }).click();
    if (whileShown !== undefined) await page.reload();
    await section({ page } as OpenPage)
      .getByText("Can be used")
      .waitFor();
    return code;
  }
});
