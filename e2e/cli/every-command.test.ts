import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { commandTree } from "@holdfast/cli/commands";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TestEndpoint } from "../agent/enterprise.ts";
import { temporaryDirectory } from "../rig/temporary-directory.ts";
import { type CliRig, holdfast, startCliRig, type Typed } from "./cli-rig.ts";

/** What was learnt from an answer, for the words of later steps. */
// biome-ignore lint/suspicious/noExplicitAny: answers are checked against their commands' schemas below
type Learnt = Record<string, any>;
type Step = readonly [
  words: (learnt: Learnt) => string[],
  given?: Typed,
  learn?: (answer: Learnt, learnt: Learnt) => void,
];

const own =
  (text: string): Step[0] =>
  () =>
    text.split(" ");
const password = { input: "correct horse battery\n" };

/** One life of an enterprise; every command of the tree occurs. */
const life: readonly Step[] = [
  [({ serverState }) => ["admin", "bootstrap", "--state-dir", serverState]],
  [
    own("admin connection"),
    {},
    (answer, learnt) => Object.assign(learnt, { url: answer.url, pin: answer.authorityPin }),
  ],
  [own("admin policies set Default offline.enabled=true offline.maxAge=P3D")],
  [own("admin policies add Ward lockout.failures=3")],
  [own("admin policies list")],
  [own("admin policies show Ward")],
  [own("admin users add anna --password-stdin"), password],
  [own("admin users add bert --password-stdin --policy Ward"), password],
  [own("admin users list")],
  [own("admin users show anna")],
  [own("admin users proofing anna")],
  [() => ["admin", "users", "set", "anna", "--display-name", "Anna Berg", "--cache-size", "20"]],
  [own("admin users password anna --password-stdin"), password],
  [own("admin users unlock anna")],
  [own("admin users disable bert")],
  [own("admin users enable bert")],
  [own("admin tokens enroll anna"), {}, ({ token }, learnt) => Object.assign(learnt, { tokenId: token.id })],
  [own("admin tokens enroll bert --import-stdin"), { input: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" }],
  [own("admin tokens list anna")],
  [({ tokenId }) => ["admin", "tokens", "show", tokenId]],
  [own("admin tokens set anna --cache 54 --confirm-window")],
  // RFC 4226 appendix D: the values of counters 3 and 4.
  [own("admin tokens resync bert 969429 338314")],
  [own("admin tokens revoke bert --yes")],
  [({ tokenFile }) => ["admin", "tokens", "import", tokenFile]],
  [own("admin tokens stock --state free")],
  [own("admin tokens assign bert FT-1 755224")],
  [own("admin tokens assign-meant --dry-run")],
  [own("admin tokens discard ft-2 --yes")],
  [own("admin authenticators recovery-codes anna")],
  [own("admin authenticators pin anna --stdin"), { input: "271828\n" }],
  [
    own("admin authenticators card anna --stdin --label Badge"),
    { input: "04:A2:3B:C1\n" },
    ({ authenticator }, learnt) => Object.assign(learnt, { cardId: authenticator.id }),
  ],
  [({ cardId }) => ["admin", "authenticators", "set", "anna", cardId, "--status", "disabled"]],
  [
    () => [
      ...own("admin senders email --host mail.example --from holdfast@ward.example --without-secret")({}),
      ...["--security", "none"],
    ],
  ],
  [
    own("admin senders sms --url http://127.0.0.1:9/ --secret-header Authorization --secret-stdin"),
    { input: "Bearer of-nobody" },
  ],
  [own("admin authenticators send-code anna --phone +491701234567")],
  [own("admin senders show")],
  [own("admin senders remove sms --yes")],
  [own("admin authenticators list anna")],
  [({ cardId }) => ["admin", "authenticators", "remove", "anna", cardId, "--yes"]],
  [own("admin phones settings --online off --types totp,qr-challenge")],
  [own("admin phones list anna")],
  [own("admin push set anna --enabled on")],
  [own("admin push show anna")],
  [own("admin temporary-codes settings --allow --longest P3D")],
  [() => ["admin", "temporary-codes", "generate", "anna", "--for", "PT8H", "--reason", "Known by voice"]],
  [own("admin temporary-codes show anna")],
  [own("admin temporary-codes revoke anna")],
  [own("admin bypass show anna")],
  [own("admin groups add Night")],
  [own("admin groups rename Night Nights")],
  [own("admin groups put-in Nights --user anna")],
  [own("admin groups show Nights")],
  [own("admin groups take-out Nights --user anna")],
  [own("admin groups list")],
  [own("admin roles rights")],
  [own("admin roles add Desk users.read users.unlock --group Nights")],
  [own("admin roles set Desk --grant users.password")],
  [own("admin roles show Desk")],
  [own("admin roles list")],
  [own("admin administrators set anna Desk")],
  [own("admin administrators list")],
  [own("admin administrators remove anna --yes")],
  [own("admin roles remove Desk --yes")],
  [own("admin groups remove Nights --yes")],
  [own("admin settings set organisationName=Clinic")],
  [own("admin settings show")],
  [own("admin cache-size calculate --logins-per-day 15-20 --days-offline 3-5")],
  [own("admin cache-size recommend anna")],
  [own("admin endpoints enrolment-code ward-7"), {}, ({ code }, learnt) => Object.assign(learnt, { code })],
  [
    own("admin endpoints enrolment-code ward-8"),
    {},
    ({ id }, learnt) => Object.assign(learnt, { lostCode: id }),
  ],
  [({ lostCode }) => ["admin", "endpoints", "end-enrolment", lostCode]],
  [own("admin endpoints enrolments")],
  [own("admin client-profile wlm")],
  [own("admin keys")],
  [own("admin keys statement")],
  [own("admin keys rotate-statement --yes")],
  [own("admin keys rotate-bundle --yes")],
  [own("admin keys rotate-master --yes")],
  [own("admin keys master")],
  [own("admin radius add vpn 192.0.2.10")],
  [own("admin radius set vpn --address 192.0.2.11")],
  [own("admin radius rotate vpn")],
  [({ output }) => ["admin", "radius", "configure", "--out", `${output}.raddb`]],
  [own("admin radius list")],
  [own("admin radius forget freeradius --yes")],
  [own("admin radius remove vpn --yes")],
  [own("admin certificates show")],
  [own("admin certificates authority")],
  [own("admin certificates reload")],
  [own("admin certificates rotate-authority --yes")],
  [({ output }) => ["admin", "backup", `${output}.backup`], { input: "a passphrase of the test\n" }],
  [own("admin restore-report")],
  [({ url, runDirectory }) => ["enroll", "--server", url, "--run-dir", runDirectory], {}, () => {}],
  [({ runDirectory }) => ["contact", "--run-dir", runDirectory]],
  [({ runDirectory }) => ["status", "--run-dir", runDirectory]],
  [({ runDirectory, agentState }) => ["doctor", "--run-dir", runDirectory, "--state-dir", agentState]],
  [own("admin endpoints list")],
  [own("admin endpoints show ward-7")],
  [own("admin outlook --user anna")],
  [own("admin endpoints distrust ward-7")],
  [own("admin endpoints trust ward-7")],
  [own("admin endpoints revoke ward-7 --yes")],
  [own("admin alerts list --all")],
  [own("admin audit list --user anna")],
  [({ output }) => ["admin", "audit", "export", "--output", output]],
  [own("admin audit verify")],
  [own("admin users lock anna --reason Tried")],
  [own("admin users lock-state anna")],
  [own("admin users unlock-account anna")],
  [own("admin users stolen-device anna --reason Lost --yes")],
  [own("admin users remove bert --yes")],
  [own("admin policies remove Ward --yes")],
  [
    own("admin api-keys add help-desk --scope read,admin"),
    {},
    ({ id, key }, learnt) => Object.assign(learnt, { keyId: id, key }),
  ],
  [own("admin api-keys list")],
  [
    ({ url, pin, otherKeyFile }) => [
      "admin",
      "connect",
      "--server",
      url,
      `--pin=${pin}`,
      "--admin-file",
      otherKeyFile,
    ],
  ],
  [({ keyId }) => ["admin", "api-keys", "revoke", keyId, "--yes"]],
];

/**
 * Needs an alert, which takes an outage: proved in outage.test.ts. What is about signed orders takes a browser with a
 * passkey: src/signing; what a message must arrive for: src/senders; what an endpoint must hold: bypass.test.ts.
 */
const elsewhere = [
  "admin alerts close",
  "admin authenticators confirm-code",
  "admin bypass answer",
  "admin bypass code",
  "admin phones remove",
  "admin phones set",
  "admin restore-confirm",
  "admin senders test",
  "admin users withdraw-proofing",
  "register",
  "verify-signing",
];

describe("every command, with --json", () => {
  let rig: CliRig;
  let endpoint: TestEndpoint;
  const learnt: Learnt = {};
  const run = new Set<string>(elsewhere);
  const stack = new AsyncDisposableStack();

  beforeAll(async () => {
    rig = await startCliRig();
    const directory = stack.use(await temporaryDirectory("cli"));
    endpoint = stack.use(new TestEndpoint(directory.path, { enrol: false }, false));
    await endpoint.start();
    Object.assign(learnt, {
      serverState: rig.stateDirectory,
      runDirectory: path.join(directory.path, "run"),
      agentState: path.join(directory.path, "state"),
      output: path.join(directory.path, "audit.jsonl"),
      otherKeyFile: path.join(directory.path, "other.json"),
      tokenFile: path.join(directory.path, "tokens.csv"),
    });
    // RFC 4226's secret twice, in a file as makers of tokens send it.
    const secret = "3132333435363738393031323334353637383930";
    await writeFile(learnt.tokenFile, `serial,secret\nFT-1,${secret}\nFT-2,${secret}\n`);
  });
  afterAll(async () => {
    await stack.disposeAsync();
    await rig.stop();
  });

  test.each(life.map((step) => [step[0](placeholders).join(" "), step] as const))(
    "holdfast %s",
    async (_name, step) => {
      const words = step[0](learnt);
      const command = commandTree.commands.find(({ words: own }) =>
        own.every((word, index) => word === words[index]),
      );
      const given = { ...step[1] };
      if (words[0] === "enroll") Object.assign(given, { input: learnt.code });
      if (words[1] === "connect") Object.assign(given, { input: learnt.key });
      const { status, out, err } = await holdfast(rig.home, [...words, "--json"], given);
      // doctor finds errors on a machine without the PAM module.
      expect({ status, err: words[0] === "enroll" ? "" : err }, out).toEqual({
        status: words[0] === "doctor" ? status : 0,
        err: "",
      });
      const answer = JSON.parse(out);
      // What is printed is exactly what help and reference promise: nothing is dropped by the schema, nothing is missing.
      expect(command?.json.parse(answer)).toEqual(answer);
      step[2]?.(answer, learnt);
      run.add(command?.words.join(" ") ?? "");
    },
  );

  test("no command was left out", () => {
    expect(
      commandTree.commands.map(({ words }) => words.join(" ")).filter((words) => !run.has(words)),
    ).toEqual([]);
  });

  test("the audit export has one JSON object a line, and no secret", async () => {
    const text = await readFile(learnt.output, "utf8");
    const events = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(["user-created", "token-enrolled", "endpoint-revoked"]),
    );
    expect(text).not.toMatch(/correct horse|GEZDGNBV|hfk_|HF1\./);
  });
});

const placeholders: Learnt = new Proxy({}, { get: (_target, name) => String(name).toUpperCase() });
