import { afterAll, beforeAll, expect, test } from "vitest";

import { accessibilityFaults, type RunningBrowser, screenshot, startBrowser } from "../../rig/browser.ts";
import { freePort } from "../../rig/ports.ts";
import type { RadiusClient } from "../../rig/radius-client.ts";
import { describeWhere } from "../../rig/requirements.ts";
import { authenticatorApp } from "../console/hospital.ts";
import { givePassword } from "../portal/clinic.ts";
import { RemoteAccess, remoteAccessNeeds } from "./remote-access.ts";

/** "How do I enroll a remote person securely?": the VPN, the portal, the VPN again. */
describeWhere([...remoteAccessNeeds, "chromium"], "enrolling from outside, by the VPN and the portal", () => {
  let remote: RemoteAccess;
  let gateway: RadiusClient;
  let browser: RunningBrowser;
  let portal: string;

  beforeAll(async () => {
    const port = await freePort();
    portal = `https://localhost:${port}`;
    remote = await RemoteAccess.create({
      portal: { listen: { host: "127.0.0.1", port }, url: null, files: null },
    });
    await remote.rig.json(["policies", "add", "From home", "enrolment.remoteByPassword=false"]);
    await remote.rig.json(["temporary-codes", "settings", "--allow"]);
    await remote.reconfigure();
    gateway = await remote.gateway();
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await remote?.[Symbol.asyncDispose]();
  });

  const newcomer = async (userName: string, policy: string) => {
    const person = { userName, password: `password of ${userName}` };
    const words = ["users", "add", userName, "--password-stdin", "--policy", policy];
    await remote.rig.json(words, { input: `${person.password}\n` });
    return person;
  };
  async function atTheVpn({ userName, password }: { userName: string; password: string }, code: string) {
    const asked = await gateway.ask({ userName, password });
    expect(asked.verdict).toBe("challenge");
    return gateway.ask({ userName, password: code, state: asked.state as Buffer });
  }
  /** From the name to the first page of the portal; `typed`: a code, or nothing for who says that he has none. */
  async function enrolsAnApp(person: { userName: string; password: string }, typed: string | null) {
    await using opened = await browser.open();
    const { page } = opened;
    await page.goto(portal);
    await givePassword(page, person);
    if (typed === null) await page.getByRole("button", { name: "I have no code yet" }).click();
    else {
      await page.getByLabel("One-time code").fill(typed);
      await page.keyboard.press("Enter");
    }
    await page.getByRole("heading", { name: "One more way to sign in" }).waitFor();
    await page.getByRole("button", { name: "Add an authenticator app (TOTP)" }).click();
    await page.getByRole("img", { name: "QR code for your authenticator app" }).waitFor();
    let stepsAhead = 0;
    const app = authenticatorApp(
      (await page.locator("code").first().innerText()).trim(),
      () => Date.now() + 30_000 * stepsAhead,
    );
    const first = page.getByLabel("The code that the app shows");
    await first.fill(app());
    await first.press("Enter");
    await page.getByRole("heading", { name: /^Hello/ }).waitFor();
    expect(opened.faults).toEqual([]);
    // The code of the step that was used is used up; the next one is good already, the clock being a step off.
    return () => {
      stepsAhead = 1;
      return app();
    };
  }

  test("TC-43: told the portal's address, the person sets up an app there by the password, and is in", async () => {
    const nora = await newcomer("nora", "Default");
    const told = await atTheVpn(nora, "000000");
    expect(told).toMatchObject({
      verdict: "reject",
      message: expect.stringContaining(`Set it up at ${portal}`),
    });
    const next = await enrolsAnApp(nora, null);
    expect(await atTheVpn(nora, next())).toMatchObject({ verdict: "accept" });
  });

  test("TC-44: under a stricter policy by a temporary code, which ends with it", async () => {
    const omar = await newcomer("omar", "From home");
    expect(await atTheVpn(omar, "000000")).toMatchObject({
      verdict: "reject",
      message: expect.stringContaining("Ask your help desk for a temporary code"),
    });
    await using opened = await browser.open();
    const { page } = opened;
    await page.goto(portal);
    await givePassword(page, omar);
    await page.getByText("Type the temporary code that your help desk gave you").waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await screenshot(page, "portal-enrol-by-code");
    await page.getByRole("button", { name: "I have no code yet" }).click();
    await page.getByText("Ask your help desk for a temporary code for remote access.").waitFor();
    await page.getByLabel("User name").waitFor();

    const words = ["temporary-codes", "generate", "omar", "--for", "PT8H", "--use", "multiple"];
    const { code } = await remote.rig.json([...words, "--reason", "Rang from home, called back"]);
    const in1 = await atTheVpn(omar, code);
    expect(in1).toMatchObject({
      verdict: "accept",
      message: `You are in by a temporary code. Set up a second factor at ${portal}.`,
    });
    const next = await enrolsAnApp(omar, code);
    expect(await atTheVpn(omar, next())).toMatchObject({ verdict: "accept" });
    expect(await atTheVpn(omar, code), "TC-6").toMatchObject({ verdict: "reject" });
    const { items } = await remote.rig.json(["audit", "list", "--user", "omar"]);
    const last = items.find(({ type }: { type: string }) => type === "sign-in");
    expect(last).toMatchObject({ outcome: "refused", reason: "method-enrolled" });
  });
});
