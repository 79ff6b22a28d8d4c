import { describe, expect, test } from "vitest";
import type { RadiusClientRow } from "../radius-store.ts";
import type { MakePlace } from "./place.ts";
import { startMs } from "./samples.ts";

function client(id: string, changes: Partial<RadiusClientRow> = {}): RadiusClientRow {
  return {
    id,
    name: `gateway ${id}`,
    address: `192.0.2.${id.at(-1)}`,
    prompts: "challenge",
    requiresMessageAuthenticator: true,
    sealedSecret: "sealed",
    createdAtMs: startMs,
    secretChangedAtMs: startMs,
    ...changes,
  };
}

export function radiusContract(makePlace: MakePlace): void {
  describe("remote access", () => {
    test("UNI-8: RADIUS clients are listed by name, changed and removed; no two have one address", async () => {
      await using place = await makePlace();
      const store = await place.open();
      const [b, a] = [client("rcl_1", { name: "b" }), client("rcl_2", { name: "a" })];
      await store.transaction(async (tx) => {
        await tx.radius.clients.insert(b);
        await tx.radius.clients.insert(a);
      });
      expect(await store.read((tx) => tx.radius.clients.list())).toEqual([a, b]);
      const changed = {
        ...a,
        prompts: "one-line" as const,
        requiresMessageAuthenticator: false,
        sealedSecret: "other",
      };
      await store.transaction((tx) => tx.radius.clients.update(changed));
      expect(await store.read((tx) => tx.radius.clients.get("rcl_2"))).toEqual(changed);
      await expect(
        store.transaction((tx) => tx.radius.clients.insert(client("rcl_3", { address: a.address }))),
      ).rejects.toThrow();
      const remove = () => store.transaction((tx) => tx.radius.clients.remove("rcl_2"));
      expect([await remove(), await remove()]).toEqual([true, false]);
      expect(await store.read((tx) => tx.radius.clients.get("rcl_2"))).toBeNull();
    });

    test("a FreeRADIUS is found by its key", async () => {
      await using place = await makePlace();
      const store = await place.open();
      const server = {
        id: "rsv_1",
        name: "radius-1",
        apiKeyId: "key_1",
        certificateHash: "h".repeat(43),
        authorityPin: "pin",
        configuredAtMs: startMs,
      };
      await store.transaction(async (tx) => {
        await tx.apiKeys.insert({
          id: "key_1",
          name: "radius-1",
          keyHash: "k",
          scopes: ["radius"],
          madeBy: null,
          createdAtMs: startMs,
          revokedAtMs: null,
        });
        await tx.radius.servers.insert(server);
      });
      expect(await store.read((tx) => tx.radius.servers.byKey("key_1"))).toEqual(server);
      expect(await store.read((tx) => tx.radius.servers.byKey("key_2"))).toBeNull();
      expect(await store.read((tx) => tx.radius.servers.list())).toEqual([server]);
      expect(await store.transaction((tx) => tx.radius.servers.remove("rsv_1"))).toBe(true);
    });

    test("challenges are found by their State's hash until they are forgotten", async () => {
      await using place = await makePlace();
      const store = await place.open();
      const challenge = (letter: string, expiresAtMs: number) => ({
        stateHash: letter.repeat(43),
        sealed: `sealed ${letter}`,
        expiresAtMs,
      });
      const rows = [challenge("a", startMs), challenge("b", startMs + 5)];
      await store.transaction(async (tx) => {
        for (const row of rows) await tx.radius.challenges.insert(row);
      });
      expect(await store.read((tx) => tx.radius.challenges.byHash("b".repeat(43)))).toEqual(rows[1]);
      expect(await store.transaction((tx) => tx.radius.challenges.forget(startMs + 5))).toBe(1);
      expect(await store.read((tx) => tx.radius.challenges.byHash("a".repeat(43)))).toBeNull();
      expect(await store.read((tx) => tx.radius.challenges.byHash("b".repeat(43)))).toEqual(rows[1]);
    });
  });
}
