import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadMasterKeys, newMasterKey, writeMasterKeys } from "../../keys/master-key.ts";
import type { Rig } from "../../testing/rig.ts";
import { begin, code, expectProblem, newPerson, reopen, signIn, startRig } from "../../testing/rig.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "holdfast-master-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const config = () => ({ stateDir: directory, store: join(directory, "holdfast.db") });
const keyIds = async () => (await loadMasterKeys(directory, {})).keys.map(({ id }) => id);
const finished = async (rig: Rig) => {
  for (;;) {
    const { body } = await rig.call("GET", "/api/v1/keys/master");
    if (body.rotation?.finishedAtMs) return body;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

test("the master key changes while people sign in, and the old one is gone from the file", async () => {
  const rig = await startRig(config());
  const anna = await newPerson(rig, "anna");
  const [old] = await keyIds();
  const asking = await begin(rig, anna, []);
  const begun = await rig.call("POST", "/api/v1/keys/master/rotation");
  expect([begun.status, begun.body.rotation]).toEqual([202, expect.objectContaining({ finishedAtMs: null })]);
  expect((await signIn(rig, anna, code(anna, 0))).status).toBe(200);
  const view = await finished(rig);
  // Root key, bundle key, statement key, key of look-ups, key of web push, authority, one token.
  expect(view).toMatchObject({ source: "file", rotation: { rewrapped: 7 } });
  expect(view.masterKeyId).not.toBe(old);
  expect(await keyIds()).toEqual([view.masterKeyId]);
  // What a client brings back from before is still good.
  const step = {
    continuation: asking.body.continuation,
    given: { factor: "password", value: anna.password },
  };
  expect((await rig.call("POST", "/api/v1/sign-ins/steps", step)).status).toBe(200);
  const audit = (await rig.call("GET", "/api/v1/audit?type=master-key-rotated&limit=5")).body.items;
  expect(audit).toHaveLength(1);
  await rig.stop();

  const after = await reopen(rig, config(), {});
  expect((await signIn(after, anna, code(anna, 1))).status).toBe(200);
  await after.stop();
});

test("a server killed in the middle goes on at its next start", async () => {
  const rig = await startRig(config());
  const anna = await newPerson(rig, "anna");
  // As the kill leaves it: the new key in front, and nothing wrapped under it yet.
  const { keys } = await loadMasterKeys(directory, {});
  const fresh = newMasterKey();
  await rig.server.ports.store.transaction((tx) => tx.settings.set("master-key.rotation", fresh.id));
  await rig.stop();
  await writeMasterKeys(directory, [fresh, ...keys]);
  const after = await reopen(rig, config(), {});
  await after.server.start();
  expect((await finished(after)).masterKeyId).toBe(fresh.id);
  expect((await signIn(after, anna, code(anna, 0))).status).toBe(200);
  await after.stop();
  expect(await keyIds()).toEqual([fresh.id]);
  expect((await readFile(join(directory, "master-key"), "utf8")).trim().split("\n")).toHaveLength(1);
});

test("a key that an administrator put there stays for him to take out", async () => {
  const rig = await startRig(config());
  await rig.stop();
  const { keys } = await loadMasterKeys(directory, {});
  const [old, coming] = [keys[0], newMasterKey()];
  await writeMasterKeys(directory, [old, coming]);
  const after = await reopen(rig, config(), {});
  await after.server.start();
  expect((await finished(after)).rotation.rewrapped).toBe(0);
  await after.stop();
  expect(await keyIds()).toEqual([old.id, coming.id]);
});

test("is refused where the key is not this server's alone to change", async () => {
  const rig = await startRig(config());
  await rig.server.ports.store.transaction((tx) =>
    tx.servers.upsert({
      id: "srv_other",
      url: "https://other.example.org:8443",
      site: "main",
      startedAtMs: 0,
      lastSeenAtMs: rig.clock.now(),
    }),
  );
  const refusal = expectProblem(await rig.call("POST", "/api/v1/keys/master/rotation"), "conflict");
  expect(refusal.detail).toContain("other.example.org");
  expect(await keyIds()).toHaveLength(1);
  await rig.stop();
  const inMemory = await startRig();
  expectProblem(await inMemory.call("POST", "/api/v1/keys/master/rotation"), "conflict");
  await inMemory.stop();
});
