import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fromBase64url } from "./bytes.ts";
import { encodeSealed } from "./sealed-file.ts";
import { currentKdf, kdfAllowed, openPasswordSlot } from "./sealing.ts";
import { decodeState, encodeState } from "./state-file.ts";
import { range } from "./testing/endpoint.ts";
import { codeOf, Issuer, wrongCode } from "./testing/issuer.ts";
import { noLocalRules } from "./testing/sign-in.ts";
import { simulatedDevice } from "./testing/simulated-ports.ts";
import { password, refusal, StoreRig, token, withPolicy } from "./testing/store-rig.ts";

let shared: Issuer;
beforeAll(async () => {
  shared = await Issuer.create();
});

let rig: StoreRig;
beforeEach(async () => {
  rig = await StoreRig.open(shared);
  await rig.online(range(0, 20), 1, { policy: withPolicy({}, { failures: 50 }) });
  await rig.signIn(codeOf(token, 1));
  await rig.signIn(wrongCode);
  await rig.store.close();
});

const sealedName = () =>
  [...rig.endpoint.disk.copyFiles().keys()].find((name) => name.endsWith(".sealed")) ?? "";

describe("what a thief of the disk finds", () => {
  test("no code, password or key in clear, before and after a refill is opened", async () => {
    const snapshots = [rig.endpoint.disk.copyFiles()];
    await rig.refill(2, range(10, 30), await rig.prepareAgain());
    snapshots.push(rig.endpoint.disk.copyFiles());
    await rig.signIn(codeOf(token, 12));
    await rig.store.close();
    snapshots.push(rig.endpoint.disk.copyFiles());
    const text = snapshots
      .flatMap((files) => [...files.values()].map((bytes) => new TextDecoder().decode(bytes)))
      .join();
    for (const counter of range(0, 40))
      expect(text).not.toMatch(new RegExp(`(?<!\\d)${codeOf(token, counter)}(?!\\d)`));
    for (const secret of [password, btoa(password), wrongCode]) expect(text).not.toContain(secret);
  });

  test("the folder on another machine opens nothing, not even with the right password", async () => {
    rig.endpoint.device = simulatedDevice("the thief's machine");
    await rig.reopen();
    expect(rig.store.condition()).toMatchObject({ kind: "tampered", why: "state: wrong-mac" });
    expect(await rig.signIn(codeOf(token, 2))).toEqual(refusal("store-damaged"));

    const sealed = JSON.parse(new TextDecoder().decode(rig.endpoint.disk.copyFiles().get(sealedName())));
    const [slot] = sealed.slots;
    const salt = fromBase64url(slot.salt) ?? new Uint8Array();
    const passwordKey = await rig.endpoint.kdf.derive(password, salt, currentKdf);
    const binding = { endpointId: shared.endpointId, userId: "anna" };
    const open = (machine: string) => openPasswordSlot(simulatedDevice(machine), binding, slot, passwordKey);
    expect(await open("the thief's machine")).toBeNull();
    expect(await open("this machine")).toHaveLength(32);
    expect(
      await openPasswordSlot(
        simulatedDevice("this machine"),
        { ...binding, userId: "ben" },
        slot,
        passwordKey,
      ),
    ).toBeNull();
  });
});

