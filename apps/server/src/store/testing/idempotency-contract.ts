import { describe, expect, test } from "vitest";
import type { IdempotencyRow } from "../idempotency-store.ts";
import type { MakePlace } from "./place.ts";
import { startMs } from "./samples.ts";

const row = (id: string, changes: Partial<IdempotencyRow> = {}): IdempotencyRow => ({
  id,
  caller: "user:usr_ada",
  key: "key-1",
  sealed: "sealed",
  state: "running",
  atMs: startMs,
  ...changes,
});

export function idempotencyContract(makePlace: MakePlace): void {
  describe("repeated requests", () => {
    test("of many that claim one key at once, one gets it; another caller's same key is another", async () => {
      await using place = await makePlace();
      const store = await place.open();
      const claims = await Promise.all(
        Array.from({ length: 12 }, (_, at) =>
          store.transaction((tx) => tx.idempotency.claim(row(`idm_${at}`), 0)),
        ),
      );
      expect(claims.filter((claimed) => claimed)).toHaveLength(1);
      const kept = await store.read((tx) => tx.idempotency.get("user:usr_ada", "key-1"));
      expect(kept?.id).toBe(`idm_${claims.indexOf(true)}`);
      const other = row("idm_other", { caller: "api-key:key_1" });
      expect(await store.transaction((tx) => tx.idempotency.claim(other, 0))).toBe(true);
    });

    test("an answer is kept, a release frees the key, and what is old gives way", async () => {
      await using place = await makePlace();
      const store = await place.open();
      const claim = (one: IdempotencyRow, expiredBeforeMs: number) =>
        store.transaction((tx) => tx.idempotency.claim(one, expiredBeforeMs));
      const kept = () => store.read((tx) => tx.idempotency.get("user:usr_ada", "key-1"));
      expect(await claim(row("idm_1"), 0)).toBe(true);
      await store.transaction((tx) => tx.idempotency.answered("idm_1", "the answer"));
      expect(await kept()).toEqual(row("idm_1", { state: "answered", sealed: "the answer" }));
      expect(await claim(row("idm_2"), startMs)).toBe(false);
      expect(await claim(row("idm_3", { atMs: startMs + 5 }), startMs + 1)).toBe(true);
      expect(await kept()).toEqual(row("idm_3", { atMs: startMs + 5 }));
      await store.transaction((tx) => tx.idempotency.release("idm_3"));
      expect(await kept()).toBeNull();
      expect(await claim(row("idm_4"), 0)).toBe(true);
      expect(await store.transaction((tx) => tx.idempotency.forget(startMs))).toBe(0);
      expect(await store.transaction((tx) => tx.idempotency.forget(startMs + 1))).toBe(1);
      expect(await kept()).toBeNull();
    });
  });
}
