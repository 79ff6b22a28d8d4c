import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  browserSignIns,
  himself,
  passkeyOptionsOf,
  portal,
  signInByBrowser,
  type Value,
  webPorts,
} from "../../testing/browser-sign-in.ts";
import type { Person, Rig } from "../../testing/rig.ts";
import {
  begin,
  code,
  expectProblem,
  newPerson,
  newPolicy,
  noon,
  secretOf,
  signIn,
  startRig,
} from "../../testing/rig.ts";
import { createSoftPasskey, type SoftPasskey } from "../../testing/soft-passkey.ts";
import { createDefaultPolicy } from "../sign-in/default-policy.ts";
import { createSignIns, type SignIns } from "../sign-in/sign-in.ts";
import { enrolPasskey, passkeyOptions } from "./passkey-enrolment.ts";

let rig: Rig;
let browsers: SignIns;
beforeAll(async () => {
  rig = await startRig();
  browsers = browserSignIns(rig);
});
afterAll(() => rig.stop());

const authenticatorsOf = (id: string) => `/api/v1/users/${id}/authenticators`;

/** A user with a password and nothing else. */
async function newUser(userName: string, more: object = {}): Promise<Person> {
  const password = `pw of ${userName}!`;
  const { status, body } = await rig.call("POST", "/api/v1/users", { userName, password, ...more });
  expect(status).toBe(201);
  return { user: body, password, token: null as never, secret: new Uint8Array(), uri: "" };
}

async function enrol(person: Person, body: object) {
  const answer = await rig.call("POST", authenticatorsOf(person.user.id), body);
  expect(answer.status, answer.text).toBe(201);
  return answer.body;
}

async function removeAll({ user }: Person): Promise<void> {
  for (const { id } of (await rig.call("GET", authenticatorsOf(user.id))).body.items)
    expect((await rig.call("DELETE", `${authenticatorsOf(user.id)}/${id}`)).status).toBe(204);
}

const password = (person: Person): Value => ["password", person.password];
const stepAt = (periodSeconds = 30) => Math.floor(rig.clock.now() / 1000 / periodSeconds);

