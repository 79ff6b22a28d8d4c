import { afterAll, beforeAll, expect, test } from "vitest";
import { Person, TestEndpoint } from "../agent/enterprise.ts";
import { type FaultProxy, startFaultProxy } from "../rig/fault-proxy.ts";
import { freePort } from "../rig/ports.ts";
import { temporaryDirectory } from "../rig/temporary-directory.ts";
import { bootstrapped, type CliRig } from "./cli-rig.ts";

/** The help desk at a terminal, and a person at a computer whose network is gone. */

const stack = new AsyncDisposableStack();
let rig: CliRig;
let proxy: FaultProxy;
let anna: Person;
let ward: TestEndpoint;

beforeAll(async () => {
  const [port, proxyPort] = [await freePort(), await freePort()];
  const publicUrl = `https://localhost:${proxyPort}`;
  rig = await bootstrapped({ listen: { host: "127.0.0.1", port }, publicUrl, heartbeatSeconds: 1 });
  proxy = stack.use(await startFaultProxy({ targetPort: port, port: proxyPort }));
  await rig.admin("policies set Default offline.enabled=true");
  const added = await rig.json("users add anna --password-stdin", { input: "correct horse battery" });
  const { token, otpauthUri } = await rig.json("tokens enroll anna");
  anna = new Person("anna", added.id, "correct horse battery", token.id, otpauthUri);
  const directory = stack.use(await temporaryDirectory("ward"));
  ward = stack.use(new TestEndpoint(directory.path, { enrol: false }, false));
  await ward.start();
  await ward.enrol(publicUrl, (await rig.json("endpoints enrolment-code ward-7")).code);
  await ward.online();
});
afterAll(async () => {
  await stack.disposeAsync();
  await rig.stop();
});

test("OTP-23: a code and an answer from the terminal get her in; what was used is seen there once she is back", async () => {
  expect((await rig.admin("bypass show anna")).out).toContain("No endpoint holds anything");
  const nothing = await rig.admin("bypass code anna ward-7");
  expect(nothing).toMatchObject({ status: 1, out: "" });
  expect(nothing.err).toContain("holds nothing by which this user could sign in offline");
  await ward.signInOnline(anna);
  await proxy.set({ kind: "refuse" });
  await ward.offline();
  const given = await rig.admin(["bypass", "code", "anna", "ward-7", "--reason", "Token at home"]);
  const code = /^ {2}(\S{6}-\S{6}-\S{6})$/m.exec(given.out)?.[1] ?? "none";
  expect(given.out).toContain("press Enter and type it");
  expect(await ward.converse("anna", [anna.password, "", code])).toMatchObject({ reason: "offline-bypass" });
  const shown = await ward.converse("anna", [anna.password, "", "", ""]);
  const challenge = /Challenge: (\d{4} \d{4})/.exec(shown.infos.join(" "))?.[1] ?? "none";
  const { answer } = await rig.json(["bypass", "answer", "anna", "ward-7", challenge]);
  expect(await ward.converse("anna", [anna.password, "", "", answer])).toMatchObject({
    reason: "offline-bypass",
  });
  expect((await rig.admin("bypass answer anna ward-7 1234")).status).not.toBe(0);
  await proxy.set({ kind: "pass" });
  await ward.online();
  await ward.until(async () => (await rig.admin("bypass show anna")).out.includes("used – rotated"));
  expect((await rig.json("bypass show anna")).endpoints).toMatchObject([
    { name: "ward-7", uses: 1, answers: [{ challenge: challenge.replace(" ", "") }] },
  ]);
}, 30_000);
