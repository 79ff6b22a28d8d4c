import { describe, expect, test } from "vitest";
import type { BypassRow } from "../bypasses-store.ts";
import type { MakePlace } from "./place.ts";
import { endpoint, populate, startMs } from "./samples.ts";

const row = (changes: Partial<BypassRow> = {}): BypassRow => ({
  endpointId: "ep_1",
  userId: "usr_ada",
  number: 2,
  floor: 1,
  codes: [{ number: 2, givenAtMs: startMs, givenBy: "user:usr_bob", uses: 0, lastUsedAtMs: null }],
  answers: [{ challenge: "12345678", givenAtMs: startMs, givenBy: "user:usr_bob", usedAtMs: startMs + 1 }],
  ...changes,
});

export function bypassesContract(makePlace: MakePlace): void {
  describe("bypass codes (OTP-23, OTP-24)", () => {
    test("one row for a user at an endpoint, replaced as a whole, ended by a restore, gone with its user", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada", "bob");
      const passed = row({ userId: "usr_bob", floor: 7, codes: [], answers: [] });
      await store.transaction(async (tx) => {
        await tx.endpoints.insert(endpoint("one", { id: "ep_1" }));
        await tx.bypasses.put(row({ number: 1 }));
        await tx.bypasses.put(row());
        await tx.bypasses.put(passed);
      });
      expect(await store.read((tx) => tx.bypasses.get("ep_1", "usr_ada"))).toEqual(row());
      expect(await store.read((tx) => tx.bypasses.get("ep_2", "usr_ada"))).toBeNull();
      expect(await store.read((tx) => tx.bypasses.ofUser("usr_bob"))).toEqual([passed]);
      await store.transaction((tx) => tx.bypasses.endAll());
      expect(await store.read((tx) => tx.bypasses.ofUser("usr_ada"))).toEqual([row({ floor: 3 })]);
      expect(await store.read((tx) => tx.bypasses.ofUser("usr_bob"))).toEqual([passed]);
      await store.transaction((tx) => tx.users.remove("usr_ada"));
      expect(await store.read((tx) => tx.bypasses.ofUser("usr_ada"))).toEqual([]);
    });
  });
}
