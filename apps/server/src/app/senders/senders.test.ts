import { createServer as createHttpServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { defaultTemporaryCodeSettings } from "@holdfast/protocol/temporary-codes-api";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { newMasterKey } from "../../keys/master-key.ts";
import { browserSignIns, himself, signInByBrowser, type Value } from "../../testing/browser-sign-in.ts";
import type { Person, Rig } from "../../testing/rig.ts";
import { begin, code, expectProblem, newPerson, newPolicy, quickKdf, startRig } from "../../testing/rig.ts";
import { rewrapEverything } from "../master-key/rewrap-everything.ts";
import type { PasswordKdf } from "../password-queue.ts";
import type { SignIns } from "../sign-in/sign-in.ts";

/** Codes by SMS and e-mail, in a demo that catches them, and by a gateway that listens. */

let rig: Rig;
let browsers: SignIns;
let policyId: string;
beforeAll(async () => {
  rig = await startRig({ demo: true });
  browsers = browserSignIns(rig);
  for (const channel of ["sms", "email"]) {
    const body = { kind: "catcher", codeDigits: 6 };
    expect((await rig.call("PUT", `/api/v1/senders/${channel}`, body)).status).toBe(200);
  }
  const steps = [["password"], ["hotp", "sms-code", "email-code"]];
  policyId = await newPolicy(rig, "Messages", {
    lockout: { failures: 20 },
    enrolment: { rights: ["sms-code"] },
    workflows: { workstation: steps, "self-service": steps, administration: steps },
  });
});
afterAll(() => rig.stop());
// Every test has its messages' limits for itself.
beforeEach(() => rig.clock.advance(86_400_000));

const sent = () => rig.server.ports.delivery.outbox.idle();
const caught = () => rig.server.ports.delivery.catcher?.caught() ?? [];
async function lastCode(to: string): Promise<string> {
  await sent();
  const message = caught().find((one) => one.to === to);
  const found = /\b\d{6}\b/.exec(message?.text.split(":").slice(1).join(":") ?? "")?.[0];
  if (found === undefined) throw new Error(`nothing was sent to ${to}`);
  return found;
}
const wrongOf = (right: string) => (right === "000000" ? "000001" : "000000");

async function withNumber(userName: string, number: string): Promise<Person> {
  const person = await newPerson(rig, userName, { policyId });
  await enrol(person, "sms-code", number);
  return person;
}
async function enrol(person: Person, kind: string, address: string) {
  const proofs = `/api/v1/users/${person.user.id}/authenticators/proofs`;
  const begun = await rig.call("POST", proofs, { kind, address });
  expect([begun.status, begun.text]).toEqual([201, begun.text]);
  const { status, body } = await rig.call("POST", `${proofs}/${begun.body.proofId}`, {
    code: await lastCode(address),
  });
  expect(status).toBe(201);
  return body;
}
const password = (person: Person): Value => ["password", person.password];
const ask: Value = ["sms-code", "send"];
const bySms = async (person: Person, typed: (right: string) => string, number: string) => {
  const client = { kind: "browser", app: "portal", sessionId: null } as const;
  const asked = await signInByBrowser(browsers, person.user.userName, [password(person), ask]);
  if (asked.kind === "refused" || asked.value.status !== "asking") throw new Error("not asked");
  const value = typed(await lastCode(number));
  const { continuation } = asked.value;
  return browsers.step(client, { continuation, given: { factor: "sms-code", value } });
};
const auditOf = async (userId: string, type: string) =>
  (await rig.server.ports.store.audit({ userId, type, limit: 50 })).items;

describe("signing in with a code by SMS", () => {
  test("it is sent after the right password, names what it is for, and is good once", async () => {
    const nora = await withNumber("nora", "+491701234567");
    const before = caught().length;
    const waiting = await signInByBrowser(browsers, "nora", [password(nora)]);
    await sent();
    expect(caught()).toHaveLength(before);
    expect(waiting).toMatchObject({ value: { status: "asking" } });

    const done = await bySms(nora, (right) => right, "+491701234567");
    expect(done).toMatchObject({
      kind: "ok",
      value: { status: "succeeded", factors: ["password", "sms-code"] },
    });
    expect(caught()[0]?.text).toMatch(
      /^Holdfast: \d{6} is your code to sign in to your account\. Good for 5 minutes\. Tell it to nobody\.\n\n@id\.ward\.example #\d{6}$/,
    );
    const used = await lastCode("+491701234567");
    const again = await signInByBrowser(browsers, "nora", [password(nora), ["sms-code", used]]);
    expect(again).toMatchObject({ kind: "refused", reason: "wrong-credentials" });
    // Neither the code nor the whole number is anywhere in the store.
    const rows = await rig.server.ports.store.read(async (tx) => [
      await tx.senders.messages.latest(50),
      (await tx.authenticators.ofUser(nora.user.id)).map(({ data }) => ({ ...data, address: undefined })),
    ]);
    const all = JSON.stringify([rows, await auditOf(nora.user.id, "sign-in-code-sent")]);
    expect(all).not.toContain(used);
    expect(all).not.toContain("1701234567");
  });

  test("SECURITY §1: nobody learns from prompt, wait or count whether the password was right", async () => {
    const olga = await withNumber("olga", "+491701111111");
    const shape = async (name: string, typed: string) => {
      const result = await signInByBrowser(browsers, name, [["password", typed], ask]);
      if (result.kind === "refused" || result.value.status !== "asking") throw new Error("not asked");
      await sent();
      const { failures } = (await rig.call("GET", `/api/v1/users/${olga.user.id}`)).body;
      return { prompts: result.value.prompts, failures, carried: result.value.continuation.length };
    };
    const before = caught().length;
    const wrong = await shape("olga", olga.password.replace(/^./, "#"));
    expect(caught()).toHaveLength(before);
    expect(wrong.failures).toBe(1);
    const right = await shape("olga", olga.password);
    expect(caught()).toHaveLength(before + 1);
    expect(right).toEqual({ ...wrong, failures: 2 });
    expect((await shape("nobody-of-this-name", "wrong")).prompts.map(({ text }) => text)).not.toEqual([]);
    const done = await signInByBrowser(browsers, "olga", [
      password(olga),
      ask,
      ["sms-code", await lastCode("+491701111111")],
    ]);
    expect(done).toMatchObject({ value: { status: "succeeded" } });
    expect((await rig.call("GET", `/api/v1/users/${olga.user.id}`)).body.failures).toBe(0);
    const why = (await auditOf(olga.user.id, "sign-in-code-withheld")).map(({ detail }) => detail.why);
    expect(why.toSorted()).toEqual(["not-proven", "on-its-way"]);
  });

  test("whoever has codes sent to somebody else's number to enrol it keeps no sign-in code from there", async () => {
    const number = "+491707777777";
    const zora = await withNumber("zora", number);
    const other = await newPerson(rig, "zeno", { policyId });
    rig.clock.advance(86_400_000);
    const proofs = `/api/v1/users/${other.user.id}/authenticators/proofs`;
    for (let again = 0; again < 5; again++) {
      expect((await rig.call("POST", proofs, { kind: "sms-code", address: number })).status).toBe(201);
      rig.clock.advance(31_000);
    }
    expectProblem(await rig.call("POST", proofs, { kind: "sms-code", address: number }), "too-many-requests");
    expect(await bySms(zora, (right) => right, number)).toMatchObject({ kind: "ok" });
  });

  test("three wrong ones void it; half a minute later another may be had, five in a quarter of an hour", async () => {
    const number = "+491702222222";
    const paul = await withNumber("paul", number);
    rig.clock.advance(3_600_000);
    const before = caught().length;
    for (const _ of [1, 2, 3]) {
      const refused = await bySms(paul, wrongOf, number);
      expect(refused).toMatchObject({ kind: "refused", reason: "wrong-credentials" });
    }
    expect(caught()).toHaveLength(before + 1);
    // The third try took it: another is sent at once, since none is on its way any more.
    expect(await bySms(paul, (right) => right, number)).toMatchObject({ kind: "ok" });
    expect(caught()).toHaveLength(before + 2);
    for (const _ of [1, 2, 3, 4]) {
      rig.clock.advance(31_000);
      await signInByBrowser(browsers, "paul", [password(paul), ask]);
      await sent();
    }
    expect(caught()).toHaveLength(before + 5);
    expect((await auditOf(paul.user.id, "sign-in-code-withheld"))[0]?.detail).toMatchObject({
      why: "too-many",
    });
  });

  test("it is good for five minutes and for what it was asked for", async () => {
    const number = "+491703333333";
    const rita = await withNumber("rita", number);
    rig.clock.advance(60_000);
    await signInByBrowser(browsers, "rita", [password(rita), ask]);
    const right = await lastCode(number);
    const elsewhere = await signInByBrowser(
      browsers,
      "rita",
      [password(rita), ask, ["sms-code", right]],
      "console",
    );
    expect(elsewhere).toMatchObject({ kind: "refused", reason: "wrong-credentials" });
    await signInByBrowser(browsers, "rita", [password(rita), ask]);
    const late = await lastCode(number);
    rig.clock.advance(300_000);
    expect(await signInByBrowser(browsers, "rita", [password(rita), ["sms-code", late]])).toMatchObject({
      kind: "refused",
    });
  });

  test("UNI-4: a lock ends the code that is on its way", async () => {
    const number = "+491704343434";
    const sara = await withNumber("sara", number);
    rig.clock.advance(60_000);
    await signInByBrowser(browsers, "sara", [password(sara), ask]);
    const sentBefore = await lastCode(number);
    const lock = `/api/v1/users/${sara.user.id}/lock`;
    expect((await rig.call("POST", lock, { reason: "Lost her phone" })).status).toBe(200);
    expect((await rig.call("DELETE", lock)).status).toBe(200);
    const late = await signInByBrowser(browsers, "sara", [password(sara), ["sms-code", sentBefore]]);
    expect(late).toMatchObject({ kind: "refused", reason: "wrong-credentials" });
  });

  test("who can only type asks for it by the word sms, in one request or in several", async () => {
    const number = "+491704444444";
    const sven = await withNumber("sven", number);
    rig.clock.advance(60_000);
    const typed = { factor: "password", value: sven.password };
    const asked = await begin(rig, sven, [typed, { factor: "hotp", value: " SMS " }]);
    expect(asked.body).toMatchObject({ status: "asking", prompts: [{ factor: "sms-code" }, {}, {}] });
    const given = { factor: "sms-code", value: await lastCode(number) };
    // Another server, or the same after a lost answer: everything that was typed, at once.
    const done = await begin(rig, sven, [typed, { factor: "hotp", value: "sms" }, given]);
    expect(done.body).toMatchObject({ status: "succeeded", factors: ["password", "sms-code"] });
    // The usual code goes as before.
    rig.clock.advance(60_000);
    const usual = await begin(rig, sven, [typed, { factor: "hotp", value: code(sven, 0) }]);
    expect(usual.body).toMatchObject({ status: "succeeded", factors: ["password", "hotp"] });
  });

  test("of many that use one code at once, one gets in", async () => {
    const number = "+491705555555";
    const tina = await withNumber("tina", number);
    rig.clock.advance(60_000);
    const waiting = await Promise.all(
      Array.from({ length: 10 }, () => signInByBrowser(browsers, "tina", [password(tina), ask])),
    );
    const value = await lastCode(number);
    const client = { kind: "browser", app: "portal", sessionId: null } as const;
    const results = await Promise.all(
      waiting.map((one) => {
        if (one.kind === "refused" || one.value.status !== "asking") throw new Error("not asked");
        const { continuation } = one.value;
        return browsers.step(client, { continuation, given: { factor: "sms-code", value } });
      }),
    );
    expect(results.filter(({ kind }) => kind === "ok")).toHaveLength(1);
  });
});

test("where there is no sender, nobody is asked for what cannot be sent", async () => {
  const other = await startRig();
  try {
    const steps = [["password"], ["hotp", "sms-code"]];
    const id = await newPolicy(other, "SMS", { workflows: { workstation: steps } });
    const yves = await newPerson(other, "yves", { policyId: id });
    const typed = { factor: "password", value: yves.password };
    const asked = await begin(other, yves, [typed]);
    expect(asked.body.prompts.map(({ factor }: { factor: string }) => factor)).toEqual(["hotp"]);
    await other.call("PATCH", `/api/v1/policies/${id}`, {
      changes: { workflows: { workstation: [["password"], ["sms-code"]] } },
    });
    expectProblem(await begin(other, yves, [typed]), "sign-in-refused", "factor-not-usable-here");
  } finally {
    await other.stop();
  }
});

test("SECURITY §1: right, wrong and unknown cost the same Argon2id, when a code is asked for and after it", async () => {
  let runs = 0;
  const counting: PasswordKdf = (typed, salt) => {
    runs++;
    return quickKdf(typed, salt);
  };
  const other = await startRig({ demo: true }, { kdf: counting });
  try {
    await other.call("PUT", "/api/v1/senders/sms", { kind: "catcher", codeDigits: 6 });
    const steps = [["password"], ["hotp", "temporary-code", "sms-code"]];
    const policy = (await other.call("GET", "/api/v1/policies")).body.items[0].id;
    await other.call("PATCH", `/api/v1/policies/${policy}`, {
      changes: { workflows: { "self-service": steps } },
    });
    const zoe = await newPerson(other, "zoe");
    const signIns = browserSignIns(other);
    const client = { kind: "browser", app: "portal", sessionId: null } as const;
    const costs = async (userName: string, typed: string, last: Value) => {
      const asked = await signInByBrowser(signIns, userName, [["password", typed]]);
      const step = async (from: typeof asked, [factor, value]: Value) => {
        if (from.kind === "refused" || from.value.status !== "asking") throw new Error("not asked");
        runs = 0;
        const { continuation } = from.value;
        const next = await signIns.step(client, { continuation, given: { factor, value } });
        return { next, cost: runs };
      };
      const first = await step(asked, ask);
      return [first.cost, (await step(first.next, last)).cost];
    };
    for (const last of [
      ask,
      ["sms-code", "000000"],
      ["hotp", "000000"],
      ["hotp", "ABCDE-FGHJK"],
    ] as Value[]) {
      const right = await costs("zoe", zoe.password, last);
      expect([last, await costs("zoe", "wrong", last)]).toEqual([last, right]);
      expect([last, await costs("nobody-of-this-name", "wrong", last)]).toEqual([last, right]);
      await other.call("POST", `/api/v1/users/${zoe.user.id}/unlock`);
    }
  } finally {
    await other.stop();
  }
});

describe("a number or an address", () => {
  test("is one's own once its code was typed; it takes the place of the one before", async () => {
    const uwe = await withNumber("uwe", "+491706666666");
    rig.clock.advance(60_000);
    const proofs = `/api/v1/users/${uwe.user.id}/authenticators/proofs`;
    const body = { kind: "sms-code", address: "0049 (170) 777-7777" };
    const begun = await rig.call("POST", proofs, body);
    expect(begun.body).toMatchObject({ sentTo: "+49 ••• 77", triesLeft: 3 });
    expectProblem(await rig.call("POST", proofs, body), "too-many-requests");
    const right = await lastCode("+491707777777");
    const url = `${proofs}/${begun.body.proofId}`;
    expectProblem(await rig.call("POST", url, { code: wrongOf(right) }), "invalid-request");
    const enrolled = await rig.call("POST", url, { code: right, label: "Ward phone" });
    expect(enrolled.body).toMatchObject({ kind: "sms-code", label: "Ward phone", address: "+49 ••• 77" });
    expectProblem(await rig.call("POST", url, { code: right }), "conflict");
    const list = await rig.call("GET", `/api/v1/users/${uwe.user.id}/authenticators`);
    expect(list.body.items.filter(({ kind }: { kind: string }) => kind === "sms-code")).toHaveLength(1);
  });

  test("three wrong codes end it; a person enrols what his policy lets him, for himself", async () => {
    const { beginAddressProof, endAddressProof } = await import("./address-proofs.ts");
    const [vera, wim] = [
      await newPerson(rig, "vera", { policyId }),
      await newPerson(rig, "wim", { policyId }),
    ];
    const { ports } = rig.server;
    const own = himself(vera.user.id);
    const number = { kind: "sms-code", address: "+491708888888" } as const;
    expect(await beginAddressProof(ports, own, wim.user.id, number)).toMatchObject({ kind: "refused" });
    const mail = { kind: "email-code", address: "vera@ward.example" } as const;
    expect(await beginAddressProof(ports, own, vera.user.id, mail)).toMatchObject({ code: "forbidden" });
    expect(
      await beginAddressProof(ports, own, vera.user.id, { ...number, address: "0170 888" }),
    ).toMatchObject({
      code: "invalid-request",
    });
    const begun = await beginAddressProof(ports, own, vera.user.id, number);
    if (begun.kind === "refused") throw new Error(begun.detail);
    const right = await lastCode("+491708888888");
    const end = (typed: string) =>
      endAddressProof(ports, own, vera.user.id, begun.value.proofId, { code: typed });
    for (const _ of [1, 2, 3]) expect(await end(wrongOf(right))).toMatchObject({ code: "invalid-request" });
    expect(await end(right)).toMatchObject({ code: "conflict" });
    const theirs = himself(wim.user.id);
    expect(
      await endAddressProof(ports, theirs, wim.user.id, begun.value.proofId, { code: right }),
    ).toMatchObject({
      code: "not-found",
    });
  });

  test("with an address, a mail tells of every way to sign in that comes and goes", async () => {
    const xena = await newPerson(rig, "xena", { policyId });
    await enrol(xena, "email-code", "xena@ward.example");
    const mails = () => caught().flatMap(({ to, subject }) => (to === "xena@ward.example" ? [subject] : []));
    await sent();
    expect(mails()[0]).toBe("Holdfast: An e-mail address was added");
    const authenticators = `/api/v1/users/${xena.user.id}/authenticators`;
    const made = await rig.call("POST", authenticators, { kind: "recovery-code" });
    await sent();
    expect(mails()[0]).toBe("Holdfast: A set of recovery codes was added");
    await rig.call("DELETE", `${authenticators}/${made.body.authenticator.id}`);
    await sent();
    expect(mails()[0]).toBe("Holdfast: A set of recovery codes was removed");
    const temporaryCodes = { ...defaultTemporaryCodeSettings, allowed: true };
    await rig.call("PUT", "/api/v1/settings/temporary-codes", { temporaryCodes });
    const lent = { use: "once", lifetime: "PT1H", reason: "Somebody called" };
    await rig.call("POST", `/api/v1/users/${xena.user.id}/temporary-code`, lent);
    await sent();
    expect(mails()[0]).toBe("Holdfast: A temporary code of the help desk was added");
    const { items } = (await rig.call("GET", authenticators)).body;
    const mail = items.find(({ kind }: { kind: string }) => kind === "email-code");
    await rig.call("DELETE", `${authenticators}/${mail.id}`);
    await sent();
    expect(mails()[0]).toBe("Holdfast: An e-mail address was removed");
  });

  test("an address that another takes the place of, or that is deleted with a stolen device, hears of it itself", async () => {
    const yves = await newPerson(rig, "yves", { policyId });
    const [first, second] = ["yves@ward.example", "yvonne@ward.example"];
    const lastTo = (address: string) => caught().find(({ to }) => to === address)?.subject;
    await enrol(yves, "email-code", first);
    rig.clock.advance(60_000);
    const { id } = await enrol(yves, "email-code", second);
    await sent();
    expect(lastTo(first)).toBe("Holdfast: An e-mail address was removed");
    expect(lastTo(second)).toBe("Holdfast: An e-mail address was added");
    expect(await auditOf(yves.user.id, "authenticator-removed")).toHaveLength(1);
    const stolen = { authenticatorIds: [id], reason: "Lost on the train" };
    expect((await rig.call("POST", `/api/v1/users/${yves.user.id}/stolen-device`, stolen)).status).toBe(200);
    await sent();
    expect(lastTo(second)).toBe("Holdfast: An e-mail address was removed");
  });
});

describe("senders", () => {
  const gateway = {
    kind: "http",
    contentType: "application/json",
    body: '{"to":"{{to}}","message":"{{text}}"}',
    secretHeader: "Authorization",
    authority: null,
    codeDigits: 8,
    secret: "Bearer s3cret",
  };

  test("a gateway gets number, text and secret; its secret is shown to nobody and stays where it belongs", async () => {
    const requests: { headers: IncomingMessage["headers"]; body: string }[] = [];
    let status = 200;
    const server = createHttpServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      requests.push({ headers: request.headers, body });
      response.writeHead(status).end("no such number +491700000000 Bearer s3cret");
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/sms`;
    const other = await startRig();
    try {
      const set = (change: object) =>
        other.call("PUT", "/api/v1/senders/sms", { ...gateway, url, ...change });
      expectProblem(await set({ url: "http://sms.example/" }), "invalid-request");
      expectProblem(await set({ body: "no text" }), "invalid-request");
      expectProblem(
        await other.call("PUT", "/api/v1/senders/sms", { kind: "catcher", codeDigits: 6 }),
        "invalid-request",
      );
      const view = await set({});
      expect(view.body.sms).toMatchObject({ kind: "http", hasSecret: true });
      expect(view.text).not.toContain("s3cret");
      // Nobody who does not know the secret has it sent elsewhere.
      const { secret: _secret, ...without } = gateway;
      const moved = { ...without, url: "https://mine.example/" };
      expectProblem(await other.call("PUT", "/api/v1/senders/sms", moved), "invalid-request");
      const test = () => other.call("POST", "/api/v1/senders/sms/test", { to: "+49 170 0000000" });
      expect((await test()).body).toEqual({ sent: true, why: null });
      expect(requests[0]?.headers.authorization).toBe("Bearer s3cret");
      expect(JSON.parse(requests[0]?.body ?? "")).toEqual({
        to: "+491700000000",
        message: "Holdfast: this is a test. Nothing is to be done.",
      });
      // What no header can carry is told, without it, and leaves no message waiting for ever.
      await set({ secret: "Bearer s3cret\n" });
      other.clock.advance(1);
      const unsendable = await test();
      other.clock.advance(1);
      expect(unsendable.body).toMatchObject({ sent: false, why: expect.any(String) });
      expect(unsendable.text).not.toContain("s3cret");
      await set({});
      // A rotation of the master key takes the secret along.
      const { store, secrets } = other.server.ports;
      const key = newMasterKey();
      secrets.useMasterKey(key);
      await rewrapEverything(store, secrets);
      const sealed = JSON.parse((await store.read((tx) => tx.settings.get("senders.sms"))) ?? "").sealed;
      expect(sealed).toContain(`.${key.id}.`);
      expect((await test()).body).toEqual({ sent: true, why: null });
      other.clock.advance(1);
      status = 500;
      // The list is by time, newest first.
      other.clock.advance(1);
      expect((await test()).body).toEqual({ sent: false, why: "The gateway answered 500." });
      // Three in a row, and somebody should look; the next that is taken ends it.
      const alerts = async () =>
        (await other.call("GET", "/api/v1/alerts?status=open")).body.items.map(
          ({ kind }: { kind: string }) => kind,
        );
      other.clock.advance(1);
      await test();
      expect(await alerts()).toEqual([]);
      other.clock.advance(1);
      await test();
      expect(await alerts()).toEqual(["sender-failing"]);
      status = 202;
      other.clock.advance(1);
      await test();
      expect(await alerts()).toEqual([]);
      const after = await other.call("GET", "/api/v1/senders");
      expect(after.body.messages.map(({ state }: { state: string }) => state)).toEqual([
        "sent",
        "failed",
        "failed",
        "failed",
        "sent",
        "failed",
        "sent",
      ]);
      const metrics = await other.call("GET", "/metrics");
      expect(metrics.text).toContain('holdfast_messages_total{channel="sms",outcome="sent"} 3');
      expect(metrics.text).toContain('holdfast_messages_total{channel="sms",outcome="failed"} 4');
      expect(metrics.text).toContain("holdfast_messages_waiting 0");
      const settings = await other.server.ports.store.read((tx) => tx.settings.get("senders.sms"));
      expect(settings).not.toContain("s3cret");
      expect((await other.call("DELETE", "/api/v1/senders/sms")).status).toBe(204);
      expectProblem(await test(), "not-found");
    } finally {
      await other.stop();
      server.close();
    }
  });
});
