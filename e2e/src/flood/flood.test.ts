import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { encodeFrame } from "@holdfast/protocol/pam-frames";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pamtester } from "../../rig/pamtester.ts";
import { describeWhere, pamNeeds } from "../../rig/requirements.ts";
import { Enterprise } from "../enterprise/enterprise.ts";
import type { Person } from "../enterprise/person.ts";
import { localPassword, typing, type Workstation } from "../enterprise/workstation.ts";

/** The crowd's own failures must not be what refuses. */
const policy = { lockout: { failures: 100, duration: "PT3S" }, offline: { enabled: true } };
const atConsole = { tty: "/dev/tty1" };

describeWhere([...pamNeeds, "make", "oathtool"], "an agent that is flooded and killed", () => {
  let enterprise: Enterprise;
  let ward: Workstation & { readonly endpointId: string };
  let alice: Person;
  let mallory: Person;
  let socketPath: string;

  beforeAll(async () => {
    enterprise = await Enterprise.create({}, policy);
    ward = await enterprise.addWorkstation();
    alice = await enterprise.addPerson("alice", [ward], { cacheSize: 25 });
    mallory = await enterprise.addPerson("mallory", [ward], { cacheSize: 25 });
    for (const person of [alice, mallory]) {
      expect(await ward.signIn(person, person.token.next())).toMatchObject({ succeeded: true });
      await ward.untilCached(person, 25);
    }
    socketPath = `/proc/${ward.machine.pid}/root/run/holdfast/pam.sock`;
    await enterprise.server.kill();
    await ward.untilOffline();
  });
  afterAll(() => enterprise?.[Symbol.asyncDispose]());

  const breakGlass = (items: Readonly<Record<string, string>>) =>
    pamtester(ward.machine, {
      service: "login",
      user: "emergency",
      items,
      answer: () => localPassword,
    });
  /** Everything short of both factors: each must fail, whatever the agent goes through. */
  const withLess = (person: Person) => [
    ward.signIn(person, person.token.codeAt(9_000)),
    ward.signIn(person, person.token.peek(), { password: localPassword }),
    ward.signIn(person, "", { password: "" }),
    ward.signIn(person, person.token.peek(), { password: "a guess", items: atConsole }),
  ];

  test("hundreds of connections with nonsense and half frames: nobody gets in with less, and it ends", async () => {
    const pid = ward.agent.pid;
    const flood = await startFlood(socketPath, 400);
    try {
      const crowd = [...withLess(mallory), ...withLess(mallory)];
      for (const done of await Promise.all(crowd))
        expect(done, done.shown).toMatchObject({ succeeded: false });
      // A flood is no reason to open the exception for emergencies (SECURITY §3).
      const emergencies = await Promise.all([breakGlass({ tty: "ssh", rhost: "203.0.113.7" })]);
      expect(emergencies.map(({ succeeded }) => succeeded)).toEqual([false]);
      const honest = await ward.signIn(alice, alice.token.next());
      if (!honest.succeeded) expect(honest.shown).toContain("Too many sign-ins are under way");
    } finally {
      flood.stop();
    }
    await sleep(200);
    expect(ward.agent.exit).toBeNull();
    expect(ward.agent.pid).toBe(pid);
    const after = await ward.signIn(alice, alice.token.next());
    expect(after, after.shown).toMatchObject({ succeeded: true });
    expect((await ward.status()).health.filter(({ severity }) => severity === "error")).toEqual([]);
  });

  test("killed and restarted again and again under a crowd: nobody gets in with less", async () => {
    let outcomes = 0;
    for (let round = 0; round < 5; round++) {
      const crowd = [...withLess(alice), ...withLess(mallory)];
      // Within the first prompts, the Argon2id and the writes of the crowd.
      await sleep(60 * round);
      await ward.agent.kill();
      for (const done of await Promise.all(crowd)) {
        outcomes += 1;
        expect(done, done.shown).toMatchObject({ succeeded: false });
      }
      await ward.startAgent();
    }
    expect(outcomes).toBe(40);
    expect((await ward.status()).health.filter(({ severity }) => severity === "error")).toEqual([]);
  });

  test("killed while both factors are typed rightly: in once at most, and never twice", async () => {
    let signedIn = 0;
    for (let round = 0; round < 6; round++) {
      const code = alice.token.next();
      const first = ward.signIn(alice, code, { operations: ["authenticate"] });
      await sleep(80 + 70 * round);
      await ward.agent.kill();
      const before = await first;
      await ward.startAgent();
      const again = await ward.signIn(alice, code, { operations: ["authenticate"] });
      expect([before.succeeded, again.succeeded].filter((one) => one).length).toBeLessThanOrEqual(1);
      if (before.succeeded || again.succeeded) signedIn += 1;
      expect(await ward.signIn(alice, alice.token.next())).toMatchObject({ succeeded: true });
    }
    expect(signedIn).toBeGreaterThan(0);
  });

  test("while it is dead break-glass goes on at the console, by its local password, and nowhere else; others never", async () => {
    await ward.agent.kill();
    expect(await breakGlass(atConsole)).toMatchObject({ succeeded: true });
    expect(await breakGlass({ tty: "ssh", rhost: "203.0.113.7" })).toMatchObject({ succeeded: false });
    const alone = await pamtester(ward.machine, {
      service: "login",
      user: alice.userName,
      items: atConsole,
      answer: typing(localPassword, "000000"),
    });
    expect(alone).toMatchObject({ succeeded: false });
    expect(alone.shown).toContain("holdfast-agent is not answering");
    await ward.startAgent();
  });

  test("back online the audit has interrupted attempts and the nonsense, in whole chains", async () => {
    await enterprise.server.start();
    await ward.untilLevel();
    const audit = await enterprise.administrator.audit({ endpointId: ward.endpointId });
    const kinds = new Set(audit.map(({ type }) => type));
    expect(kinds).toContain("malformed-input");
    expect(kinds).toContain("sign-in-interrupted");
    const succeeded = audit.filter(({ type, outcome }) => type === "sign-in" && outcome === "succeeded");
    const consumed = succeeded.map(({ detail }) => JSON.stringify(detail.consumed));
    expect(new Set(consumed).size).toBe(consumed.length);
    expect(await enterprise.administrator.brokenChains()).toEqual([]);
    expect(await enterprise.administrator.alerts()).toEqual([]);
    expect(await ward.signIn(alice, alice.token.next())).toMatchObject({ succeeded: true });
  });
});

/** Keeps so many connections to the agent's socket busy with what is no conversation, or with one that never goes on. */
async function startFlood(path: string, size: number): Promise<{ stop(): void }> {
  const begin = encodeFrame({
    type: "begin",
    action: "authenticate",
    user: "mallory",
    uid: 2003,
    service: "login",
    prompting: "separate",
  });
  const openings = [
    () => randomBytes(64),
    () => begin,
    () => begin.subarray(0, 7),
    () => Buffer.concat([begin, randomBytes(300)]),
    () => Buffer.from([0x01, 0xff, 0xff, 0xff, 0xff]),
    () => Buffer.alloc(0),
  ];
  let over = false;
  const open = new Set<Socket>();
  const add = (index: number) => {
    if (over) return;
    const socket = connect(path);
    open.add(socket);
    socket.on("error", () => undefined);
    socket.once("close", () => {
      open.delete(socket);
      setTimeout(() => add(index), 20);
    });
    socket.resume().write((openings[index % openings.length] as () => Uint8Array)());
  };
  for (let index = 0; index < size; index++) add(index);
  await sleep(300);
  return {
    stop() {
      over = true;
      for (const socket of open) socket.destroy();
    },
  };
}
