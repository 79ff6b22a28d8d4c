import { chainStart, checkLink } from "@holdfast/core/event-chain/event-chain";
import type { Outcome } from "@holdfast/core/sign-in/types";
import type { ChainedEvent } from "@holdfast/protocol/endpoint-events";
import { beforeAll, describe, expect, test } from "vitest";
import { fromBase64url } from "./bytes.ts";
import { range } from "./testing/endpoint.ts";
import { codeOf, Issuer, wrongCode } from "./testing/issuer.ts";
import { noLocalRules } from "./testing/sign-in.ts";
import type { CrashKind } from "./testing/simulated-disk.ts";
import { password, StoreRig, token, withPolicy } from "./testing/store-rig.ts";
import type { PasswordKdf } from "./types.ts";

let issuer: Issuer;
beforeAll(async () => {
  issuer = await Issuer.create();
});

/** What can be seen of anna from outside. */
async function view(rig: StoreRig) {
  const facts = await rig.store.facts("anna", noLocalRules);
  const [holding] = await rig.store.holdings(noLocalRules);
  return {
    failures: facts.lockout.failures,
    floor: facts.token?.nextCounter ?? 0,
    sequence: holding?.sequence ?? 0,
    waiting: holding?.refillWaiting ?? false,
    signInsLeft: facts.lease?.signInsLeft ?? null,
    left: facts.lease?.codesLeft ?? null,
    status: await rig.store.accountStatus("anna"),
  };
}
type View = Awaited<ReturnType<typeof view>>;

/** A store with a bundle of five codes, counter 0 used and one failure, every event still waiting. */
async function prepared(seed: number): Promise<StoreRig> {
  const rig = await StoreRig.open(issuer, seed);
  await rig.online(range(0, 5), 1, { policy: withPolicy({}, { failures: 50 }) });
  await rig.signIn(codeOf(token, 0));
  await rig.signIn(wrongCode);
  await rig.store.close();
  return rig;
}

type Act = {
  readonly name: string;
  /** Something typed is checked: once it was, the attempt counts for good. */
  readonly guess?: true;
  readonly before?: (rig: StoreRig) => Promise<void>;
  /** Returns what was acknowledged; null: nothing was. */
  readonly act: (rig: StoreRig) => Promise<unknown>;
  /** The views that may be found after a crash, given whether the act was acknowledged. */
  readonly allowed: (before: View, after: View, acknowledged: boolean) => readonly Partial<View>[];
};

const oldOrNew: Act["allowed"] = (before, after, acknowledged) => (acknowledged ? [after] : [before, after]);
const success = (outcome: Outcome) => (outcome.kind === "succeeded" ? outcome : null);

const acts: readonly Act[] = [
  {
    name: "a sign-in that succeeds",
    guess: true,
    act: async (rig) => success(await rig.signIn(codeOf(token, 2))),
    allowed: (before, after, acknowledged) =>
      acknowledged ? [after] : [before, { ...before, failures: before.failures + 1 }, after],
  },
  {
    name: "a sign-in with a wrong code",
    guess: true,
    act: async (rig) => {
      const outcome = await rig.signIn(wrongCode);
      return outcome.kind === "refused" && outcome.reason === "wrong-credentials" ? outcome : null;
    },
    allowed: oldOrNew,
  },
  {
    name: "a sign-in with a wrong password",
    guess: true,
    act: async (rig) => {
      const outcome = await rig.signIn(codeOf(token, 2), "wrong");
      return outcome.kind === "refused" && outcome.reason === "wrong-credentials" ? outcome : null;
    },
    allowed: oldOrNew,
  },
  {
    name: "a bundle after an online sign-in",
    act: async (rig) => {
      const policy = withPolicy({}, { failures: 50 });
      const { stored } = await rig.online(range(3, 9), 2, { policy });
      return stored.kind === "stored" ? stored : null;
    },
    allowed: (before, after, acknowledged) =>
      acknowledged ? [after] : [before, { ...before, failures: 0 }, after],
  },
  {
    name: "a background refill",
    act: async (rig) => {
      const prepared = await rig.prepareAgain();
      const stored = await rig.refill(2, range(3, 9), prepared);
      return stored.kind === "stored" ? stored : null;
    },
    allowed: oldOrNew,
  },
  {
    name: "a sign-in that opens a refill",
    guess: true,
    before: async (rig) => {
      await rig.refill(2, range(3, 9), await rig.prepareAgain());
    },
    act: async (rig) => success(await rig.signIn(codeOf(token, 4))),
    allowed: (before, after, acknowledged) =>
      [true, false].flatMap((waiting) =>
        acknowledged
          ? [{ ...after, waiting }]
          : [
              { ...before, waiting },
              { ...before, waiting, failures: before.failures + 1 },
              { ...after, waiting },
            ],
      ),
  },
  {
    name: "a contact",
    act: async (rig) => {
      const answer = issuer.contact(0, [{ floors: [{ tokenId: token, nextCounter: 3 }] }]);
      await rig.store.applyContact(answer, rig.endpoint.clocks.wallMs());
      return null;
    },
    allowed: oldOrNew,
  },
  {
    name: "a revocation of the user",
    act: async (rig) => {
      const done = await rig.store.revoke(
        await issuer.revocation({ userId: "anna", reason: "user-disabled" }),
      );
      return done.kind === "done" ? done : null;
    },
    allowed: oldOrNew,
  },
  {
    name: "a revocation of the password",
    act: async (rig) => {
      const revocation = { userId: "anna", reason: "password-changed", credentialEpoch: 2 } as const;
      const done = await rig.store.revoke(await issuer.revocation(revocation));
      return done.kind === "done" ? done : null;
    },
    allowed: oldOrNew,
  },
  {
    name: "an online success",
    act: async (rig) =>
      (await rig.store.onlineSuccess("anna", { tokenId: token, counter: 3 })) === "stored" ? 1 : null,
    allowed: oldOrNew,
  },
  {
    name: "a delivery of events",
    act: async (rig) => ((await rig.store.eventsDelivered(2)) === "stored" ? 1 : null),
    allowed: oldOrNew,
  },
];

