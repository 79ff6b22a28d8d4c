import { randomBytes } from "node:crypto";
import { encodeBase32 } from "@holdfast/core/oath/base32";
import { readDeviceId } from "@holdfast/core/registration/device-id";
import { buildRegistrationLink, type OfflineLink } from "@holdfast/core/registration/link";
import { offlineKey, offlineSecret } from "@holdfast/core/registration/offline-keys";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { accessibilityFaults, screenshot, scrollsSideways, showIn, smallTargets } from "../../rig/browser.ts";
import { phoneBiometric } from "../../rig/fake-camera.ts";
import { oathtoolCodes } from "../../rig/oathtool.ts";
import { describeWhere } from "../../rig/requirements.ts";
import {
  Handset,
  handsetPin,
  keptOnPhone,
  paste,
  scan,
  setUpByPin,
  shownCode,
  unlockByPin,
} from "./handset.ts";

const secret = new Uint8Array(randomBytes(20));
const totpUri = (account: string, key = secret) =>
  `otpauth://totp/Clinic:${account}?secret=${encodeBase32(key)}&issuer=Clinic&algorithm=SHA1&digits=6&period=30`;
const hotpUri = (account: string, key: Uint8Array, counter: number) =>
  `otpauth://hotp/Clinic:${account}?secret=${encodeBase32(key)}&issuer=Clinic&algorithm=SHA256&digits=8&counter=${counter}`;

/** What oathtool says for the step of now, or of the one that ended meanwhile. */
async function expectCodeOfNow(page: Page, account: string, key: Uint8Array): Promise<void> {
  await expect
    .poll(
      async () => {
        const code = await shownCode(page, account);
        const step = Math.floor(Date.now() / 30_000);
        return oathtoolCodes({ secret: key }, step, 1)[0] === code;
      },
      { timeout: 10_000 },
    )
    .toBe(true);
}

