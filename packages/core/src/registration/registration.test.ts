import type { webcrypto } from "node:crypto";
import { scryptSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isUsableChallengeKey, lowOrderPoints } from "./challenge-key.ts";
import { deviceIdOf, deviceIdOfKey, readDeviceId } from "./device-id.ts";
import { buildRegistrationLink, parseRegistrationLink, type RegistrationLink } from "./link.ts";
import { offlineKey, offlineScryptCost, offlineSecret, shownDeviceId } from "./offline-keys.ts";
import { hear, nextRequest, type PhoneRegistration } from "./phone-side.ts";
import type { Registration, RegistrationAnswer, RegistrationEvent } from "./registration.ts";
import { registrationMs, stepRegistration } from "./registration.ts";

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

describe("a Device ID", () => {
  test("REG-2: is read as it is typed, whatever case, spaces and look-alikes, and by this QR code alone", () => {
    fc.assert(
      fc.property(bytes(32), bytes(5), bytes(32), (seed, drawn, other) => {
        const id = deviceIdOf(seed, "reg_1", drawn);
        expect(id).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){2}$/);
        const sloppy = id.toLowerCase().replaceAll("-", " ").replaceAll("0", "o").replaceAll("1", "l");
        expect(readDeviceId(seed, "reg_1", sloppy)).toEqual({ kind: "ok", drawn });
        // One in a million others has the same tag.
        const foreign = [readDeviceId(other, "reg_1", id), readDeviceId(seed, "reg_2", id)];
        expect(foreign.some(({ kind }) => kind === "refused")).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test("with one symbol wrong is refused, and what is none is told apart", () => {
    const seed = new Uint8Array(32).fill(1);
    const id = deviceIdOf(seed, "reg_1", Uint8Array.of(1, 2, 3, 4, 5));
    for (let place = 0; place < 14; place++) {
      if (id[place] === "-") continue;
      const wrong = `${id.slice(0, place)}${id[place] === "7" ? "8" : "7"}${id.slice(place + 1)}`;
      expect(readDeviceId(seed, "reg_1", wrong), wrong).toEqual({ kind: "refused", reason: "tag" });
    }
    for (const none of ["", "7KQ4-MXW3", `${id}7`, "U".repeat(12), "7KQ4-MXW3-NA5💥"])
      expect(readDeviceId(seed, "reg_1", none), none).toEqual({ kind: "refused", reason: "form" });
    expect(deviceIdOfKey(new Uint8Array(32).fill(255))).toBe("ZZZZ-ZZZZ-ZZZZ");
  });

  test("and what is derived follow from the QR code and the draw, each use by itself", async () => {
    const [seed, drawn] = [new Uint8Array(32).fill(9), Uint8Array.of(9, 9, 9, 9, 9)];
    const secret = await offlineSecret(seed, "reg_1", drawn);
    const keys = (["totp", "hotp", "qr challenge"] as const).map((use) =>
      Buffer.from(offlineKey(secret, use, "SHA-1")).toString("hex"),
    );
    expect(new Set(keys).size).toBe(3);
    expect(keys.map(({ length }) => length / 2)).toEqual([20, 20, 32]);
    // By another implementation (RFC 7914), which is the server's.
    const salt = Buffer.concat([Buffer.from("holdfast offline registration v1reg_1"), drawn]);
    const { dkLen, ...cost } = offlineScryptCost;
    const other = scryptSync(seed, salt, dkLen, { ...cost, maxmem: 2 ** 26 });
    expect(Buffer.from(secret)).toEqual(other);
    const again = await offlineSecret(seed, "reg_1", Uint8Array.of(9, 9, 9, 9, 8));
    expect(Buffer.from(offlineKey(again, "totp", "SHA-1")).toString("hex")).not.toBe(keys[0]);
    // What lists show holds nothing of what was typed: the draw and a picture of the QR code are every key.
    const typed = deviceIdOf(seed, "reg_1", drawn).replaceAll("-", "");
    expect(shownDeviceId(secret)).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){2}$/);
    expect(shownDeviceId(secret).replaceAll("-", "").slice(0, 8)).not.toBe(typed.slice(0, 8));
  });
});

test("every point of low order is refused in every writing, and gives WebCrypto nothing either", async () => {
  const own = (await crypto.subtle.generateKey({ name: "X25519" }, false, [
    "deriveBits",
  ])) as unknown as webcrypto.CryptoKeyPair;
  for (const point of lowOrderPoints) {
    const key = Buffer.from(point, "hex");
    expect(isUsableChallengeKey(key), point).toBe(false);
    const high = Buffer.from(key);
    high[31] = (high[31] ?? 0) | 0x80;
    expect(isUsableChallengeKey(high), `${point} with its highest bit`).toBe(false);
    const their = await crypto.subtle.importKey("raw", key, { name: "X25519" }, true, []);
    const derived = crypto.subtle.deriveBits({ name: "X25519", public: their }, own.privateKey, 256);
    await expect(derived, point).rejects.toThrow();
  }
  expect(isUsableChallengeKey(Buffer.alloc(31, 9))).toBe(false);
  expect(isUsableChallengeKey(Buffer.alloc(32, 9))).toBe(true);
});

describe("a registration's link", () => {
  const origin = "https://authenticator.example:8446";
  const common = { registrationId: "reg_1", enterprise: "St. Änne 🏥", account: "ada" };
  const links: RegistrationLink[] = [
    {
      ...{ ...common, kind: "offline", origin, seed: new Uint8Array(32).fill(3), types: ["totp"] },
      replaces: "reg_before",
      ...{ digits: 6, algorithm: "SHA-1", periodSeconds: 30 },
    },
    {
      ...common,
      kind: "online",
      origin,
      token: `${"t".repeat(42)}A`,
      expiresAtMs: 9,
      purpose: "new",
      phoneId: null,
    },
    {
      ...common,
      kind: "online",
      origin,
      token: `${"t".repeat(42)}A`,
      expiresAtMs: 9,
      purpose: "rescan",
      phoneId: "phn_1",
    },
  ];

  test("is read as it was written; damaged, foreign and newer ones are told apart", () => {
    for (const link of links) {
      const text = buildRegistrationLink(link);
      expect(parseRegistrationLink(text)).toEqual({ kind: "ok", link });
      for (const cut of [
        text.slice(0, -1),
        `${text}A`,
        text.replace("#o", "#O"),
        text.replace(/\.[^.]*$/, ".e30"),
      ])
        expect(parseRegistrationLink(cut).kind, cut).toBe("refused");
    }
    const newer = `${origin}/add#online.${Buffer.from('{"v":2,"z":1}').toString("base64url")}`;
    expect(parseRegistrationLink(newer)).toEqual({ kind: "refused", reason: "newer" });
    const [first] = links.map(buildRegistrationLink);
    for (const foreign of [
      "",
      "https://x.example/add",
      "http://app.example/add#online.e30",
      "otpauth://totp/a?secret=b",
      first?.replace("https://", "https://me@") ?? "",
    ])
      expect(parseRegistrationLink(foreign), foreign).toEqual({ kind: "refused", reason: "foreign" });
  });

  test("is read without a fault, whatever it is, and no changed letter passes for the same", () => {
    const text = buildRegistrationLink(links[1] as RegistrationLink);
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom(..."AZaz09-_.#/{"), (place, letter) => {
        const changed = text.slice(0, place) + letter + text.slice(place + 1);
        const parsed = parseRegistrationLink(changed);
        if (changed !== text && parsed.kind === "ok") expect(parsed.link).not.toEqual(links[1]);
      }),
      { numRuns: 200 },
    );
    fc.assert(
      fc.property(fc.string(), (any) => parseRegistrationLink(any) !== null),
      { numRuns: 100 },
    );
  });
});

