import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Person } from "../../agent/enterprise.ts";
import { holdfast } from "../../cli/cli-rig.ts";
import {
  accessibilityFaults,
  isLoaded,
  type OpenPage,
  screenshot,
  scrollsSideways,
  showIn,
  smallTargets,
} from "../../rig/browser.ts";
import { describeWhere } from "../../rig/requirements.ts";
import { temporaryDirectory } from "../../rig/temporary-directory.ts";
import { virtualAuthenticator } from "../portal/clinic.ts";
import { addPasskey, OrderDesk } from "./order-desk.ts";

const medicine = "Morphine 5 mg i. v., every four hours, bed 7";
const title = "Morphine 5 mg for bed 7";

describeWhere(["chromium"], "a clinician signs orders", () => {
  let desk: OrderDesk;
  let ines: Person;
  let hers: OpenPage;
  let anna: OpenPage;
  let bert: OpenPage;
  beforeAll(async () => {
    desk = await OrderDesk.open();
    ines = await desk.clinician("ines", "Dr. Inês Duarte", [["password"], ["passkey"]]);
    anna = await desk.atConsole(await desk.administrator("anna", "Anna Berg"));
    bert = await desk.atConsole(await desk.administrator("bert", "Bert Holm"));
    hers = await desk.atPortal(ines);
    await virtualAuthenticator(hers.page);
  });
  afterAll(async () => {
    for (const opened of [hers, anna, bert]) await opened?.[Symbol.asyncDispose]();
    await desk?.[Symbol.asyncDispose]();
  });

  const expectUsable = async (page: Page) => {
    await isLoaded(page);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await smallTargets(page)).toEqual([]);
    expect(await scrollsSideways(page)).toBe(false);
  };
  const panelAt = async ({ page }: OpenPage) => {
    await page.goto(`${desk.console}/users/${ines.userId}`);
    const panel = page.getByRole("region", { name: "Identity proofing" });
    await panel.waitFor();
    return panel;
  };
  /** Password and passkey, as the page asks for them. */
  const signHere = async (page: Page, password = ines.password) => {
    await page.getByRole("button", { name: "Sign this order" }).click();
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Use a passkey" }).click();
  };

  test("TC-33: nobody signs whose identity is not proofed, by two administrators, with the passkey that signs", async () => {
    expect((await desk.ask(ines, medicine, title)).body.detail).toContain("no-passkey");
    const none = await panelAt(anna);
    await none.getByText("has no passkey at the portal yet").waitFor();
    expect(await none.getByRole("button", { name: "Record proofing" }).count()).toBe(0);
    await addPasskey(hers.page, desk.portal);
    const refused = await desk.ask(ines, medicine, title);
    expect([refused.status, refused.body.detail]).toEqual([409, expect.stringContaining("not-proofed")]);

    const annas = await panelAt(anna);
    await annas.getByRole("button", { name: "Record proofing" }).click();
    const dialog = anna.page.getByRole("dialog");
    await dialog.getByLabel("Evidence 1", { exact: true }).fill("Employee card");
    await dialog.getByLabel("Strength of evidence 1").selectOption("fair");
    await dialog.getByRole("checkbox").check();
    await dialog.getByRole("button", { name: "Record" }).click();
    await dialog.getByText("This evidence is too little").first().waitFor();
    await dialog.getByLabel("Evidence 1", { exact: true }).fill("Passport, its chip read");
    await dialog.getByLabel("Strength of evidence 1").selectOption("superior");
    await screenshot(anna.page, "proofing-record");
    await expectUsable(anna.page);
    await dialog.getByRole("button", { name: "Record" }).click();
    await annas.getByText("Waits for a second administrator").waitFor();
    await annas.getByText("You recorded this proofing yourself").waitFor();
    expect(await annas.getByRole("button", { name: "Confirm" }).count()).toBe(0);
    expect((await desk.ask(ines, medicine, title)).body.detail).toContain("proofing-unconfirmed");

    const berts = await panelAt(bert);
    await berts.getByText("by anna").waitFor();
    await berts.getByRole("button", { name: "Confirm" }).click();
    await bert.page.getByRole("dialog").getByText("anna recorded: Passport, its chip read").waitFor();
    await bert.page.getByRole("dialog").getByRole("button", { name: "Confirm" }).click();
    await berts.getByText("Proofed", { exact: true }).waitFor();
    await berts.scrollIntoViewIfNeeded();
    await screenshot(bert.page, "proofing-confirmed");
    await expectUsable(bert.page);
  });

  test("the order is read and signed by two fresh factors; anybody verifies the statement without the server", async () => {
    const { page } = hers;
    const asked = await desk.ask(ines, medicine, title);
    expect(asked.status).toBe(201);
    const { id = "", url = "" } = asked.body;
    await page.goto(desk.portal);
    await page.getByRole("list", { name: "Orders to sign" }).getByText(title).waitFor();

    // The link leads somebody who is not signed in to the sign-in, and back.
    await page.getByRole("button", { name: "Dr. Inês Duarte" }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.goto(url);
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.getByLabel("User name").fill("ines");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Use a passkey" }).click();
    await page.getByRole("heading", { level: 1, name: "Sign an order" }).waitFor();
    await page.getByText(title).waitFor();
    await page.getByText("Order entry asks for your signature").waitFor();
    await expectUsable(page);
    await screenshot(page, "order-to-sign");
    await showIn(page, "dark");
    await page.setViewportSize({ width: 360, height: 740 });
    await expectUsable(page);
    await screenshot(page, "order-to-sign-phone");
    await page.setViewportSize({ width: 1280, height: 820 });
    await showIn(page, "light");

    await signHere(page, "not her password");
    await expect.poll(() => page.getByRole("alert").innerText()).toMatch(/not right/);
    await signHere(page);
    await page.getByText("Your signature is kept").waitFor();
    await screenshot(page, "order-signed");
    await expectUsable(page);

    const { body } = await desk.application("GET", `/signings/${id}`);
    expect(body.status).toBe("signed");
    await using directory = await temporaryDirectory("signing");
    const file = (name: string) => join(directory.path, name);
    const keys = await desk.enterprise.site.server.app.inject({ url: "/.well-known/holdfast-signing-keys" });
    await writeFile(file("keys.json"), keys.body);
    await writeFile(file("order.jws"), `${body.statement}\n`);
    await writeFile(file("order.txt"), medicine);
    await writeFile(file("other.txt"), `${medicine}!`);
    const verify = (document: string, statement = "order.jws") =>
      holdfast(directory.path, [
        ...["verify-signing", file(statement), "--keys", file("keys.json")],
        ...["--document", file(document), "--json"],
      ]);
    const good = await verify("order.txt");
    expect([good.err, JSON.parse(good.out)]).toMatchObject([
      "",
      {
        verified: true,
        documentIsTheSame: true,
        origin: new URL(desk.portal).origin,
        statement: { order: { signer: { userName: "ines" }, document: { title } } },
      },
    ]);
    expect((await verify("other.txt")).status).toBe(1);
    const changed = (body.statement ?? "").split(".");
    const payload = JSON.parse(Buffer.from(changed[1] ?? "", "base64url").toString());
    payload.order.document.title = "Morphine 50 mg for bed 7";
    changed[1] = Buffer.from(JSON.stringify(payload)).toString("base64url");
    await writeFile(file("changed.jws"), changed.join("."));
    const forged = await verify("order.txt", "changed.jws");
    expect([forged.status, `${forged.out}${forged.err}`]).toEqual([
      1,
      expect.stringContaining("signature-invalid"),
    ]);

    await anna.page.goto(`${desk.console}/users/${ines.userId}?tab=audit`);
    await anna.page.getByRole("button", { name: "Statement" }).first().click();
    await anna.page
      .getByRole("dialog")
      .getByText(body.statement ?? "")
      .waitFor();
    await screenshot(anna.page, "signed-order-statement");
    const { items } = await desk.enterprise.admin<{ items: { detail: { statement: string } }[] }>(
      "GET",
      `/audit?userId=${ines.userId}&type=order-signed`,
    );
    expect(items.map(({ detail }) => detail.statement)).toEqual([body.statement]);
    // But for the wrong password, whose answer Chromium reports.
    expect(hers.faults.filter((fault) => !/status of 403/.test(fault))).toEqual([]);
  });

  test("the demo's application has an order signed, and verifies it by itself", async () => {
    const entry = await desk.orderEntry();
    try {
      const { page } = hers;
      await page.goto(entry.url);
      await page.getByLabel("Order").fill(`${title}\nevery <b>four</b> hours`);
      await page.getByLabel("Signed by").fill("ines");
      await page.getByRole("button", { name: "Have it signed" }).click();
      await page.getByRole("heading", { name: "Waits for a signature" }).waitFor();
      const waits = page.url();
      const link = page.getByRole("link", { name: "ines signs it at the portal" });
      await page.goto((await link.getAttribute("href")) ?? "");
      await signHere(page);
      await page.getByText("Your signature is kept").waitFor();
      await page.goto(waits);
      await page.getByRole("heading", { name: "Signed, and verified here" }).waitFor();
      await page.getByText("every <b>four</b> hours").waitFor();
      const foreign = {
        method: "POST",
        headers: { origin: "http://evil.test" },
        body: "text=x&userName=ines",
      };
      expect((await fetch(`${entry.url}/orders`, foreign)).status).toBe(403);
    } finally {
      await entry.stop();
    }
  });

  test("an order can be declined, and the application hears it", async () => {
    const { page } = hers;
    const { body } = await desk.ask(ines, "Something else", "Something else");
    await page.goto(body.url ?? "");
    await page.getByRole("button", { name: "Decline" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Decline" }).click();
    await page.getByText("There is nothing to sign here any more").waitFor();
    expect((await desk.application("GET", `/signings/${body.id}`)).body.status).toBe("declined");
  });

  test("TC-9: a live temporary code signs nothing, though it signs in to a computer", async () => {
    const omar = await desk.clinician("omar", "Dr. Omar Haddad", [["hotp"], ["passkey"]]);
    const { enterprise } = desk;
    await enterprise.admin("PUT", "/settings/temporary-codes", {
      temporaryCodes: {
        allowed: true,
        longest: "P1D",
        onceOnly: false,
        length: 10,
        alphabet: "letters-and-digits",
      },
    });
    await using opened = await desk.atPortal(omar);
    const { page } = opened;
    await virtualAuthenticator(page);
    await addPasskey(page, desk.portal);
    for (const [who, panelOf] of [
      [anna, "Record"],
      [bert, "Confirm"],
    ] as const) {
      await who.page.goto(`${desk.console}/users/${omar.userId}`);
      const panel = who.page.getByRole("region", { name: "Identity proofing" });
      await panel.getByRole("button", { name: panelOf }).click();
      const dialog = who.page.getByRole("dialog");
      if (panelOf === "Record") {
        await dialog.getByLabel("Evidence 1", { exact: true }).fill("Passport");
        await dialog.getByLabel("Strength of evidence 1").selectOption("superior");
        await dialog.getByRole("checkbox").check();
      }
      await dialog.getByRole("button", { name: panelOf }).click();
      await dialog.waitFor({ state: "detached" });
    }
    // After his usual factor signed in, which would end it (TC-7).
    const { code } = await enterprise.admin<{ code: string }>(
      "POST",
      `/users/${omar.userId}/temporary-code`,
      {
        use: "multiple",
        lifetime: "PT8H",
        reason: "Forgot the key fob",
      },
    );
    const { body } = await desk.ask(omar, medicine, title);
    await page.goto(body.url ?? "");
    const signWith = async (typed: string) => {
      await page.getByRole("button", { name: "Sign this order" }).click();
      await page.getByLabel("One-time code").fill(typed);
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Use a passkey" }).click();
    };
    await signWith(code);
    await expect.poll(() => page.getByRole("alert").innerText()).toMatch(/not right/);
    expect((await desk.application("GET", `/signings/${body.id}`)).body.status).toBe("pending");
    const { items } = await enterprise.admin<{ items: { reason: string }[] }>(
      "GET",
      `/audit?userId=${omar.userId}&type=sign-in`,
    );
    expect(items.map(({ reason }) => reason)).toContain("workflow-not-allowed");
    await signWith(omar.press());
    await page.getByText("Your signature is kept").waitFor();
  });

  test("TC-33: with the passkey goes the proofing, and the next passkey signs nothing until proofed anew", async () => {
    const { page } = hers;
    const { body } = await desk.ask(ines, medicine, title);
    const { items } = await desk.enterprise.admin<{ items: { id: string; kind: string }[] }>(
      "GET",
      `/users/${ines.userId}/authenticators`,
    );
    const passkey = items.find(({ kind }) => kind === "passkey");
    await page.goto(`${desk.portal}/methods`);
    await page.getByRole("button", { name: /^Remove Passkey/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await expect
      .poll(async () => {
        const list = await desk.enterprise.admin<{ items: { id: string }[] }>(
          "GET",
          `/users/${ines.userId}/authenticators`,
        );
        return list.items.some(({ id }) => id === passkey?.id);
      })
      .toBe(false);
    await addPasskey(page, desk.portal);
    await page.goto(body.url ?? "");
    await page.getByText("You cannot sign this yet").waitFor();
    await page.getByText("Your identity proofing has ended").waitFor();
    await screenshot(page, "order-not-proofed");
    const panel = await panelAt(anna);
    await panel.getByText("Lost: needed again before signing").waitFor();
    await panel.getByText("a passkey that it vouched for was removed").waitFor();
    expect(await page.getByRole("button", { name: "Sign this order" }).count()).toBe(0);
  });
});