describe("time-based tokens", () => {
  test("one prompt takes whichever code fits, and none twice (RFC 6238 §5.2)", async () => {
    const nora = await newUser("nora");
    const { authenticator, otpauthUri, qr } = await enrol(nora, {
      kind: "totp",
      digits: 8,
      algorithm: "SHA-256",
    });
    expect(authenticator).toMatchObject({ kind: "totp", offlineCapable: false, cachedOffline: false });
    expect(otpauthUri).toMatch(/^otpauth:\/\/totp\/.*&period=30$/);
    expect(qr.svg).toContain("<svg");
    const secret = secretOf(otpauthUri);
    const now = code({ secret }, stepAt(), 8, "SHA-256");
    const first = await signIn(rig, nora, now);
    expect(first.body).toMatchObject({ status: "succeeded", factors: ["password", "totp"] });
    // Of a token whose codes no endpoint holds, none is told what was used.
    expect(first.body.consumed).toBeUndefined();
    expectProblem(await signIn(rig, nora, now), "sign-in-refused", "wrong-credentials");
    expectProblem(
      await signIn(rig, nora, code({ secret }, stepAt() - 1, 8, "SHA-256")),
      "sign-in-refused",
      "wrong-credentials",
    );
    expect((await signIn(rig, nora, code({ secret }, stepAt() + 1, 8, "SHA-256"))).status).toBe(200);
    rig.clock.advance(3 * 30_000);
    expect((await signIn(rig, nora, code({ secret }, stepAt(), 8, "SHA-256"))).status).toBe(200);
  });

  test("a code can be tried, which uses it up and counts as no failure", async () => {
    const otto = await newUser("otto");
    for (const kind of ["totp", "hotp"]) {
      const { authenticator, otpauthUri } = await enrol(otto, { kind });
      const secret = secretOf(otpauthUri);
      const counter = kind === "totp" ? stepAt() : 3;
      const trial = (typed: string) =>
        rig.call("POST", `${authenticatorsOf(otto.user.id)}/${authenticator.id}/trial`, { code: typed });
      expect((await trial("000000")).body).toEqual({ right: false });
      expect((await trial(code({ secret }, counter))).body).toEqual({ right: true });
      expect((await trial(code({ secret }, counter))).body).toEqual({ right: false });
      expectProblem(
        await signIn(rig, otto, code({ secret }, counter)),
        "sign-in-refused",
        "wrong-credentials",
      );
      expect((await signIn(rig, otto, code({ secret }, counter + 1))).status).toBe(200);
    }
    const user = (await rig.call("GET", `/api/v1/users/${otto.user.id}`)).body;
    expect(user.failures).toBe(0);
    const nobodys = await rig.call("POST", `${authenticatorsOf(otto.user.id)}/tok_none/trial`, {
      code: "000000",
    });
    expect(nobodys.status).toBe(404);
  });

  test("a code that is sent twice at once is taken once", async () => {
    const olaf = await newUser("olaf");
    const { otpauthUri } = await enrol(olaf, { kind: "totp" });
    const now = code({ secret: secretOf(otpauthUri) }, stepAt());
    const answers = await Promise.all([1, 2, 3, 4].map(() => signIn(rig, olaf, now)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test("OTP-28: an event-based token beside it stays the one that is cached, whichever came first", async () => {
    const pia = await newUser("pia");
    const { otpauthUri: timed } = await enrol(pia, { kind: "totp" });
    const { authenticator, otpauthUri } = await enrol(pia, { kind: "hotp" });
    const listed = await rig.call("GET", authenticatorsOf(pia.user.id));
    expect(
      listed.body.items.map((one: { kind: string; cachedOffline: boolean }) => [one.kind, one.cachedOffline]),
    ).toEqual([
      ["totp", false],
      ["hotp", true],
    ]);
    expect((await rig.call("GET", `/api/v1/users/${pia.user.id}`)).body.warnings).toEqual([]);
    const pressed = await signIn(rig, pia, code({ secret: secretOf(otpauthUri) }, 0));
    expect(pressed.body).toMatchObject({ factors: ["password", "hotp"] });
    const timely = await signIn(rig, pia, code({ secret: secretOf(timed) }, stepAt()));
    expect(timely.body).toMatchObject({ factors: ["password", "totp"] });
    const refused = await rig.call("POST", `/api/v1/tokens/${authenticator.id}/resynchronisation`, {
      first: "000000",
      second: "111111",
    });
    expect(refused.status).toBe(409);
  });

  test("a drift of none takes the current code only, and 60 seconds are 60 seconds", async () => {
    const policyId = await newPolicy(rig, "No drift", { totp: { driftSteps: 0 } });
    const quin = await newUser("quin", { policyId });
    const { otpauthUri } = await enrol(quin, { kind: "totp", periodSeconds: 60 });
    const secret = secretOf(otpauthUri);
    expectProblem(
      await signIn(rig, quin, code({ secret }, stepAt(60) - 1)),
      "sign-in-refused",
      "wrong-credentials",
    );
    expect((await signIn(rig, quin, code({ secret }, stepAt(60)))).status).toBe(200);
  });

  test("a token is imported by its URI, and a wrong one is refused without a word of it", async () => {
    const rosa = await newUser("rosa");
    const uri = "otpauth://totp/rosa?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&period=60";
    const { authenticator, otpauthUri } = await enrol(rosa, { kind: "totp", otpauthUri: uri });
    expect([authenticator.kind, otpauthUri]).toEqual(["totp", null]);
    expect((await signIn(rig, rosa, code({ secret: secretOf(uri) }, stepAt(60)))).status).toBe(200);
    const bad = await rig.call("POST", authenticatorsOf(rosa.user.id), {
      kind: "totp",
      otpauthUri: `${uri}&x=1`,
    });
    expect(bad.status).toBe(400);
    expect(bad.text).not.toContain("GEZDGNBV");
  });
});

describe("recovery codes", () => {
  test("ten that nobody misreads, each good once, a new set in place of the old, and a warning when few are left", async () => {
    const sami = await newPerson(rig, "sami");
    const { authenticator, codes } = await enrol(sami, { kind: "recovery-code" });
    expect(authenticator).toMatchObject({ kind: "recovery-code", codesLeft: 10 });
    expect(codes).toHaveLength(10);
    expect(new Set(codes).size).toBe(10);
    for (const text of codes)
      expect(text).toMatch(/^[34679ACDEFGHJKMNPQRTWXY]{4}(-[34679ACDEFGHJKMNPQRTWXY]{4}){2}$/);
    // NIST SP 800-63B §5.1.2.1 asks for 20 bits, our own measure for 50.
    expect(12 * Math.log2(23)).toBeGreaterThan(50);

    const use = (text: string) =>
      signInByBrowser(browsers, "sami", [password(sami), ["recovery-code", text]]);
    const typedBadly = String(codes[0]).toLowerCase().replaceAll("-", " ");
    expect(await use(typedBadly)).toMatchObject({
      kind: "ok",
      value: { factors: ["password", "recovery-code"], messages: ["9 recovery codes left."] },
    });
    expect(await use(codes[0])).toMatchObject({ kind: "refused", reason: "wrong-credentials" });
    for (const index of [1, 2, 3, 4, 5, 6]) expect((await use(codes[index])).kind).toBe("ok");
    const few = await use(codes[7]);
    expect(few).toMatchObject({
      value: { messages: [expect.stringMatching(/^2 recovery codes left\. Make/)] },
    });
    // The event-based token is not touched by any of it.
    expect((await signIn(rig, sami, code(sami, 0))).status).toBe(200);

    const again = await enrol(sami, { kind: "recovery-code" });
    expect(await use(codes[9])).toMatchObject({ kind: "refused" });
    expect((await use(again.codes[0])).kind).toBe("ok");
    const { items } = (await rig.call("GET", authenticatorsOf(sami.user.id))).body;
    expect(items.map(({ kind }: { kind: string }) => kind)).toEqual(["hotp", "recovery-code"]);
  });

  test("of eight sign-ins at once with one code one gets in, and the store has no code in clear", async () => {
    const tess = await newPerson(rig, "tess");
    const { codes } = await enrol(tess, { kind: "recovery-code" });
    const all = await Promise.all(
      Array.from({ length: 8 }, () =>
        signInByBrowser(browsers, "tess", [password(tess), ["recovery-code", codes[3]]]),
      ),
    );
    expect(all.filter(({ kind }) => kind === "ok")).toHaveLength(1);
    const rows = await rig.server.ports.store.read((tx) => tx.authenticators.ofUser(tess.user.id));
    const kept = JSON.stringify(rows);
    for (const text of codes) expect(kept).not.toContain(String(text).replaceAll("-", ""));
  });

  test("they are for the portal: a workstation that does not list them takes none", async () => {
    const ulla = await newPerson(rig, "ulla");
    const { codes } = await enrol(ulla, { kind: "recovery-code" });
    expectProblem(await signIn(rig, ulla, codes[0]), "sign-in-refused", "wrong-credentials");
  });
});

describe("passkeys", () => {
  async function withPasskey(
    userName: string,
    countsUses = true,
  ): Promise<{ person: Person; passkey: SoftPasskey }> {
    const person = await newUser(userName);
    const ports = webPorts(rig);
    const actor = himself(person.user.id);
    const offered = await passkeyOptions(ports, actor, person.user.id, "portal");
    if (offered.kind === "refused") throw new Error(offered.detail);
    const { options, ticket } = offered.value;
    const { passkey, response } = createSoftPasskey(options, portal.origins[0] ?? "", { countsUses });
    const enrolled = await enrolPasskey(ports, actor, person.user.id, "portal", { ticket, response });
    expect(enrolled).toMatchObject({ kind: "ok", value: { kind: "passkey", relyingPartyId: portal.id } });
    return { person, passkey };
  }
  const by =
    (
      passkey: SoftPasskey,
      bend: Parameters<SoftPasskey["assertion"]>[2] = {},
      origin = portal.origins[0] ?? "",
    ) =>
    (asked: Parameters<typeof passkeyOptionsOf>[0]): Value => [
      "passkey",
      passkey.assertion(passkeyOptionsOf(asked), origin, bend),
    ];

  test("one that verifies its user is all that is asked where the policy takes it first", async () => {
    const { passkey } = await withPasskey("vera");
    const result = await signInByBrowser(browsers, "vera", [by(passkey)]);
    expect(result).toMatchObject({ kind: "ok", value: { status: "succeeded", factors: ["passkey"] } });
    const again = await signInByBrowser(browsers, "vera", [by(passkey)]);
    expect(again.kind).toBe("ok");
  });

  test("one without a counter works, too", async () => {
    const { passkey } = await withPasskey("vito", false);
    for (const _ of [1, 2]) expect((await signInByBrowser(browsers, "vito", [by(passkey)])).kind).toBe("ok");
  });

  const bends: [string, Parameters<typeof by>[1], string?][] = [
    ["a user who was not verified", { userVerified: false }],
    ["another challenge", { challenge: Buffer.alloc(32).toString("base64url") }],
    ["another relying party", { rpId: "evil.example" }],
    ["a registration played back", { type: "webauthn.create" }],
    ["somebody else's handle", { userHandle: Buffer.from("usr_other").toString("base64url") }],
    ["another origin", {}, "https://id.ward.example.evil.example"],
  ];
  test.each(bends)("%s is a wrong passkey, and counts as a failure", async (name, bend, origin) => {
    const userName = `wilma-${name.length}`;
    const { person, passkey } = await withPasskey(userName);
    const result = await signInByBrowser(browsers, userName, [by(passkey, bend, origin)]);
    expect(result).toMatchObject({ kind: "refused", reason: "wrong-credentials" });
    expect((await rig.call("GET", `/api/v1/users/${person.user.id}`)).body.failures).toBe(1);
  });

  test("a copy whose counter did not rise is refused (Web Authentication §6.1.1)", async () => {
    const { passkey } = await withPasskey("xaver");
    expect((await signInByBrowser(browsers, "xaver", [by(passkey)])).kind).toBe("ok");
    passkey.counter -= 1;
    expect(await signInByBrowser(browsers, "xaver", [by(passkey)])).toMatchObject({
      reason: "wrong-credentials",
    });
  });

  test("no answer to the prompt is good for another attempt", async () => {
    const { passkey } = await withPasskey("yara");
    let kept: Value = ["passkey", ""];
    await signInByBrowser(browsers, "yara", [
      (asked) => {
        kept = by(passkey)(asked);
        return kept;
      },
    ]);
    expect(await signInByBrowser(browsers, "yara", [kept])).toMatchObject({ reason: "wrong-credentials" });
  });

  test("nobody learns from the prompt who has a passkey, and neither endpoints nor programs are asked for one", async () => {
    const { person } = await withPasskey("zoe");
    const shape = async (userName: string) => {
      const result = await signInByBrowser(browsers, userName, []);
      if (result.kind === "refused" || result.value.status !== "asking") throw new Error("not asked");
      return result.value.prompts.map(({ passkeyOptions, ...prompt }) => ({
        ...prompt,
        options: passkeyOptions && Object.keys(passkeyOptions).toSorted(),
      }));
    };
    const known = await shape("zoe");
    expect(known).toEqual(await shape("nobody-of-this-name"));
    expect(known.map(({ factor }) => factor)).toEqual(["password", "passkey"]);
    const program = await begin(rig, person, [], { workflow: "self-service" });
    expect(program.body.prompts.map(({ factor }: { factor: string }) => factor)).toEqual(["password"]);
  });

  test("the console's passkeys are the console's own (SECURITY §6)", async () => {
    const { passkey } = await withPasskey("zeno");
    const asked = await signInByBrowser(browsers, "zeno", [by(passkey)], "console");
    expect(asked).toMatchObject({ kind: "refused", reason: "wrong-credentials" });
  });

  test("one that is made for another person, app, origin or without its user is not taken", async () => {
    const person = await newUser("zita");
    const other = await newUser("zora");
    const ports = webPorts(rig);
    const offer = async (userId = person.user.id) => {
      const offered = await passkeyOptions(ports, himself(userId), userId, "portal");
      if (offered.kind === "refused") throw new Error(offered.detail);
      return offered.value;
    };
    const tried = async (
      ticket: string,
      made: ReturnType<typeof createSoftPasskey>,
      app: "portal" | "console" = "portal",
    ) => {
      const result = await enrolPasskey(ports, himself(person.user.id), person.user.id, app, {
        ticket,
        response: made.response,
      });
      return result.kind === "refused" ? result.code : "enrolled";
    };
    const origin = portal.origins[0] ?? "";
    const { options, ticket } = await offer();
    expect(await tried((await offer(other.user.id)).ticket, createSoftPasskey(options, origin))).toBe(
      "continuation-invalid",
    );
    expect(await tried(ticket, createSoftPasskey(options, origin), "console")).toBe("continuation-invalid");
    expect(await tried(ticket, createSoftPasskey(options, origin, { userVerified: false }))).toBe(
      "invalid-request",
    );
    expect(await tried(ticket, createSoftPasskey(options, "https://evil.example"))).toBe("invalid-request");
    expect(await tried(ticket, createSoftPasskey(options, origin, { challenge: "AAAA" }))).toBe(
      "invalid-request",
    );
    expect(await tried(ticket, createSoftPasskey(options, origin))).toBe("enrolled");
    rig.clock.advance(121_000);
    expect(await tried(ticket, createSoftPasskey(options, origin))).toBe("continuation-invalid");
  });
});

describe("PIN and card", () => {
  test("a PIN is its own prompt, must be long enough and is not the first that anybody would try", async () => {
    const policyId = await newPolicy(rig, "Card and PIN", {
      workflows: { "self-service": [["card"], ["pin"]] },
      pin: { minimumLength: 5, maxAge: "P30D" },
    });
    const adam = await newUser("adam", { policyId });
    for (const pin of ["1234", "abcde", "11111", "12345", "54321", "12345678901234567"]) {
      const answer = await rig.call("POST", authenticatorsOf(adam.user.id), { kind: "pin", pin });
      expect([pin, answer.status]).toEqual([pin, 400]);
      expect(answer.text).not.toContain(pin);
    }
    const { authenticator } = await enrol(adam, { kind: "pin", pin: "27182" });
    expect(authenticator.expiresAtMs).toBe(rig.clock.now() + 30 * 86_400_000);
    await enrol(adam, { kind: "card", number: "04:a2:3b:c1" });
    const again = await rig.call("POST", authenticatorsOf(adam.user.id), {
      kind: "card",
      number: "04A23BC1",
    });
    expect(again.status).toBe(409);

    const signedIn = await signInByBrowser(browsers, "adam", [
      ["card", "04 a2 3b c1"],
      ["pin", "27182"],
    ]);
    expect(signedIn).toMatchObject({ kind: "ok", value: { factors: ["card", "pin"] } });
    const wrongPin = await signInByBrowser(browsers, "adam", [
      ["card", "04A23BC1"],
      ["pin", "31415"],
    ]);
    expect(wrongPin).toMatchObject({ kind: "refused", reason: "wrong-credentials" });
    const rows = await rig.server.ports.store.read((tx) => tx.authenticators.ofUser(adam.user.id));
    expect(JSON.stringify(rows)).not.toMatch(/04A23BC1|27182/);
  });

  test("a PIN past its time is renewed by a browser, and refused with the reason elsewhere (AMB-MDA-5)", async () => {
    const policyId = await newPolicy(rig, "Expiring PIN", {
      workflows: { "self-service": [["password"], ["pin"]], workstation: [["password"], ["pin"]] },
      pin: { maxAge: "P1D" },
      enrolment: { rights: ["pin"] },
    });
    const bea = await newUser("bea", { policyId });
    await enrol(bea, { kind: "pin", pin: "271828" });
    const atWorkstation = () =>
      begin(rig, bea, [
        { factor: "password", value: bea.password },
        { factor: "pin", value: "271828" },
      ]);
    expect((await atWorkstation()).body).toMatchObject({ factors: ["password", "pin"] });
    rig.clock.advance(86_400_000);
    expectProblem(await atWorkstation(), "sign-in-refused", "pin-expired");
    const due = await signInByBrowser(browsers, "bea", [password(bea), ["pin", "271828"]]);
    expect(due).toMatchObject({ kind: "ok", value: { status: "succeeded", renewalDue: ["pin"] } });
    // A wrong one is not told apart.
    const wrong = await signInByBrowser(browsers, "bea", [password(bea), ["pin", "314159"]]);
    expect(wrong).toMatchObject({ kind: "refused", reason: "wrong-credentials" });
    await enrol(bea, { kind: "pin", pin: "161803" });
    const renewed = await signInByBrowser(browsers, "bea", [password(bea), ["pin", "161803"]]);
    expect(renewed.kind === "ok" && "renewalDue" in renewed.value).toBe(false);
  });
});

describe("without a second factor", () => {
  test("TC-46: a delay of 2 lets enrolment be put off twice, the third sign-in forces it", async () => {
    const policyId = await newPolicy(rig, "Delay 2", {
      enrolment: { rights: ["totp", "passkey"], delaySignIns: 2 },
    });
    const cleo = await newUser("cleo", { policyId });
    const values = [password(cleo), ["totp", "\u{ffff}"] as Value];
    const left: unknown[] = [];
    for (const _ of [1, 2, 3, 4]) {
      const result = await signInByBrowser(browsers, "cleo", values);
      left.push(result.kind === "ok" && "enrolmentDue" in result.value && result.value.enrolmentDue);
    }
    expect(left).toEqual([2, 1, 0, 0].map((signInsLeft) => ({ factors: ["totp", "passkey"], signInsLeft })));
    // What the portal does not take puts nothing off anew.
    await enrol(cleo, { kind: "recovery-code" });
    await enrol(cleo, { kind: "card", number: "0815" });
    await removeAll(cleo);
    expect(await signInByBrowser(browsers, "cleo", values)).toMatchObject({
      value: { enrolmentDue: { signInsLeft: 0 } },
    });
    const { otpauthUri } = await enrol(cleo, { kind: "totp" });
    expect(await signInByBrowser(browsers, "cleo", values)).toMatchObject({ reason: "wrong-credentials" });
    const now = code({ secret: secretOf(otpauthUri) }, stepAt());
    const result = await signInByBrowser(browsers, "cleo", [password(cleo), ["totp", now]]);
    expect(result.kind === "ok" && "enrolmentDue" in result.value).toBe(false);
  });

  test("TC-46: a password alone adds none to those that do not work at the portal", async () => {
    const bare = (userName: string, person: Person) =>
      signInByBrowser(browsers, userName, [password(person), ["totp", "000000"]]);
    const refusedAs = { kind: "refused", reason: "no-token" };
    const ports = webPorts(rig);

    const kim = await newUser("kim");
    const offered = await passkeyOptions(ports, himself(kim.user.id), kim.user.id, "console");
    if (offered.kind === "refused") throw new Error(offered.detail);
    const { response } = createSoftPasskey(offered.value.options, "https://console.ward.example", {});
    const made = { ticket: offered.value.ticket, response };
    expect(await enrolPasskey(ports, himself(kim.user.id), kim.user.id, "console", made)).toMatchObject({
      value: { relyingPartyId: "console.ward.example" },
    });
    expect(await bare("kim", kim), "a passkey made for the console").toMatchObject(refusedAs);

    const leo = await newUser("leo");
    const { authenticator } = await enrol(leo, { kind: "totp" });
    await rig.call("PATCH", `${authenticatorsOf(leo.user.id)}/${authenticator.id}`, { status: "disabled" });
    expect(await bare("leo", leo), "a token that the help desk disabled").toMatchObject(refusedAs);
    await removeAll(leo);
    expect((await bare("leo", leo)).kind, "TC-45: what was removed is no more").toBe("ok");

    const policyId = await newPolicy(rig, "Three steps", {
      workflows: { "self-service": [["password"], ["hotp", "totp"], ["pin"]] },
    });
    const mia = await newPerson(rig, "mia", { policyId });
    const skipped = await signInByBrowser(browsers, "mia", [
      password(mia),
      ["hotp", "000000"],
      ["pin", "240931"],
    ]);
    expect(skipped, "a missing PIN spares nobody the code").toMatchObject(refusedAs);

    const ned = await newUser("ned");
    await rig.server.ports.store.transaction((tx) =>
      tx.authorization.administrators.set(ned.user.id, "role_auditor"),
    );
    expect(await bare("ned", ned), "an administrator").toMatchObject(refusedAs);
  });

  test("TC-46: a delay of 0 forces it at once; without a right to enrol, or elsewhere, there is no way in", async () => {
    const dora = await newUser("dora");
    const values = [password(dora), ["totp", "000000"] as Value];
    expect(await signInByBrowser(browsers, "dora", values)).toMatchObject({
      value: {
        factors: ["password"],
        enrolmentDue: { factors: ["totp", "push", "passkey"], signInsLeft: 0 },
      },
    });
    expect(await signInByBrowser(browsers, "dora", values, "console")).toMatchObject({ reason: "no-token" });
    expectProblem(await signIn(rig, dora, "000000"), "sign-in-refused", "no-token");
    // Only who has the password right is told.
    const stranger = await signInByBrowser(browsers, "dora", [
      ["password", "wrong"],
      ["totp", "000000"],
    ]);
    expect(stranger).toMatchObject({ kind: "refused", reason: "wrong-credentials" });

    const policyId = await newPolicy(rig, "Help desk enrols", { enrolment: { rights: [] } });
    const emil = await newUser("emil", { policyId });
    expect(await signInByBrowser(browsers, "emil", [password(emil), ["totp", "000000"]])).toMatchObject({
      kind: "refused",
      reason: "no-token",
    });
  });
});

describe("UNI-2: one counter for all factors", () => {
  test("a wrong password, a wrong code, a wrong recovery code, a wrong PIN and a wrong passkey at three places lock everywhere", async () => {
    const policyId = await newPolicy(rig, "Five", {
      workflows: {
        "self-service": [
          ["password", "passkey"],
          ["hotp", "totp", "recovery-code", "pin"],
        ],
      },
    });
    const fritz = await newUser("fritz", { policyId });
    await enrol(fritz, { kind: "totp" });
    await enrol(fritz, { kind: "recovery-code" });
    await enrol(fritz, { kind: "pin", pin: "271828" });
    const failures = async () => (await rig.call("GET", `/api/v1/users/${fritz.user.id}`)).body.failures;
    const own: Value = password(fritz);
    await signIn(rig, fritz, "000000");
    expect(await failures()).toBe(1);
    await signInByBrowser(browsers, "fritz", [
      ["password", "wrong"],
      ["totp", "000000"],
    ]);
    await signInByBrowser(browsers, "fritz", [own, ["recovery-code", "AAAA-AAAA-AAAA"]], "console");
    await signInByBrowser(browsers, "fritz", [own, ["pin", "314159"]]);
    expect(await failures()).toBe(4);
    const last = await signInByBrowser(browsers, "fritz", [["passkey", "{}"]]);
    expect(last).toMatchObject({ kind: "refused", reason: "wrong-credentials" });
    expect(await signInByBrowser(browsers, "fritz", [own])).toMatchObject({ reason: "locked" });
    expectProblem(await signIn(rig, fritz, "000000"), "sign-in-refused", "locked");
  });
});

test("a password that is reset while it is being checked opens nothing any more", async () => {
  const rose = await newPerson(rig, "rose");
  const { store } = rig.server.ports;
  const slow = {
    ...webPorts(rig),
    store: Object.assign(Object.create(store) as typeof store, {
      commitSignIn: async (commit: Parameters<typeof store.commitSignIn>[0]) => {
        const url = `/api/v1/users/${rose.user.id}/password`;
        if (resets++ === 0)
          expect((await rig.call("PUT", url, { password: "quite another one" })).status).toBe(200);
        return store.commitSignIn(commit);
      },
    }),
  };
  let resets = 0;
  const late = createSignIns(slow, createDefaultPolicy(slow));
  const result = await signInByBrowser(late, "rose", [password(rose), ["hotp", code(rose, 0)]]);
  expect(result).toMatchObject({ kind: "refused", reason: "wrong-credentials" });
});

describe("whose authenticators they are", () => {
  test("a person enrols, renames and removes what his policy lets him, and nobody else's", async () => {
    const { enrolAuthenticator, changeAuthenticator, listAuthenticators, removeAuthenticator } = await import(
      "./authenticators.ts"
    );
    const [gina, hugo] = [await newUser("gina"), await newUser("hugo")];
    const { ports } = rig.server;
    const actor = himself(gina.user.id);
    const made = await enrolAuthenticator(ports, actor, gina.user.id, { kind: "totp" });
    if (made.kind === "refused") throw new Error(made.detail);
    const { id } = made.value.authenticator;
    expect(await changeAuthenticator(ports, actor, gina.user.id, id, { label: "My phone" })).toMatchObject({
      kind: "ok",
      value: { label: "My phone" },
    });
    expect(await enrolAuthenticator(ports, actor, gina.user.id, { kind: "hotp" })).toMatchObject({
      code: "forbidden",
    });
    expect(await enrolAuthenticator(ports, actor, hugo.user.id, { kind: "totp" })).toMatchObject({
      kind: "refused",
    });
    const theirs = await enrol(hugo, { kind: "pin", pin: "271828" });
    for (const what of [theirs.authenticator.id, "aut_none"]) {
      expect(await removeAuthenticator(ports, actor, gina.user.id, what)).toMatchObject({
        code: "not-found",
      });
      expect(await removeAuthenticator(ports, actor, hugo.user.id, what)).toMatchObject({ kind: "refused" });
    }
    expect(await listAuthenticators(ports, actor, hugo.user.id)).toMatchObject({ kind: "refused" });
    expect(await removeAuthenticator(ports, actor, gina.user.id, id)).toEqual({ kind: "ok", value: null });
    expect(await listAuthenticators(ports, actor, gina.user.id)).toMatchObject({ value: { items: [] } });
  });

  test("what is disabled works nowhere until it is enabled again, and the audit has it all but no secret", async () => {
    const ines = await newUser("ines");
    const { authenticator, codes } = await enrol(ines, { kind: "recovery-code" });
    await enrol(ines, { kind: "totp" });
    const url = `${authenticatorsOf(ines.user.id)}/${authenticator.id}`;
    const use = (index: number) =>
      signInByBrowser(browsers, "ines", [password(ines), ["recovery-code", codes[index]]]);
    expect((await rig.call("PATCH", url, { status: "disabled" })).body.status).toBe("disabled");
    expect((await use(0)).kind).toBe("refused");
    await rig.call("PATCH", url, { status: "enabled" });
    expect((await use(0)).kind).toBe("ok");
    expect((await rig.call("DELETE", url)).status).toBe(204);
    expect((await rig.call("DELETE", url)).status).toBe(404);
    expect((await use(1)).kind).toBe("refused");
    const { items } = (await rig.call("GET", `/api/v1/audit?userId=${ines.user.id}&limit=100`)).body;
    const types = items.map(({ type }: { type: string }) => type);
    for (const type of [
      "authenticator-enrolled",
      "authenticator-changed",
      "authenticator-removed",
      "token-enrolled",
    ])
      expect(types).toContain(type);
    const text = JSON.stringify(items);
    for (const one of codes) expect(text).not.toContain(one);
    expect(rig.clock.now()).toBeGreaterThanOrEqual(noon);
  });
});
