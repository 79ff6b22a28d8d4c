import { chainStart, checkLink } from "@holdfast/core/event-chain/event-chain";
import { countFailure } from "@holdfast/core/lockout/lockout";
import type { Lockout, Outcome } from "@holdfast/core/sign-in/types";
import type { ChainedEvent, RefusalCount } from "@holdfast/protocol/endpoint-events";
import type { PublicKey } from "@holdfast/protocol/primitives";
import { storeState } from "@holdfast/protocol/stored-files";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { fromBase64url } from "./bytes.ts";
import { range } from "./testing/endpoint.ts";
import { codeOf, Issuer } from "./testing/issuer.ts";
import { noLocalRules, signInOffline } from "./testing/sign-in.ts";
import type { CrashKind } from "./testing/simulated-disk.ts";
import { password, StoreRig, token, withPolicy } from "./testing/store-rig.ts";

/**
 * The store beside a reference that keeps everything in memory and never crashes. Any command may be cut short by a
 * crash after any step of the disk; then what is found must be the reference before or after it, or the attempt
 * counted and not decided.
 */
type Reference = {
  held: { sequence: number; codes: number[]; refillKey: PublicKey } | null;
  floor: number;
  lockout: Lockout;
  nextSequence: number;
  /** Counters that were accepted and told so. None may ever be again. */
  readonly accepted: Set<number>;
  /** What the server holds of the chain. */
  readonly delivered: ChainedEvent[];
  /** Attempts whose verdict was told, with what was told. */
  readonly told: Map<string, Outcome>;
  /** Attempts that a crash cut off: their verdicts may be kept or not. */
  untold: number;
};

type Crash = { readonly steps: number; readonly kind: CrashKind } | null;
const policy = withPolicy({}, { failures: 3, duration: "PT1M" });

let issuer: Issuer;
beforeAll(async () => {
  issuer = await Issuer.create();
});

abstract class Command implements fc.AsyncCommand<Reference, StoreRig> {
  readonly crash: Crash;
  constructor(crash: Crash) {
    this.crash = crash;
  }

  check(): boolean {
    return true;
  }

  async run(reference: Reference, rig: StoreRig): Promise<void> {
    if (this.crash) rig.endpoint.disk.crashAfter(this.crash.steps, this.crash.kind);
    const before = { ...reference };
    await this.perform(reference, rig);
    await rig.store.close();
    const crashed = rig.endpoint.disk.crashed;
    rig.endpoint.disk.restart();
    if (crashed) {
      await rig.reopen();
      await this.settle(before, reference, rig);
    }
    await compare(reference, rig);
  }

  /** Carries the command out on both. Where the disk has crashed the reference may be left as it was. */
  abstract perform(reference: Reference, rig: StoreRig): Promise<void>;

  /** After a crash: takes over what is found, once it is known to be allowed. */
  async settle(before: Reference, reference: Reference, rig: StoreRig): Promise<void> {
    const facts = await rig.store.facts("anna", noLocalRules);
    const [holding] = await rig.store.holdings(noLocalRules);
    const allowedSequences = [
      before.held?.sequence ?? 0,
      reference.held?.sequence ?? 0,
      reference.nextSequence - 1,
    ];
    expect(allowedSequences).toContain(holding?.sequence ?? 0);
    const floor = facts.token?.nextCounter ?? reference.floor;
    expect(floor).toBeGreaterThanOrEqual(before.floor);
    for (const counter of reference.accepted) expect(floor).toBeGreaterThan(counter);
    reference.floor = floor;
    if (facts.user) reference.lockout = facts.lockout;
    await this.adopt(before, reference, holding?.sequence ?? 0);
  }

  /** Which bundle is held after the crash. */
  async adopt(before: Reference, reference: Reference, sequence: number): Promise<void> {
    reference.held = sequence === before.held?.sequence ? before.held : reference.held;
  }
}

class SignIn extends Command {
  readonly ahead: number;
  readonly rightPassword: boolean;
  constructor(ahead: number, rightPassword: boolean, crash: Crash) {
    super(crash);
    this.ahead = ahead;
    this.rightPassword = rightPassword;
  }

