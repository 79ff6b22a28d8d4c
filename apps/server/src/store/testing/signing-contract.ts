import { describe, expect, test } from "vitest";
import type { ProofingRow, SigningRow } from "../signing-store.ts";
import type { MakePlace } from "./place.ts";
import { populate, startMs } from "./samples.ts";
import { signingSample as signing } from "./signing-sample.ts";

const proofing = (id: string, changes: Partial<ProofingRow> = {}): ProofingRow => ({
  id,
  userId: "usr_ada",
  status: "recorded",
  method: "in-person",
  evidence: [{ kind: "Passport", strength: "superior" }],
  note: "",
  authenticatorIds: ["aut_1"],
  recordedBy: "usr_bob",
  recordedAtMs: startMs,
  confirmedBy: null,
  confirmedAtMs: null,
  endedAtMs: null,
  endedWhy: null,
  ...changes,
});

const signed = (atMs: number) => ({ status: "signed", atMs, statement: "a.b.c" }) as const;

export function signingContract(makePlace: MakePlace): void {
  describe("signings", () => {
    test("are signed once, by one of many at the same time, and never once they are over", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada", "bob");
      await store.transaction(async (tx) => {
        await tx.signing.requests.insert(signing("sig_1"));
        await tx.signing.requests.insert(signing("sig_2", { createdAtMs: startMs + 1 }));
        await tx.signing.requests.insert(signing("sig_3", { userId: "usr_bob" }));
      });
      const pending = async (nowMs: number) =>
        (await store.read((tx) => tx.signing.requests.pendingOfUser("usr_ada", nowMs))).map(({ id }) => id);
      expect(await pending(startMs)).toEqual(["sig_1", "sig_2"]);
      const tries = await Promise.all(
        Array.from({ length: 20 }, () =>
          store.transaction((tx) => tx.signing.requests.end("sig_1", signed(startMs + 5))),
        ),
      );
      expect(tries.filter(Boolean)).toHaveLength(1);
      const late = () => store.transaction((tx) => tx.signing.requests.end("sig_2", signed(startMs + 1_000)));
      expect(await late()).toBe(false);
      expect([await pending(startMs), await pending(startMs + 1_000)]).toEqual([["sig_2"], []]);
      const kept = await store.read((tx) => tx.signing.requests.byRequest("key_orders", "request-sig_1"));
      expect(kept).toEqual(
        signing("sig_1", { status: "signed", endedAtMs: startMs + 5, statement: "a.b.c" }),
      );
    });

    test("of one application have names of their own", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada");
      const insert = (row: SigningRow) => store.transaction((tx) => tx.signing.requests.insert(row));
      await insert(signing("sig_1"));
      await expect(insert(signing("sig_2", { requestId: "request-sig_1" }))).rejects.toThrow();
      await insert(signing("sig_2", { requestId: "request-sig_1", applicationId: "key_other" }));
    });

    test("that a restore brought back are void; old ones are forgotten", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada");
      await store.transaction(async (tx) => {
        await tx.signing.requests.insert(signing("sig_1"));
        await tx.signing.requests.insert(signing("sig_2"));
        await tx.signing.requests.end("sig_1", signed(startMs));
        expect(await tx.signing.requests.voidPending(startMs + 7)).toBe(1);
        expect(await tx.signing.requests.end("sig_2", signed(startMs + 8))).toBe(false);
      });
      expect(await store.read((tx) => tx.signing.requests.get("sig_2"))).toMatchObject({ status: "void" });
      expect(await store.transaction((tx) => tx.signing.requests.forget(startMs + 1_000))).toBe(0);
      expect(await store.transaction((tx) => tx.signing.requests.forget(startMs + 1_001))).toBe(2);
    });
  });

  describe("identity proofings (TC-33)", () => {
    test("are recorded once, confirmed once and ended once; the last is what counts", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada", "bob");
      const proofings = <T>(
        work: (
          all: Parameters<Parameters<typeof store.transaction<T>>[0]>[0]["signing"]["proofings"],
        ) => Promise<T>,
      ) => store.transaction((tx) => work(tx.signing.proofings));
      await proofings((all) => all.insert(proofing("prf_1")));
      await expect(proofings((all) => all.insert(proofing("prf_2")))).rejects.toThrow();
      const confirm = () =>
        proofings((all) => all.confirm("prf_1", { confirmedBy: "usr_eve", confirmedAtMs: startMs + 3 }));
      expect([await confirm(), await confirm()]).toEqual([true, false]);
      expect(await proofings((all) => all.last("usr_ada"))).toEqual(
        proofing("prf_1", { status: "confirmed", confirmedBy: "usr_eve", confirmedAtMs: startMs + 3 }),
      );
      const end = () => proofings((all) => all.end("prf_1", "passkey-removed", startMs + 4));
      expect([await end(), await end()]).toEqual([true, false]);
      await proofings((all) => all.insert(proofing("prf_2", { recordedAtMs: startMs + 5 })));
      expect(await proofings((all) => all.last("usr_ada"))).toMatchObject({ id: "prf_2" });
      expect(await proofings((all) => all.last("usr_bob"))).toBeNull();
    });

    test("nobody confirms what he recorded, whatever the server says", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada");
      await store.transaction((tx) => tx.signing.proofings.insert(proofing("prf_1")));
      const confirm = store.transaction((tx) =>
        tx.signing.proofings.confirm("prf_1", { confirmedBy: "usr_bob", confirmedAtMs: startMs }),
      );
      await expect(confirm).rejects.toThrow();
    });
  });
}
