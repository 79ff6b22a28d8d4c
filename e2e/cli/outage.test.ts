import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Person, TestEndpoint } from "../agent/enterprise.ts";
import { type FaultProxy, startFaultProxy } from "../rig/fault-proxy.ts";
import { freePort } from "../rig/ports.ts";
import { temporaryDirectory } from "../rig/temporary-directory.ts";
import { bootstrapped, type CliRig, holdfast, type Run } from "./cli-rig.ts";

/** What an administrator and the person at two endpoints see of one outage, in this order. */
describe("an outage, as the command tells it", () => {
  const stack = new AsyncDisposableStack();
  let rig: CliRig;
  let proxy: FaultProxy;
  let anna: Person;
  const wards: TestEndpoint[] = [];
  const runDirectory = (ward: number) => path.join(wards[ward]?.directory ?? "", "run");
  const at = (ward: number, ...words: string[]): Promise<Run> =>
    holdfast(rig.home, [...words, "--run-dir", runDirectory(ward)], { columns: 80 });

  beforeAll(async () => {
    const [port, proxyPort] = [await freePort(), await freePort()];
    const publicUrl = `https://localhost:${proxyPort}`;
    // The administrator's own way to the server goes past the proxy: setup.json names the server's own address.
    rig = await bootstrapped({ listen: { host: "127.0.0.1", port }, publicUrl, heartbeatSeconds: 1 });
    proxy = stack.use(await startFaultProxy({ targetPort: port, port: proxyPort }));
    await rig.admin("policies set Default offline.enabled=true");
    const added = await rig.json("users add anna --password-stdin", { input: "correct horse battery" });
    const { token, otpauthUri } = await rig.json("tokens enroll anna");
    anna = new Person("anna", added.id, "correct horse battery", token.id, otpauthUri);
    for (const name of ["ward-1", "ward-2"]) {
      const directory = stack.use(await temporaryDirectory(name));
      const endpoint = stack.use(new TestEndpoint(directory.path, { enrol: false }, false));
      await endpoint.start();
      wards.push(endpoint);
    }
  });
  afterAll(async () => {
    await stack.disposeAsync();
    await rig.stop();
  });

  test("before enrolment, status and doctor say what to do", async () => {
    const status = await at(0, "status");
    expect(status).toMatchObject({ status: 0, err: "" });
    expect(status.out).toMatch(/^Endpoint +not enrolled$/m);
    expect(status.out).toContain("Next: holdfast enroll --server URL");
    const doctor = await at(0, "doctor", "--state-dir", path.join(wards[0]?.directory ?? "", "state"));
    expect(doctor.status).toBe(4);
    expect(doctor.out).toMatch(/ERROR +Enrolment\n.*not enrolled.*\n.*Next: holdfast enroll --server URL/);
  });

  test("the command that the administrator was given enrols, once", async () => {
    for (const [ward, name] of ["ward-1", "ward-2"].entries()) {
      const issued = await rig.admin(["endpoints", "enrolment-code", name]);
      const words = /holdfast (enroll --server \S+ --code \S+)/.exec(issued.out)?.[1]?.split(" ") ?? [];
      const enrolled = await at(ward, ...words);
      expect(enrolled.status).toBe(0);
      expect(enrolled.out).toContain(`Enrolled as ${name}, site main`);
      const again = await at(ward, ...words);
      expect(again).toMatchObject({ status: 1, out: "" });
      expect(again.err).toContain("already");
      await wards[ward]?.online();
    }
    expect((await rig.admin("endpoints enrolments")).out).toMatch(/ward-1 .*used /);
  });

  test("what is no code is refused without a question to the agent", async () => {
    const run = await at(0, "enroll", "--server", "https://localhost:1", "--code", "HF1.abc");
    expect(run.status).toBe(2);
    expect(run.err).toContain(
      "Next: On an administrator's machine: holdfast admin endpoints enrolment-code NAME",
    );
  });

  test("online: who may sign in offline here, how often, until when (OTP-25)", async () => {
    expect((await at(0, "status")).out).toContain("Nobody may sign in offline yet");
    for (const ward of wards) await ward.signInOnline(anna);
    for (const ward of wards) await ward.online();
    const { out } = await at(0, "status");
    expect(out).toMatch(/^Server +online: https:\/\/localhost:\d+, since /m);
    expect(out).toMatch(/^anna +yes +\d+ +\d{4}-\d\d-\d\d \d\d:\d\d /m);
    expect(out).toMatch(/^Keys +in a root-only file: setting the store back is not prevented$/m);
    expect(out.split("\n").filter((line) => line.length > 80)).toEqual([]);
    expect((await rig.admin("outlook")).out).toMatch(/^anna +ward-1 +yes +≤ \d+ /m);
    expect((await rig.admin("endpoints list")).out).toMatch(/^ward-1 .* active +file +connected$/m);
  });

  test("online: doctor walks the way to the server", async () => {
    const doctor = await at(
      0,
      "doctor",
      "--state-dir",
      path.join(wards[0]?.directory ?? "", "state"),
      "--json",
    );
    const { findings } = JSON.parse(doctor.out);
    const state = (code: string) => findings.find((one: { code: string }) => one.code === code)?.status;
    expect(
      [
        "agent",
        "control-socket",
        "pam-socket",
        "enrolment",
        "connection",
        "state-directory",
        "server",
        "clock",
      ].map((code) => [code, state(code)]),
    ).toEqual(
      expect.arrayContaining([
        ["agent", "ok"],
        ["enrolment", "ok"],
        ["connection", "ok"],
        ["state-directory", "ok"],
        ["server", "ok"],
        ["clock", "ok"],
      ]),
    );
  });

  test("offline: since when, why, and what is left", async () => {
    await proxy.set({ kind: "refuse" });
    for (const ward of wards) await ward.offline();
    const code = anna.press();
    for (const ward of wards)
      expect(await ward.signIn(anna, code)).toMatchObject({ code: "success", reason: "offline" });
    const { out } = await at(1, "status");
    expect(out).toMatch(/^Server +offline, since \d{4}-/m);
    expect(out).toMatch(/^Events +\d+ waiting to reach a server$/m);
    expect(out).toContain("No server can be reached");
    const contact = await at(1, "contact");
    expect(contact).toMatchObject({ status: 3, out: "" });
    expect(contact.err).toContain("Next: holdfast doctor");
    const doctor = await at(1, "doctor", "--state-dir", path.join(wards[1]?.directory ?? "", "state"));
    expect(doctor.out).toMatch(/WARNING +Way to https:\/\/localhost:\d+/);
  });

  test("disabled during the outage: where that has not been heard is told (DESIGN promise 4)", async () => {
    await rig.admin("users disable anna");
    const { out } = await rig.admin("outlook --user anna");
    expect(out).toMatch(/^anna +ward-1 +maybe: not heard /m);
    expect(out).toMatch(/^anna on ward-1: pending: endpoint offline since \d{4}-/m);
    expect((await rig.admin("endpoints list")).out).toMatch(
      /ward-2: user-disabled of usr_\S+, pending: endpoint offline since /,
    );
  });

  test("back: heard everywhere, and the code that two endpoints took has an alert that can be closed", async () => {
    await proxy.set({ kind: "pass" });
    for (const ward of wards) await ward.online();
    expect((await rig.admin("outlook --user anna")).out).toMatch(/^anna +ward-1 +no: withdrawn /m);
    const listed = await rig.admin("alerts list");
    expect(listed.out).toMatch(/^same-counter-twice {2}\S+ {2}open/m);
    const close = /Looked into\? holdfast admin (alerts close \S+)/.exec(listed.out)?.[1] ?? "";
    expect(await rig.admin(close)).toMatchObject({ status: 0, err: "" });
    expect(await rig.admin(close)).toMatchObject({ status: 1, out: "" });
    expect((await rig.admin("audit list --mode offline")).out).toMatch(
      /sign-in +anna +ward-\d +offline succeeded/,
    );
    const { out } = await at(0, "status");
    expect(out).not.toMatch(/^anna +yes/m);
  });
});