  async perform(reference: Reference, rig: StoreRig): Promise<void> {
    const counter = Math.max(0, reference.floor + this.ahead);
    const expected = this.#expect(reference, counter, rig.store.effectiveTime().nowMs);
    const attemptId = rig.attemptId();
    const failures = reference.lockout.failures;
    const typed = this.rightPassword ? password : "wrong";
    const derivations = rig.endpoint.kdf.derivations;
    const outcome = await signInOffline(rig.store, attemptId, "anna", typed, codeOf(token, counter));
    if (outcome.kind === "refused" && outcome.reason === "storage-failed") {
      expect(rig.endpoint.disk.crashed).toBe(true);
      reference.untold += 1;
      // Looked at, so counted, or else recorded as the success it was.
      this.#looked = rig.endpoint.kdf.derivations > derivations ? { failures, floor: reference.floor } : null;
      return;
    }
    this.#looked = null;
    reference.told.set(attemptId, outcome);
    expect(outcome.kind === "succeeded" ? "succeeded" : outcome.reason).toBe(expected);
    if (outcome.kind === "succeeded") {
      expect(reference.accepted.has(counter)).toBe(false);
      reference.accepted.add(counter);
      reference.floor = counter + 1;
      reference.lockout = { failures: 0, failuresSinceLock: 0, lockedUntilMs: null };
    } else if (outcome.reason === "wrong-credentials") {
      reference.lockout = countFailure(reference.lockout, policy.lockout, rig.store.effectiveTime().nowMs);
    }
  }

  #looked: { failures: number; floor: number } | null = null;

  override async settle(before: Reference, reference: Reference, rig: StoreRig): Promise<void> {
    await super.settle(before, reference, rig);
    if (!this.#looked) return;
    const counted = reference.lockout.failures > this.#looked.failures;
    expect(counted || reference.floor > this.#looked.floor).toBe(true);
  }

  #expect(reference: Reference, counter: number, nowMs: number): string {
    const { held, floor, lockout } = reference;
    if (!held) return "never-signed-in-here";
    if (!held.codes.some((one) => one >= floor)) return "cache-exhausted";
    if (lockout.lockedUntilMs !== null && nowMs < lockout.lockedUntilMs) return "locked";
    const right = this.rightPassword && counter >= floor && held.codes.includes(counter);
    return right ? "succeeded" : "wrong-credentials";
  }

  override toString(): string {
    return `signIn(floor${this.ahead >= 0 ? "+" : ""}${this.ahead}, ${this.rightPassword ? "right" : "wrong"} password)${crashText(this.crash)}`;
  }
}

/** Many in a row, some of them while a lock lasts: beyond the first ones they are only counted. */
class Guesses extends Command {
  readonly count: number;
  readonly pauseSeconds: number;
  constructor(count: number, pauseSeconds: number, crash: Crash) {
    super(crash);
    this.count = count;
    this.pauseSeconds = pauseSeconds;
  }

  async perform(reference: Reference, rig: StoreRig): Promise<void> {
    for (let guess = 0; guess < this.count && !rig.endpoint.disk.crashed; guess += 1) {
      await new SignIn(0, false, null).perform(reference, rig);
      rig.endpoint.clocks.pass(this.pauseSeconds * 1000);
    }
  }

  override toString(): string {
    return `guesses(${this.count} every ${this.pauseSeconds} s)${crashText(this.crash)}`;
  }
}

/** Two at once with the same code. */
class SignInTwice extends Command {
  async perform(reference: Reference, rig: StoreRig): Promise<void> {
    const counter = reference.floor;
    const ids = [rig.attemptId(), rig.attemptId()];
    const both = await Promise.all(
      ids.map((id) => signInOffline(rig.store, id, "anna", password, codeOf(token, counter))),
    );
    reference.untold += 2;
    const succeeded = both.filter((outcome) => outcome.kind === "succeeded").length;
    expect(succeeded).toBeLessThanOrEqual(1);
    if (succeeded === 1) {
      expect(reference.accepted.has(counter)).toBe(false);
      reference.accepted.add(counter);
      reference.floor = counter + 1;
    }
    if (!rig.endpoint.disk.crashed && reference.held) {
      const facts = await rig.store.facts("anna", noLocalRules);
      const usable =
        reference.held.codes.includes(counter) && both.some((outcome) => outcome.kind === "succeeded");
      // One success clears, the other's attempt counts, in whichever order they came.
      if (usable) expect(facts.lockout.failures).toBeLessThanOrEqual(1);
      reference.lockout = facts.lockout;
    }
  }

  override toString(): string {
    return `signInTwice()${crashText(this.crash)}`;
  }
}

class SignInOnline extends Command {
  readonly count: number;
  constructor(count: number, crash: Crash) {
    super(crash);
    this.count = count;
  }

  #made: Reference["held"] = null;