describe("files that are not what this machine wrote", () => {
  /** Opens with one file changed; the store must answer, and own up to it unless nothing is different. */
  async function expectNoticed(name: string, changed: Uint8Array | null, what: string) {
    const files = rig.endpoint.disk.copyFiles();
    const counter = rig.endpoint.disk.counterValue;
    const events = (await rig.store.events(1000)).events;
    if (changed) rig.endpoint.disk.putFiles(new Map([...files, [name, changed]]));
    else rig.endpoint.disk.putFiles(new Map([...files].filter(([one]) => one !== name)));
    const store = await rig.endpoint.open();
    const { kind } = store.condition();
    if (kind === "sound") {
      // Only the end of the log is mended from the state, and then nothing is missing.
      expect(name, what).toBe("events.log");
      expect((await store.events(1000)).events, what).toEqual(events);
    } else {
      expect(kind, what).toBe("tampered");
      const facts = await store.facts("anna", noLocalRules);
      expect(facts.barred, what).toContain("store-damaged");
      const attempt = store.newAttempt("look");
      expect((await store.openSlot("anna", attempt, password)).check, what).not.toBe("right");
    }
    rig.endpoint.disk.putFiles(files);
    rig.endpoint.disk.setCounter(counter);
  }

  test("any flipped bit, truncation, surplus or absence of any file is noticed, and nothing throws", async () => {
    for (const [name, content] of rig.endpoint.disk.copyFiles()) {
      await expectNoticed(name, null, `${name} gone`);
      await expectNoticed(name, new Uint8Array([...content, 0x7b]), `${name} longer`);
      const stride = Math.max(1, Math.floor(content.length / 150));
      for (let at = 0; at < content.length; at += stride) {
        const flipped = content.slice();
        flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
        await expectNoticed(name, flipped, `${name} flipped at ${at}`);
        if (at % 3 === 0) await expectNoticed(name, content.slice(0, at), `${name} cut at ${at}`);
      }
    }
  }, 60_000);

  test("one user's damaged file bars him alone, is reported once and heals by his next online sign-in", async () => {
    await rig.endpoint.signInOnline(rig.store, { userId: "ben", password: "other", sequence: 1, codes: [0] });
    await rig.store.close();
    const name = [...rig.endpoint.disk.copyFiles().keys()].findLast((one) => one.includes(".sealed")) ?? "";
    const files = rig.endpoint.disk.copyFiles();
    rig.endpoint.disk.putFiles(new Map([...files, [name, new Uint8Array(3)]]));
    for (let times = 0; times < 2; times += 1) await rig.reopen();
    const barred = async (user: string) => (await rig.store.facts(user, noLocalRules)).barred;
    const damaged = (await barred("anna")).length > 0 ? "anna" : "ben";
    expect(await barred(damaged)).toEqual(["store-damaged"]);
    expect(await barred(damaged === "anna" ? "ben" : "anna")).toEqual([]);
    expect(rig.store.condition()).toMatchObject({ kind: "tampered", why: expect.stringContaining(name) });
    expect((await rig.eventTypes()).filter((type) => type === "tamper-detected")).toHaveLength(1);
    const holding = (await rig.store.holdings(noLocalRules)).find((one) => one.userId === damaged);
    expect(holding).toMatchObject({ refusal: "store-damaged", sequence: 0, remaining: 0 });
    await rig.endpoint.signInOnline(rig.store, { userId: damaged, password, sequence: 7, codes: [3] });
    expect(rig.store.condition()).toEqual({ kind: "sound" });
  });

  test("a store that cannot be trusted takes nothing and stays as it is on disk", async () => {
    const files = rig.endpoint.disk.copyFiles();
    rig.endpoint.disk.putFiles(new Map([...files, ["state", new Uint8Array(100)]]));
    await rig.reopen();
    expect((await rig.online([1], 9)).stored).toEqual({ kind: "refused", why: "store-damaged" });
    expect(await rig.store.appendEvent({ type: "came-online" })).toBe("storage-failed");
    expect(await rig.store.revoke(await shared.revocation({}))).toEqual({
      kind: "refused",
      why: "store-damaged",
    });
    expect(await rig.store.holdings(noLocalRules)).toEqual([]);
    await rig.store.close();
    expect(rig.endpoint.disk.copyFiles().get("state")).toEqual(new Uint8Array(100));
    const attempt = rig.store.newAttempt("online");
    expect(attempt.reveal(attempt.keep("typed"))).toBe("typed");
    attempt.end();
    expect(() => attempt.reveal({ secret: "online.0" })).toThrow();
  });

  test("a slot with weaker parameters than the floor opens nothing, though file, digest and MAC are right", async () => {
    const files = rig.endpoint.disk.copyFiles();
    const decoded = await decodeState(
      files.get("state") ?? new Uint8Array(),
      shared.endpointId,
      rig.endpoint.device,
    );
    if (decoded.kind !== "ok") throw new Error(decoded.why);
    const name = sealedName();
    const content = JSON.parse(new TextDecoder().decode(files.get(name)));
    content.slots[0].kdf.memoryKiB = 8;
    const { bytes, digest } = encodeSealed(content);
    const users = decoded.state.users.map((user) => ({ ...user, sealed: { file: name, digest } }));
    const state = await encodeState({ ...decoded.state, users }, rig.endpoint.device);
    rig.endpoint.disk.putFiles(new Map([...files, ["state", state], [name, bytes]]));
    await rig.reopen();
    expect(rig.store.condition()).toEqual({ kind: "sound" });
    const before = rig.endpoint.kdf.derivations;
    expect(await rig.signIn(codeOf(token, 2))).toEqual(refusal("store-damaged"));
    expect(rig.endpoint.kdf.derivations).toBe(before);
  });

  test.each([
    [{ memoryKiB: 65_535 }, false],
    [{ iterations: 2 }, false],
    [{ parallelism: 0 }, false],
    [{}, true],
    [{ memoryKiB: 1_048_576, iterations: 16, parallelism: 4 }, true],
    [{ memoryKiB: 1_048_577 }, false],
    [{ iterations: 17 }, false],
    [{ parallelism: 5 }, false],
  ])("KDF parameters %o: allowed %s", (change, allowed) => {
    expect(kdfAllowed({ ...currentKdf, ...change })).toBe(allowed);
  });
});