describe.each(["kill", "power-cut"] as const)(
  "a crash by %s between any two steps of the disk",
  (kind: CrashKind) => {
    test.each(acts)("$name", async ({ guess, before: setUp, act, allowed }) => {
      const twin = await prepared(0);
      await setUp?.(twin);
      await twin.store.close();
      const before = await view(twin);
      await act(twin);
      await twin.store.close();
      const after = await view(twin);

      let steps = 0;
      for (; ; steps += 1) {
        const rig = await prepared(steps);
        await setUp?.(rig);
        await rig.store.close();
        const events = (await rig.store.events(1000)).events;
        const derivations = rig.endpoint.kdf.derivations;

        rig.endpoint.disk.crashAfter(steps, kind);
        const acknowledged = (await act(rig)) !== null;
        await rig.store.close();
        const crashed = rig.endpoint.disk.crashed;
        rig.endpoint.disk.restart();
        await rig.reopen();

        const found = await view(rig);
        const where = `crash at step ${steps}`;
        expect(rig.store.condition(), where).toEqual({ kind: "sound" });
        expect(allowed(before, after, acknowledged), where).toContainEqual(found);
        // What was guessed stays counted, or is a success that is written down.
        const checked = guess && rig.endpoint.kdf.derivations > derivations;
        if (checked && found.failures <= before.failures) {
          expect(found.floor, where).toBeGreaterThan(before.floor);
        }
        await expectOneChain(rig, events);
        await expectUsable(rig, found);
        if (!crashed) break;
      }
      // An act that takes no step at all would prove nothing.
      expect(steps).toBeGreaterThan(5);
    });
  },
);

/** Every event from before is still there or was delivered, and what is there is one chain without a gap. */
async function expectOneChain(rig: StoreRig, earlier: readonly ChainedEvent[]) {
  const { events } = await rig.store.events(1000);
  const first = events[0]?.sequence ?? 1;
  const all = [...earlier.filter((event) => event.sequence < first), ...events];
  let position = chainStart(fromBase64url(issuer.chainKey) ?? new Uint8Array());
  for (const event of all) {
    const checked = checkLink(position, event);
    expect(checked.kind).toBe("linked");
    if (checked.kind === "linked") position = checked.position;
  }
  expect(all.slice(0, earlier.length)).toEqual(earlier);
  expect([1, 3]).toContain(first);
}

/** A code at the floor is taken once where anything is held, and one below never. */
async function expectUsable(rig: StoreRig, found: View) {
  if (found.status !== "active" || found.sequence === 0) return;
  const facts = await rig.store.facts("anna", noLocalRules);
  if (!facts.lease || facts.lease.freshSignInNeeded || !facts.lease.codesLeft) return;
  expect((await rig.signIn(codeOf(token, found.floor - 1))).kind).toBe("refused");
  const next = found.floor;
  expect(await rig.signIn(codeOf(token, next))).toMatchObject({
    kind: "succeeded",
    consumed: { counter: next },
  });
  expect((await rig.signIn(codeOf(token, next))).kind).toBe("refused");
}

test("an attempt cut off between its record and its verdict is told and stays counted", async () => {
  const rig = await prepared(1);
  const kdf = rig.endpoint.kdf;
  const cut: PasswordKdf = {
    derive: (...given) => {
      rig.endpoint.disk.crashAfter(0, "power-cut");
      return kdf.derive(...given);
    },
  };
  rig.store = await rig.endpoint.open({ kdf: cut });
  expect(await rig.signIn(codeOf(token, 2), password)).toMatchObject({
    kind: "refused",
    reason: "storage-failed",
  });
  rig.endpoint.disk.restart();
  await rig.reopen();
  expect((await view(rig)).failures).toBe(2);
  expect((await rig.store.events(100)).events.at(-1)?.body).toMatchObject({
    type: "sign-in-interrupted",
    userId: "anna",
  });
  expect(await rig.signIn(codeOf(token, 2))).toMatchObject({ kind: "succeeded" });
});