  async perform(reference: Reference, rig: StoreRig): Promise<void> {
    const sequence = reference.nextSequence;
    reference.nextSequence += 1;
    const codes = range(reference.floor, this.count);
    const { stored, refillKey } = await rig.online(codes, sequence, { policy });
    this.#made = { sequence, codes, refillKey };
    if (stored.kind === "stored") {
      reference.held = this.#made;
      reference.lockout = { failures: 0, failuresSinceLock: 0, lockedUntilMs: null };
    } else expect(rig.endpoint.disk.crashed).toBe(true);
  }

  override async adopt(before: Reference, reference: Reference, sequence: number): Promise<void> {
    reference.held = sequence === this.#made?.sequence ? this.#made : before.held;
  }

  override toString(): string {
    return `signInOnline(${this.count} codes)${crashText(this.crash)}`;
  }
}

class Refill extends Command {
  readonly count: number;
  constructor(count: number, crash: Crash) {
    super(crash);
    this.count = count;
  }

  #made: Reference["held"] = null;

  async perform(reference: Reference, rig: StoreRig): Promise<void> {
    const sequence = reference.nextSequence;
    reference.nextSequence += 1;
    // The server may not know yet what was consumed here: its codes may begin below the floor.
    const codes = range(Math.max(0, reference.floor - 2), this.count);
    if (!reference.held) {
      const anyKey = (await issuer.trust().newRefillKey()).publicKey;
      expect((await rig.refill(sequence, codes, anyKey, {}, { policy })).kind).toBe("refused");
      this.#made = null;
      return;
    }
    const { refillKey } = reference.held;
    const before = await rig.store.facts("anna", noLocalRules);
    const { failures: count, failuresSinceLock: sinceLock, lockedUntilMs } = before.lockout;
    const failures = { count, sinceLock, lockedUntilMs };
    const stored = await rig.refill(sequence, codes, refillKey, {}, { policy, failures });
    this.#made = { sequence, codes, refillKey };
    if (stored.kind === "stored") reference.held = this.#made;
    else expect(rig.endpoint.disk.crashed).toBe(true);
  }

  override async adopt(before: Reference, reference: Reference, sequence: number): Promise<void> {
    reference.held = sequence === this.#made?.sequence ? this.#made : before.held;
  }

  override toString(): string {
    return `refill(${this.count} codes)${crashText(this.crash)}`;
  }
}

/** The server takes events and tells a floor. */
class Contact extends Command {
  readonly ahead: number;
  constructor(ahead: number, crash: Crash) {
    super(crash);
    this.ahead = ahead;
  }

  async perform(reference: Reference, rig: StoreRig): Promise<void> {
    await rig.store.contactBegins();
    const { events } = await rig.store.events(50);
    for (const event of events) {
      const known = reference.delivered.find((one) => one.sequence === event.sequence);
      if (known) expect(event).toEqual(known);
      else reference.delivered.push(event);
    }
    const through = reference.delivered.at(-1)?.sequence ?? 0;
    const nextCounter = reference.floor + this.ahead;
    const { lockout } = reference;
    const user = { ...lockout, floors: [{ tokenId: token, nextCounter }] };
    await rig.store.applyContact(issuer.contact(through, [user]), null);
    await rig.store.eventsDelivered(through);
    if (!rig.endpoint.disk.crashed && reference.held) reference.floor = nextCounter;
  }

  override toString(): string {
    return `contact(floor+${this.ahead})${crashText(this.crash)}`;
  }
}

class Pass extends Command {
  readonly seconds: number;
  constructor(seconds: number) {
    super(null);
    this.seconds = seconds;
  }

  async perform(_reference: Reference, rig: StoreRig): Promise<void> {
    rig.endpoint.clocks.pass(this.seconds * 1000);
  }

  override toString(): string {
    return `pass(${this.seconds} s)`;
  }
}

class Restart extends Command {
  async perform(_reference: Reference, rig: StoreRig): Promise<void> {
    rig.endpoint.clocks.reboot(1000);
    await rig.reopen();
  }

