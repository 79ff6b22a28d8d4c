import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { mostOfOneKind } from "@holdfast/protocol/token-stock-api";
import * as rfc6030 from "@holdfast/token-import/testing/rfc6030";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { temporaryDirectory } from "../rig/temporary-directory.ts";
import { bootstrapped, type CliRig } from "./cli-rig.ts";

// oathtool (OATH Toolkit, Debian package `oathtool`) is the token in somebody's hand.
const missing = spawnSync("oathtool", ["--version"]).error !== undefined;

const stack = new AsyncDisposableStack();
let rig: CliRig;
let directory: string;
beforeAll(async () => {
  rig = await bootstrapped();
  directory = stack.use(await temporaryDirectory("hardware-tokens")).path;
});
afterAll(async () => {
  await stack.disposeAsync();
  await rig.stop();
});

const hex = "3132333435363738393031323334353637383930";
function oathtool(...options: string[]): string {
  const run = spawnSync("oathtool", options, { encoding: "utf8" });
  if (run.status !== 0) throw new Error(run.stderr);
  return run.stdout.trim();
}
const pressed = (times: number, digits = 6) =>
  oathtool("--hotp", `--digits=${digits}`, `--counter=${times}`, hex);

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const at = path.join(directory, name);
  await writeFile(at, content);
  return at;
}
const imported = (...words: string[]) => rig.admin(["tokens", "import", ...words]);

async function addUser(name: string): Promise<void> {
  await rig.json(["users", "add", name, "--password-stdin"], { input: `pw of ${name}!` });
}
let key: string | null = null;
/** At the API, as a program does that has the scope for it. */
async function signsIn(name: string, factor: "hotp" | "totp", code: string): Promise<number> {
  key ??= (await rig.json("api-keys add vpn --scope sign-in")).key as string;
  const answer = await rig.server.app.inject({
    method: "POST",
    url: "/api/v1/sign-ins",
    headers: { authorization: `Bearer ${key}` },
    payload: {
      attemptId: `hardware-${name}-${code}`,
      userName: name,
      workflow: "workstation",
      given: [
        { factor: "password", value: `pw of ${name}!` },
        { factor, value: code },
      ],
    },
  });
  return answer.statusCode;
}

