import { chainStart, checkLink } from "@holdfast/core/event-chain/event-chain";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fromBase64url } from "./bytes.ts";
import { range } from "./testing/endpoint.ts";
import { codeOf, Issuer, wrongCode } from "./testing/issuer.ts";
import { noLocalRules, signInOffline } from "./testing/sign-in.ts";
import { refusal, StoreRig, token } from "./testing/store-rig.ts";

let shared: Issuer;
beforeAll(async () => {
  shared = await Issuer.create();
});

let rig: StoreRig;
beforeEach(async () => {
  rig = await StoreRig.open(shared);
});

describe("events (UNI-5)", () => {
  test("are kept in order, delivered in parts and leave the disk", async () => {
    await rig.online(range(0, 5));
    await rig.signIn(wrongCode);
    await rig.signIn(codeOf(token, 0));
    await rig.store.close();
    const all = (await rig.store.events(1000)).events;
    expect(all.map((event) => event.sequence)).toEqual(range(1, all.length));
    expect(await rig.store.events(2)).toEqual({ events: all.slice(0, 2), more: true });
    await rig.store.eventsDelivered(2);
    await rig.reopen();
    expect((await rig.store.events(1000)).events).toEqual(all.slice(2));
    await rig.store.eventsDelivered(1_000_000);
    expect(rig.endpoint.disk.copyFiles().get("events.log")).toEqual(new Uint8Array());
    await rig.store.appendEvent({ type: "came-online" });
    await rig.reopen();
    expect((await rig.store.events(1)).events[0]?.sequence).toBe(all.length + 1);
    expect(rig.store.condition()).toEqual({ kind: "sound" });
  });

  test("what server and endpoint hash is the same", async () => {
    await rig.online(range(0, 5));
    await rig.signIn(codeOf(token, 0));
    await rig.store.close();
    let position = chainStart(fromBase64url(rig.issuer.chainKey) ?? new Uint8Array());
    for (const event of (await rig.store.events(1000)).events) {
      const checked = checkLink(position, JSON.parse(JSON.stringify(event)));
      expect(checked.kind).toBe("linked");
      if (checked.kind === "linked") position = checked.position;
    }
  });

  test("refusals are noted in the background, a name that is nobody's never", async () => {
    await rig.online(range(0, 5), 1, { maxSignIns: 0 });
    for (let many = 0; many < 3; many += 1) await rig.signIn(codeOf(token, 0));
    await signInOffline(rig.store, "stranger", "p4ssw0rd-typed-as-name", "x", "y");
    await rig.store.close();
    const { events } = await rig.store.events(1000);
    expect(
      events.filter(({ body }) => body.type === "sign-in" && body.reason === "sign-ins-exhausted"),
    ).toHaveLength(3);
    expect(JSON.stringify(events)).not.toContain("p4ssw0rd-typed-as-name");
  });

  test("an attempt that ended without a verdict is told, and stays counted", async () => {
    await rig.online(range(0, 5));
    const attempt = rig.store.newAttempt("given-up");
    const facts = await rig.store.facts("anna", noLocalRules);
    const lockout = { failures: 1, failuresSinceLock: 1, lockedUntilMs: null };
    await rig.store.commit("anna", facts.version, [{ change: "attempt-recorded", lockout }], [], {
      attemptId: "given-up",
    });
    attempt.end();
    await rig.store.close();
    expect(await rig.eventTypes()).toContain("sign-in-interrupted");
    expect((await rig.store.facts("anna", noLocalRules)).lockout.failures).toBe(1);
  });
});

describe("bad disks", () => {
  test.each(["ENOSPC", "EROFS"] as const)(
    "%s: a refusal that says so, and nothing is lost",
    async (fault) => {
      await rig.online(range(0, 5));
      await rig.store.close();
      const before = rig.endpoint.disk.copyFiles();
      rig.endpoint.disk.refusesWrites = fault;
      expect(await rig.signIn(codeOf(token, 0))).toEqual(refusal("storage-failed"));
      const nowMs = rig.store.effectiveTime().nowMs;
      const document = await rig.issuer.bundle({
        userId: "anna",
        sequence: 2,
        codes: [9],
        refillKey: null,
        nowMs,
      });
      expect(await rig.store.storeBundle(document, null)).toEqual({ kind: "refused", why: "storage-failed" });
      expect(await rig.store.appendEvent({ type: "came-online" })).toBe("storage-failed");
      expect(rig.endpoint.disk.copyFiles()).toEqual(before);
      expect((await rig.store.facts("anna", noLocalRules)).lockout.failures).toBe(0);
      const reopened = await rig.endpoint.open();
      expect(reopened.condition()).toEqual({ kind: "sound" });
      rig.endpoint.disk.refusesWrites = null;
      expect(await rig.signIn(codeOf(token, 0))).toMatchObject({ kind: "succeeded" });
    },
  );

  test("a tick that fails after its state is made up for before the next", async () => {
    await rig.online(range(0, 5));
    await rig.store.close();
    let broken = true;
    const counter = {
      ...rig.endpoint.disk.counter,
      increment: async () => {
        if (broken) throw new Error("simulated");
        return rig.endpoint.disk.counter.increment();
      },
    };
    rig.store = await rig.endpoint.open({ counter });
    expect(await rig.store.appendEvent({ type: "came-online" })).toBe("storage-failed");
    expect(await rig.store.appendEvent({ type: "came-online" })).toBe("storage-failed");
    broken = false;
    expect(await rig.store.appendEvent({ type: "came-online" })).toBe("stored");
    await rig.reopen();
    expect(rig.store.condition()).toEqual({ kind: "sound" });
    expect(await rig.signIn(codeOf(token, 0))).toMatchObject({ kind: "succeeded" });
  });

  test("a log that takes half an append is written anew, and nothing of it is lost", async () => {
    await rig.online(range(0, 5));
    await rig.store.close();
    rig.endpoint.disk.tearsNextAppend = true;
    for (let times = 0; times < 3; times += 1) {
      expect(await rig.store.appendEvent({ type: "went-offline", why: `time ${times}` })).toBe("stored");
      await rig.store.close();
    }
    const { events } = await rig.store.events(100);
    const log = new TextDecoder().decode(rig.endpoint.disk.copyFiles().get("events.log"));
    expect(log).toBe(events.map((event) => `${JSON.stringify(event)}\n`).join(""));
    await rig.reopen();
    expect(rig.store.condition()).toEqual({ kind: "sound" });
    expect((await rig.store.events(100)).events).toEqual(events);
  });

  test("a log that cannot be repaired when the store opens loses nothing, even if the next crash comes before it can", async () => {
    const { disk } = rig.endpoint;
    // State and counter are written; the machine dies in place of the log's append.
    const crashBeforeTheLog = async (why: string) => {
      disk.crashAfter(6, "kill");
      expect(await rig.store.appendEvent({ type: "went-offline", why })).toBe("stored");
      await rig.store.close();
      expect(disk.crashed).toBe(true);
      disk.restart();
    };
    await crashBeforeTheLog("first");
    disk.refusesWrites = "ENOSPC";
    await rig.reopen();
    disk.refusesWrites = null;
    await crashBeforeTheLog("second");
    await rig.reopen();
    expect(rig.store.condition()).toEqual({ kind: "sound" });
    expect((await rig.store.events(10)).events.map(({ body }) => body)).toEqual([
      { type: "went-offline", why: "first" },
      { type: "went-offline", why: "second" },
    ]);
  });
});
