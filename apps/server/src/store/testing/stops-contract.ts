import { describe, expect, test } from "vitest";
import type { StopRow } from "../stops-store.ts";
import type { MakePlace } from "./place.ts";
import { populate, startMs } from "./samples.ts";

const stop = (changes: Partial<StopRow> = {}): StopRow => ({
  userId: "usr_ada",
  kind: "lock",
  atMs: startMs,
  by: "user:usr_bob",
  reason: "Somebody else is at her desk",
  detail: { statusBefore: "active", authenticators: [{ id: "tok_ada", kind: "hotp", label: "key fob" }] },
  ...changes,
});

export function stopsContract(makePlace: MakePlace): void {
  describe("stops of users (UNI-4)", () => {
    test("the last of each kind is kept, until it is ended or its user goes", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada", "bob");
      const report = stop({ kind: "stolen-device", atMs: startMs + 5 });
      await store.transaction(async (tx) => {
        await tx.stops.put(stop({ reason: "before", userId: "usr_bob" }));
        await tx.stops.put(stop({ reason: "before" }));
        await tx.stops.put(stop());
        await tx.stops.put(report);
      });
      expect(await store.read((tx) => tx.stops.ofUser("usr_ada"))).toEqual([stop(), report]);
      expect(await store.transaction((tx) => tx.stops.remove("usr_ada", "lock"))).toBe(true);
      expect(await store.transaction((tx) => tx.stops.remove("usr_ada", "lock"))).toBe(false);
      expect(await store.read((tx) => tx.stops.ofUser("usr_ada"))).toEqual([report]);
      await store.transaction((tx) => tx.users.remove("usr_ada"));
      expect(await store.read((tx) => tx.stops.ofUser("usr_ada"))).toEqual([]);
      expect(await store.read((tx) => tx.stops.ofUser("usr_bob"))).toHaveLength(1);
    });
  });
}