  override toString(): string {
    return `restart()${crashText(this.crash)}`;
  }
}

async function compare(reference: Reference, rig: StoreRig): Promise<void> {
  expect(rig.store.condition()).toEqual({ kind: "sound" });
  const facts = await rig.store.facts("anna", noLocalRules);
  const [holding] = await rig.store.holdings(noLocalRules);
  expect(holding?.sequence ?? 0).toBe(reference.held?.sequence ?? 0);
  if (reference.held) {
    expect(facts.token?.nextCounter).toBe(Math.max(reference.floor, reference.held.codes[0] ?? 0));
    expect(facts.lease?.codesLeft).toBe(
      reference.held.codes.filter((counter) => counter >= reference.floor).length,
    );
    expect(facts.lockout).toEqual(reference.lockout);
  }
  expectChain(reference, (await rig.store.events(10_000)).events, countedIn(rig));
}

/** Failures that the state counts and the chain does not tell yet. */
function countedIn(rig: StoreRig): number {
  const [line = ""] = new TextDecoder().decode(rig.endpoint.disk.copyFiles().get("state")).split("\n");
  const state = storeState.parse(JSON.parse(line));
  return state.users.reduce((sum, { refusals }) => sum + failuresOf(refusals), 0);
}

function failuresOf(refusals: readonly RefusalCount[]): number {
  return refusals
    .filter(({ reason }) => reason === "wrong-credentials")
    .reduce((sum, { failures }) => sum + failures, 0);
}

/**
 * Delivered and waiting events are one chain, and hold every verdict that was told about somebody held: by the attempt's
 * name, or, for a refusal in a long row, in a count.
 */
function expectChain(reference: Reference, waiting: readonly ChainedEvent[], notTold: number): void {
  const through = reference.delivered.at(-1)?.sequence ?? 0;
  const all = [...reference.delivered, ...waiting.filter((event) => event.sequence > through)];
  let position = chainStart(fromBase64url(issuer.chainKey) ?? new Uint8Array());
  for (const event of all) {
    const checked = checkLink(position, event);
    expect(checked.kind).toBe("linked");
    if (checked.kind === "linked") position = checked.position;
  }
  let counted = notTold;
  for (const { body } of all) if (body.type === "sign-ins-refused") counted += failuresOf(body.refusals);
  let unnamed = 0;
  for (const [attemptId, outcome] of reference.told) {
    if (outcome.kind === "refused" && outcome.reason !== "wrong-credentials") continue;
    const verdicts = all.filter(({ body }) => body.type === "sign-in" && body.attemptId === attemptId);
    if (outcome.kind === "refused" && verdicts.length === 0) unnamed += 1;
    else
      expect(verdicts.map(({ body }) => (body.type === "sign-in" ? body.outcome : null))).toEqual([
        outcome.kind,
      ]);
  }
  expect(counted).toBeGreaterThanOrEqual(unnamed);
  expect(counted).toBeLessThanOrEqual(unnamed + reference.untold);
}

function crashText(crash: Crash): string {
  return crash ? ` with a ${crash.kind} after ${crash.steps} steps` : "";
}

const anyCrash: fc.Arbitrary<Crash> = fc.option(
  fc.record({ steps: fc.nat(30), kind: fc.constantFrom<CrashKind>("kill", "power-cut") }),
  { freq: 2 },
);

const anyLateCrash: fc.Arbitrary<Crash> = fc.option(
  fc.record({ steps: fc.nat(400), kind: fc.constantFrom<CrashKind>("kill", "power-cut") }),
  { freq: 2 },
);

const anyCommand: fc.Arbitrary<fc.AsyncCommand<Reference, StoreRig>>[] = [
  fc.tuple(fc.integer({ min: -3, max: 4 }), fc.boolean(), anyCrash).map((a) => new SignIn(...a)),
  fc.tuple(fc.integer({ min: 0, max: 1 }), fc.constant(true), anyCrash).map((a) => new SignIn(...a)),
  fc
    .tuple(fc.integer({ min: 1, max: 60 }), fc.constantFrom(0, 10, 61), anyLateCrash)
    .map((a) => new Guesses(...a)),
  anyCrash.map((crash) => new SignInTwice(crash)),
  fc.tuple(fc.integer({ min: 1, max: 6 }), anyCrash).map((a) => new SignInOnline(...a)),
  fc.tuple(fc.integer({ min: 3, max: 8 }), anyCrash).map((a) => new Refill(...a)),
  fc.tuple(fc.integer({ min: 0, max: 2 }), anyCrash).map((a) => new Contact(...a)),
  fc.constantFrom(1, 30, 61).map((seconds) => new Pass(seconds)),
  anyCrash.map((crash) => new Restart(crash)),
];

test("the store is its reference, with a crash after any step of any command", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.commands(anyCommand, { maxCommands: 25, size: "max" }),
      fc.nat(),
      async (commands, seed) => {
        const setup = async () => {
          const rig = await StoreRig.open(issuer, seed);
          const model: Reference = {
            held: null,
            floor: 0,
            lockout: { failures: 0, failuresSinceLock: 0, lockedUntilMs: null },
            nextSequence: 1,
            accepted: new Set(),
            delivered: [],
            told: new Map(),
            untold: 0,
          };
          return { model, real: rig };
        };
        await fc.asyncModelRun(setup, commands);
      },
    ),
    { numRuns: 60 },
  );
}, 120_000);
