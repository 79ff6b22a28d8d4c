import { describe, expect, test } from "vitest";
import type { AuthenticatorRow, SignInExtras } from "../authenticators-store.ts";
import type { SignInCommit } from "../sign-in-commit.ts";
import type { Store } from "../store.ts";
import type { MakePlace } from "./place.ts";
import { audit, bundle, endpoint, populate, startMs, token, user } from "./samples.ts";

function authenticator(id: string, changes: Partial<AuthenticatorRow> = {}): AuthenticatorRow {
  return {
    id,
    userId: "usr_ada",
    kind: "passkey",
    label: "Key",
    status: "enabled",
    lookup: null,
    data: { counter: 1 },
    version: 1,
    createdAtMs: startMs,
    lastUsedAtMs: null,
    ...changes,
  };
}

const factsOf = async (store: Store) => {
  const facts = await store.signInFacts("ada");
  if (!facts) throw new Error("ada is not there");
  return facts;
};

async function commitOf(store: Store, also: SignInExtras): Promise<SignInCommit> {
  const { state } = await factsOf(store);
  return {
    expect: { userId: "usr_ada", version: state.version },
    lockout: null,
    consume: null,
    attempt: null,
    also,
    audit: [audit()],
  };
}

export function authenticatorsContract(makePlace: MakePlace): void {
  describe("authenticators", () => {
    test("come back oldest first and by what they are found by, and go with their user", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada", "bob");
      const rows = [
        authenticator("aut_1", { lookup: "credential" }),
        authenticator("aut_0", { kind: "card", lookup: "credential", createdAtMs: startMs + 1 }),
      ];
      await store.transaction(async (tx) => {
        for (const row of rows) await tx.authenticators.insert(row);
        await tx.authenticators.insert(authenticator("aut_3", { userId: "usr_bob", kind: "pin" }));
      });
      await store.read(async (tx) => {
        expect(await tx.authenticators.ofUser("usr_ada")).toEqual(rows);
        expect(await tx.authenticators.byLookup("card", "credential")).toEqual(rows[1]);
        expect(await tx.authenticators.byLookup("pin", "credential")).toBeNull();
        expect(await tx.authenticators.get("aut_3")).toMatchObject({ userId: "usr_bob" });
      });
      await store.transaction((tx) => tx.users.remove("usr_ada"));
      expect(await store.read((tx) => tx.authenticators.get("aut_1"))).toBeNull();
    });

    test("nothing is found by twice within a kind", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada");
      const insert = (row: AuthenticatorRow) => store.transaction((tx) => tx.authenticators.insert(row));
      await insert(authenticator("aut_1", { kind: "card", lookup: "number" }));
      await expect(insert(authenticator("aut_2", { kind: "card", lookup: "number" }))).rejects.toThrow();
      await insert(authenticator("aut_3"));
      await insert(authenticator("aut_4"));
    });

    test("every change raises the user's version and is counted beside his state", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada");
      const counted = async () => (await factsOf(store)).state.otherAuthenticators;
      const before = (await factsOf(store)).state.version;
      const row = authenticator("aut_1");
      await store.transaction((tx) => tx.authenticators.insert(row));
      expect(await counted()).toBe(1);
      const totp = token(user("ada"), {
        id: "tok_totp",
        kind: "totp",
        periodSeconds: 30,
        createdAtMs: startMs + 1,
      });
      await store.transaction((tx) => tx.tokens.insert(totp));
      expect(await counted()).toBe(2);
      await store.transaction((tx) => tx.tokens.update({ ...totp, status: "disabled" }));
      await store.transaction((tx) => tx.authenticators.update({ ...row, status: "disabled" }));
      expect(await counted()).toBe(0);
      await store.transaction((tx) => tx.authenticators.remove(row));
      expect((await factsOf(store)).state.version).toBeGreaterThanOrEqual(before + 5);
      // A time-based token is never the one that is cached offline (OTP-3, OTP-28).
      expect((await factsOf(store)).token?.kind).not.toBe("totp");
    });

    test("a sign-in's commit uses an authenticator with everything else or not at all", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada");
      await store.transaction((tx) => tx.authenticators.insert(authenticator("aut_1")));
      const also = {
        used: [{ authenticatorId: "aut_1", data: { counter: 2 }, atMs: startMs + 7 }],
        enrolmentPostponed: "self-service" as const,
      };
      const commit = await commitOf(store, also);
      expect(await Promise.all([store.commitSignIn(commit), store.commitSignIn(commit)])).toEqual([
        "committed",
        "conflict",
      ]);
      const used = { data: { counter: 2 }, version: 2, lastUsedAtMs: startMs + 7 };
      expect(await store.read((tx) => tx.authenticators.get("aut_1"))).toMatchObject(used);
      expect((await factsOf(store)).state.enrolmentPostponed).toBe(1);

      // Only seen: what verifies it stays, and so does its version.
      const seen = {
        used: [{ authenticatorId: "aut_1", data: null, atMs: startMs + 9 }],
        enrolmentPostponed: "remote-access" as const,
      };
      expect(await store.commitSignIn(await commitOf(store, seen))).toBe("committed");
      expect(await store.read((tx) => tx.authenticators.get("aut_1"))).toMatchObject({
        ...used,
        lastUsedAtMs: startMs + 9,
      });
      // Tried, and not used.
      const tried = {
        used: [{ authenticatorId: "aut_1", data: { counter: 3 }, atMs: null }],
        enrolmentPostponed: null,
      };
      expect(await store.commitSignIn(await commitOf(store, tried))).toBe("committed");
      expect(await store.read((tx) => tx.authenticators.get("aut_1"))).toMatchObject({
        data: { counter: 3 },
        version: 3,
        lastUsedAtMs: startMs + 9,
      });
      const postponed = async () => {
        const { enrolmentPostponed, remoteEnrolmentPostponed } = (await factsOf(store)).state;
        return [enrolmentPostponed, remoteEnrolmentPostponed];
      };
      expect(await postponed()).toEqual([1, 1]);
      await store.transaction((tx) => tx.authenticators.forgetPostponed("usr_ada"));
      expect(await postponed()).toEqual([0, 0]);
    });

    test("a sign-in's commit is the fresh one that an endpoint's user was to make there, and nowhere else", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada", "bob");
      const [desk, ward] = [endpoint("desk"), endpoint("ward")];
      const demanded = [bundle(desk, user("ada")), bundle(desk, user("bob")), bundle(ward, user("ada"))];
      await store.transaction(async (tx) => {
        for (const each of [desk, ward]) await tx.endpoints.insert(each);
        for (const each of demanded) await tx.bundles.upsert({ ...each, freshSignInNeeded: true });
      });
      const commit = await commitOf(store, { used: [], enrolmentPostponed: null, demandMetAt: desk.id });
      await Promise.all([store.commitSignIn(commit), store.commitSignIn(commit)]);
      const held = await store.read((tx) =>
        Promise.all(demanded.map((each) => tx.bundles.get(each.endpointId, each.userId))),
      );
      expect(held.map((each) => each?.freshSignInNeeded)).toEqual([false, true, true]);
    });
  });
}
