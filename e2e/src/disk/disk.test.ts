import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { describeWhere, pamNeeds } from "../../rig/requirements.ts";
import { type TemporaryDirectory, temporaryDirectory } from "../../rig/temporary-directory.ts";
import { Enterprise } from "../enterprise/enterprise.ts";
import type { Person } from "../enterprise/person.ts";
import type { Workstation } from "../enterprise/workstation.ts";

const mountPoint = "/var/lib/holdfast";

describeWhere([...pamNeeds, "make", "oathtool"], "the disk under the agent", () => {
  let enterprise: Enterprise;
  let ward: Workstation & { readonly endpointId: string };
  let backup: TemporaryDirectory;
  let alice: Person;

  beforeAll(async () => {
    backup = await temporaryDirectory("state-backup");
    enterprise = await Enterprise.create();
    ward = await enterprise.addWorkstation({
      prepare: async ({ machine }) => {
        await machine.runOk("mount", ["-t", "tmpfs", "-o", "size=600k,mode=700", "tmpfs", mountPoint]);
      },
    });
    alice = await enterprise.addPerson("alice", [ward]);
  });
  afterAll(async () => {
    await enterprise?.[Symbol.asyncDispose]();
    await backup?.[Symbol.asyncDispose]();
  });
  /** Each test begins with a full cache and an outage. */
  beforeEach(async () => {
    if (enterprise.server.child.exit !== null) await enterprise.server.start();
    await ward.untilLevel();
    expect(await ward.signIn(alice, alice.token.next())).toMatchObject({ succeeded: true });
    await ward.untilCached(alice, 25);
    await ward.untilLevel();
    await enterprise.server.kill();
    await ward.untilOffline();
  });

  const mount = (...args: readonly string[]) => ward.machine.runOk("mount", [...args, mountPoint]);
  const health = async () => (await ward.status()).health.map(({ code }) => code);

  const broken = {
    full: {
      begin: () =>
        ward.machine.run("sh", ["-c", `head -c 2M /dev/zero >${mountPoint}/filler 2>/dev/null; true`]),
      end: () => ward.machine.runOk("rm", [`${mountPoint}/filler`]),
    },
    "read-only": {
      begin: () => mount("-o", "remount,ro"),
      end: () => mount("-o", "remount,rw"),
    },
  };

  test.each(Object.entries(broken))(
    "%s: the refusal says so, nothing is lost, and afterwards the very same code signs in",
    async (_name, { begin, end }) => {
      await begin();
      const code = alice.token.next();
      for (let tries = 0; tries < 3; tries++) {
        const done = await ward.signIn(alice, code);
        expect(done, done.shown).toMatchObject({ succeeded: false });
        expect(done.shown).toContain("the disk is full or cannot be written");
      }
      expect(await ward.holding(alice)).toMatchObject({ remaining: 25, failures: 0 });
      await end();
      const done = await ward.signIn(alice, code);
      expect(done, done.shown).toMatchObject({ succeeded: true });
      expect(await ward.holding(alice)).toMatchObject({ remaining: 24 });
      expect((await health()).filter((one) => one.startsWith("store-"))).toEqual([]);
    },
  );

  test("full while the agent is killed and started: it stays up, and has lost nothing when there is room", async () => {
    await broken.full.begin();
    await ward.agent.kill();
    await ward.startAgent();
    await ward.untilOffline();
    const code = alice.token.next();
    expect(await ward.signIn(alice, code)).toMatchObject({ succeeded: false });
    await broken.full.end();
    const done = await ward.signIn(alice, code);
    expect(done, done.shown).toMatchObject({ succeeded: true });
  });

  test("SECURITY §1: state set back to an older copy is noticed: online only, until contact has put it right", async () => {
    await ward.agent.stop();
    const older = join(backup.path, "older");
    await cp(join(ward.stateDirectory, "store"), older, { recursive: true });
    await ward.startAgent();
    const used = alice.token.next();
    expect(await ward.signIn(alice, used)).toMatchObject({ succeeded: true });
    await ward.agent.stop();
    await replaceStore(older);
    await ward.startAgent();
    await ward.untilOffline();
    // The code was used, and the older copy does not know it.
    const again = await ward.signIn(alice, used);
    expect(again, again.shown).toMatchObject({ succeeded: false });
    expect(again.shown).toContain("older than it should be");
    expect(await health()).toContain("store-rolled-back");

    await enterprise.server.start();
    await ward.untilLevel();
    expect(await health()).not.toContain("store-rolled-back");
    const audit = await enterprise.administrator.audit({ endpointId: ward.endpointId });
    expect(audit.map(({ type }) => type)).toContain("rollback-detected");
    const online = await ward.signIn(alice, used);
    expect(online.succeeded, "what the server never heard of is the one thing that is lost").toBe(true);
  });

  test("UNI-5: events edited on the disk are detected, offline sign-in is closed, online goes on", async () => {
    expect(await ward.signIn(alice, alice.token.next())).toMatchObject({ succeeded: true });
    await ward.agent.stop();
    const path = join(ward.stateDirectory, "store", "events.log");
    const log = await readFile(path, "utf8");
    expect(log).toContain('"offline"');
    const intact = join(backup.path, "intact");
    await cp(join(ward.stateDirectory, "store"), intact, { recursive: true });
    await writeFile(path, log.replace('"offline"', '"online1"'));
    await ward.startAgent();
    await ward.untilOffline();
    expect(await health()).toContain("store-tampered");
    const done = await ward.signIn(alice, alice.token.peek());
    expect(done, done.shown).toMatchObject({ succeeded: false });
    expect(done.shown).toContain("damaged or was changed");
    await enterprise.server.start();
    const isOnline = ({ connection }: { connection: { state: string } }) => connection.state === "online";
    await ward.until("online", isOnline, 30_000);
    expect(await ward.signIn(alice, alice.token.next())).toMatchObject({ succeeded: true });
    const about = { kind: "tamper-detected", endpointId: ward.endpointId };
    await expect
      .poll(() => enterprise.administrator.alerts(), { timeout: 10_000 })
      .toContainEqual(expect.objectContaining(about));
    // For the tests after this one.
    await ward.agent.stop();
    await replaceStore(intact);
    await ward.startAgent();
  });

  test("a user's file damaged: his offline sign-in is closed until he has signed in online", async () => {
    const name = [...(await ward.stateFiles()).keys()].find((one) => one.endsWith(".sealed")) as string;
    await ward.agent.stop();
    const path = join(ward.stateDirectory, name);
    const content = await readFile(path);
    content[content.length >> 1] = (content[content.length >> 1] as number) ^ 1;
    await writeFile(path, content);
    await ward.startAgent();
    await ward.untilOffline();
    const done = await ward.signIn(alice, alice.token.peek());
    expect(done, done.shown).toMatchObject({ succeeded: false });
    await enterprise.server.start();
    await ward.untilLevel();
    expect(await ward.signIn(alice, alice.token.next())).toMatchObject({ succeeded: true });
    await ward.untilCached(alice, 25);
    await ward.untilLevel();
    const audit = await enterprise.administrator.audit({ endpointId: ward.endpointId });
    expect(audit.map(({ type }) => type)).toContain("tamper-detected");
    await enterprise.server.kill();
    await ward.untilOffline();
    expect(await ward.signIn(alice, alice.token.next())).toMatchObject({ succeeded: true });
  });

  async function replaceStore(from: string): Promise<void> {
    const store = join(ward.stateDirectory, "store");
    await rm(store, { recursive: true });
    await cp(from, store, { recursive: true });
  }
});
