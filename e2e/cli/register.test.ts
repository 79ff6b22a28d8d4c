import { commandTree } from "@holdfast/cli/commands";
import { runCommandLine } from "@holdfast/cli/frame/run";
import { decodeBase32 } from "@holdfast/core/oath/base32";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TestPhone } from "../rig/phone.ts";
import { freePort } from "../rig/ports.ts";
import { referenceHotp } from "../rig/reference-hotp.ts";
import { bootstrapped, type CliRig } from "./cli-rig.ts";

let rig: CliRig;
let portal: string;
let pin: string;
beforeAll(async () => {
  const at = async () => ({ listen: { host: "127.0.0.1", port: await freePort() }, url: null, files: null });
  const origin = await at();
  rig = await bootstrapped({ portal: origin, authenticator: await at() });
  portal = `https://localhost:${origin.listen.port}`;
  pin = rig.server.ports.server.authorityPin;
  await rig.admin("users add anna --password-stdin", { input: password });
  const fob = await rig.json("tokens enroll anna");
  secret = decodeBase32(new URL(fob.otpauthUri).searchParams.get("secret") ?? "") ?? new Uint8Array();
});
afterAll(() => rig?.stop());

const password = "correct horse battery";
let counter = 0;
let secret: Uint8Array;
/** What the portal asks for: the password, then a code of the key fob. */
const signIn = (question: string) =>
  /password/i.test(question) ? password : referenceHotp({ secret, digits: 6, algorithm: "SHA1" }, counter++);

/** Somebody at a terminal, who sees what is printed and answers what is asked. */
async function register(
  answer: (question: string, seen: string) => Promise<string> | string,
  more: string[] = [],
  look: (seen: string) => void = () => undefined,
) {
  let [out, err] = ["", ""];
  const output = { isTerminal: true, columns: 200 };
  const words = ["register", "--portal", portal, "--authority-pin", pin, "--user", "anna", ...more];
  const status = await runCommandLine(commandTree, words, {
    stdout: { ...output, write: (text) => (out += text) },
    stderr: {
      ...output,
      write: (text) => {
        err += text;
        look(err);
      },
    },
    env: {},
    now: Date.now,
    homeDirectory: rig.home,
    readInput: async () => null,
    ask: async (question) => answer(question, err),
  });
  return { status, out, err };
}

const linkIn = (seen: string) => /https:\/\/\S+\/add#\S+/.exec(seen)?.[0] ?? "";

test("REG-2: in a terminal, without the phone's network: QR code in block characters, and the Device ID typed", async () => {
  await rig.json("phones settings --online off --types totp,qr-challenge");
  let wrong = 1;
  const run = await register((question, seen) => {
    if (!question.startsWith("Device ID")) return signIn(question);
    return wrong-- > 0 ? "7KQ4-MXW3-NA52" : new TestPhone(linkIn(seen)).registerOffline();
  });
  expect(run, run.err).toMatchObject({ status: 0 });
  expect(run.err).toMatch(/[█▀▄]{10}/);
  expect(run.err).toContain("2 tries are left");
  expect(run.out).toMatch(/is registered\. Lists call it [0-9A-Z-]{14}\./);
  const [phone] = (await rig.json("phones list anna")).items;
  expect(phone).toMatchObject({ mode: "offline", types: ["totp", "qr-challenge"] });
  expect((await rig.admin("phones list anna")).out).toContain("Offline QR code");
});

test("REG-18: the same phone rescanned online from a terminal, its digits compared", async () => {
  await rig.json("phones settings --online on --types totp,push");
  const [before] = (await rig.json("phones list anna")).items;
  let phone: TestPhone | null = null;
  const run = await register(
    async (question, seen) => {
      if (!question.includes("yes or no")) return signIn(question);
      const { shownDigits } = await (phone as unknown as TestPhone).claim();
      expect(question.replaceAll(" ", "")).toContain(shownDigits);
      expect(seen).not.toContain("Another phone");
      void (phone as unknown as TestPhone).registerOnline();
      return "yes";
    },
    ["--rescan", before.id],
    // The QR code stands there: the phone scans it, while the terminal waits.
    (seen) => {
      if (phone !== null || linkIn(seen) === "") return;
      phone = new TestPhone(linkIn(seen), "Anna's new phone");
      void phone.claim();
    },
  );
  expect(run, run.err).toMatchObject({ status: 0 });
  const [after] = (await rig.json("phones list anna")).items;
  expect(after).toMatchObject({
    id: before.id,
    mode: "online",
    types: ["totp", "push"],
    phoneName: "Anna's new phone",
  });
  expect((await rig.admin("phones list anna")).out).toContain("Last sync 20");
  const set = await rig.admin([
    "phones",
    "set",
    "anna",
    before.id,
    "--types",
    "push",
    "--label",
    "Anna's own",
  ]);
  expect(set.out).toBe('"Anna\'s own" is enabled: push.\n');
  expect((await rig.admin(["phones", "set", "anna", before.id, "--types", "fax"])).status).toBe(2);
  expect((await rig.admin(["phones", "remove", "anna", before.id, "--yes"])).out).toContain("Removed");
  expect((await rig.json("phones list anna")).items).toEqual([]);
});
