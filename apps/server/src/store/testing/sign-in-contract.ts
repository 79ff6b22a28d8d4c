import { describe, expect, test } from "vitest";
import type { SignInCommit } from "../sign-in-commit.ts";
import type { MakePlace } from "./place.ts";
import { audit, factsOf, failure, populate, startMs, success, token, user } from "./samples.ts";

export function signInContract(makePlace: MakePlace): void {
  describe("facts", () => {
    test("bring user, policy, state and token in one read", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada");
      const facts = await factsOf(store, "ada");
      expect(facts).toEqual({
        user: user("ada"),
        policy: expect.objectContaining({
          lockout: { failures: 5, duration: "PT5M", joinRemoteAccess: false },
        }),
        state: {
          userId: "usr_ada",
          version: expect.any(Number),
          failures: 0,
          failuresSinceLock: 0,
          lockedUntilMs: null,
          remoteFailures: 0,
          remoteFailuresSinceLock: 0,
          remoteLockedUntilMs: null,
          otherAuthenticators: 0,
          enrolmentPostponed: 0,
          remoteEnrolmentPostponed: 0,
          temporaryCode: 0,
        },
        token: token(user("ada")),
        enabledTokens: 1,
      });
      expect(await store.signInFacts("Ada")).toBeNull();
      expect(await store.signInFacts("ad")).toBeNull();
    });

    test("OTP-28: of several tokens the first enabled one by creation counts", async () => {
      await using place = await makePlace();
      const store = await place.open();
      const ada = user("ada");
      await populate(store, "ada");
      await store.transaction(async (tx) => {
        await tx.tokens.insert(
          token(ada, { id: "tok_oldest", createdAtMs: startMs - 2, status: "disabled" }),
        );
        await tx.tokens.insert(
          token(ada, {
            id: "tok_older",
            createdAtMs: startMs - 1,
            exposed: [{ from: 3, through: 9, endpointId: "ep_x" }],
          }),
        );
        await tx.users.insert(user("bob"));
      });
      const facts = await factsOf(store, "ada");
      expect(facts.token).toMatchObject({
        id: "tok_older",
        exposed: [{ from: 3, through: 9, endpointId: "ep_x" }],
      });
      expect(facts.enabledTokens).toBe(2);
      expect(await store.signInFacts("bob")).toMatchObject({ token: null, enabledTokens: 0 });
    });

    test("follow a changed policy at once", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada");
      const { policy } = await factsOf(store, "ada");
      await store.transaction(async (tx) => {
        const row = await tx.policies.default();
        await tx.policies.update({
          ...row,
          document: { ...policy, lockout: { ...policy.lockout, failures: 2, duration: "PT1H" } },
        });
      });
      expect((await factsOf(store, "ada")).policy.lockout).toMatchObject({ failures: 2, duration: "PT1H" });
    });
  });

  describe("commits", () => {
    test("change state, floor, verdict and audit together", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada");
      const before = await factsOf(store, "ada");
      expect(await store.commitSignIn(failure(before, "attempt-1"))).toBe("committed");
      const failed = await factsOf(store, "ada");
      expect(failed.state).toEqual({
        ...before.state,
        version: before.state.version + 1,
        failures: 1,
        failuresSinceLock: 1,
      });
      expect(failed.token).toEqual(before.token);

      expect(await store.commitSignIn({ ...success(failed, "attempt-2"), lockout: null })).toBe("committed");
      const after = await factsOf(store, "ada");
      expect(after.state).toMatchObject({ version: before.state.version + 2, failures: 1 });
      expect(after.token?.nextCounter).toBe(1);
      expect(await store.read((tx) => tx.tokens.get("tok_ada"))).toEqual(after.token);
      expect(await store.read((tx) => tx.consumptions.at("tok_ada", 0))).toEqual([
        {
          tokenId: "tok_ada",
          counter: 0,
          source: "server",
          attemptId: "attempt-2",
          userId: "usr_ada",
          atMs: startMs,
        },
      ]);
      expect(await store.attempt("attempt-2", "ep_desk")).toBe('"attempt-2"');
      expect(await store.attempt("attempt-2", "ep_other")).toBeNull();
      expect(await store.attempt("attempt-3", "ep_desk")).toBeNull();
      const { items } = await store.audit({ userId: "usr_ada", limit: 10 });
      expect(items.map((row) => [row.sequence, row.outcome, row.attemptId])).toEqual([
        [2, "succeeded", "attempt-2"],
        [1, "refused", "attempt-1"],
      ]);
    });

    test("lock and unlock", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada");
      const lock = async (lockout: SignInCommit["lockout"]) =>
        store.commitSignIn({ ...failure(await factsOf(store, "ada")), lockout });
      const state = async () => (await factsOf(store, "ada")).state;
      await lock({ counter: "common", failures: 5, failuresSinceLock: 0, lockedUntilMs: startMs + 9 });
      expect(await state()).toMatchObject({ failures: 5, lockedUntilMs: startMs + 9, remoteFailures: 0 });
      await store.transaction((tx) =>
        tx.users.setLockout("usr_ada", {
          counter: "common",
          failures: 0,
          failuresSinceLock: 0,
          lockedUntilMs: null,
        }),
      );
      expect(await state()).toMatchObject({ failures: 0, failuresSinceLock: 0, lockedUntilMs: null });
    });

    test("each counter by itself: what one is set to leaves the other (SECURITY §3)", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada", "bob");
      const commit = async (name: string, lockout: SignInCommit["lockout"]) =>
        store.commitSignIn({ ...failure(await factsOf(store, name)), lockout });
      await commit("ada", {
        counter: "common",
        failures: 2,
        failuresSinceLock: 2,
        lockedUntilMs: startMs + 2,
      });
      // Of several at once, each has its own.
      await Promise.all([
        commit("ada", {
          counter: "remote-access",
          failures: 20,
          failuresSinceLock: 4,
          lockedUntilMs: startMs + 20,
        }),
        commit("bob", { counter: "common", failures: 1, failuresSinceLock: 1, lockedUntilMs: null }),
      ]);
      const both = { failures: 2, failuresSinceLock: 2, lockedUntilMs: startMs + 2 };
      const remote = { remoteFailures: 20, remoteFailuresSinceLock: 4, remoteLockedUntilMs: startMs + 20 };
      expect((await factsOf(store, "ada")).state).toMatchObject({ ...both, ...remote });
      expect(await store.read((tx) => tx.users.state("usr_ada"))).toMatchObject({ ...both, ...remote });
      expect((await factsOf(store, "bob")).state).toMatchObject({
        failures: 1,
        failuresSinceLock: 1,
        lockedUntilMs: null,
        remoteFailures: 0,
        remoteFailuresSinceLock: 0,
        remoteLockedUntilMs: null,
      });
      await commit("ada", null);
      expect((await factsOf(store, "ada")).state).toMatchObject({ ...both, ...remote });
      await commit("ada", { counter: "common", failures: 0, failuresSinceLock: 0, lockedUntilMs: null });
      expect((await factsOf(store, "ada")).state).toMatchObject({
        failures: 0,
        failuresSinceLock: 0,
        lockedUntilMs: null,
        ...remote,
      });
      await store.transaction((tx) =>
        tx.users.setLockout("usr_ada", {
          counter: "remote-access",
          failures: 0,
          failuresSinceLock: 0,
          lockedUntilMs: null,
        }),
      );
      expect((await factsOf(store, "ada")).state).toMatchObject({
        failures: 0,
        remoteFailures: 0,
        remoteLockedUntilMs: null,
      });
    });

    const conflicts: Record<string, (commit: SignInCommit) => SignInCommit> = {
      "another version": (commit) => ({
        ...commit,
        expect: { ...commit.expect, version: commit.expect.version - 1 },
      }),
      "an unknown user": (commit) => ({ ...commit, expect: { ...commit.expect, userId: "usr_nobody" } }),
      "a used code": (commit) => withCounter(commit, 4),
      "a code before a used one": (commit) => withCounter(commit, 3),
      "a token of somebody else": (commit) => withToken(commit, "tok_bob"),
      "an unknown token": (commit) => withToken(commit, "tok_nobody"),
      "a disabled token": (commit) => withToken(commit, "tok_disabled"),
      "an attempt that has its verdict": (commit) => ({
        ...commit,
        attempt: commit.attempt && { ...commit.attempt, id: "attempt-1" },
        audit: [audit({ attemptId: "attempt-1" })],
      }),
    };
    for (const [name, change] of Object.entries(conflicts)) {
      test(`change nothing on ${name}`, async () => {
        await using place = await makePlace();
        const store = await place.open();
        await populate(store, "ada", "bob");
        await store.transaction((tx) =>
          tx.tokens.insert(token(user("ada"), { id: "tok_disabled", status: "disabled" })),
        );
        await store.commitSignIn(withCounter(success(await factsOf(store, "ada"), "attempt-1"), 4));
        const before = await factsOf(store, "ada");
        expect(await store.commitSignIn(change(success(before)))).toBe("conflict");
        expect(await factsOf(store, "ada")).toEqual(before);
        expect((await store.audit({ limit: 10 })).items).toHaveLength(1);
        // And the facts were good: without the change it lands.
        expect(await store.commitSignIn(success(before))).toBe("committed");
      });
    }

    test("lose against an administrator's change of user, token or lockout meanwhile", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada");
      const changes = [
        () => store.transaction((tx) => tx.users.update(user("ada", { status: "disabled" }))),
        () => store.transaction((tx) => tx.tokens.update(token(user("ada"), { status: "revoked" }))),
        () => store.transaction((tx) => tx.tokens.insert(token(user("ada"), { id: "tok_second" }))),
        ...(["common", "remote-access"] as const).map(
          (counter) => () =>
            store.transaction((tx) =>
              tx.users.setLockout("usr_ada", {
                counter,
                failures: 3,
                failuresSinceLock: 3,
                lockedUntilMs: null,
              }),
            ),
        ),
        () => store.transaction((tx) => tx.users.bump("usr_ada")),
      ];
      for (const change of changes) {
        const facts = await factsOf(store, "ada");
        await change();
        expect(await store.commitSignIn({ ...success(facts), consume: null })).toBe("conflict");
      }
    });

    test("a consumption reported by an endpoint raises the floor", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada");
      const row = {
        tokenId: "tok_ada",
        counter: 6,
        source: "ep_desk",
        attemptId: "a",
        userId: "usr_ada",
        atMs: startMs,
      };
      expect(await store.transaction((tx) => tx.consumptions.insert(row))).toBe(true);
      expect(await store.transaction((tx) => tx.consumptions.insert(row))).toBe(false);
      expect(await store.transaction((tx) => tx.consumptions.insert({ ...row, source: "ep_other" }))).toBe(
        true,
      );
      const facts = await factsOf(store, "ada");
      expect(facts.token?.nextCounter).toBe(7);
      expect(await store.commitSignIn(withCounter(success(facts), 6))).toBe("conflict");
      expect(await store.commitSignIn(success(facts))).toBe("committed");
    });

    test("the floor is that of all uses, whichever token came last and wherever it was used", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada");
      await store.transaction((tx) =>
        tx.tokens.insert(token(user("ada"), { id: "tok_spare", createdAtMs: startMs + 1 })),
      );
      const signIn = async (tokenId: string, counter: number) => {
        const commit = success(await factsOf(store, "ada"));
        return await store.commitSignIn({
          ...commit,
          consume: { tokenId, counter, attemptId: commit.attempt?.id ?? "", source: "server", atMs: startMs },
        });
      };
      const report = (tokenId: string, counter: number) =>
        store.transaction((tx) =>
          tx.consumptions.insert({
            ...{ tokenId, counter, source: "ep_desk", attemptId: `${counter}` },
            ...{ userId: "usr_ada", atMs: startMs },
          }),
        );
      /** As a sign-in hears it, and as everybody else does. */
      const floor = async () => {
        const facts = await factsOf(store, "ada");
        expect(await store.read((tx) => tx.tokens.get("tok_ada"))).toEqual(facts.token);
        return facts.token?.nextCounter;
      };

      expect(await signIn("tok_ada", 3)).toBe("committed");
      expect(await floor()).toBe(4);
      expect(await report("tok_ada", 9)).toBe(true);
      expect(await floor()).toBe(10);
      expect(await report("tok_ada", 5)).toBe(true);
      expect(await floor()).toBe(10);
      expect(await signIn("tok_ada", 9)).toBe("conflict");
      // Between two sign-ins with one token comes one with the other, and a report about each.
      expect(await signIn("tok_spare", 20)).toBe("committed");
      expect(await report("tok_spare", 30)).toBe(true);
      expect(await report("tok_ada", 12)).toBe(true);
      expect(await floor()).toBe(13);
      expect(await signIn("tok_spare", 30)).toBe("conflict");
      expect(await signIn("tok_ada", 12)).toBe("conflict");
      expect(await signIn("tok_ada", 13)).toBe("committed");
      expect(await floor()).toBe(14);
    });

    test("one that the database refuses takes no other with it", async () => {
      await using place = await makePlace();
      const store = await place.open();
      const names = Array.from({ length: 10 }, (_, index) => `user${index}`);
      await populate(store, ...names);
      const commits = await Promise.all(names.map(async (name) => success(await factsOf(store, name))));
      const poisoned = commits.map((commit, index) =>
        index === 4
          ? { ...commit, audit: commit.audit.map((draft) => ({ ...draft, outcome: "maybe" as never })) }
          : commit,
      );
      const results = await Promise.allSettled(poisoned.map((commit) => store.commitSignIn(commit)));
      expect(
        results.map((result) => (result.status === "fulfilled" ? result.value : result.reason.code)),
      ).toEqual(names.map((_, index) => (index === 4 ? "storage-failed" : "committed")));
      expect(await store.verifyChain(store.chain)).toEqual({ kind: "whole", through: 9 });
    });

    test("verdicts are forgotten by age", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada");
      for (let index = 0; index < 4; index += 1) {
        const commit = success(await factsOf(store, "ada"), `attempt-${index}`);
        const attempt = commit.attempt && { ...commit.attempt, atMs: startMs + index };
        await store.commitSignIn({ ...commit, attempt });
      }
      expect(await store.forgetAttempts(startMs + 2)).toBe(2);
      expect(await store.attempt("attempt-1", "ep_desk")).toBeNull();
      expect(await store.attempt("attempt-2", "ep_desk")).not.toBeNull();
      expect(await store.forgetAttempts(startMs + 2)).toBe(0);
      expect(await store.verifyChain(store.chain)).toEqual({ kind: "whole", through: 4 });
    });
  });
}

function withCounter(commit: SignInCommit, counter: number): SignInCommit {
  return { ...commit, consume: commit.consume && { ...commit.consume, counter } };
}

function withToken(commit: SignInCommit, tokenId: string): SignInCommit {
  return { ...commit, consume: commit.consume && { ...commit.consume, tokenId, counter: 50 } };
}