const phoneA = { thumbprint: "A", digits: "111111", phoneName: "A" };
const phoneB = { thumbprint: "B", digits: "222222", phoneName: "B" };
const base = { kind: "rescan", expiresAtMs: registrationMs, anotherPhoneTried: false } as const;
const online: Registration = { ...base, state: "waiting", mode: "online", tokenHash: "t" };
const offline: Registration = { ...base, state: "waiting", mode: "offline", triesLeft: 3 };
const scanned: Registration = { ...base, state: "scanned", mode: "online", claim: phoneA };
const compared: Registration = {
  ...base,
  state: "finishing",
  mode: "online",
  claim: phoneA,
  handedOut: false,
};
const handed: Registration = { ...compared, handedOut: true };
const done: Registration = { ...base, state: "done", mode: "online", thumbprint: "A", phoneId: "phn_1" };
const over: Registration = { ...base, state: "ended", mode: "online", why: "cancelled" };

const claim = (of = phoneA, tokenHash = "t"): RegistrationEvent => ({ on: "claim", tokenHash, claim: of });
const confirm: RegistrationEvent = { on: "confirm", digits: "111111" };
const wrongDigits: RegistrationEvent = { on: "confirm", digits: "999999" };
const cancel: RegistrationEvent = { on: "end", why: "cancelled" };
const complete = (thumbprint = "A"): RegistrationEvent => ({ on: "complete", thumbprint });
const finish = (thumbprint = "A"): RegistrationEvent => ({ on: "finish", thumbprint, phoneId: "phn_1" });
const typed = (right: boolean): RegistrationEvent => ({ on: "device-id", right, phoneId: "phn_1" });