describe("hardware tokens", () => {
  beforeEach(({ skip }) => {
    if (missing) skip("oathtool is not installed (apt install oathtool)");
  });

  test("the encrypted example of RFC 6030 is imported, given and signed in with", async () => {
    const at = await file("figure6.xml", rfc6030.figure6);
    const without = await imported(at);
    expect(without.status).toBe(1);
    expect(without.err).toContain('give the pre-shared key that its maker calls "Pre-shared-key"');
    const wrong = await imported(at, "--key-file", await file("wrong.key", Buffer.alloc(16, 1)));
    expect(wrong.err).toContain("This is not the key of this file");

    const keyFile = await file("right.key", `${rfc6030.figure6Key.toString("hex")}\n`);
    const dry = await imported(at, "--key-file", keyFile, "--dry-run");
    expect(dry.out).toContain("Nothing was changed.");
    expect((await rig.json("tokens stock")).items).toEqual([]);
    const done = await imported(at, "--key-file", keyFile);
    expect([done.status, done.err]).toEqual([0, ""]);
    expect(done.out).toMatch(/^Imported .*: 1 new, 0 there already, 0 refused\.\n/);

    await addUser("anna");
    expect((await rig.admin("tokens assign anna 987654321 12345678")).err).toContain("CODE NEXT");
    const given = await rig.admin(["tokens", "assign", "anna", "987654321", pressed(40, 8), pressed(41, 8)]);
    expect(given.out).toBe("anna has the token 987654321 and can sign in with it.\n");
    expect(await signsIn("anna", "hotp", pressed(41, 8))).toBe(403);
    expect(await signsIn("anna", "hotp", pressed(42, 8))).toBe(200);
    expect((await rig.admin("tokens stock")).out).toMatch(/^987654321 +given +hotp, 8 digits +anna/m);
  });

  test("the example under a passphrase asks for it; several packages at once name what was refused", async () => {
    const at = await file("figure7.xml", rfc6030.figure7);
    const words = [at, "--passphrase", "--dry-run"];
    expect((await rig.admin(["tokens", "import", ...words], { typed: ["qwertz"] })).err).toContain(
      "This is not the key of this file",
    );
    // The same serial number as before, with the same secret.
    const run = await rig.admin(["tokens", "import", ...words], { typed: ["qwerty"] });
    expect(run.out).toContain("0 new, 1 there already, 0 refused");

    const several = await imported(await file("figure10.xml", rfc6030.figure10));
    expect(several.status).toBe(1);
    expect(several.out).toContain("3 new, 0 there already, 1 refused");
    expect(several.out).toMatch(/key package 4 \(line \d+\) +9999999 +The same serial number/);
    expect(several.out).toContain("2 tokens: The file has it end at 2006-05-31");
    expect((await imported(await file("bomb.xml", `<!DOCTYPE x []>${rfc6030.figure5}`))).err).toContain(
      "has a document type (line 1)",
    );
    expect((await imported(path.join(directory, "nowhere.csv"))).err).toContain("There is no such file.");
  });

  test("a time-based token of a CSV waits for its first code, and a token leaves the stock", async () => {
    const at = await file(
      "totp.csv",
      `Serial Number;Seed;Type;Digits;Owner\nT-7;${hex};totp;6;"Berg, Bert"\nT-8;${hex};totp;6;\n`,
    );
    expect((await imported(at)).status).toBe(0);
    await addUser("bert");
    const given = await rig.json("tokens assign bert t-7");
    expect(given.token).toMatchObject({ status: "pending", label: "Token T-7" });
    const code = () => oathtool("--totp", hex);
    expect(await signsIn("bert", "totp", code())).toBe(403);
    const { user } = (await rig.json("tokens stock --serial T-7")).items[0];
    const { key: admin } = await rig.json("api-keys add desk --scope admin");
    const tried = await rig.server.app.inject({
      method: "POST",
      url: `/api/v1/users/${user.id}/authenticators/${given.token.id}/trial`,
      headers: { authorization: `Bearer ${admin}` },
      payload: { code: code() },
    });
    expect(tried.json()).toEqual({ right: true });

    expect((await rig.admin("tokens discard T-7 --yes")).err).toContain("Somebody has this token.");
    expect((await rig.admin("tokens discard T-8 --yes")).out).toBe("The token T-8 is out of the stock.\n");
    expect((await rig.admin("tokens stock --serial T-8")).out).toContain("holdfast admin tokens import FILE");
  });

  test("tokens that their file names people for are given to them at once, and wait for their first codes", async () => {
    const rows = [`M-1,${hex},carla`, `M-2,${hex},nobody`, `M-3,${hex},dora`, `M-4,${hex},`];
    expect((await imported(await file("meant.csv", ["serial,secret,user", ...rows].join("\n")))).status).toBe(
      0,
    );
    for (const name of ["carla", "dora"]) await addUser(name);
    const dry = await rig.admin("tokens assign-meant --serial M- --dry-run");
    expect([dry.status, dry.out.split("\n")[0]]).toEqual([
      1,
      "Nothing was changed. It would be: 2 given, 1 not.",
    ]);
    const given = await rig.admin("tokens assign-meant --serial M-");
    expect(given.out).toMatch(/^Tokens: 2 given, 1 not\.\n.*\nM-2 +nobody +There is no user of this name\./);
    expect((await rig.admin("tokens list dora")).out).toMatch(/Token M-3.*pending/);
    const { items } = await rig.json("tokens stock --serial M- --state free");
    expect(items.map(({ serial }: { serial: string }) => serial)).toEqual(["M-2", "M-4"]);
    const first = await rig.json(["tokens", "resync", "carla", pressed(7), pressed(8)]);
    expect([first.status, first.nextCounter]).toEqual(["enabled", 9]);
    expect(await signsIn("carla", "hotp", pressed(9))).toBe(200);

    // Nobody is given more than so many of a kind, and the rest goes on.
    const more = Array.from({ length: mostOfOneKind }, (_, n) => `MM-${n + 1},${hex},carla`);
    await imported(await file("many.csv", ["serial,secret,user", ...more, `MM-X,${hex},dora`].join("\n")));
    for (const dryRun of [true, false]) {
      const run = await rig.admin(`tokens assign-meant --serial MM- --json${dryRun ? " --dry-run" : ""}`);
      const report = JSON.parse(run.out);
      expect([run.status, report.given.length]).toEqual([1, mostOfOneKind]);
      expect(report).toMatchObject({
        dryRun,
        failed: [{ userName: "carla", why: `${mostOfOneKind} of one kind are the most that one user has.` }],
      });
    }
  });

  test("5,000 tokens come in within seconds, tell how far they are, and come once", async () => {
    const rows = Array.from({ length: 5000 }, (_, n) => `BULK-${String(n).padStart(4, "0")},${hex},hotp,6`);
    const at = await file("bulk.csv", ["serial,secret,type,digits", ...rows].join("\n"));
    const begun = performance.now();
    const run = await imported(at);
    const seconds = (performance.now() - begun) / 1000;
    expect(run.out).toContain("5000 new");
    expect(run.err.split("\n").filter((line) => line.endsWith("of 5000 tokens"))).toHaveLength(5);
    expect(seconds).toBeLessThan(30);
    const again = await rig.json(["tokens", "import", at]);
    expect([again.new, again.known, again.refused, again.rows.length]).toEqual([0, 5000, 0, 5000]);
    const page = await rig.json("tokens stock --state free --serial BULK-49 --limit 500");
    expect(page.items).toHaveLength(100);
  });
});
