import type { EndpointEventBody } from "@holdfast/protocol/endpoint-events";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Journal } from "./journal.ts";
import { range } from "./testing/endpoint.ts";
import { codeOf, Issuer, wrongCode } from "./testing/issuer.ts";
import { noLocalRules, signInOffline } from "./testing/sign-in.ts";
import { refusal, StoreRig, token, withPolicy } from "./testing/store-rig.ts";

let shared: Issuer;
beforeAll(async () => {
  shared = await Issuer.create();
});

let rig: StoreRig;
beforeEach(async () => {
  rig = await StoreRig.open(shared);
});

const patient = withPolicy({}, { failures: 100 });
const impatient = withPolicy({}, { failures: 3, duration: "PT5M" });

test("whoever brings events to the server hears of each, and of refusals that are only counted", async () => {
  let heard = 0;
  rig.store.onNews(() => {
    heard += 1;
  });
  await rig.online(range(0, 5), 1, { policy: patient });
  // A bundle was stored: an event.
  expect(heard).toBe(1);
  expect(await rig.signIn(codeOf(token, 0))).toMatchObject({ kind: "succeeded" });
  expect(heard).toBe(2);
  for (let guess = 1; guess <= 25; guess += 1) {
    await rig.signIn(codeOf(token, 1), "wrong");
    expect(heard).toBe(2 + guess);
  }
  const before = heard;
  await rig.store.persistTime();
  expect(heard).toBe(before);
});

describe("many refusals in a row (UNI-5, SECURITY §1)", () => {
  test("the first are told one by one, the rest as one exact count before the success that ends them", async () => {
    await rig.online(range(0, 5), 1, { policy: patient });
    for (let guess = 0; guess < 20; guess += 1) await rig.signIn(codeOf(token, 0), "wrong");
    const firstAtMs = rig.store.effectiveTime().nowMs + 60_000;
    for (let guess = 0; guess < 9; guess += 1) {
      rig.endpoint.clocks.pass(60_000);
      await rig.signIn(wrongCode);
    }
    // What is counted is as durable as an event is.
    await rig.reopen();
    for (let guess = 0; guess < 5; guess += 1) await rig.signIn(codeOf(token, 0), "wrong");
    expect((await rig.store.facts("anna", noLocalRules)).lockout.failures).toBe(34);
    expect(await rig.signIn(codeOf(token, 0))).toMatchObject({ kind: "succeeded" });
    const told = (await signIns()).slice(1);
    expect(told.slice(0, 20)).toEqual(
      range(1, 20).map((count) =>
        expect.objectContaining({ outcome: "refused", failure: { factor: "password", count } }),
      ),
    );
    const lastAtMs = firstAtMs + 8 * 60_000;
    const times = { firstAtMs: expect.any(Number), lastAtMs: expect.any(Number) };
    expect(told.slice(20)).toEqual([
      {
        type: "sign-ins-refused",
        userId: "anna",
        userName: "anna",
        failuresSinceLock: 34,
        refusals: [
          { reason: "wrong-credentials", factor: "hotp", count: 9, failures: 9, firstAtMs, lastAtMs },
          { reason: "wrong-credentials", factor: "password", count: 5, failures: 5, ...times },
        ],
      },
      expect.objectContaining({ type: "sign-in", outcome: "succeeded" }),
    ]);
    // The row is over: the next refusals are events of their own again.
    await rig.signIn(wrongCode);
    expect((await signIns()).at(-1)).toMatchObject({ outcome: "refused", failure: { count: 1 } });
  });

  test("locks are counted with the failures that led to them, and their last end is told", async () => {
    await rig.online(range(0, 5), 1, { policy: impatient });
    let lockedUntilMs: number | null = null;
    for (let lock = 0; lock < 10; lock += 1) {
      for (let guess = 0; guess < 4; guess += 1) {
        const outcome = await rig.signIn(codeOf(token, 0), "wrong");
        if (outcome.kind === "refused") lockedUntilMs = outcome.lockedUntilMs ?? lockedUntilMs;
      }
      await rig.store.persistTime();
      rig.endpoint.clocks.pass(5 * 60_000);
    }
    await rig.store.contactBegins();
    const told = await signIns();
    expect(told.slice(1, -1)).toHaveLength(20);
    expect(told.at(-1)).toMatchObject({
      type: "sign-ins-refused",
      failuresSinceLock: 0,
      refusals: [
        { reason: "wrong-credentials", factor: "password", count: 15, failures: 15, lockedUntilMs },
        { reason: "locked", count: 5, failures: 0 },
      ],
    });
    expect((await rig.store.facts("anna", noLocalRules)).lockout).toEqual({
      failures: 30,
      failuresSinceLock: 0,
      lockedUntilMs,
    });
  });

  test("refusals before anything is asked are counted without a write each, and none is lost by a proper end", async () => {
    await rig.online(range(0, 5), 1, { maxSignIns: 0 });
    for (let early = 0; early < 20; early += 1) await rig.signIn(wrongCode);
    await rig.store.contactBegins();
    const before = rig.endpoint.disk.stepsTaken;
    for (let early = 0; early < 1000; early += 1)
      expect(await rig.signIn(wrongCode)).toEqual(refusal("sign-ins-exhausted"));
    expect(rig.endpoint.disk.stepsTaken).toBe(before);
    await rig.store.close();
    await rig.reopen();
    await rig.store.contactBegins();
    const counted = (await signIns()).at(-1);
    expect(counted).toMatchObject({
      type: "sign-ins-refused",
      failuresSinceLock: 0,
      refusals: [{ reason: "sign-ins-exhausted", count: 1000, failures: 0 }],
    });
  });

  test("the server's view does not rule before it has been told what is counted here", async () => {
    await rig.online(range(0, 5), 1, { policy: patient });
    for (let guess = 0; guess < 25; guess += 1) await rig.signIn(codeOf(token, 0), "wrong");
    await rig.deliverAll();
    await rig.store.applyContact(rig.issuer.contact(rig.lastSequence, [{ failures: 20 }]), null);
    expect((await rig.store.facts("anna", noLocalRules)).lockout.failures).toBe(25);
    await rig.store.contactBegins();
    await rig.deliverAll();
    await rig.store.applyContact(rig.issuer.contact(rig.lastSequence, [{ failures: 0 }]), null);
    expect((await rig.store.facts("anna", noLocalRules)).lockout.failures).toBe(0);
  });

  test("an attempt that a server may know is told by its name", async () => {
    await rig.online(range(0, 5), 1, { policy: patient });
    for (let guess = 0; guess < 25; guess += 1) await rig.signIn(codeOf(token, 0), "wrong");
    const { version, lockout } = await rig.store.facts("anna", noLocalRules);
    const attemptId = "asked-a-server-first";
    const audit = {
      type: "sign-in",
      attemptId,
      userId: "anna",
      workflow: "workstation",
      mode: "offline",
      outcome: "refused",
      reason: "wrong-credentials",
      factors: [],
      consumed: null,
      failure: { factor: "password", count: lockout.failures + 1 },
      lockedUntilMs: null,
    } as const;
    const write = [{ change: "lockout", lockout: { ...lockout, failures: lockout.failures + 1 } }] as const;
    const context = { attemptId, triedOnline: true };
    expect(await rig.store.commit("anna", version, write, [audit], context)).toBe("committed");
    expect((await signIns()).at(-1)).toMatchObject({ type: "sign-in", attemptId });
  });
});

