import {
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  randomBytes,
} from "node:crypto";
import { encodeBase32 } from "@holdfast/core/oath/base32";
import { answerTo } from "@holdfast/core/qr-challenge/answer";
import { encodeChallenge } from "@holdfast/core/qr-challenge/message";
import { profileIdOf } from "@holdfast/core/qr-challenge/profile";
import { readDeviceId } from "@holdfast/core/registration/device-id";
import { buildRegistrationLink, type OfflineLink } from "@holdfast/core/registration/link";
import { offlineKey, offlineSecret } from "@holdfast/core/registration/offline-keys";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { phoneBiometric } from "../../rig/fake-camera.ts";
import { oathtoolCodes } from "../../rig/oathtool.ts";
import { describeWhere } from "../../rig/requirements.ts";
import { Handset, handsetPin, paste, scan, setUpByPin, shownCode, unlockByPin } from "./handset.ts";

const newPin = "5091734";

/** What becomes of what a phone keeps when its lock is changed: all of it gets new keys, or none. */
describeWhere(["chromium", "oathtool"], "the app's lock, changed", () => {
  let handset: Handset;
  beforeAll(async () => {
    handset = await Handset.start();
  });
  afterAll(() => handset[Symbol.asyncDispose]());

  test("a copy of the storage and its PIN open nothing that is kept after the PIN was changed", async () => {
    await using opened = await handset.ready();
    const { page } = opened;
    const secret = await addByTime(page, "gus");
    const before = await records(page);
    await changePin(page);
    const after = await records(page);
    expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
    for (const [name, bytes] of after)
      if (name !== "tries") expect([name, before.get(name) === bytes]).toEqual([name, false]);
    await page.reload();
    await unlockByPin(page, newPin);
    await expectCodeOfNow(page, "gus", secret);

    // The thief's copy of before, laid over what is there now: its lock opens by the PIN of then, and nothing behind it.
    await layOver(page, before, ["header", "tries"], after);
    await page.reload();
    await unlockByPin(page);
    await page.getByRole("heading", { name: "cannot be read" }).waitFor();
    expect(await page.locator("[data-code]").count()).toBe(0);
  });

  test("an app that is closed just before it is through has the old lock, just after it the new one, and both whole", async () => {
    await using opened = await handset.ready();
    const { page, context } = opened;
    const secret = await addByTime(page, "ivy");
    await page.evaluate(() => {
      const { put } = IDBObjectStore.prototype;
      IDBObjectStore.prototype.put = function (this: IDBObjectStore, value: unknown, key?: IDBValidKey) {
        // All is written and never through: the transaction is kept busy until the page is closed.
        const again = () => {
          this.get("header").onsuccess = again;
        };
        if (key === "header") {
          again();
          document.body.dataset.writing = "midway";
        }
        return put.call(this, value, key);
      };
    });
    await beginToChangePin(page);
    await page.locator("body[data-writing=midway]").waitFor();
    await page.close();

    const second = await context.newPage();
    await second.goto(handset.url);
    await unlockByPin(second);
    await expectCodeOfNow(second, "ivy", secret);
    await second.evaluate(() => {
      const { put } = IDBObjectStore.prototype;
      IDBObjectStore.prototype.put = function (this: IDBObjectStore, value: unknown, key?: IDBValidKey) {
        if (key === "header")
          this.transaction.addEventListener("complete", (event) => {
            // It is on the disk, and the app never hears so.
            event.stopImmediatePropagation();
            document.body.dataset.writing = "through";
          });
        return put.call(this, value, key);
      };
    });
    await beginToChangePin(second);
    await second.locator("body[data-writing=through]").waitFor();
    await second.close();

    const third = await context.newPage();
    await third.goto(handset.url);
    await unlockByPin(third);
    await third.getByText("This PIN is wrong.").waitFor();
    await third.getByRole("button", { name: "Unlock" }).and(third.locator(":enabled")).waitFor();
    await unlockByPin(third, newPin);
    await expectCodeOfNow(third, "ivy", secret);
  });

  test("from PIN to biometric and back: profiles and their keys stay, and what locked before opens nothing", async () => {
    await using opened = await handset.browser.open();
    const { page } = opened;
    await phoneBiometric(page);
    await page.goto(handset.url);
    await setUpByPin(page);
    const phone = await addOffline(page);
    await expectAnswer(page, phone, () => givePin(page, handsetPin));

    const byPin = await records(page);
    await openChangeOfLock(page);
    await page.getByRole("button", { name: "Use fingerprint or face" }).click();
    await givePin(page, handsetPin);
    await page.getByText("Your fingerprint or face locks the app.").waitFor();
    await page.reload();
    await page.getByRole("button", { name: "Unlock with fingerprint or face" }).click();
    await expectAnswer(page, phone, async () => undefined);
    const byBiometric = await records(page);

    await openChangeOfLock(page);
    await fillNewPin(page);
    await page.getByText("The new PIN locks the app.").waitFor();
    await page.reload();
    await unlockByPin(page, newPin);
    // Given a moment ago: not asked again.
    await expectAnswer(page, phone, async () => undefined);

    const now = await records(page);
    await layOver(page, byBiometric, ["header"], now);
    await page.reload();
    await page.getByRole("button", { name: "Unlock with fingerprint or face" }).click();
    await page.getByRole("heading", { name: "cannot be read" }).waitFor();
    await layOver(page, byPin, ["header"], now);
    await page.reload();
    await unlockByPin(page);
    await page.getByRole("heading", { name: "cannot be read" }).waitFor();
    expect(await page.locator("[data-code]").count()).toBe(0);
  });

  async function addByTime(page: Page, account: string): Promise<Uint8Array> {
    const secret = new Uint8Array(randomBytes(20));
    await paste(page, `otpauth://totp/Clinic:${account}?secret=${encodeBase32(secret)}&issuer=Clinic`);
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByRole("listitem").first().waitFor();
    return secret;
  }

  type OfflinePhone = { readonly privateKey: Uint8Array };

  async function addOffline(page: Page): Promise<OfflinePhone> {
    const link: OfflineLink = {
      kind: "offline",
      origin: handset.url,
      registrationId: `reg_${randomBytes(6).toString("hex")}`,
      enterprise: "St Elsewhere",
      account: "jo@clinic",
      seed: new Uint8Array(randomBytes(32)),
      types: ["totp", "qr-challenge"],
      digits: 6,
      algorithm: "SHA-1",
      periodSeconds: 30,
      replaces: null,
    };
    await paste(page, buildRegistrationLink(link));
    await page.getByRole("button", { name: "Add", exact: true }).click();
    const typed = await page
      .locator("code")
      .filter({ hasText: /^[0-9A-Z]{4}-/ })
      .innerText();
    const read = readDeviceId(link.seed, link.registrationId, typed);
    if (read.kind !== "ok") throw new Error(read.reason);
    await page.getByRole("button", { name: "Done" }).click();
    const secret = await offlineSecret(link.seed, link.registrationId, read.drawn);
    return { privateKey: offlineKey(secret, "qr challenge", "SHA-1") };
  }

  /** What an endpoint would show and expect. */
  async function expectAnswer(
    page: Page,
    { privateKey }: OfflinePhone,
    prove: () => Promise<void>,
  ): Promise<void> {
    const phoneKey = createPrivateKey({
      key: Buffer.concat([Buffer.from("302e020100300506032b656e04220420", "hex"), privateKey]),
      format: "der",
      type: "pkcs8",
    });
    const raw = (key: ReturnType<typeof createPublicKey>) =>
      new Uint8Array(key.export({ format: "der", type: "spki" }).subarray(-32));
    const publicKey = raw(createPublicKey(phoneKey));
    const ephemeral = generateKeyPairSync("x25519");
    const message = encodeChallenge({
      profileId: profileIdOf(publicKey),
      ephemeralKey: raw(ephemeral.publicKey),
      endpointId: "end_1",
      endpointName: "ward-7",
      account: "jo@clinic",
      workflow: "workstation",
      issuedAtMs: Date.now(),
    });
    const shared = diffieHellman({ privateKey: ephemeral.privateKey, publicKey: createPublicKey(phoneKey) });
    const expected = answerTo(new Uint8Array(shared), message, publicKey) ?? "none";
    await scan(handset, page, message);
    await page.getByRole("button", { name: "Show the answer" }).click();
    await prove();
    await page.locator(`[data-answer="${expected}"]`).waitFor();
    await page.getByRole("link", { name: "Codes" }).click();
  }

  async function expectCodeOfNow(page: Page, account: string, secret: Uint8Array): Promise<void> {
    await page.getByRole("link", { name: "Codes" }).click();
    await page.locator("[data-code]").waitFor();
    await expect
      .poll(async () => {
        const shown = await shownCode(page, account);
        return oathtoolCodes({ secret }, Math.floor(Date.now() / 30_000), 1)[0] === shown;
      })
      .toBe(true);
  }
});

