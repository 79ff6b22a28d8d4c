import { afterAll, beforeAll, expect, test } from "vitest";
import type { Person, TestEndpoint } from "../../agent/enterprise.ts";
import {
  accessibilityFaults,
  type OpenPage,
  screenshot,
  scrollsSideways,
  showIn,
  smallTargets,
  texts,
} from "../../rig/browser.ts";
import { type MessageGateway, startMessageGateway } from "../../rig/message-gateway.ts";
import { describeWhere } from "../../rig/requirements.ts";
import { administratorWith, allowTemporaryCodes, openUser, readOut, signInBy } from "./desk.ts";
import { authenticatorApp, Hospital } from "./hospital.ts";

type Made = { readonly id: string };

describeWhere(["chromium"], "a stolen phone and a lock in the console", () => {
  let hospital: Hospital;
  let gateway: string;
  let asHilde: OpenPage;
  let here: TestEndpoint;
  let away: TestEndpoint;
  let vera: Person;
  let veraPhone: () => string;
  let dora: Person;
  let messages: MessageGateway;

  beforeAll(async () => {
    hospital = await Hospital.open();
    const { enterprise } = hospital;
    await allowTemporaryCodes(enterprise);
    gateway = (
      await enterprise.admin<{ key: string }>("POST", "/api-keys", { name: "VPN", scopes: ["sign-in"] })
    ).key;
    await hospital.administrator("anna", "Anna Berg");
    const hilde = await administratorWith(hospital, "hilde", "Hilde Roth", [
      "properties.read",
      "users.read",
      "users.edit",
      "users.authenticators",
      "users.temporary-codes",
      "users.lock",
      "endpoints.read",
    ]);
    // People of this policy may put enrolling off for ever when they sign in from outside (TC-45).
    const later = await enterprise.admin<Made>("POST", "/policies", {
      name: "Enrol later",
      changes: {
        offline: { enabled: true },
        enrolment: { remoteDelaySignIns: null },
        workflows: { "remote-access": [["password"], ["hotp", "totp", "sms-code", "temporary-code"]] },
      },
    });
    await enterprise.admin("POST", "/policies", {
      name: "Enrol at once",
      changes: { offline: { enabled: true } },
    });
    const signing = await enterprise.admin<Made>("POST", "/policies", {
      name: "Prescribers",
      changes: { workflows: { "order-signing": [["password", "totp"], ["passkey"]] } },
    });
    vera = await enterprise.person("vera", later.id, { kind: "hotp", label: "Key fob" });
    await enterprise.admin("PATCH", `/users/${vera.userId}`, { displayName: "Vera Holm" });
    const phone = await enterprise.admin<{ otpauthUri: string }>("POST", `/users/${vera.userId}/tokens`, {
      kind: "totp",
      label: "Phone",
    });
    veraPhone = authenticatorApp(phone.otpauthUri, Date.now);
    messages = await startMessageGateway();
    await enterprise.admin("PUT", "/senders/sms", {
      ...{ kind: "http", url: messages.url, contentType: "application/json", authority: null, codeDigits: 6 },
      ...{ body: '{"to":"{{to}}","message":"{{text}}"}', secretHeader: null, secret: null },
    });
    const proofs = `/users/${vera.userId}/authenticators/proofs`;
    const number = "+491701234567";
    const proof = await enterprise.admin<{ proofId: string }>("POST", proofs, {
      kind: "sms-code",
      address: number,
    });
    await enterprise.admin("POST", `${proofs}/${proof.proofId}`, { code: await messages.codeFor(number) });
    dora = await enterprise.person("dora", signing.id, { kind: "totp", label: "Phone" });
    here = await enterprise.endpoint({ name: "ward-7" });
    away = await enterprise.endpoint({ name: "theatre-2" });
    for (const endpoint of [here, away]) await endpoint.signInOnline(vera);
    await away.stop();
    asHilde = await hospital.signedIn(hilde);
  });
  afterAll(async () => {
    await asHilde?.[Symbol.asyncDispose]();
    await hospital?.[Symbol.asyncDispose]();
    await messages?.[Symbol.asyncDispose]();
  });

  const row = (name: string) => asHilde.page.getByRole("row", { name: new RegExp(name) });

  test("TC-29: only who signs orders is cautioned about that, and before Save", async () => {
    const { page } = asHilde;
    await page.goto(`${hospital.url}/users/${dora.userId}?tab=methods`);
    await page.getByRole("link", { name: "Delete Enrollment…" }).click();
    await page.getByRole("group", { name: "Delete Enrollment" }).waitFor();
    await page.getByText(/signs orders/).waitFor();
    await page.goto(`${hospital.url}/users/${vera.userId}/stolen`);
    await page.getByText("This cannot be undone").waitFor();
    await page.getByText(/with the password only/).waitFor();
    expect(await page.getByText(/signs orders/).count()).toBe(0);
    // What is not deleted leaves a second factor.
    await page.getByRole("checkbox", { name: /Key fob/ }).uncheck();
    await page.getByText(/with the password only/).waitFor({ state: "detached" });
  });

  test("TC-28 to TC-33, TC-45, UNI-4: a stolen phone", async () => {
    const { page } = asHilde;
    // 1. Hilde looks Vera up and says what was stolen.
    await openUser(asHilde, hospital, { id: vera.userId, displayName: "Vera Holm" });
    await page.getByRole("button", { name: "Actions" }).click();
    await page.getByRole("menuitem", { name: "Device stolen…" }).click();
    await page.getByRole("heading", { name: "Device stolen" }).waitFor();
    const methods = page.getByRole("group", { name: "Delete Enrollment" });
    for (const name of [/Key fob/, /Phone: Time-based/, /Code by SMS/])
      await expect.poll(() => methods.getByRole("checkbox", { name }).isChecked()).toBe(true);
    await page.getByText("This cannot be undone").waitFor();
    await page.getByText(/with the password only/).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await screenshot(page, "device-stolen");

    // 2. Until Save nothing happens; from Save on the phone is worth nothing.
    expect((await signInBy(hospital, gateway, "remote-access", vera, veraPhone())).status).toBe("succeeded");
    await page.getByLabel("Reason").fill("Bag stolen on the train.\nReport 4711.");
    await page.getByRole("button", { name: "Save" }).click();
    await row("ward-7").getByText("Done").waitFor({ timeout: 20_000 });
    expect((await signInBy(hospital, gateway, "remote-access", vera, veraPhone())).status).not.toBe(
      "succeeded",
    );

    await page.getByText(/Deleted: Key fob, Phone, /).waitFor();
    const left = await hospital.enterprise.admin<{ items: { status: string }[] }>(
      "GET",
      `/users/${vera.userId}/authenticators`,
    );
    expect(left.items.filter(({ status }) => status !== "revoked")).toEqual([]);

    // 3. What is away goes on, and the page says until when and how often.
    await row("theatre-2").getByText("Pending since").waitFor();
    await row("theatre-2")
      .getByText(/\d+ at most/)
      .waitFor();
    await row("theatre-2").locator("time").nth(2).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await screenshot(page, "device-stolen-endpoints");
    await showIn(page, "dark");
    expect(await accessibilityFaults(page, "contrast")).toEqual([]);
    await showIn(page, "light");
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await scrollsSideways(page)).toBe(false);
    expect(await smallTargets(page)).toEqual([]);
    await screenshot(page, "device-stolen-phone");
    await page.setViewportSize({ width: 1280, height: 820 });

    // 4. A code until the replacement is there.
    await page.getByRole("button", { name: "Generate Code" }).click();
    const dialog = page.getByRole("dialog", { name: "Generate a code for vera" });
    await dialog.getByLabel("Use Multiple times").check();
    await dialog.getByLabel("Expiration").selectOption({ label: "3 days" });
    await dialog.getByLabel("Reason").fill("New phone on Wednesday.");
    await dialog.getByRole("button", { name: "Generate code" }).click();
    const code = await readOut(page);
    const told = await texts(page.getByRole("region", { name: "Tell vera" }).getByRole("listitem"));
    expect(told.at(-1)).toMatch(/enrol/);
    await page.getByRole("button", { name: "Done" }).click();
    expect((await signInBy(hospital, gateway, "remote-access", vera, code)).status).toBe("succeeded");

    expect(await here.signIn(vera, code)).toMatchObject({ code: "success", reason: "online" });

    // 5. Vera could get in by the password alone: one press ends that, and the audit knows.
    await page
      .getByRole("region", { name: "Password only" })
      .getByText(/with the password only/)
      .waitFor();
    await page.getByRole("button", { name: "Move vera to Enrol at once" }).click();
    await page.getByText("vera is in Enrol at once now.").waitFor();
    await page.getByRole("region", { name: "Password only" }).waitFor({ state: "detached" });
    const { items } = await hospital.enterprise.admin<{ items: { type: string }[] }>(
      "GET",
      `/audit?userId=${vera.userId}&limit=50`,
    );
    const types = items.map(({ type }) => type);
    expect(types).toContain("device-reported-stolen");
    expect(types).toContain("user-changed");

    // 6. Theatre 2 comes back and confirms; the page shows it by itself.
    let loads = 0;
    page.on("load", () => {
      loads += 1;
    });
    await away.start();
    await row("theatre-2").getByText("Done").waitFor({ timeout: 20_000 });
    expect(loads).toBe(0);

    // 7. The thief's phone stays worth nothing; a new token ends the code (TC-6, TC-32).
    expect((await signInBy(hospital, gateway, "remote-access", vera, veraPhone())).status).not.toBe(
      "succeeded",
    );
    const next = await hospital.enterprise.admin<{ otpauthUri: string }>(
      "POST",
      `/users/${vera.userId}/tokens`,
      {
        kind: "totp",
        label: "New phone",
      },
    );
    const newPhone = authenticatorApp(next.otpauthUri, Date.now);
    expect((await signInBy(hospital, gateway, "remote-access", vera, code)).status).not.toBe("succeeded");
    expect((await signInBy(hospital, gateway, "remote-access", vera, newPhone())).status).toBe("succeeded");
    expect(asHilde.faults).toEqual([]);
  });

  test("UNI-4: Lock this user ends everything that is in reach, and says what is not", async () => {
    const { page } = asHilde;
    const lars = await hospital.enterprise.person("lars", await policyNamed("Enrol at once"), {
      label: "Key fob",
    });
    for (const endpoint of [here, away]) await endpoint.signInOnline(lars);
    await away.stop();
    await page.goto(`${hospital.url}/users/${lars.userId}`);
    await page.getByRole("button", { name: "Actions" }).click();
    await page.getByRole("menuitem", { name: "Lock this user…" }).click();
    const dialog = page.getByRole("dialog", { name: "Lock lars?" });
    await dialog.getByLabel("Reason").fill("Left without notice.");
    await page.getByRole("menu").waitFor({ state: "detached" });
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Lock this user" }).click();
    await page.getByRole("region", { name: "Locked" }).getByText("Left without notice.").waitFor();
    await row("ward-7").getByText("Done").waitFor({ timeout: 20_000 });
    await row("theatre-2").getByText("Pending since").waitFor();
    await screenshot(page, "user-locked");
    expect((await here.signIn(lars)).code).not.toBe("success");
    expect((await signInBy(hospital, gateway, "remote-access", lars, lars.press())).status).not.toBe(
      "succeeded",
    );

    await page.getByRole("button", { name: "End the lock" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "End the lock" }).click();
    await page.getByText("lars is no longer locked.").waitFor();
    expect((await signInBy(hospital, gateway, "remote-access", lars, lars.press())).status).toBe("succeeded");
    expect(asHilde.faults).toEqual([]);
  });

  async function policyNamed(name: string): Promise<string> {
    const { items } = await hospital.enterprise.admin<{ items: { id: string; name: string }[] }>(
      "GET",
      "/policies",
    );
    return items.find((policy) => policy.name === name)?.id ?? "";
  }
});