const word = (answer: RegistrationAnswer) =>
  answer.kind === "refused" ? answer.reason : answer.kind === "ended" ? `ended: ${answer.why}` : answer.kind;

describe("what the server answers", () => {
  const columns = [
    "claim",
    "claim by B",
    "wrong token",
    "confirm",
    "wrong digits",
    "cancel",
    "complete",
    "by B",
    "finish",
    "finish by B",
    "Device ID",
    "wrong Device ID",
  ];
  const events = [
    claim(),
    claim(phoneB),
    claim(phoneA, "x"),
    confirm,
    wrongDigits,
    cancel,
    complete(),
    complete("B"),
    finish(),
    finish("B"),
    typed(true),
    typed(false),
  ];
  // biome-ignore format: a table
  const table: [string, Registration, string[]][] = [
    ["waiting", online, ["claimed", "claimed", "not-this-code", "not-yet", "not-yet", "ended: cancelled", "not-yet", "not-yet", "not-yet", "not-yet", "not-this-way", "not-this-way"]],
    ["waiting offline", offline, ["not-this-way", "not-this-way", "not-this-way", "not-yet", "not-yet", "ended: cancelled", "not-yet", "not-yet", "not-yet", "not-yet", "register", "wrong-device-id"]],
    ["scanned", scanned, ["claimed", "another-phone", "claimed", "confirmed", "other-digits", "ended: cancelled", "waiting", "another-phone", "not-yet", "another-phone", "not-this-way", "not-this-way"]],
    ["compared", compared, ["claimed", "another-phone", "claimed", "confirmed", "other-digits", "ended: cancelled", "hand-out", "another-phone", "not-yet", "another-phone", "not-this-way", "not-this-way"]],
    ["handed out", handed, ["claimed", "another-phone", "claimed", "confirmed", "other-digits", "ended: cancelled", "hand-out", "another-phone", "switch", "another-phone", "not-this-way", "not-this-way"]],
    ["done", done, ["done", "another-phone", "done", "done", "done", "done", "done", "another-phone", "done", "another-phone", "done", "done"]],
    ["ended", over, Array.from({ length: 12 }, () => "ended: cancelled")],
  ];
  for (const [name, state, answers] of table)
    test(`${name}`, () => {
      const said = events.map((event, index) => [
        columns[index],
        word(stepRegistration(state, event, 0).answer),
      ]);
      expect(said).toEqual(answers.map((answer, index) => [columns[index], answer]));
      // Once its time is up, whatever is open has ended.
      const late = events.map((event) => stepRegistration(state, event, registrationMs).next.state);
      const settled = state.state === "done" ? "done" : "ended";
      expect(new Set(late)).toEqual(new Set([settled]));
    });

  test("three wrong Device IDs end it, and another phone's try is remembered", () => {
    let state = offline as Registration;
    const answers: string[] = [];
    for (let time = 0; time < 4; time++) {
      const step = stepRegistration(state, typed(false), 0);
      state = step.next;
      answers.push(word(step.answer));
    }
    expect(answers).toEqual([
      "wrong-device-id",
      "wrong-device-id",
      "ended: wrong-device-id",
      "ended: wrong-device-id",
    ]);
    expect(stepRegistration(scanned, claim(phoneB), 0).next).toMatchObject({
      anotherPhoneTried: true,
      claim: phoneA,
    });
  });
});

