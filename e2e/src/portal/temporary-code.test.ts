import { afterAll, beforeAll, expect, test } from "vitest";
import { accessibilityFaults, screenshot } from "../../rig/browser.ts";
import { describeWhere } from "../../rig/requirements.ts";
import { Clinic, givePassword } from "./clinic.ts";

describeWhere(["chromium"], "a temporary code, as its person sees it", () => {
  let clinic: Clinic;
  beforeAll(async () => {
    clinic = await Clinic.open();
  });
  afterAll(() => clinic[Symbol.asyncDispose]());

  test("TC-23: the portal tells until when it is good and whether it was used, never the code", async () => {
    const { enterprise } = clinic;
    const settings = await enterprise.admin<{ temporaryCodes: object }>("GET", "/settings");
    await enterprise.admin("PUT", "/settings/temporary-codes", {
      temporaryCodes: { ...settings.temporaryCodes, allowed: true },
    });
    const carla = await clinic.newcomer("carla", 2);
    const { items } = await enterprise.admin<{ items: { id: string; userName: string }[] }>("GET", "/users");
    const id = items.find(({ userName }) => userName === "carla")?.id;
    const { code } = await enterprise.admin<{ code: string }>("POST", `/users/${id}/temporary-code`, {
      use: "multiple",
      lifetime: "PT8H",
      reason: "Token left at home, called back.",
    });
    const signInFromOutside = () =>
      enterprise.admin<{ status: string }>("POST", "/sign-ins", {
        attemptId: `att_${Math.random().toString(36).slice(2)}`,
        userName: "carla",
        workflow: "remote-access",
        given: [
          { factor: "password", value: carla.password },
          { factor: "totp", value: code },
        ],
      });

    await using opened = await clinic.page();
    const { page } = opened;
    await page.goto(clinic.url);
    await givePassword(page, carla);
    await page.getByRole("button", { name: "I have no code yet" }).click();
    await page.getByRole("heading", { name: /^Hello/ }).waitFor();
    await page.getByText("You have a temporary code").waitFor();
    await page.getByText("It has not been used yet.").waitFor();
    expect(await page.content()).not.toContain(code);
    expect(await accessibilityFaults(page)).toEqual([]);
    await screenshot(page, "portal-temporary-code");

    expect((await signInFromOutside()).status).toBe("succeeded");
    await page.reload();
    await page.getByText(/It was used once, last/).waitFor();
    await page.getByText(/If that was not you, tell the help desk/).waitFor();

    await enterprise.admin("PUT", "/settings/temporary-codes", { temporaryCodes: settings.temporaryCodes });
    await page.reload();
    await page.getByText("At the moment your organisation does not accept temporary codes.").waitFor();
    expect(opened.faults).toEqual([]);
  });
});
