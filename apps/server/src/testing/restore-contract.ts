import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { trustOnly, verifyDocument } from "@holdfast/envelope/documents";
import type { EndpointMemory } from "@holdfast/protocol/endpoint-memory";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { newMasterKey } from "../keys/master-key.ts";
import type { BackupSecret } from "../operations/backup/container.ts";
import { makeBackup } from "../operations/backup/make-backup.ts";
import { passingTables, restoreBackup } from "../operations/backup/restore-backup.ts";
import { readSnapshot } from "../store/snapshot/snapshot.ts";
import { phoneSample } from "../store/testing/phone-sample.ts";
import type { MakePlace, Place } from "../store/testing/place.ts";
import { signingSample } from "../store/testing/signing-sample.ts";
import type { TestEndpoint } from "./endpoint.ts";
import {
  contact,
  enrol,
  happened,
  holdBundle,
  offlineSuccess,
  openAnswer,
  rawContact,
  requestBundle,
  signed,
  signInAt,
} from "./endpoint.ts";
import { restoredOnceContract } from "./restored-once-contract.ts";
import type { Person, Rig } from "./rig.ts";
import { begin, code, expectProblem, newPerson, newPolicy, reopen, signIn, startRig } from "./rig.ts";

const secret: BackupSecret = { kind: "key-file", key: randomBytes(32).toString("base64url") };