async function changePin(page: Page): Promise<void> {
  await beginToChangePin(page);
  await page.getByText("The new PIN locks the app.").waitFor();
}

async function beginToChangePin(page: Page): Promise<void> {
  await openChangeOfLock(page);
  await fillNewPin(page);
  await givePin(page, handsetPin);
}

async function openChangeOfLock(page: Page): Promise<void> {
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("button", { name: /^Change (?:to|how)/ }).click();
}

async function fillNewPin(page: Page): Promise<void> {
  await page.getByLabel("New PIN").fill(newPin);
  await page.getByLabel("The same again").fill(newPin);
  await page.getByRole("button", { name: "Use this PIN" }).click();
}

async function givePin(page: Page, pin: string): Promise<void> {
  await page.getByRole("dialog").getByLabel("PIN").fill(pin);
  await page.keyboard.press("Enter");
}

/** All that the phone keeps, by name, as somebody who copies it would have it. */
async function records(page: Page): Promise<Map<string, string>> {
  const found = await page.evaluate(async () => {
    const plain = (value: unknown): unknown => {
      if (value instanceof ArrayBuffer) return { buffer: [...new Uint8Array(value)] };
      if (value instanceof Uint8Array) return { bytes: [...value] };
      if (typeof value !== "object" || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
    };
    const request = indexedDB.open("holdfast-authenticator");
    const database = await new Promise<IDBDatabase>((resolve) => {
      request.onsuccess = () => resolve(request.result);
    });
    const cursor = database.transaction("records").objectStore("records").openCursor();
    const read: [string, string][] = [];
    await new Promise<void>((resolve) => {
      cursor.onsuccess = () => {
        const { result } = cursor;
        if (result === null) return resolve();
        read.push([String(result.key), JSON.stringify(plain(result.value))]);
        result.continue();
      };
    });
    database.close();
    return read;
  });
  return new Map(found);
}

/** Puts `all` onto the phone, and in it these of an older copy. */
async function layOver(
  page: Page,
  older: ReadonlyMap<string, string>,
  names: readonly string[],
  all: ReadonlyMap<string, string>,
): Promise<void> {
  const written = [...all].map(([name, text]): [string, string] => [
    name,
    names.includes(name) ? (older.get(name) ?? text) : text,
  ]);
  await page.evaluate(async (given) => {
    const back = (_: string, value: { buffer?: number[]; bytes?: number[] } | null) =>
      value?.buffer
        ? new Uint8Array(value.buffer).buffer
        : value?.bytes
          ? new Uint8Array(value.bytes)
          : value;
    const request = indexedDB.open("holdfast-authenticator");
    const database = await new Promise<IDBDatabase>((resolve) => {
      request.onsuccess = () => resolve(request.result);
    });
    const transaction = database.transaction("records", "readwrite");
    for (const [name, text] of given) transaction.objectStore("records").put(JSON.parse(text, back), name);
    await new Promise<void>((resolve) => {
      transaction.oncomplete = () => resolve();
    });
    database.close();
  }, written);
}
