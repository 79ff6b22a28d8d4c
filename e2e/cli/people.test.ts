import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bootstrapped, type CliRig } from "./cli-rig.ts";

let rig: CliRig;
beforeAll(async () => {
  rig = await bootstrapped();
});
afterAll(() => rig.stop());

const password = "correct horse battery";

describe("users", () => {
  test("a password is asked for twice and never shown", async () => {
    const run = await rig.admin("users add anna", { typed: [password, password] });
    expect(run).toMatchObject({ status: 0, err: "" });
    expect(run.out).toMatch(
      /^Added anna \(usr_[\w-]+\)\.\nNext, a token: holdfast admin tokens enroll anna\n$/,
    );
    expect(await rig.json("users show anna")).toMatchObject({ userName: "anna", hasPassword: true });
  });

  test("two different passwords set none", async () => {
    const run = await rig.admin("users password anna", { typed: [password, "correct horse batter"] });
    expect(run).toMatchObject({ status: 1, out: "" });
    expect(run.err).toContain("The two were not the same.");
    expect(run.err).toContain("Next: holdfast admin users password anna");
  });

  test("Enter alone leaves the password for later, and says how", async () => {
    const run = await rig.admin("users add late", { typed: [""] });
    expect(run.out).toContain("No password yet: holdfast admin users password late");
    expect((await rig.admin("users list")).out).toMatch(/^late .* none /m);
  });

  test("where nobody can type one, the next command is the one that reads it", async () => {
    const run = await rig.admin("users password anna");
    expect(run).toMatchObject({ status: 2, out: "" });
    expect(run.err).toContain("Next: holdfast admin users password anna --password-stdin");
  });

  test("a name that is taken leads to who has it", async () => {
    const run = await rig.admin("users add anna");
    expect(run.status).toBe(1);
    expect(run.err).toBe(
      "The server did not add the user anna.\nWhy:  A user of this name exists already.\nNext: holdfast admin users show anna\n",
    );
  });

  test("an unknown user or policy leads to the list", async () => {
    expect((await rig.admin("users show nobody")).err).toContain("Next: holdfast admin users list");
    expect((await rig.admin("users set anna --policy Nowhere")).err).toContain(
      "Next: holdfast admin policies list",
    );
  });

  test("what the server finds wrong is told by field", async () => {
    const run = await rig.admin("users add short --password-stdin --json", { input: "short" });
    expect(run.status).toBe(1);
    expect(JSON.parse(run.out).error).toMatchObject({
      code: "invalid-request",
      problems: [{ path: "password", message: expect.any(String) }],
    });
    expect(run.out).not.toContain('"short"');
  });

  test("deleting asks; without a terminal it wants --yes", async () => {
    await rig.admin("users add gone");
    expect(await rig.admin("users remove gone")).toMatchObject({ status: 2, out: "" });
    expect((await rig.admin("users remove gone", { typed: ["no"] })).err).toContain("It was not agreed to.");
    expect(await rig.json("users show gone")).toMatchObject({ userName: "gone" });
    expect(await rig.admin("users remove gone", { typed: ["yes"] })).toMatchObject({ status: 0 });
    expect((await rig.admin("users show gone")).status).toBe(1);
  });

  test("pages go on where the last one ended", async () => {
    for (const name of ["p1", "p2", "p3"]) await rig.admin(`users add ${name}`);
    const first = await rig.admin("users list --prefix p --limit 2");
    const mark =
      /There is more: holdfast admin users list --prefix p --after (\S+)/.exec(first.out)?.[1] ?? "";
    const second = await rig.admin(["users", "list", "--prefix", "p", "--limit", "2", "--after", mark]);
    expect([first.out, second.out].map((text) => text.match(/^p\d/gm))).toEqual([["p1", "p2"], ["p3"]]);
    expect(second.out).not.toContain("There is more");
  });
});

