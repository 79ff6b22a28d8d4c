import { describe, expect, test } from "vitest";
import type { SignInExtras } from "../authenticators-store.ts";
import type { CommitResult } from "../sign-in-commit.ts";
import type { Store } from "../store.ts";
import type { TemporaryCodeRow } from "../temporary-codes-store.ts";
import type { MakePlace } from "./place.ts";
import { audit, populate, startMs } from "./samples.ts";

function row(changes: Partial<TemporaryCodeRow> = {}): TemporaryCodeRow {
  return {
    userId: "usr_ada",
    id: "tmp_1",
    use: "multiple",
    workflows: ["workstation"],
    salt: "s".repeat(22),
    verifier: "v".repeat(43),
    reason: "called back",
    createdBy: "user:usr_help",
    createdAtMs: startMs,
    expiresAtMs: startMs + 60_000,
    uses: 0,
    lastUsedAtMs: null,
    refusedTries: 0,
    endedAtMs: null,
    endedWhy: null,
    ...changes,
  };
}

const put = (store: Store, one: TemporaryCodeRow) => store.transaction((tx) => tx.temporaryCodes.put(one));
const kept = (store: Store) => store.read((tx) => tx.temporaryCodes.ofUser("usr_ada"));

async function stateOf(store: Store) {
  const facts = await store.signInFacts("ada");
  if (!facts) throw new Error("ada is not there");
  return facts.state;
}

async function commit(
  store: Store,
  temporaryCode: SignInExtras["temporaryCode"] & object,
  version?: number,
): Promise<CommitResult> {
  return store.commitSignIn({
    expect: { userId: "usr_ada", version: version ?? (await stateOf(store)).version },
    lockout: null,
    consume: null,
    attempt: null,
    also: { used: [], enrolmentPostponed: null, temporaryCode },
    audit: [audit()],
  });
}

export function temporaryCodesContract(makePlace: MakePlace): void {
  describe("temporary codes", () => {
    test("one a user: a new one takes the place of the old, and each makes sign-ins decide again (TC-42)", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada", "bob");
      expect(await stateOf(store)).toMatchObject({ temporaryCode: 0 });
      await put(store, row());
      const first = await stateOf(store);
      expect(first.temporaryCode).toBe(1);
      const second = row({ id: "tmp_2", use: "once", workflows: ["workstation", "remote-access"] });
      await put(store, second);
      expect((await stateOf(store)).version).toBeGreaterThan(first.version);
      expect(await kept(store)).toEqual(second);
      await put(store, row({ userId: "usr_bob", id: "tmp_3" }));
      expect(await kept(store)).toEqual(second);
      expect(await store.read((tx) => tx.temporaryCodes.count(startMs))).toBe(2);
    });

    test("ended once, by whoever comes first, and remembered until it is forgotten", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada");
      await put(store, row());
      const end = (why: "revoked" | "method-enrolled", atMs: number) =>
        store.transaction((tx) => tx.temporaryCodes.end("usr_ada", why, atMs));
      const ended = { endedWhy: "revoked", endedAtMs: startMs + 5 };
      expect(await end("revoked", startMs + 5)).toMatchObject(ended);
      expect(await end("method-enrolled", startMs + 6)).toBeNull();
      expect(await kept(store)).toMatchObject(ended);
      expect((await stateOf(store)).temporaryCode).toBe(0);
      expect(await store.transaction((tx) => tx.temporaryCodes.forget(startMs + 5))).toBe(0);
      expect(await store.transaction((tx) => tx.temporaryCodes.forget(startMs + 6))).toBe(1);
      expect(await kept(store)).toBeNull();
    });

    test("past their time they are found, and do not count", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada", "bob");
      await put(store, row());
      await put(store, row({ userId: "usr_bob", id: "tmp_2", expiresAtMs: startMs + 60_001 }));
      const at = (nowMs: number) =>
        store.read(async (tx) => ({
          expired: (await tx.temporaryCodes.expired(nowMs, 10)).map(({ id }) => id),
          count: await tx.temporaryCodes.count(nowMs),
        }));
      expect(await at(startMs + 59_999)).toEqual({ expired: [], count: 2 });
      expect(await at(startMs + 60_000)).toEqual({ expired: ["tmp_1"], count: 1 });
      expect(await at(startMs + 60_001)).toEqual({ expired: ["tmp_1", "tmp_2"], count: 0 });
      const live = await store.read((tx) => tx.temporaryCodes.live(1));
      expect(live.map(({ id }) => id)).toEqual(["tmp_1"]);
    });

    test("a sign-in by it is written with the sign-in, and ends the one that is good once", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada");
      await put(store, row());
      const used = { change: "used", id: "tmp_1", atMs: startMs + 7, end: false } as const;
      await commit(store, used);
      expect(await kept(store)).toMatchObject({ uses: 1, lastUsedAtMs: startMs + 7, endedWhy: null });
      await commit(store, { change: "refused" });
      await commit(store, { ...used, end: true, atMs: startMs + 8 });
      expect(await kept(store)).toMatchObject({
        uses: 2,
        refusedTries: 1,
        endedAtMs: startMs + 8,
        endedWhy: "used-up",
      });
      await commit(store, { ...used, id: "tmp_other" });
      expect(await kept(store)).toMatchObject({ uses: 2 });
    });

    test("a sign-in with something else ends it, and one without a code costs no less", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada");
      expect(await commit(store, { change: "refused" })).toBe("committed");
      await put(store, row());
      await commit(store, { change: "ended", why: "usual-factor-used", atMs: startMs + 9 });
      expect(await kept(store)).toMatchObject({ endedWhy: "usual-factor-used", endedAtMs: startMs + 9 });
      expect((await stateOf(store)).temporaryCode).toBe(0);
    });

    test("of 50 sign-ins that found the same code right at the same time one is written", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada");
      await put(store, row({ use: "once" }));
      const { version } = await stateOf(store);
      const use = { change: "used", id: "tmp_1", atMs: startMs + 1, end: true } as const;
      const results = await Promise.all(Array.from({ length: 50 }, () => commit(store, use, version)));
      expect(results.filter((one) => one === "committed")).toHaveLength(1);
      expect(await kept(store)).toMatchObject({ uses: 1, endedWhy: "used-up" });
    });

    test("goes with its user", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada");
      await put(store, row());
      await store.transaction((tx) => tx.users.remove("usr_ada"));
      expect(await kept(store)).toBeNull();
    });
  });
}