describeWhere(["chromium", "oathtool"], "the authenticator app", () => {
  let handset: Handset;
  beforeAll(async () => {
    handset = await Handset.start();
  });
  afterAll(() => handset[Symbol.asyncDispose]());

  test("scans any otpauth code and shows its codes as oathtool does, by time and by event (OTP-33)", async () => {
    await using opened = await handset.ready();
    const { page } = opened;
    await scan(handset, page, totpUri("alma"));
    await page.getByRole("heading", { name: "Add these codes?" }).waitFor();
    await add(page);
    await expectCodeOfNow(page, "alma", secret);
    // Whichever of the two was shown as it was pressed: a step may end at any time.
    const before = await shownCode(page, "alma");
    await page.getByRole("button", { name: /the code of alma/ }).click();
    await page.getByText("The code of alma is copied.").waitFor();
    const shown = [before, await shownCode(page, "alma")];
    expect(shown).toContain(await page.evaluate(() => navigator.clipboard.readText()));

    const event = new Uint8Array(randomBytes(32));
    await scan(handset, page, hotpUri("bruno", event, 41));
    await add(page);
    const next = page
      .getByRole("listitem")
      .filter({ hasText: "bruno" })
      .getByRole("button", { name: "Next code" });
    const expected = oathtoolCodes({ secret: event, digits: 8, algorithm: "SHA256" }, 41, 3);
    await next.click();
    await page.getByText("No. 42").waitFor();
    expect(await shownCode(page, "bruno")).toBe(expected[0]);
    await next.click();
    await page.getByText("No. 43").waitFor();
    expect(await shownCode(page, "bruno")).toBe(expected[1]);
    // Used is used, whatever happens to the app in between (RFC 4226 §7.2).
    await page.reload();
    await unlockByPin(page);
    await next.click();
    await page.getByText("No. 44").waitFor();
    expect(await shownCode(page, "bruno")).toBe(expected[2]);

    await paste(page, totpUri("alma-again"));
    await page.getByRole("heading", { name: "This one is here already" }).waitFor();
    expect(opened.faults).toEqual([]);
  });

  test("open twice, it shows no code by event twice; locked anew in one window, the other asks again", async () => {
    await using opened = await handset.ready();
    const { page, context } = opened;
    await paste(page, hotpUri("nils", new Uint8Array(randomBytes(32)), 0));
    await add(page);
    const other = await context.newPage();
    await other.goto(handset.url);
    await unlockByPin(other);
    const windows = [page, other];
    const seen: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      await Promise.all(windows.map((one) => one.getByRole("button", { name: "Next code" }).click()));
      for (const one of windows) {
        await expect.poll(() => shownCode(one, "nils").then((code) => seen.includes(code))).toBe(false);
        seen.push(await shownCode(one, "nils"));
      }
    }
    expect(new Set(seen).size).toBe(6);
    // Of two windows Chromium draws the one that is behind once a second.
    await page.bringToFront();
    await page.getByRole("link", { name: "Settings" }).click();
    await page.getByRole("button", { name: /Change to fingerprint/ }).click();
    await page.getByLabel("New PIN").fill("5091734");
    await page.getByLabel("The same again").fill("5091734");
    await page.getByRole("button", { name: "Use this PIN" }).click();
    await page.getByRole("dialog").getByLabel("PIN").fill(handsetPin);
    await page.keyboard.press("Enter");
    await page.getByText("The new PIN locks the app.").waitFor();
    await other.bringToFront();
    await unlockByPin(other);
    await other.getByText("This PIN is wrong.").waitFor();
    await other.getByRole("button", { name: "Unlock" }).and(other.locator(":enabled")).waitFor();
    await unlockByPin(other, "5091734");
    await other.getByRole("button", { name: "Next code" }).waitFor();
  });

  test("by keyboard alone, from the first start to a code", async () => {
    await using opened = await handset.open();
    const { page } = opened;
    const tabTo = async (name: string | RegExp) => {
      for (let step = 0; step < 40; step += 1) {
        await page.keyboard.press("Tab");
        const focused = await page.evaluate(() => {
          const { activeElement: element } = document;
          const label = element instanceof HTMLInputElement ? element.labels?.[0]?.innerText : null;
          return (label ?? element?.getAttribute("aria-label") ?? element?.textContent ?? "").trim();
        });
        if (typeof name === "string" ? focused === name : name.test(focused)) return;
      }
      throw new Error(`${name} is not reached by Tab`);
    };
    await tabTo("Use a PIN");
    await page.keyboard.press("Enter");
    await tabTo("New PIN");
    await page.keyboard.type(handsetPin);
    await tabTo("The same again");
    await page.keyboard.type(handsetPin);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Add your first profile" }).waitFor();
    await tabTo("Scan a QR code");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Scan a QR code" }).waitFor();
    await tabTo("Without the camera");
    await page.keyboard.press("Enter");
    await tabTo("Link from the page");
    await page.keyboard.type(totpUri("olga"));
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Add these codes?" }).waitFor();
    await tabTo("Add");
    await page.keyboard.press("Enter");
    await expectCodeOfNow(page, "olga", secret);
    await tabTo(/the code of olga/);
    await page.keyboard.press("Enter");
    await page.getByText("The code of olga is copied.").waitFor();
  });

  test("keeps nothing readable on the phone, and gives no secret out", async () => {
    await using opened = await handset.ready();
    const { page } = opened;
    await paste(page, totpUri("dora"));
    await add(page);
    await page.getByRole("listitem").filter({ hasText: "dora" }).waitFor();
    const stored = await page.evaluate(async () => {
      const database = await new Promise<IDBDatabase>((resolve) => {
        const request = indexedDB.open("holdfast-authenticator");
        request.onsuccess = () => resolve(request.result);
      });
      const values = await new Promise<unknown[]>((resolve) => {
        const request = database.transaction("records").objectStore("records").getAll();
        request.onsuccess = () => resolve(request.result);
      });
      database.close();
      const readable = (value: unknown): string =>
        value instanceof ArrayBuffer || ArrayBuffer.isView(value)
          ? String.fromCharCode(...new Uint8Array(value instanceof ArrayBuffer ? value : value.buffer))
          : value instanceof CryptoKey
            ? `a key, ${value.extractable}`
            : typeof value === "object" && value !== null
              ? Object.values(value).map(readable).join("|")
              : String(value);
      return values.map(readable).join("\n");
    });
    expect(stored).not.toMatch(/dora|Clinic|secret/);
    expect(stored).not.toContain(handsetPin);
    expect(stored).not.toContain(Buffer.from(secret).toString("latin1"));
    expect(stored).not.toContain(Buffer.from(secret).toString("base64url"));
    await page.getByRole("button", { name: /about this profile/ }).click();
    await page.getByRole("button", { name: "Remove from this phone" }).waitFor();
    const text = await page.locator("body").innerText();
    expect(text).not.toContain(encodeBase32(secret));
    expect(text).not.toContain(Buffer.from(secret).toString("base64url"));
  });

  test("a wrong PIN waits, longer each time, also after the app was started anew", async () => {
    await using opened = await handset.ready();
    const { page } = opened;
    await page.getByRole("button", { name: "Lock", exact: true }).click();
    for (let tried = 1; tried <= 2; tried += 1) {
      await unlockByPin(page, "918273");
      await page.getByText("This PIN is wrong.").waitFor();
      await page.getByRole("button", { name: "Unlock" }).and(page.locator(":enabled")).waitFor();
    }
    await unlockByPin(page, "918273");
    await page.getByText("You can try again in").waitFor();
    await page.clock.install();
    await page.reload();
    await page.getByText("You can try again in").waitFor();
    await page.getByRole("button", { name: "Unlock" }).and(page.locator(":disabled")).waitFor();
    await page.clock.fastForward(15_000);
    await page.getByRole("button", { name: "Unlock" }).and(page.locator(":enabled")).waitFor();
    await unlockByPin(page);
    await page.getByRole("heading", { name: "Add your first profile" }).waitFor();
    await page.getByText("3 wrong PINs since the app was last unlocked.").waitFor();
  });

  test("PINs that everybody tries first are not taken", async () => {
    await using opened = await handset.open();
    const { page } = opened;
    await page.getByRole("button", { name: "Use a PIN" }).click();
    for (const [pin, why] of [
      ["1234", "at least 6 digits"],
      ["123456", "follow each other too evenly"],
      ["111111", "follow each other too evenly"],
    ] as const) {
      await page.getByLabel("New PIN").fill(pin);
      await page.getByLabel("The same again").fill(pin);
      await page.getByRole("button", { name: "Lock with this PIN" }).click();
      await page.getByText(why, { exact: false }).last().waitFor();
    }
  });

  test("the phone's biometric opens the app by its own secret, and never without verifying its user", async () => {
    await using opened = await handset.browser.open();
    const { page } = opened;
    const biometric = await phoneBiometric(page);
    await page.goto(handset.url);
    await page.getByRole("button", { name: "Use fingerprint or face" }).click();
    await page.getByRole("heading", { name: "Add your first profile" }).waitFor();
    await paste(page, totpUri("fay"));
    await add(page);
    await expectCodeOfNow(page, "fay", secret);

    const unlock = page.getByRole("button", { name: "Unlock with fingerprint or face" });
    await page.getByRole("button", { name: "Lock", exact: true }).click();
    await unlock.waitFor();
    expect(await page.locator("[data-code]").count()).toBe(0);
    await unlock.click();
    await expectCodeOfNow(page, "fay", secret);
    await page.getByRole("button", { name: "Lock", exact: true }).click();
    // The sensor tries this finger until it is blocked for good, as real ones do.
    await biometric.verifies(false);
    await unlock.click();
    await page.getByText("The phone did not confirm that it is you.").waitFor();
    expect(await page.locator("[data-code]").count()).toBe(0);
    // Another sensor knows nothing of this app's key, even where it verifies its user.
    await biometric.remove();
    await phoneBiometric(page);
    // Without what the last try left on the screen.
    await page.reload();
    await unlock.click();
    await page.getByText("The phone did not confirm that it is you.").waitFor();
    expect(await page.locator("[data-code]").count()).toBe(0);
  });

  test("a phone that does not verify its user gets no lock by biometric", async () => {
    await using opened = await handset.browser.open();
    const { page } = opened;
    await phoneBiometric(page, { verifies: false });
    await page.goto(handset.url);
    await page.getByRole("button", { name: "Use fingerprint or face" }).click();
    await page.getByText("The phone did not confirm that it is you.").waitFor();
    await setUpByPin(page);
  });

  test("a biometric that keeps no secrets is told from one that does", async () => {
    await using opened = await handset.browser.open();
    const { page } = opened;
    await phoneBiometric(page, { prf: false });
    await page.goto(handset.url);
    await page.getByRole("button", { name: "Use fingerprint or face" }).click();
    await page.getByText("cannot keep the app’s key. Use a PIN instead.").waitFor();
    await setUpByPin(page);
  });

  test("locks by itself, untouched or out of sight", async () => {
    await using opened = await handset.browser.open();
    const { page } = opened;
    await page.clock.install();
    await page.goto(handset.url);
    await page.clock.runFor(1_000);
    await setUpByPin(page);
    await page.clock.runFor(100_000);
    await page.getByRole("heading", { name: "Add your first profile" }).waitFor();
    await page.clock.runFor(30_000);
    await page.getByRole("heading", { name: "Locked" }).waitFor();

    await unlockByPin(page);
    await page.getByRole("heading", { name: "Add your first profile" }).waitFor();
    await page.evaluate(() => {
      Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    });
    await page.clock.runFor(35_000);
    await page.getByRole("heading", { name: "Locked" }).waitFor();
  });

  test("storage that the browser cleared is explained, with the way back; deleting everything is not", async () => {
    await using opened = await handset.ready();
    const { page } = opened;
    await paste(page, totpUri("hana"));
    await add(page);
    await page.getByRole("listitem").waitFor();
    await page.evaluate(
      () =>
        new Promise((resolve) => (indexedDB.deleteDatabase("holdfast-authenticator").onsuccess = resolve)),
    );
    await page.reload();
    await page.getByRole("heading", { name: "This phone’s storage was cleared" }).waitFor();
    await page.getByText("One profile was kept here since").waitFor();
    await page.getByText("Rescan Device").first().waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await screenshot(page, "authenticator-storage-cleared");

    await setUpByPin(page);
    await page.getByRole("link", { name: "Settings" }).click();
    await page.getByRole("button", { name: "Delete everything" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete everything" }).click();
    await page.getByRole("heading", { name: "Sign in with this phone" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Sign in with this phone" }).waitFor();
  });

  test("what is no registration is told for what it is", async () => {
    await using opened = await handset.ready();
    const { page } = opened;
    const link = buildRegistrationLink(offlineLink(handset.url));
    const online = {
      kind: "online",
      origin: handset.url,
      registrationId: "reg_1",
      enterprise: "Clinic",
      account: "ivo",
      token: randomBytes(32).toString("base64url"),
      purpose: "new",
      phoneId: null,
    } as const;
    const hourMs = 3_600_000;
    const expired = buildRegistrationLink({ ...online, expiresAtMs: Date.now() - 25 * hourMs });
    for (const [given, says] of [
      ["https://evil.example/add", "This is a web address, not a registration."],
      [link.slice(0, -9), "This registration is incomplete, or was changed on its way."],
      [
        link.replace(handset.url, "https://authenticator.elsewhere.example"),
        "is for the app at authenticator.elsewhere.example",
      ],
      [expired, "This QR code has expired."],
      ["WIFI:S:ward;T:WPA;P:x;;", "This is the code of a wireless network"],
      ["otpauth-migration://offline?data=x", "This is the export of another app"],
      ["otpauth://totp/x?secret=AAAA", "shorter than RFC 4226 allows"],
      ["hello", "This is no registration and no challenge."],
    ] as const) {
      await paste(page, given);
      await page.getByText(says).waitFor();
      await page.getByRole("button", { name: "Cancel" }).click();
    }
    // By a clock that is hours off a good code looks expired: its server judges that.
    await paste(page, buildRegistrationLink({ ...online, expiresAtMs: Date.now() - 3 * hourMs }));
    await page.getByRole("heading", { name: "Register this phone?" }).waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    // Bytes that are neither text nor a challenge, by the camera.
    await scan(handset, page, Uint8Array.of(200, 1, 2, 3, 4, 250));
    await page.getByText("This code holds data that this app does not know.").waitFor();
    await scan(handset, page, "https://evil.example/add#offline.e30");
    await page.getByRole("heading", { name: "That was something else" }).waitFor();
    expect(opened.faults).toEqual([]);
  });

  test("REG-2: an offline code gives a Device ID out of which the server makes the same keys; scanned again, the same", async () => {
    await using opened = await handset.ready();
    const { page } = opened;
    const link = offlineLink(handset.url);
    await scan(handset, page, buildRegistrationLink(link));
    await page.getByRole("heading", { name: "Add this profile?" }).waitFor();
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByRole("heading", { name: "One step is left" }).waitFor();
    const typed = await page
      .locator("code")
      .filter({ hasText: /^[0-9A-Z]{4}-/ })
      .innerText();
    expect(typed).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
    expect(await accessibilityFaults(page)).toEqual([]);
    await screenshot(page, "authenticator-device-id");
    const read = readDeviceId(link.seed, link.registrationId, typed);
    if (read.kind !== "ok") throw new Error(read.reason);
    await page.getByRole("button", { name: "Done" }).click();
    const card = page.getByRole("listitem").filter({ hasText: "jo@clinic" });
    await card.getByRole("button", { name: "Next code" }).click();
    await page.getByText("No. 1", { exact: true }).waitFor();
    const secret = await offlineSecret(link.seed, link.registrationId, read.drawn);
    const byTime = offlineKey(secret, "totp", "SHA-1");
    const byEvent = offlineKey(secret, "hotp", "SHA-1");
    const shown = () => card.locator("[data-code]").evaluateAll((all) => all.map((one) => one.dataset.code));
    await expect
      .poll(
        async () => {
          const [first] = oathtoolCodes({ secret: byTime }, Math.floor(Date.now() / 30_000), 1);
          return (await shown())[0] === first;
        },
        { timeout: 10_000 },
      )
      .toBe(true);
    expect((await shown())[1]).toBe(oathtoolCodes({ secret: byEvent }, 0, 1)[0]);

    await paste(page, buildRegistrationLink(link));
    await page.getByRole("heading", { name: "This code was scanned before" }).waitFor();
    await page.getByRole("button", { name: "Show its Device ID" }).click();
    await page.getByText(typed).waitFor();
  });

  test("an older browser without X25519 registers without the answers that need it, and says so", async () => {
    await using opened = await handset.ready();
    const { page } = opened;
    await page.evaluate(() => {
      const { importKey } = crypto.subtle;
      crypto.subtle.importKey = function (this: SubtleCrypto, ...given: Parameters<typeof importKey>) {
        return (given[2] as Algorithm).name === "X25519"
          ? Promise.reject(new DOMException("", "NotSupportedError"))
          : importKey.apply(this, given);
      } as typeof importKey;
    });
    await paste(page, buildRegistrationLink(offlineLink(handset.url)));
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByText("too old to answer endpoints that have no network").waitFor();
    await page.getByRole("button", { name: "Next code" }).waitFor();
    await page.getByRole("button", { name: /about this profile/ }).click();
    await page.getByText("show codes that change with time, and show a code at each press").waitFor();
  });

  test("a registration that the phone's own camera opens waits for the app to be unlocked, and leaves the address", async () => {
    await using opened = await handset.ready();
    const { page } = opened;
    await page.goto("about:blank");
    await page.goto(buildRegistrationLink(offlineLink(handset.url)));
    await page.getByRole("heading", { name: "Locked" }).waitFor();
    await expect.poll(() => new URL(page.url()).hash).toBe("");
    await unlockByPin(page);
    await page.getByRole("heading", { name: "Add this profile?" }).waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("heading", { name: "Add your first profile" }).waitFor();
    expect(await page.getByRole("listitem").count()).toBe(0);
  });

  test("can be put on the home screen", async () => {
    await using opened = await handset.open();
    const { page, context } = opened;
    await keptOnPhone(page);
    const developer = await context.newCDPSession(page);
    // A test's browser profile counts as a private window, where nothing is installed.
    await expect
      .poll(async () => {
        const { installabilityErrors } = await developer.send("Page.getInstallabilityErrors");
        return installabilityErrors.map(({ errorId }) => errorId);
      })
      .toEqual(["in-incognito"]);
    expect((await developer.send("Page.getAppManifest")).errors).toEqual([]);
  });

  test("every screen is for gloves, a dark ward, a keyboard and a screen reader", {
    timeout: 240_000,
  }, async () => {
    await using opened = await handset.open();
    const { page } = opened;
    /** By something that only this screen has. */
    const look = async (name: string, by: Locator) => {
      await by.waitFor();
      for (const scheme of ["light", "dark"] as const) {
        await showIn(page, scheme);
        expect([name, scheme, await accessibilityFaults(page)]).toEqual([name, scheme, []]);
      }
      expect([name, await scrollsSideways(page), await smallTargets(page)]).toEqual([name, false, []]);
      expect([name, await lowTargets(page)]).toEqual([name, []]);
      const tooWide = await page.locator("main").evaluate((main) => main.scrollWidth - main.clientWidth);
      expect([name, tooWide]).toEqual([name, 0]);
      if (name === "codes" || name === "locked") await screenshot(page, `authenticator-${name}-dark`);
      await showIn(page, "light");
      await screenshot(page, `authenticator-${name}`);
    };
    await look("welcome", page.getByRole("button", { name: "Use a PIN" }));
    await page.getByRole("button", { name: "Use a PIN" }).click();
    await look("new-pin", page.getByLabel("New PIN"));
    await page.getByRole("button", { name: "Back" }).click();
    await setUpByPin(page);
    await look("first-profile", page.getByRole("heading", { name: "Add your first profile" }));
    for (const account of [
      "ada@clinic.example",
      "on-call-cardiology-registrar@st-elsewhere.hospital.example",
      "bo",
    ]) {
      await paste(page, totpUri(account, new Uint8Array(randomBytes(20))));
      await look("add-codes", page.getByRole("heading", { name: "Add these codes?" }));
      await add(page);
    }
    await paste(page, hotpUri("cy", new Uint8Array(randomBytes(32)), 0));
    await add(page);
    await page.getByRole("button", { name: "Next code" }).click();
    await look("codes", page.getByText("No. 1", { exact: true }));
    await page.getByLabel("Search your profiles").fill("cardio");
    await expect.poll(() => page.getByRole("listitem").count()).toBe(1);
    await page.getByLabel("Search your profiles").fill("");
    await page.getByRole("button", { name: /cy/ }).first().click();
    await look("profile", page.getByRole("button", { name: "Remove from this phone" }));
    await page.getByRole("button", { name: "Remove from this phone" }).click();
    await look("remove", page.getByRole("dialog"));
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: "Scan" }).click();
    await look("scan", page.getByText("Point the phone at the QR code."));
    await page.getByText("Without the camera").click();
    await look("scan-without-camera", page.getByLabel("Link from the page"));
    await page.getByRole("link", { name: "Settings" }).click();
    await look("settings", page.getByRole("heading", { name: "Settings" }));
    await page.getByRole("button", { name: "Lock", exact: true }).click();
    await look("locked", page.getByRole("heading", { name: "Locked" }));
    expect(opened.faults).toEqual([]);
  });

  test("a camera that may not be used is explained, and a link can be pasted instead", async () => {
    await using opened = await handset.ready();
    const { page } = opened;
    await page.addInitScript(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "NotAllowedError"));
    });
    await page.reload();
    await unlockByPin(page);
    await page.getByRole("link", { name: "Scan" }).click();
    await page.getByText("The app may not use the camera").waitFor();
    await paste(page, totpUri("kim"));
    await page.getByRole("heading", { name: "Add these codes?" }).waitFor();
  });
});