describe("client profiles", () => {
  test("the Windows profile becomes a .reg file that says what it is not (OTP-20)", async () => {
    const file = path.join(rig.home, "wlm.reg");
    const run = await rig.admin(["client-profile", "wlm", "--offline", "off", "--reg", file]);
    expect(run).toMatchObject({ status: 0, err: "" });
    expect(run.out).toContain("Holdfast ships no Windows client");
    const bytes = await readFile(file);
    expect([...bytes.subarray(0, 2)]).toEqual([0xff, 0xfe]);
    const text = new TextDecoder("utf-16le", { fatal: true }).decode(bytes);
    expect(text).toMatch(/^\[HKEY_LOCAL_MACHINE\\SOFTWARE\\Holdfast\]\r$/m);
    expect(text).toContain('"OfflineEnabled"=dword:00000000\r\n"OfflineLogins"=dword:0000001e\r\n');
    const { serverUrl, authorityPin } = await rig.json("client-profile wlm");
    expect(text).toContain(`"ServerUrl"="${serverUrl}"\r\n"AuthorityPin"="${authorityPin}"\r\n`);
    const nowhere = await rig.admin(["client-profile", "wlm", "--reg", path.join(rig.home, "no", "wlm.reg")]);
    expect(nowhere).toMatchObject({ status: 1, out: "" });
    expect(nowhere.err).toContain("Nothing was exported.");
  });
});

describe("keys", () => {
  test("say that the root key is on the server, and how to keep it elsewhere (SECURITY §7)", async () => {
    const run = await rig.admin("keys");
    expect(run).toMatchObject({ status: 0, err: "" });
    expect(run.out).toMatch(/^Root key +on the server$/m);
    expect(run.out.replaceAll(/\s+/g, " ")).toContain("holdfast-server --export-root-key FILE");
    expect((await rig.json("keys")).bundleKeys).toHaveLength(1);
  });
});

