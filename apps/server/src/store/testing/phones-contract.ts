import { describe, expect, test } from "vitest";
import type { PhoneRegistrationRow } from "../phones-store.ts";
import { keySample, phoneSample } from "./phone-sample.ts";
import type { MakePlace } from "./place.ts";
import { factsOf, populate, startMs, token, user } from "./samples.ts";

const offline = { mode: "offline", requestKeyThumbprint: null, requestKey: null, approvalKey: null } as const;

function registration(id: string, changes: Partial<PhoneRegistrationRow> = {}): PhoneRegistrationRow {
  return {
    id,
    userId: "usr_ada",
    phoneId: null,
    sessionId: "ses_1",
    label: null,
    decision: {
      state: "waiting",
      kind: "new",
      mode: "online",
      expiresAtMs: startMs + 600_000,
      anotherPhoneTried: false,
      tokenHash: "hash",
    },
    types: ["totp"],
    sealedSeed: null,
    claim: null,
    sealedStaged: null,
    version: 1,
    createdAtMs: startMs,
    ...changes,
  };
}

export function phonesContract(makePlace: MakePlace): void {
  describe("phones", () => {
    test("come back oldest first and by their key; a revoked one is found by its key alone", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada", "bob");
      const rows = [
        phoneSample("phn_2"),
        phoneSample("phn_1", { ...offline, biometric: null, createdAtMs: startMs + 1 }),
      ];
      await store.transaction(async (tx) => {
        for (const row of rows) await tx.phones.insert(row);
        await tx.phones.insert(phoneSample("phn_3", { userId: "usr_bob" }));
      });
      await store.read(async (tx) => {
        expect(await tx.phones.ofUser("usr_ada")).toEqual(rows);
        expect(await tx.phones.byThumbprint("thumbprint-phn_2")).toEqual(rows[0]);
        const of = await tx.phones.ofUsers(["usr_ada", "usr_bob", "usr_none"]);
        expect([...of].map(([id, found]) => [id, found.length])).toEqual([
          ["usr_ada", 2],
          ["usr_bob", 1],
          ["usr_none", 0],
        ]);
        expect(await tx.phones.counts()).toEqual({ offline: 1, online: 2 });
      });
      await store.transaction((tx) => tx.phones.update(phoneSample("phn_2", { status: "revoked" })));
      await store.read(async (tx) => {
        expect((await tx.phones.ofUser("usr_ada")).map(({ id }) => id)).toEqual(["phn_1"]);
        expect((await tx.phones.byThumbprint("thumbprint-phn_2"))?.status).toBe("revoked");
      });
      await store.transaction((tx) => tx.users.remove("usr_ada"));
      expect(await store.read((tx) => tx.phones.get("phn_1"))).toBeNull();
    });

    test("one key is of one phone", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada");
      await store.transaction((tx) => tx.phones.insert(phoneSample("phn_1")));
      const same = phoneSample("phn_2", { requestKeyThumbprint: "thumbprint-phn_1" });
      await expect(store.transaction((tx) => tx.phones.insert(same))).rejects.toThrow();
    });

    test("a change raises the user's version and is told to every server once; a sync is not", async () => {
      await using place = await makePlace();
      const [store, other] = [await place.open(), await place.open()];
      await populate(store, "ada");
      const before = (await factsOf(store, "ada")).state.version;
      const { mark } = await other.changedPhones(0);
      await store.transaction(async (tx) => {
        await tx.phones.insert(phoneSample("phn_1"));
        await tx.phones.insert(phoneSample("phn_2"));
      });
      expect((await factsOf(store, "ada")).state.version).toBeGreaterThan(before);
      await store.transaction((tx) => tx.phones.synced("phn_2", startMs + 5, "0.2.0"));
      expect(await store.read((tx) => tx.phones.get("phn_2"))).toMatchObject({
        lastSyncMs: startMs + 5,
        appVersion: "0.2.0",
      });
      expect((await other.changedPhones(mark)).phoneIds).toEqual([]);
      await store.transaction((tx) => tx.phones.touch(["phn_2", "phn_2"]));
      await store.transaction((tx) => tx.endpoints.touch([]));
      const told = await other.changedPhones(mark);
      expect(told.phoneIds).toEqual(["phn_2"]);
      await store.transaction((tx) => tx.phones.update(phoneSample("phn_1", { label: "Another" })));
      expect((await other.changedPhones(told.mark)).phoneIds).toEqual(["phn_1"]);
    });

    test("a phone's token is one of its user's, and says whose it is to a sign-in, too", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada");
      await store.transaction(async (tx) => {
        const [own] = await tx.tokens.ofUser("usr_ada");
        if (own) await tx.tokens.update({ ...own, status: "revoked" });
        await tx.phones.insert(phoneSample("phn_1"));
        await tx.tokens.insert(
          token(user("ada"), { id: "tok_p", phoneId: "phn_1", createdAtMs: startMs + 9 }),
        );
      });
      expect((await factsOf(store, "ada")).token).toMatchObject({ id: "tok_p", phoneId: "phn_1" });
    });

    test("a registration is changed by who has seen its last change, and the ended ones are not open", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada");
      const row = registration("reg_1");
      await store.transaction((tx) => tx.phones.registrations.insert(row));
      expect(await store.read((tx) => tx.phones.registrations.get("reg_1"))).toEqual(row);
      const claim = {
        requestKey: keySample,
        approvalKey: keySample,
        challengeKey: "c",
        biometric: null,
        phoneName: "Phone",
        appVersion: "1",
        nonce: "n",
      };
      const update = (next: PhoneRegistrationRow) =>
        store.transaction((tx) => tx.phones.registrations.update(next));
      expect(await update({ ...row, claim })).toBe(true);
      expect(await update({ ...row, label: "late" })).toBe(false);
      expect(await store.read((tx) => tx.phones.registrations.openOfUser("usr_ada"))).toEqual([
        { ...row, claim, version: 2 },
      ]);
      const ended = {
        state: "ended",
        kind: "new",
        mode: "online",
        expiresAtMs: startMs,
        anotherPhoneTried: true,
        why: "expired",
      } as const;
      expect(await update({ ...row, version: 2, decision: ended })).toBe(true);
      expect(await store.read((tx) => tx.phones.registrations.open(10))).toEqual([]);
      expect(await store.transaction((tx) => tx.phones.registrations.forget(startMs + 1))).toBe(1);
    });
  });
}