/** Backup and restore (SECURITY §7), from one kind of store into the same or the other kind. */
export function restoreContract(name: string, makeFrom: MakePlace, makeTo: MakePlace): void {
  describe(`backup and restore: ${name}`, () => {
    let directory: string;
    let from: Place;
    let to: Place;
    const masterKeys = [newMasterKey()] as const;
    beforeEach(async () => {
      directory = await mkdtemp(join(tmpdir(), "holdfast-restore-"));
      [from, to] = [await makeFrom(), await makeTo()];
    });
    afterEach(async () => {
      await from[Symbol.asyncDispose]();
      await to[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    });

    const backup = async (rig: Rig, { name = "a.backup", withKeys = true } = {}) => {
      const { store } = rig.server.ports;
      const file = join(directory, name);
      const source = { store, location: from.location, now: rig.clock.now };
      const parts = makeBackup(
        { ...source, masterKeys: withKeys ? masterKeys : null },
        { name: "test" },
        secret,
      );
      await writeFile(file, Readable.from(parts));
      return file;
    };
    const restore = async (rig: Rig, file: string, location = to.location) => {
      const stateDir = join(directory, `state-${randomBytes(4).toString("hex")}`);
      const place = { location, stateDir, env: {}, now: rig.clock.now };
      const result = await restoreBackup(file, secret, place, false);
      expect(result).toMatchObject({ kind: "restored" });
      return { result, stateDir };
    };

    test("after it no code is taken twice, what was revoked is so again, and bundles are of a new epoch", async () => {
      const before = await startRig({ store: from.location }, { masterKeys });
      const policyId = await newPolicy(before, "offline", { offline: { enabled: true } });
      const [anna, bert, cleo, dora] = await Promise.all(
        ["anna", "bert", "cleo", "dora"].map((userName) => newPerson(before, userName, { policyId })),
      );
      if (!anna || !bert || !cleo || !dora) throw new Error("people are missing");
      const superadministrator = { roleId: "superadministrator" };
      await before.call("PUT", `/api/v1/administrators/${dora.user.id}`, superadministrator);
      const desk = await enrol(before, "desk");
      const held = new Map<string, Person>();
      for (const person of [anna, bert, cleo, dora]) {
        await holdBundle(before, desk, person, 0);
        held.set(person.user.id, person);
      }
      happened(desk, before.clock.now(), { type: "came-online" });
      await contact(desk);
      const openCode = await before.call("POST", "/api/v1/endpoint-enrolments", { name: "not used yet" });
      const begun = await begin(before, anna, []);
      expect(begun.body.status).toBe("asking");
      await before.server.ports.store.transaction((tx) =>
        tx.signing.requests.insert(signingSample("sig_order", { userId: anna.user.id })),
      );
      const phone = phoneSample("phn_lost", { userId: anna.user.id, lastSyncMs: before.clock.now() });
      await before.server.ports.store.transaction((tx) => tx.phones.insert(phone));

      const file = await backup(before);

      // What the backup knows nothing of: sign-ins online and offline, and three kinds of revocation.
      before.clock.advance(60_000);
      expect((await signInAt(desk, anna, 1)).status).toBe(200);
      expect((await signInAt(desk, anna, 2)).status).toBe(200);
      happened(desk, before.clock.now(), offlineSuccess(anna, 3));
      let answer = await contact(desk);
      expect(
        (await before.call("PATCH", `/api/v1/users/${cleo.user.id}`, { status: "disabled" })).status,
      ).toBe(200);
      expect((await before.call("POST", `/api/v1/tokens/${bert.token.id}/revocation`)).status).toBe(200);
      const phonePath = `/api/v1/users/${anna.user.id}/phones/${phone.id}`;
      expect((await before.call("DELETE", phonePath)).status).toBe(204);
      await before.call("PUT", `/api/v1/users/${dora.user.id}/password`, { password: "another password!" });
      answer = await contact(desk);
      expect(answer.revocations).toHaveLength(3);
      const lastHead = answer.headSignature;
      const lastManifest = await manifestOf(before);
      // And one sign-in that only the endpoint knows of.
      happened(desk, before.clock.now(), offlineSuccess(anna, 4));
      const memory: EndpointMemory = {
        headSignature: lastHead,
        revoked: false,
        users: [
          remembered(anna, 5),
          remembered(bert, 1, { tokens: [{ tokenId: bert.token.id, floor: 1, revoked: true }] }),
          remembered(cleo, 1, { status: "disabled", holds: false }),
          // What no administrator did: an endpoint that lies about the only superadministrator.
          remembered(dora, 1, { credentialEpoch: 2, status: "disabled" }),
        ],
      };
      await before.stop();
      before.clock.advance(3_600_000);

      const { result, stateDir } = await restore(before, file);
      expect(await readFile(join(stateDir, "master-key"), "utf8")).toBe(
        `${Buffer.from(masterKeys[0].key).toString("base64url")}\n`,
      );
      const after = await reopen(before, { store: to.location }, { masterKeys });
      const back: TestEndpoint = { ...desk, call: signed.bind(null, after, desk.keys) };

      // A new epoch, in a manifest above every one there was.
      const manifest = await manifestOf(after);
      const epoch = result.kind === "restored" ? result.epoch : 0;
      expect(manifest.epoch).toBe(epoch);
      expect(manifest.epoch).toBeGreaterThan(lastManifest.epoch);
      expect(manifest.number).toBeGreaterThan(lastManifest.number);

      // One-time objects are void.
      const enrolments = (await after.call("GET", "/api/v1/endpoint-enrolments")).body.items;
      const ended = enrolments.find(({ id }: { id: string }) => id === openCode.body.id);
      expect(ended?.expiresAtMs ?? 0).toBeLessThanOrEqual(after.clock.now());
      const step = {
        continuation: begun.body.continuation,
        given: { factor: "password", value: anna.password },
      };
      expectProblem(await after.call("POST", "/api/v1/sign-ins/steps", step), "continuation-invalid");
      const order = await after.server.ports.store.read((tx) => tx.signing.requests.get("sig_order"));
      expect(order?.status).toBe("void");

      // Before the endpoint is back, a code of before the restore opens nothing alone.
      const replayed = expectProblem(
        await signIn(after, anna, code(anna, 1)),
        "sign-in-refused",
        "code-exposed",
      );
      expect(replayed.detail).toContain("restored from a backup");

      // The endpoint proves its chain and tells what it remembers.
      expectProblem(await rawContact(back), "restored");
      const level = await contact(back, { memory });
      expect(level.users.find(({ userId }) => userId === anna.user.id)?.floors).toEqual([
        { tokenId: anna.token.id, nextCounter: 5 },
      ]);
      expect(back.waiting).toEqual([]);
      // Any nonce was good for that one contact, and is for no other.
      await contact(back);
      expect((await rawContact({ ...back, nonce: desk.nonce })).status).toBe(403);

      // No code twice: everything that was used is below the floor, and two codes in a row are asked once.
      const unlocked = async () =>
        expect((await after.call("POST", `/api/v1/users/${anna.user.id}/unlock`)).status).toBe(200);
      for (const used of [0, 1, 2, 3, 4]) {
        await unlocked();
        expectProblem(await signIn(after, anna, code(anna, used)), "sign-in-refused", "wrong-credentials");
      }
      await unlocked();
      expectProblem(await signIn(after, anna, code(anna, 5)), "sign-in-refused", "code-exposed");
      expect((await signIn(after, anna, code(anna, 5))).status).toBe(403);
      // Not the next one: begins anew.
      expectProblem(await signIn(after, anna, code(anna, 7)), "sign-in-refused", "code-exposed");
      const success = await signInAt(back, anna, 8);
      expect([success.status, success.body.status]).toEqual([200, "succeeded"]);
      expect((await signIn(after, anna, code(anna, 9))).status).toBe(200);
      expect((await signIn(after, anna, code(anna, 9))).status).toBe(403);

      // The bundle is of the new epoch, and newer than any of before.
      const key = back.refillKeys.get(anna.user.id);
      const bundle = await requestBundle(back, anna, {
        grant: success.body.grant,
        refillKey: key?.publicKey,
      });
      const opened = await openAnswer(after, back, anna, bundle);
      expect(opened.bundle).toMatchObject({ epoch, sequence: 1 });
      expect(opened.inner?.codes[0]?.counter).toBe(10);

      // What was revoked since is so again, and waits to be confirmed.
      for (const counter of [1, 2, 3])
        expect((await signIn(after, cleo, code(cleo, counter))).status).toBe(403);
      expect((await after.call("GET", `/api/v1/users/${cleo.user.id}`)).body.status).toBe("disabled");
      expect((await after.call("GET", `/api/v1/tokens/${bert.token.id}`)).body.status).toBe("disabled");
      expect((await after.call("GET", `/api/v1/users/${dora.user.id}`)).body).toMatchObject({
        hasPassword: false,
        status: "active",
      });
      const report = (await after.call("GET", "/api/v1/restore-report")).body;
      expect(report.restored).toMatchObject({ epoch });
      const kinds = report.items.map(
        ({ kind, status }: { kind: string; status: string }) => `${kind} ${status}`,
      );
      expect(kinds.sort()).toEqual([
        "api-key open",
        "changes-lost open",
        "endpoint settled",
        "password-changed open",
        "phone open",
        "role-holder open",
        "token-revoked open",
        "user-disabled open",
        "user-disabled open",
      ]);
      // Nobody can know who lost a role since: each holder is named.
      expect(report.items.find(({ kind }: { kind: string }) => kind === "role-holder")).toMatchObject({
        subjectId: dora.user.id,
        detail: { userName: "dora", roleId: "superadministrator", role: "Superadministrator" },
      });
      // Nor who lost a phone since: what was removed is in force again, and named with its owner.
      expect(report.items.find(({ kind }: { kind: string }) => kind === "phone")).toMatchObject({
        subjectId: phone.id,
        detail: { userName: "anna", label: phone.label, lastSyncMs: phone.lastSyncMs },
      });
      const confirmed = await after.call("POST", "/api/v1/restore-report/confirmations", {
        kind: "user-disabled",
        subjectId: cleo.user.id,
      });
      expect(confirmed.body).toMatchObject({ status: "confirmed" });
      expectProblem(
        await after.call("POST", "/api/v1/restore-report/confirmations", {
          kind: "endpoint",
          subjectId: "x",
        }),
        "not-found",
      );
      // Every chain is whole, with the lost part named in it.
      const chains = (await after.call("GET", "/api/v1/audit/chains")).body.items;
      expect(chains.map(({ kind }: { kind: string }) => kind)).not.toContain("broken");
      const lost = await after.call("GET", "/api/v1/audit?type=event-lost-with-backup&limit=50");
      expect(lost.body.items.length).toBeGreaterThan(0);
      await after.stop();
    });

    test("restored twice, the second epoch is above the first; a killed restore is finished by the server", async () => {
      const before = await startRig({ store: from.location }, { masterKeys });
      const anna = await newPerson(before, "anna");
      const file = await backup(before);
      await before.stop();
      const first = await restore(before, file);
      before.clock.advance(5_000);
      await using again = await makeTo();
      const second = await restore(before, file, again.location);
      if (first.result.kind !== "restored" || second.result.kind !== "restored")
        throw new Error("not restored");
      expect(second.result.epoch).toBeGreaterThan(first.result.epoch);

      // As a kill between the rows and the rest leaves it.
      const pending = { epoch: second.result.epoch + 7, madeAtMs: 1, restoredAtMs: 2, serverId: "x" };
      await again.sql(
        `INSERT INTO settings (key, value) VALUES ('restore.pending', '${JSON.stringify(pending)}')`,
      );
      const after = await reopen(before, { store: again.location }, { masterKeys });
      expect((await manifestOf(after)).epoch).toBe(pending.epoch);
      expectProblem(await signIn(after, anna, code(anna, 0)), "sign-in-refused", "code-exposed");
      expect((await signIn(after, anna, code(anna, 1))).status).toBe(200);
      await after.stop();
    });

    restoredOnceContract({ masterKeys, places: () => ({ from, to }), backup, restore });

    test("made while people sign in, it is of one moment: every code with its audit, and no chain torn", async () => {
      const before = await startRig({ store: from.location }, { masterKeys });
      const people = await Promise.all(["a", "b", "c", "d"].map((name) => newPerson(before, `user-${name}`)));
      let going = true;
      let done = 0;
      const signingIn = people.map(async (person) => {
        for (let counter = 0; going; counter += 1) {
          expect((await signIn(before, person, code(person, counter))).status).toBe(200);
          done += 1;
        }
      });
      while (done < 8) await new Promise((resolve) => setTimeout(resolve, 5));
      const file = await backup(before);
      const whenDone = done;
      while (done < whenDone + 8) await new Promise((resolve) => setTimeout(resolve, 5));
      going = false;
      await Promise.all(signingIn);
      await before.stop();
      await restore(before, file);

      const after = await reopen(before, { store: to.location }, { masterKeys });
      const chains = (await after.call("GET", "/api/v1/audit/chains")).body.items;
      expect(chains.map(({ kind }: { kind: string }) => kind)).not.toContain("broken");
      let kept = 0;
      for (const { user, token } of people) {
        const signedIn = await after.call("GET", `/api/v1/audit?userId=${user.id}&type=sign-in&limit=500`);
        const { nextCounter } = (await after.call("GET", `/api/v1/tokens/${token.id}`)).body;
        expect(nextCounter, "as many codes as sign-ins").toBe(signedIn.body.items.length);
        kept += nextCounter;
      }
      expect(kept).toBeGreaterThanOrEqual(8);
      expect(kept).toBeLessThan(done);
      await after.stop();
    });

    test("everything that is to be kept is in it, and nothing else", async () => {
      const before = await startRig({ store: from.location }, { masterKeys });
      await newPerson(before, "anna", {
        policyId: await newPolicy(before, "strange ' \\ \u{1f600} name", {}),
      });
      const file = await backup(before);
      const kept = await rowsOf(from.location);
      await before.stop();
      await restore(before, file);
      const restored = await rowsOf(to.location);
      for (const [table, rows] of kept) {
        if (["settings", "tokens", "audit", "restore_items", "sign_in_states"].includes(table)) continue;
        expect([table, restored.get(table)]).toEqual([table, passingTables.has(table) ? [] : rows]);
      }
      expect(restored.get("audit")?.length).toBeGreaterThanOrEqual(kept.get("audit")?.length ?? 0);
    });

    test("what is not whole, not for this place, or without its keys, leaves nothing behind", async () => {
      const before = await startRig({ store: from.location }, { masterKeys });
      const file = await backup(before);
      const keyless = await backup(before, { name: "keyless.backup", withKeys: false });
      await before.stop();
      const stateDir = join(directory, "state");
      const place = { location: to.location, stateDir, env: {}, now: before.clock.now };
      const content = await readFile(file);
      const cut = join(directory, "cut.backup");
      await writeFile(cut, content.subarray(0, content.length - 10));
      expect(await restoreBackup(cut, secret, place, false)).toMatchObject({
        kind: "refused",
        why: expect.stringContaining("cut off"),
      });
      const wrong = { kind: "key-file", key: "x".repeat(43) } as const;
      expect(await restoreBackup(file, wrong, place, false)).toMatchObject({
        why: expect.stringContaining("key file"),
      });
      expect(await restoreBackup(join(directory, "none"), secret, place, false)).toMatchObject({
        kind: "refused",
      });
      expect(await restoreBackup(keyless, secret, place, false)).toMatchObject({
        why: expect.stringContaining("put the file master-key into the state directory first"),
      });
      expect(await readdir(stateDir)).toEqual([]);
      expect(await restoreBackup(file, secret, place, false)).toMatchObject({ kind: "restored" });
      expect(await restoreBackup(file, secret, place, false)).toMatchObject({
        kind: "refused",
        why: expect.stringMatching(/--replace|holds a Holdfast store already/),
      });
    });
  });
}

function remembered(
  person: Person,
  floor: number,
  more: Partial<EndpointMemory["users"][number]> = {},
): EndpointMemory["users"][number] {
  return {
    userId: person.user.id,
    userName: person.user.userName,
    status: "active",
    credentialEpoch: 1,
    holds: true,
    tokens: [{ tokenId: person.token.id, floor, revoked: false }],
    ...more,
  };
}

async function manifestOf(rig: Rig) {
  const { document, rootKey } = (await rig.call("GET", "/api/v1/manifest")).body;
  const read = await verifyDocument("manifest", document, await trustOnly(rootKey));
  if (read.kind === "refused") throw new Error(read.why);
  return read.content;
}

async function rowsOf(location: string): Promise<Map<string, unknown[]>> {
  const found = new Map<string, unknown[]>();
  let table = "";
  for await (const part of readSnapshot(location)) {
    if (part.part === "table") {
      table = part.table;
      found.set(table, []);
    } else if (part.part === "rows") found.get(table)?.push(...part.rows);
  }
  return found;
}