describe("tokens", () => {
  test("OTP-33 enrolment shows the otpauth URI with its QR code, once", async () => {
    await rig.admin("users add olga");
    const run = await rig.admin("tokens enroll olga --digits 8 --algorithm SHA-256 --counter 7", {
      terminal: true,
    });
    expect(run.status).toBe(0);
    const uri = new URL(/otpauth:\S+/.exec(run.out)?.[0] ?? "");
    expect(uri.href).toMatch(/^otpauth:\/\/hotp\/Holdfast:olga\?/);
    expect(Object.fromEntries(uri.searchParams)).toEqual({
      secret: expect.stringMatching(/^[A-Z2-7]{32,}$/),
      issuer: "Holdfast",
      algorithm: "SHA256",
      digits: "8",
      counter: "7",
    });
    const listed = await rig.admin("tokens show olga");
    expect(listed.out).not.toContain(uri.searchParams.get("secret"));
    // Dark on light whatever the terminal's colours are: every line of the code says both.
    const drawn = run.out.split("\n").filter((line) => /[▀▄█]/.test(line));
    expect(drawn.length).toBeGreaterThan(20);
    const csi = "\u001b";
    for (const line of drawn) {
      expect([line.startsWith(`${csi}[30;107m`), line.endsWith(`${csi}[0m`)]).toEqual([true, true]);
    }
  });

  test("--svg writes the code into a file for its owner alone, and draws nothing", async () => {
    const file = path.join(rig.home, "olga.svg");
    await rig.admin("users add svg");
    const run = await rig.admin(["tokens", "enroll", "svg", "--svg", file]);
    expect(run).toMatchObject({ status: 0, err: "" });
    expect(run.out).not.toMatch(/otpauth:|[▀▄█]/);
    expect(await readFile(file, "utf8")).toMatch(/^<svg /);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  test("where the file cannot be written, no token is made", async () => {
    const run = await rig.admin([
      "tokens",
      "enroll",
      "late",
      "--svg",
      path.join(rig.home, "no", "such", "x.svg"),
    ]);
    expect(run).toMatchObject({ status: 1, out: "" });
    expect(run.err).toContain("No token was enrolled.");
    expect(await rig.json("tokens list late")).toEqual({ items: [], next: null });
  });

  test("an imported secret makes the values of RFC 4226, and gets no QR code", async () => {
    await rig.admin("users add rfc");
    const run = await rig.admin("tokens enroll rfc --import-stdin", {
      input: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\n",
    });
    expect(run.status).toBe(0);
    expect(run.out).not.toMatch(/otpauth:|[▀▄█]/);
    const resynchronised = await rig.admin("tokens resync rfc 287082 359152");
    expect(resynchronised.out).toContain("its next code is number 3");
  });

  test("two codes that are not in a row are refused, with what to type", async () => {
    const run = await rig.admin("tokens resync rfc 520489 755224");
    expect(run.status).toBe(1);
    expect(run.err).toContain("Next: holdfast admin tokens resync rfc FIRST SECOND");
  });

  test("AMB-OTP-2 a larger cache names the command that agrees to the larger window", async () => {
    const run = await rig.admin("tokens set rfc --cache 54");
    expect(run.status).toBe(1);
    const next = /Next: holdfast (.*)\n$/.exec(run.err)?.[1]?.split(" ") ?? [];
    expect(next.at(-1)).toBe("--confirm-window");
    const agreed = await rig.admin(next.slice(1));
    expect(agreed.out).toMatch(/OTP window +59 \(its own\)\nCache size +54 codes/);
  });

  test("OTP-28 a second token brings a warning, and a name alone does not say which is meant", async () => {
    const second = await rig.admin("tokens enroll rfc");
    expect(second.out).toContain("Warning:");
    const run = await rig.admin("tokens revoke rfc --yes");
    expect(run.status).toBe(2);
    expect(run.err).toContain("rfc has 2 tokens.");
    expect((await rig.admin("tokens list rfc")).out).toMatch(/in use/);
    expect((await rig.admin("tokens list rfc")).out).toMatch(/capable/);
    const offline = await rig.json("tokens list --offline-capable --status enabled");
    expect(offline.items.map(({ userName }: { userName: string }) => userName)).toEqual(
      expect.arrayContaining(["olga", "rfc"]),
    );
    const page = await rig.admin("tokens list --offline-capable --limit 1");
    expect(page.out).toMatch(/There is more: holdfast admin tokens list --offline-capable --after tok_/);
  });
});

describe("policies and sizes", () => {
  test("a setting that is mistyped leads to the right one", async () => {
    const run = await rig.admin("policies set Default ofline.enabled=true");
    expect(run.status).toBe(2);
    expect(run.err).toContain("Did you mean offline.enabled?");
  });

  test.each([
    ["offline.enabled=yes", "true or false"],
    ["offline.maxAge=7d", "an ISO 8601 duration such as PT5S or P7D"],
    ["lockout.failures=many", "a whole number"],
    ["offline.maxSignIns=unlimited", "a whole number, or none"],
    ["workflows.workstation=smile", "alternatives with /"],
    ["offline.enabled", "true or false"],
  ])("%s is told to be %s", async (setting, wanted) => {
    const run = await rig.admin(["policies", "set", "Default", setting]);
    expect(run.status).toBe(2);
    expect(run.err).toContain(wanted);
  });

  test("a change shows the whole policy as it is now, and what to think about", async () => {
    const run = await rig.admin(
      "policies set Default offline.enabled=true offline.maxAge=P60D offline.maxSignIns=none",
    );
    expect(run.status).toBe(0);
    expect(run.out).toMatch(/offline\.maxAge +P60D/);
    expect(run.out).toMatch(/Warning: offline\.maxAge: /);
  });

  test("OTP-12 OTP-13 the calculator shows its working", async () => {
    const narrow = await rig.admin("cache-size calculate --logins-per-day 15 --days-offline 3");
    expect(narrow.out).toContain("54 codes: (15 × 3) + (15 × 3 × 0.20) = 54");
    const ranges = await rig.admin(
      "cache-size calculate --logins-per-day 15-20 --days-offline 3-5 --variance 20",
    );
    expect(ranges.out).toContain("120 codes: (20 × 5) + (20 × 5 × 0.20) = 120");
    expect(await rig.admin("cache-size calculate --logins-per-day many --days-offline 3")).toMatchObject({
      status: 2,
    });
    expect(await rig.admin("cache-size calculate --logins-per-day 15")).toMatchObject({ status: 2 });
  });
});

describe("80 columns", () => {
  test.each([
    "users list",
    "users show anna",
    "tokens list olga",
    "policies list",
    "policies show Default",
    "audit list",
    "api-keys list",
    "endpoints enrolments",
  ])("%s fits", async (words) => {
    await rig.admin([
      "users",
      "add",
      "a-person-with-a-really-long-account-name",
      "--display-name",
      "x".repeat(150),
    ]);
    await rig.admin([
      "endpoints",
      "enrolment-code",
      "an endpoint with a name that goes on and on and on and on and on",
    ]);
    const { status, out } = await rig.admin(words, { columns: 80 });
    expect(status).toBe(0);
    expect(out.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });
});
