import { describe, expect, test } from "vitest";
import type { StockRow } from "../token-stock-store.ts";
import type { MakePlace } from "./place.ts";
import { populate, startMs, token, user } from "./samples.ts";

function stock(serial: string, changes: Partial<StockRow> = {}): StockRow {
  return {
    id: `tok_${serial}`,
    serial,
    serialKey: serial.toUpperCase(),
    kind: "hotp",
    digits: 6,
    algorithm: "SHA-1",
    periodSeconds: null,
    counter: 7,
    sealedSecret: "sealed",
    maker: "Acme",
    meantFor: null,
    batchId: "imp_1",
    importedAtMs: startMs,
    givenAtMs: null,
    ...changes,
  };
}

export function tokenStockContract(makePlace: MakePlace): void {
  describe("the stock of hardware tokens", () => {
    test("takes each serial number once, however it is written", async () => {
      await using place = await makePlace();
      const store = await place.open();
      const totp = stock("t1", {
        kind: "totp",
        periodSeconds: 60,
        digits: 8,
        algorithm: "SHA-512",
        counter: 0,
      });
      const done = await store.transaction(async (tx) => [
        await tx.tokenStock.insert(stock("a1")),
        await tx.tokenStock.insert(stock("A1", { id: "tok_other" })),
        await tx.tokenStock.insert(totp),
      ]);
      expect(done).toEqual([true, false, true]);
      const read = await store.read(async (tx) => ({
        byId: await tx.tokenStock.get("tok_t1"),
        bySerial: await tx.tokenStock.bySerialKey("A1"),
        several: (await tx.tokenStock.bySerialKeys(["A1", "T1", "X9"])).map(({ serial }) => serial).sort(),
        none: await tx.tokenStock.bySerialKeys([]),
        other: await tx.tokenStock.get("tok_other"),
      }));
      expect(read).toEqual({
        byId: totp,
        bySerial: stock("a1"),
        several: ["a1", "t1"],
        none: [],
        other: null,
      });
    });

    test("gives each token to one, and its secret with it", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await store.transaction((tx) => tx.tokenStock.insert(stock("a1")));
      const give = (atMs: number) => store.transaction((tx) => tx.tokenStock.give("tok_a1", atMs));
      const both = await Promise.all([give(startMs + 1), give(startMs + 2)]);
      expect(both.filter((row) => row !== null)).toEqual([stock("a1")]);
      const after = await store.read((tx) => tx.tokenStock.get("tok_a1"));
      expect(after).toMatchObject({ sealedSecret: null, givenAtMs: expect.any(Number) });
      await store.transaction((tx) => tx.tokenStock.reseal("tok_a1", "again"));
      expect(await store.read((tx) => tx.tokenStock.get("tok_a1"))).toEqual(after);
    });

    test("is listed by serial number: what is free, what somebody has, and what nobody may have again", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada", "ben");
      const [ada, ben] = [user("ada"), user("ben")];
      await store.transaction(async (tx) => {
        for (const serial of ["a1", "a2", "b1", "b2", "c1"])
          await tx.tokenStock.insert(stock(serial, serial === "c1" ? { batchId: "imp_2" } : {}));
        for (const [serial, owner, status] of [
          ["a2", ada, "enabled"],
          ["b1", ben, "pending"],
          ["b2", ada, "revoked"],
        ] as const) {
          await tx.tokenStock.give(`tok_${serial}`, startMs);
          await tx.tokens.insert(
            token(owner, { id: `tok_${serial}`, status, createdAtMs: startMs + Number(serial[1]) }),
          );
        }
        await tx.authorization.groups.insert({ id: "grp_1", name: "Ward", createdAtMs: startMs });
        await tx.authorization.groups.add("grp_1", "user", ada.id);
      });
      const serials = (query: object) =>
        store.read(async (tx) =>
          (await tx.tokenStock.list({ limit: 10, ...query })).items.map(({ serial }) => serial),
        );
      expect(await serials({})).toEqual(["a1", "a2", "b1", "b2", "c1"]);
      expect(await serials({ state: "free" })).toEqual(["a1", "c1"]);
      expect(await serials({ state: "given" })).toEqual(["a2", "b1"]);
      expect(await serials({ state: "retired" })).toEqual(["b2"]);
      expect(await serials({ prefix: "A" })).toEqual(["a1", "a2"]);
      expect(await serials({ batchId: "imp_2" })).toEqual(["c1"]);
      expect(await serials({ groupIds: ["grp_1"] })).toEqual(["a1", "a2", "c1"]);
      const first = await store.read((tx) => tx.tokenStock.list({ limit: 2 }));
      expect(first.items).toMatchObject([
        { serial: "a1", userId: null, userName: null },
        { serial: "a2", userId: ada.id, userName: "ada" },
      ]);
      expect(await serials({ after: first.next })).toEqual(["b1", "b2", "c1"]);

      const remove = (serial: string) => store.transaction((tx) => tx.tokenStock.remove(`tok_${serial}`));
      expect([await remove("a1"), await remove("a2"), await remove("b2"), await remove("x")]).toEqual([
        true,
        false,
        true,
        false,
      ]);
      await store.transaction((tx) => tx.users.remove(ben.id));
      expect(await serials({ state: "retired" })).toEqual(["b1"]);
      const sealed = await store.read((tx) => tx.tokenStock.sealed({ limit: 10 }));
      expect(sealed).toMatchObject({ items: [{ serial: "c1", sealedSecret: "sealed" }], next: null });
    });
  });
}
