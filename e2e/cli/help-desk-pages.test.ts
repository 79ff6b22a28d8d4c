import { execFileSync } from "node:child_process";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type MessageGateway, startMessageGateway } from "../rig/message-gateway.ts";
import { temporaryDirectory } from "../rig/temporary-directory.ts";
import { bootstrapped, type CliRig, holdfast } from "./cli-rig.ts";
import { guideSections } from "./guide.ts";

/** Every command of these pages, in its order, at one server that has what the page speaks of. */
const pages = [
  "docs/operating/help-desk.md",
  "docs/operating/authenticators.md",
  "docs/operating/senders.md",
  "docs/operating/remote-access.md",
];
const password = "correct horse battery";
const number = "+491701234567";

describe.each(pages)("%s", (page) => {
  const commands = guideSections(page)
    .flatMap((section) => section.commands)
    // What is beside them is the machine's: apt-get, freeradius (src/remote-access).
    .filter((command) => /^(printf .*\| )?holdfast /.test(command));
  const stack = new AsyncDisposableStack();
  let rig: CliRig;
  let gateway: MessageGateway;
  const learnt = { raddb: "", group: "", token: "", card: "", proof: "" };

  beforeAll(async () => {
    rig = await bootstrapped();
    stack.defer(() => rig.stop());
    gateway = stack.use(await startMessageGateway());
    learnt.raddb = path.join(stack.use(await temporaryDirectory("pages")).path, "raddb");
    learnt.group = execFileSync("id", ["-gn"], { encoding: "utf8" }).trim();
    await rig.json("policies add Ward");
    await rig.json("users add carla --password-stdin --policy Ward", { input: `${password}\n` });
    learnt.token = (await rig.json("tokens enroll carla")).token.id;
  });
  afterAll(() => stack.disposeAsync());

  const words = (command: string) =>
    [...command.replaceAll("\\\n", " ").matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
      ([, double, single, bare]) => double ?? single ?? bare ?? "",
    );
  /** What the page leaves to its reader, and what is somewhere else in a test. */
  const here = (word: string) =>
    ({
      ID: learnt.token,
      AUTHENTICATOR: learnt.card,
      PROOF: learnt.proof,
      "/etc/holdfast/radius": learnt.raddb,
      freerad: learnt.group,
      "mail.example.org": "127.0.0.1",
      "https://sms.example.org/send": gateway.url,
    })[word] ?? word;
  const typedFor = async (command: string) => {
    if (command.includes(" pin ")) return ["271828", "271828"];
    if (command.includes(" card ")) return ["04:A2:3B:C1"];
    return command.includes("confirm-code") ? [await gateway.codeFor(number)] : ["yes"];
  };

  test("has commands", () => expect(commands.length).toBeGreaterThan(1));

  test.each(commands)("%s", async (command) => {
    const [before = "", after] = command.split(" | ");
    const [, ...typed] = words(after ?? before).map(here);
    const given =
      after === undefined ? { typed: await typedFor(command) } : { input: "a secret of the page" };
    const { status, out, err } = await holdfast(rig.home, typed, given);
    // No mail server listens there; that mail is taken over SMTP is proved in src/senders.
    if (command.includes("senders test")) expect([status, err]).toEqual([1, expect.stringMatching(/Why: /)]);
    else expect({ status, err }).toEqual({ status: 0, err: "" });
    if (command.includes(" card ")) learnt.card = /\baut_[\w-]+/.exec(out)?.[0] ?? "";
    learnt.proof = /\bprf_[\w-]+/.exec(out)?.[0] ?? learnt.proof;
  });
});

test("TC-28: what a refused deletion proposes deletes no more than was asked for", async () => {
  const rig = await bootstrapped();
  try {
    await rig.json("users add carla --password-stdin", { input: `${password}\n` });
    await rig.json("tokens enroll carla");
    const { id } = (await rig.json("tokens enroll carla --kind totp")).token;
    const words = ["users", "stolen-device", "carla", "--reason", "Phone lost", "--authenticator", id];
    const alone = await rig.admin(words);
    expect(alone.status).toBe(2);
    expect(alone.err).toContain(
      `Next: holdfast admin users stolen-device carla --reason 'Phone lost' --authenticator ${id} --yes`,
    );
    expect((await rig.admin([...words, "--yes"])).status).toBe(0);
    expect((await rig.admin("tokens list carla")).out).toMatch(/^tok_\S+ +Token 1 +enabled /m);
  } finally {
    await rig.stop();
  }
});