describe("a crowded chain", () => {
  beforeEach(async () => {
    await rig.online(range(0, 5), 1, { policy: patient });
    await rig.endpoint.signInOnline(
      rig.store,
      { userId: "ben", password: "other", sequence: 1, codes: range(0, 5), tokenId: "token-2" },
      { policy: patient },
    );
    await rig.store.close();
  });

  test("refusals, restarts and outages take no place where 10,000 events wait; successes do", async () => {
    await fill(10_000);
    const waiting = (await rig.store.events(100_000)).events.length;
    expect(waiting).toBe(10_000);
    for (let guess = 0; guess < 15; guess += 1) {
      expect(await rig.signIn(codeOf(token, 0), "wrong")).toEqual(refusal("wrong-credentials"));
      expect(await rig.store.appendEvent({ type: "agent-started", agentVersion: "0.1.0" })).toBe("stored");
      await signInOffline(rig.store, rig.attemptId(), "stranger", "x", "y");
    }
    await rig.reopen();
    expect(rig.store.condition()).toEqual({ kind: "sound" });
    expect((await rig.store.events(100_000)).events.length).toBe(waiting);
    const ben = await signInOffline(rig.store, rig.attemptId(), "ben", "other", codeOf("token-2", 0));
    expect(ben).toMatchObject({ kind: "succeeded" });
    const all = (await rig.store.events(100_000)).events;
    expect(all.slice(waiting).map(({ body }) => body)).toEqual([
      expect.objectContaining({ type: "sign-in", userId: "ben", outcome: "succeeded" }),
    ]);
    // A contact takes what waits before, then what was counted.
    await rig.store.contactBegins();
    expect((await rig.store.events(100_000)).events.length).toBe(waiting + 1);
    await rig.store.eventsDelivered(all.at(-1)?.sequence ?? 0);
    await rig.store.contactBegins();
    const [counted] = (await rig.store.events(10)).events;
    expect(counted?.body).toMatchObject({
      type: "sign-ins-refused",
      userId: "anna",
      failuresSinceLock: 15,
      refusals: [{ reason: "wrong-credentials", factor: "password", count: 15, failures: 15 }],
    });
  });

  test("also where only the log cannot be appended to", async () => {
    const append = () => Promise.reject(new Error("simulated"));
    const { chainKey: _forgotten, ...options } = rig.endpoint.options();
    const files = { ...options.files, append, write: writeAllBut("events.log", options.files) };
    rig.store = await rig.endpoint.openWith({ ...options, files });
    for (let restart = 0; restart < 600; restart += 1) {
      await rig.store.appendEvent({ type: "agent-started", agentVersion: "0.1.0" });
    }
    expect(await rig.signIn(wrongCode)).toEqual(refusal("wrong-credentials"));
    expect(await rig.signIn(codeOf(token, 0))).toMatchObject({ kind: "succeeded" });
  });
});

async function signIns(): Promise<EndpointEventBody[]> {
  const { events } = await rig.store.events(100_000);
  const kinds = ["sign-in", "sign-ins-refused", "bundle-stored"];
  return events.map(({ body }) => body).filter(({ type }) => kinds.includes(type));
}

/** Events as a long time before could have left them. */
async function fill(upTo: number): Promise<void> {
  const { chainKey: _forgotten, ...options } = rig.endpoint.options();
  const opened = await Journal.open(options);
  if (opened.kind !== "open") throw new Error(opened.why);
  const { journal } = opened;
  while (journal.undelivered.length < upTo) {
    const count = Math.min(250, upTo - journal.undelivered.length);
    const bodies = Array.from({ length: count }, () => ({ type: "came-online" }) as const);
    expect(await journal.write({}, bodies)).toBe(true);
    await journal.flush();
  }
  await rig.reopen();
}

function writeAllBut(name: string, files: { write(name: string, content: Uint8Array): Promise<void> }) {
  return (written: string, content: Uint8Array) =>
    written === name ? Promise.reject(new Error("simulated")) : files.write(written, content);
}
