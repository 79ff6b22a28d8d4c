import { parseChallenge } from "@holdfast/core/qr-challenge/message";
import { Issuer } from "@holdfast/offline-store/testing/issuer";
import { TestPhone } from "@holdfast/offline-store/testing/phone";
import { noLocalRules } from "@holdfast/offline-store/testing/sign-in";
import { password, StoreRig, withPolicy } from "@holdfast/offline-store/testing/store-rig";
import { textMaxBytes } from "@holdfast/protocol/pam-frames";
import jsQR from "jsqr";
import { beforeEach, describe, expect, test } from "vitest";
import { LocalSignIn } from "./local-sign-in.ts";

type Decode = typeof import("jsqr")["default"];
// A CommonJS module, whose one export Node hands on a level deeper.
const decode = (
  typeof jsQR === "function" ? jsQR : (jsQR as unknown as { default: Decode }).default
) as Decode;

let issuer: Issuer;
let rig: StoreRig;
const [phone, other] = [new TestPhone(), new TestPhone()];
const policy = withPolicy({}, { failures: 50 });
const both = { number: 1, code: true, challenge: true };
beforeEach(async () => {
  issuer ??= await Issuer.create();
  rig = await StoreRig.open(issuer);
  await rig.online([], 1, { token: null, phones: [phone.inBundle], policy });
});

type Conversation = { asked: string[]; told: string[]; outcome: string };
type Typed = string | null | ((told: readonly string[]) => string);

/** Plays the person: each prompt is answered by the next of these, which may look at what was told. */
async function converse(answers: readonly Typed[], name = "ward-3-desk-2"): Promise<Conversation> {
  const attempt = rig.store.newAttempt(rig.attemptId());
  const [asked, told, rest] = [[] as string[], [] as string[], [...answers]];
  const { outcome } = await new LocalSignIn(rig.store, noLocalRules, name).run({
    attempt,
    userName: "anna",
    workflow: "workstation",
    oneLine: false,
    context: { attemptId: attempt.id },
    typed: [],
    ask: async (ask, text) => {
      asked.push(text ?? ask);
      const next = rest.shift() ?? null;
      const value = typeof next === "function" ? next(told) : next;
      return value === null ? null : attempt.keep(value);
    },
    tell: (text) => told.push(text),
  });
  attempt.end();
  const how = outcome.kind === "succeeded" ? outcome.factors.join("+") : outcome.reason;
  return { asked, told, outcome: how };
}

/** The rows of the code that was told last. */
function screenOf(told: readonly string[]): string[] {
  const start = told.findLastIndex((text) => text.startsWith("QR code for your phone"));
  return told.slice(start + 1).flatMap((text) => text.split("\n"));
}

/** What a camera before the screen sees, in which letters are `ink`; read as the app reads it. */
function read(rows: readonly string[], ink: 0 | 255): Uint8Array {
  const [pixels, columns] = [4, Math.max(...rows.map((row) => row.length)) + 8];
  const [width, height] = [columns * pixels, (rows.length * 2 + 8) * pixels];
  const image = new Uint8ClampedArray(width * height * 4).fill(255 - ink);
  for (let at = 3; at < image.length; at += 4) image[at] = 255;
  const fill = (column: number, halfRow: number) => {
    for (let y = halfRow * pixels; y < (halfRow + 1) * pixels; y += 1)
      image.fill(ink, (y * width + column * pixels) * 4, (y * width + (column + 1) * pixels) * 4);
  };
  for (const [row, text] of rows.entries())
    for (const [column, character] of [...text].entries()) {
      if ("█▀".includes(character)) fill(column + 4, row * 2 + 4);
      if ("█▄".includes(character)) fill(column + 4, row * 2 + 5);
    }
  for (let at = 3; at < image.length; at += 4) image[at] = 255;
  const code = decode(image, width, height);
  if (code === null) throw new Error("no code was seen");
  return Uint8Array.from(code.binaryData);
}

const scanned = (told: readonly string[]) => read(screenOf(told), 255);
const answered = (told: readonly string[]) => phone.answerTo(scanned(told));