/**
 * Server and phone, with a network between them that loses any request or answer, delivers late ones, and a phone that is
 * switched off anywhere: what it has stored is all that is left of it.
 */
test("AMB-REG-5, REG-22: of the old and the new key exactly one works, and the phone has it, whatever is lost", () => {
  type Kept = PhoneRegistration<"new key">;
  const step = fc.record({
    does: fc.constantFrom(
      "ask",
      "ask",
      "ask",
      "ask",
      "confirm",
      "confirm",
      "cancel",
      "late",
      "second",
      "wait",
    ),
    requestLost: fc.boolean(),
    answerLost: fc.boolean(),
    crash: fc.boolean(),
  });
  let registered = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let server = online as Registration;
      let inForce: "old" | "new" = "old";
      let [stored, memory]: [Kept, Kept] = [{ step: "claiming" }, { step: "claiming" }];
      let nowMs = 0;
      const late: Parameters<typeof hear<"new key">>[1][] = [];
      for (const { does, requestLost, answerLost, crash } of steps) {
        if (does === "wait") nowMs += 120_000;
        if (does === "confirm") server = stepRegistration(server, confirm, nowMs).next;
        if (does === "cancel") server = stepRegistration(server, cancel, nowMs).next;
        if (does === "second") {
          const tried = stepRegistration(server, claim(phoneB), nowMs);
          if (server.state !== "waiting") server = tried.next;
        }
        const old = does === "late" ? late.pop() : undefined;
        if (old) memory = hear(memory, old);
        const request = does === "ask" ? nextRequest(memory) : null;
        if (request !== null && !requestLost) {
          const event = request === "claim" ? claim() : request === "complete" ? complete() : finish();
          const { next, answer } = stepRegistration(server, event, nowMs);
          server = next;
          if (answer.kind === "switch") inForce = "new";
          const heard = wordOf(request, answer);
          if (heard !== null && answerLost) late.push(heard);
          else if (heard !== null) memory = hear(memory, heard);
        }
        // Stored before anything else is sent; switched off before that, what was heard is gone.
        if (crash) memory = stored;
        else stored = memory;
        const hasNew = stored.step === "finishing" || stored.step === "registered";
        if (inForce === "new") expect(hasNew, "the phone has what works").toBe(true);
        if (stored.step === "registered") expect(inForce).toBe("new");
        if (stored.step === "dropped") expect(inForce, "what was there works on").toBe("old");
      }
      // With a network in the end, both agree.
      for (let round = 0; round < 10; round++) {
        const request = nextRequest(memory);
        if (request === null) break;
        if (request === "complete") server = stepRegistration(server, confirm, nowMs).next;
        const event = request === "claim" ? claim() : request === "complete" ? complete() : finish();
        const { next, answer } = stepRegistration(server, event, nowMs);
        server = next;
        if (answer.kind === "switch") inForce = "new";
        const heard = wordOf(request, answer);
        if (heard !== null) memory = hear(memory, heard);
      }
      expect(memory.step).toBe(inForce === "new" ? "registered" : "dropped");
      if (inForce === "new") registered += 1;
    }),
    { numRuns: 400 },
  );
  expect(registered, "and it comes through").toBeGreaterThan(20);
});

function wordOf(request: string, answer: RegistrationAnswer): Parameters<typeof hear<"new key">>[1] | null {
  switch (answer.kind) {
    case "claimed":
      return { said: "claimed", digits: answer.claim.digits };
    case "waiting":
      return { said: "waiting" };
    case "hand-out":
      return { said: "ready", configuration: "new key" };
    case "switch":
    case "done":
      return request === "finish" ? { said: "done" } : null;
    case "ended":
      return { said: "over", why: answer.why };
    case "refused":
      return answer.reason === "another-phone" ? { said: "over", why: answer.reason } : null;
    default:
      return null;
  }
}