describe("a store set back", () => {
  async function setBack(which: (name: string) => boolean) {
    const old = rig.endpoint.disk.copyFiles();
    expect(await rig.signIn(codeOf(token, 5))).toMatchObject({ kind: "succeeded" });
    await rig.store.close();
    const newer = rig.endpoint.disk.copyFiles();
    rig.endpoint.disk.putFiles(new Map([...newer, ...[...old].filter(([name]) => which(name))]));
    await rig.reopen();
  }

  test.each([
    ["the whole folder", () => true],
    ["the state alone", (name: string) => name === "state"],
  ])(
    "%s: online only, reported, and it stays so over restarts until the server has been heard",
    async (_what, which) => {
      await setBack(which);
      for (let times = 0; times < 2; times += 1) {
        expect(rig.store.condition()).toMatchObject({ kind: "rolled-back" });
        expect(await rig.signIn(codeOf(token, 5))).toEqual(refusal("store-rolled-back"));
        expect((await rig.eventTypes()).filter((type) => type === "rollback-detected")).toHaveLength(1);
        expect((await rig.online([9], 5)).stored).toEqual({ kind: "refused", why: "store-rolled-back" });
        await rig.store.close();
        await rig.reopen();
      }
      await rig.store.applyContact(shared.contact(2, [{}]), null);
      expect(rig.store.condition()).toEqual({ kind: "sound" });
      expect(await rig.signIn(codeOf(token, 5))).toEqual(refusal("never-signed-in-here"));
      expect((await rig.online(range(6, 5), 5)).stored.kind).toBe("stored");
      expect(await rig.signIn(codeOf(token, 6))).toMatchObject({ kind: "succeeded" });
    },
  );

  test("together with its counter it is noticed when the server holds later events, and then for good", async () => {
    const old = rig.endpoint.disk.copyFiles();
    const counter = rig.endpoint.disk.counterValue;
    await rig.signIn(codeOf(token, 5));
    await rig.deliverAll();
    rig.endpoint.disk.putFiles(old);
    rig.endpoint.disk.setCounter(counter);
    await rig.reopen();
    expect(rig.store.condition()).toEqual({ kind: "sound" });
    for (let times = 0; times < 2; times += 1) {
      await rig.store.applyContact(shared.contact(rig.lastSequence, [{}]), null);
      expect(rig.store.condition()).toMatchObject({ kind: "rolled-back" });
      expect(await rig.signIn(codeOf(token, 5))).toEqual(refusal("store-rolled-back"));
      await rig.store.close();
      await rig.reopen();
    }
    expect((await rig.eventTypes()).filter((type) => type === "rollback-detected")).toHaveLength(1);
  });

  test("it is noticed as well where it has gone on for longer, because the server holds other events", async () => {
    for (let times = 0; times < 2; times += 1) {
      await rig.store.applyContact(shared.contact(1, [{}]), null, true);
      expect(rig.store.condition()).toMatchObject({ kind: "rolled-back" });
      expect(await rig.signIn(codeOf(token, 5))).toEqual(refusal("store-rolled-back"));
      await rig.store.close();
      await rig.reopen();
    }
    expect((await rig.eventTypes()).filter((type) => type === "rollback-detected")).toHaveLength(1);
  });

  test("a state ahead of its counter is no crash's doing", async () => {
    rig.endpoint.disk.setCounter(rig.endpoint.disk.counterValue - 2);
    await rig.reopen();
    expect(rig.store.condition()).toMatchObject({ kind: "tampered", why: "state: ahead-of-counter" });
  });

  test("without a state, a store is made only where nothing ever was and a chain key is given", async () => {
    rig.endpoint.disk.putFiles(new Map());
    expect((await rig.endpoint.open()).condition()).toMatchObject({
      kind: "tampered",
      why: "state: missing",
    });
    rig.endpoint.disk.setCounter(0);
    await rig.reopen();
    expect(rig.store.condition()).toMatchObject({ kind: "tampered", why: "state: missing" });
    expect((await rig.endpoint.open()).condition()).toEqual({ kind: "sound" });
  });
});
