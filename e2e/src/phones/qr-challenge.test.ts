import { settingsView } from "@holdfast/protocol/settings-api";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  accessibilityFaults,
  type OpenPage,
  screenshot,
  scrollsSideways,
  smallTargets,
  texts,
} from "../../rig/browser.ts";
import { type PhoneBrowser, startPhoneBrowser } from "../../rig/fake-camera.ts";
import { freePort } from "../../rig/ports.ts";
import type { Prompt } from "../../rig/pty.ts";
import { describeWhere, pamNeeds } from "../../rig/requirements.ts";
import { blockRows, terminalPicture } from "../../rig/terminal-picture.ts";
import { addCutOffWorkstation, cutOff, reconnect } from "../enterprise/cut-off.ts";
import { Enterprise } from "../enterprise/enterprise.ts";
import type { Person } from "../enterprise/person.ts";
import type { Workstation } from "../enterprise/workstation.ts";
import { givePassword } from "../portal/clinic.ts";
import { handsetPin, scanPicture, setUpByPin } from "./handset.ts";
import { openMethods } from "./practice.ts";

const needs = [...pamNeeds, "make", "ip", "sshd", "ssh", "chromium"] as const;
const [address, port] = ["10.1.0.1", 8443];

/** Joined by pictures alone: the portal's QR code and the terminal's reach the phone through its camera. */
describeWhere(needs, "a computer without a network, and a phone without one", () => {
  let enterprise: Enterprise;
  let ward: Workstation & { readonly endpointId: string };
  let anna: Person;
  let browser: PhoneBrowser;
  let phone: OpenPage;

  beforeAll(async () => {
    const [portal, authenticator] = [await freePort(), await freePort()];
    enterprise = await Enterprise.create({
      port: await freePort(),
      publicUrl: `https://${address}:${port}`,
      names: [address],
      env: {
        HOLDFAST_PORTAL_LISTEN: `127.0.0.1:${portal}`,
        HOLDFAST_AUTHENTICATOR_LISTEN: `127.0.0.1:${authenticator}`,
        HOLDFAST_AUTHENTICATOR_URL: `https://localhost:${authenticator}`,
      },
    });
    ward = await addCutOffWorkstation(enterprise, { name: "ward-3-desk-2" });
    anna = await enterprise.addPerson("anna", [ward], { cacheSize: 1 });
    browser = await startPhoneBrowser();
    await usesOfflineRegistration();
    phone = await browser.open();
    await phone.page.goto(`https://localhost:${authenticator}`);
    await setUpByPin(phone.page);
    await registerAtPortal(`https://localhost:${portal}`);
    await phone.context.setOffline(true);
    expect(await ward.signIn(anna, anna.token.next())).toMatchObject({ succeeded: true });
    // A phone has no codes to run out of: what is left is what the policy allows.
    await ward.untilCached(anna, 1000);
    await cutOff(ward);
  });
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await enterprise?.[Symbol.asyncDispose]();
  });

  async function usesOfflineRegistration(): Promise<void> {
    const { api } = enterprise.administrator;
    const change = { authenticatorApp: { onlineAccess: false, types: ["totp", "qr-challenge"] } };
    const doing = { doing: "set up the authenticator app" };
    const saved = await api.send(settingsView, "PUT", "/settings/authenticator-app", change, doing);
    expect(saved.kind).toBe("ok");
  }

  async function registerAtPortal(url: string): Promise<void> {
    await using opened = await browser.open({ screen: "desktop" });
    const { page } = opened;
    await page.goto(url);
    await givePassword(page, anna);
    await page.getByLabel("One-time code").fill(anna.token.next());
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: /^Hello/ }).waitFor();
    await openMethods(page);
    await page.getByRole("button", { name: "Add a phone" }).click();
    const qr = page.getByRole("dialog").getByRole("img", { name: "QR code for the phone" });
    await qr.waitFor();
    await see(await qr.screenshot());
    await phone.page.getByRole("button", { name: "Add", exact: true }).click();
    const deviceId = phone.page.getByText(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
    await page.getByLabel("Device ID").fill(await deviceId.first().innerText());
    await page.keyboard.press("Enter");
    await page
      .getByRole("dialog")
      .getByRole("heading", { name: /is registered/ })
      .waitFor();
  }

  const see = (picture: Buffer) => scanPicture(browser, phone.page, picture);

  /** Reads the terminal above the prompt with the phone's camera, and gives the digits that the phone shows. */
  async function answerOf(above: readonly string[], ink: "light" | "dark" = "light"): Promise<string> {
    const { page } = phone;
    await see(terminalPicture(blockRows(above), ink));
    await page.getByRole("heading", { name: "Sign in at ward-3-desk-2?" }).waitFor();
    return showAnswer(page);
  }

  async function showAnswer(page: Page): Promise<string> {
    await page.getByRole("button", { name: "Show the answer" }).click();
    // The PIN is not asked again within a minute.
    const pin = page.getByRole("dialog").getByLabel("PIN");
    await pin.or(page.locator("[data-answer]")).waitFor();
    if (await pin.isVisible()) {
      await pin.fill(handsetPin);
      await page.keyboard.press("Enter");
    }
    return (await page.locator("[data-answer]").getAttribute("data-answer")) ?? "";
  }

  /** Password, the word for the phone where codes are left, then what the phone shows. */
  const byPhone =
    (answer: (prompt: Prompt) => Promise<string | null> | string | null, password = anna?.password) =>
    (prompt: Prompt) => {
      if (prompt.text.startsWith("Password")) return password;
      if (prompt.text.startsWith("One-time code")) return "qr";
      if (blockRows(prompt.above).length === 0)
        throw new Error(`no QR code above "${prompt.text}": ${prompt.above.join(" / ")}`);
      return answer(prompt);
    };
  const login = (answer: ReturnType<typeof byPhone>) =>
    ward.machine.converse("pamtester", ["login", anna.userName, "authenticate", "acct_mgmt"], {
      answer,
      timeoutMs: 60_000,
    });
  const offline = async () =>
    (await enterprise.administrator.signIns({ mode: "offline" })).map(({ outcome, detail }) => ({
      outcome,
      factors: (detail as { factors?: string[] }).factors,
    }));

  test("SECURITY §4: a console login shows the code, the phone's camera reads it off the terminal, and the digits sign her in", async () => {
    let rows: string[] = [];
    const done = await login(
      byPhone(async ({ above, text }) => {
        rows = blockRows(above);
        expect(text).toBe("Answer shown by your phone:");
        expect(above.join(" ")).toContain("open the authenticator app, scan what follows");
        await see(terminalPicture(rows, "light"));
        const { page } = phone;
        await page.getByText("Only if you stand before this machine.").waitFor();
        const shown = await page.locator("body").innerText();
        for (const word of ["ward-3-desk-2", "anna", "Signing in to this computer"])
          expect(shown).toContain(word);
        expect(await accessibilityFaults(page)).toEqual([]);
        expect([await smallTargets(page), await scrollsSideways(page)]).toEqual([[], false]);
        await screenshot(page, "authenticator-qr-challenge");
        const answer = await showAnswer(page);
        expect(answer).toMatch(/^\d{8}$/);
        const large = await texts(page.locator("[data-answer] > span"), 2);
        expect(large).toEqual([answer.slice(0, 4), answer.slice(4)]);
        expect(await accessibilityFaults(page)).toEqual([]);
        await screenshot(page, "authenticator-qr-answer");
        return answer;
      }),
    );
    expect(done.code, done.shown).toBe(0);
    expect(rows.length).toBeLessThanOrEqual(23);
    expect(Math.max(...rows.map((row) => row.length))).toBeLessThanOrEqual(80);
  });

  test("sshd shows it by keyboard-interactive, and a light terminal is read as well", async () => {
    const done = await ward.ssh(anna, {
      answer: byPhone(({ above }) => answerOf(above, "dark")),
      timeoutMs: 60_000,
    });
    expect([done.signedIn, done.stdout], done.lines.join("\n")).toEqual([true, "anna\n"]);
  });

  test("an answer is good once, and a wrong password is told as a wrong answer is", async () => {
    let used = "";
    const first = await login(
      byPhone(async ({ above }) => {
        used = await answerOf(above);
        return used;
      }),
    );
    expect(first.code, first.shown).toBe(0);
    const replayed = await login(byPhone(() => used));
    const mistyped = await login(byPhone(({ above }) => answerOf(above), "not the password"));
    expect([replayed.code, mistyped.code]).not.toContain(0);
    const said = ({ lines }: { lines: readonly string[] }) =>
      lines.filter((line) => blockRows([line]).length === 0);
    expect(said(replayed).at(-2)).toBe(said(mistyped).at(-2));
    expect(said(mistyped).join(" ")).toContain("password or one-time code is not right");
  });

  test("three wrong answers end a code; so does a killed agent: the answer to what was shown before is worth nothing", async () => {
    // From here on a code of its own, and no failure.
    const first = await login(byPhone(({ above }) => answerOf(above)));
    expect(first.code, first.shown).toBe(0);
    let before: string[] = [];
    const shown = async (typed: string | null) => {
      const done = await login(
        byPhone(({ above }) => {
          before = blockRows(above);
          return typed;
        }),
      );
      expect(done.code).not.toBe(0);
      return before.join("\n");
    };
    const codes = [await shown("00000000"), await shown("00000001"), await shown("00000002")];
    expect(new Set(codes).size).toBe(1);
    expect(codes[0]).not.toBe("");
    expect(codes).not.toContain(await shown(null));
    const old = await answerOf(before);
    await ward.agent.kill();
    await ward.startAgent();
    await ward.untilOffline();
    expect(codes).not.toContain(await shown(old));
    // That was the fifth failure, which locks for three seconds.
    await new Promise((resolve) => setTimeout(resolve, 3_500));
    const done = await login(byPhone(({ above }) => answerOf(above)));
    expect(done.code, done.shown).toBe(0);
  });

  test("another phone says that the code is not for it", async () => {
    const { page } = phone;
    let rows: string[] = [];
    await login(
      byPhone(({ above }) => {
        rows = blockRows(above);
        return null;
      }),
    );
    await using other = await browser.open();
    await other.page.goto(new URL(page.url()).origin);
    await setUpByPin(other.page);
    await browser.see(terminalPicture(rows, "light"));
    await other.page.getByRole("link", { name: "Scan" }).click();
    await other.page.getByText("No profile on this phone can answer this QR code.").waitFor();
    expect(await accessibilityFaults(other.page)).toEqual([]);
    await browser.see(null);
    await page.getByRole("link", { name: "Codes" }).click();
  });

  test("back on the network the audit names the factor, and no file and no log has an answer", async () => {
    let answer = "";
    const done = await login(
      byPhone(async ({ above }) => {
        answer = await answerOf(above);
        return answer;
      }),
    );
    expect(done.code, done.shown).toBe(0);
    const files = [...(await ward.stateFiles()).values()].map(({ content }) => content.toString("latin1"));
    for (const text of [...files, ward.agent.output]) expect(text).not.toContain(answer);
    await reconnect(ward);
    await expect
      .poll(async () => (await offline()).filter(({ outcome }) => outcome === "succeeded").length)
      .toBe(6);
    for (const { outcome, factors } of await offline())
      if (outcome === "succeeded") expect(factors).toEqual(["password", "qr-challenge"]);
    expect(await enterprise.administrator.brokenChains()).toEqual([]);
  });
});