describe("a challenge on a terminal (SECURITY §4)", () => {
  test("it fits 24 lines of 80 columns with its prompt, and is read light on dark and dark on light", async () => {
    const { asked, told, outcome } = await converse([password, answered]);
    expect(outcome).toBe("password+qr-challenge");
    expect(asked).toEqual(["password", "qr-challenge"]);
    const rows = screenOf(told);
    expect(rows.length).toBeLessThanOrEqual(23);
    expect(Math.max(...rows.map((row) => row.length))).toBeLessThanOrEqual(80);
    const parsed = parseChallenge(scanned(told));
    expect(parsed).toMatchObject({ challenge: { endpointName: "ward-3-desk-2", account: "anna" } });
    expect(read(rows, 0)).toEqual(scanned(told));
    for (const text of told) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(textMaxBytes);
  });

  test("the longest names still fit 80 columns", async () => {
    const { told, outcome } = await converse([password, answered], "Station 病棟 ".repeat(12));
    expect(outcome).toBe("password+qr-challenge");
    expect(Math.max(...screenOf(told).map((row) => row.length))).toBeLessThanOrEqual(80);
  });

  test("who mistypes his password sees a code as well, and hears the same as who mistypes the answer", async () => {
    const wrongPassword = await converse(["not her password", answered]);
    const wrongAnswer = await converse([password, "12345678"]);
    expect(wrongPassword.outcome).toBe("wrong-credentials");
    expect(wrongAnswer).toEqual(wrongPassword);
  });

  test("who leaves comes back to the same code; one that is over is replaced by itself", async () => {
    const left = await converse([password, ""]);
    expect(left.outcome).toBe("cancelled");
    let old = new Uint8Array();
    const late = (told: readonly string[]) => {
      old = Uint8Array.from(scanned(told));
      rig.endpoint.clocks.pass(70_000);
      return phone.answerTo(old);
    };
    rig.endpoint.clocks.pass(60_000);
    const { told, outcome } = await converse([password, late, answered]);
    expect(old).toEqual(scanned(left.told));
    expect(told).toContain("That QR code is over. Here is a new one.");
    expect(scanned(told)).not.toEqual(old);
    expect(outcome).toBe("password+qr-challenge");
  });

  test("for another of his phones a person types qr", async () => {
    await rig.online([], 2, { token: null, phones: [other.inBundle, phone.inBundle], policy });
    const { told, outcome } = await converse([password, "qr", answered]);
    expect(outcome).toBe("password+qr-challenge");
    expect(told.filter((text) => text.startsWith("QR code for your phone"))).toEqual([
      expect.stringContaining("phone 1 of your 2"),
      expect.stringContaining("phone 2 of your 2"),
    ]);
  });

  test("a disk that cannot be written shows no code", async () => {
    rig.endpoint.disk.refusesWrites = "ENOSPC";
    expect((await converse([password, "12345678"])).outcome).toBe("storage-failed");
  });
});

describe("beside a token and the help desk", () => {
  test("codes left: the word qr at the prompt for codes; a code goes on being a code", async () => {
    await rig.online([0, 1], 2, { phones: [phone.inBundle], policy });
    const { asked, told, outcome } = await converse([password, "qr", answered]);
    expect(outcome).toBe("password+qr-challenge");
    expect(asked).toEqual(["password", "code", "qr-challenge"]);
    expect(told[0]).toContain("Type qr at the next prompt");
    expect((await converse([password, "", answered])).outcome).toBe("password+qr-challenge");
    expect((await converse([password, "000000"])).outcome).toBe("wrong-credentials");
  });

  test("codes used up: Enter alone for the phone, and the help desk for who has not got it with him", async () => {
    await rig.online([], 2, { phones: [phone.inBundle], bypass: both, policy });
    const byPhone = await converse([password, "", answered]);
    expect(byPhone.outcome).toBe("password+qr-challenge");
    expect(byPhone.told[0]).toContain("Your phone can answer a QR code instead");
    expect(byPhone.asked[1]).toBe(
      "Press Enter alone for a QR code on your phone, or type a bypass code, or type help for a challenge of the help desk: ",
    );
    const helped = await converse([password, "help", null]);
    expect(helped.told.at(-1)).toMatch(/^Challenge: /);
    await rig.online([], 3, { phones: [phone.inBundle], bypass: null, policy });
    expect((await converse([password, answered])).asked).toEqual(["password", "qr-challenge"]);
  });
});