describeWhere(["chromium", "oathtool"], "the authenticator app without any server", () => {
  test("loads, unlocks, scans and shows right codes after its server has gone", async () => {
    await using handset = await Handset.start();
    await using opened = await handset.ready();
    const { page } = opened;
    await paste(page, totpUri("lea"));
    await add(page);
    await keptOnPhone(page);
    await handset.stopServer();
    await page.goto("about:blank");
    await page.goto(handset.url);
    await unlockByPin(page);
    await expectCodeOfNow(page, "lea", secret);
    // The scanner is on the phone, too, although it had never been used.
    const other = new Uint8Array(randomBytes(20));
    await scan(handset, page, totpUri("mia", other));
    await add(page);
    await expectCodeOfNow(page, "mia", other);
    await page.goto(`${handset.url}/settings`);
    await unlockByPin(page);
    await page.getByRole("heading", { name: "Settings" }).waitFor();
    expect(opened.faults).toEqual([]);
  });
});

/** What was scanned, as codes of some service. */
async function add(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByRole("listitem").first().waitFor();
}

function offlineLink(origin: string): OfflineLink {
  return {
    kind: "offline",
    origin,
    registrationId: `reg_${randomBytes(6).toString("hex")}`,
    enterprise: "St Elsewhere",
    account: "jo@clinic",
    seed: new Uint8Array(randomBytes(32)),
    types: ["totp", "hotp", "qr-challenge"],
    digits: 6,
    algorithm: "SHA-1",
    periodSeconds: 30,
    replaces: null,
  };
}

/** Of buttons, links and fields: those that are lower than a gloved finger wants, 44 CSS pixels and more. */
function lowTargets(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("button, a, select, summary, input:not(.visually-hidden)")]
      .filter((element) => element.checkVisibility())
      .flatMap((element) => {
        const { height } = element.getBoundingClientRect();
        return height >= 48 ? [] : [`${element.tagName} ${element.textContent}: ${height}`];
      }),
  );
}
