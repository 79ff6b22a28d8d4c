import { describe, expect, test } from "vitest";
import type { AddressProofRow, MessageRow } from "../senders-store.ts";
import type { MakePlace } from "./place.ts";
import { populate, startMs } from "./samples.ts";

const message = (id: string, changes: Partial<MessageRow> = {}): MessageRow => ({
  id,
  channel: "sms",
  purpose: "sign-in",
  userId: "usr_ada",
  to: "+49 ••• 67",
  addressMac: "mac-1",
  atMs: startMs,
  state: "queued",
  why: null,
  ...changes,
});
const proof = (id: string, changes: Partial<AddressProofRow> = {}): AddressProofRow => ({
  id,
  userId: "usr_ada",
  kind: "sms-code",
  address: "+491701234567",
  mac: "mac",
  tries: 0,
  sentAtMs: startMs,
  usedAtMs: null,
  ...changes,
});

export function sendersContract(makePlace: MakePlace): void {
  describe("messages to people", () => {
    test("are counted by user and by address, told newest first, and forgotten", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada");
      await store.transaction(async (tx) => {
        await tx.senders.messages.insert(message("msg_1"));
        await tx.senders.messages.insert(message("msg_2", { atMs: startMs + 1, addressMac: "mac-2" }));
        await tx.senders.messages.insert(
          message("msg_3", { atMs: startMs + 2, userId: null, purpose: "test" }),
        );
        await tx.senders.messages.finish("msg_2", "failed", "no such number");
      });
      const times = (userId: string | null, addressMac: string, purpose: "sign-in" | "test", fromMs = 0) =>
        store.read((tx) => tx.senders.messages.times({ userId, addressMac, purpose, fromMs }));
      expect(await times("usr_ada", "mac-1", "sign-in")).toEqual({
        toUser: [startMs, startMs + 1],
        toAddress: [startMs],
      });
      expect(await times(null, "mac-1", "test", startMs + 1)).toEqual({
        toUser: [],
        toAddress: [startMs + 2],
      });
      const latest = await store.read((tx) => tx.senders.messages.latest(2));
      const { addressMac: _mac, ...shown } = message("msg_3", {
        atMs: startMs + 2,
        userId: null,
        purpose: "test",
      });
      expect(latest).toEqual([shown, expect.objectContaining({ state: "failed", why: "no such number" })]);
      await store.transaction((tx) => tx.senders.proofs.insert(proof("prf_1")));
      expect(await store.transaction((tx) => tx.senders.forget(startMs + 1))).toBe(2);
      expect(await store.read((tx) => tx.senders.proofs.get("prf_1"))).toBeNull();
    });

    test("prove an address by the newest of its kind, and go with their user", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada");
      await store.transaction(async (tx) => {
        await tx.senders.proofs.insert(proof("prf_1"));
        await tx.senders.proofs.insert(proof("prf_2", { sentAtMs: startMs + 1 }));
        await tx.senders.proofs.insert(proof("prf_3", { kind: "email-code", address: "ada@ward.example" }));
        await tx.senders.proofs.update(
          proof("prf_2", { sentAtMs: startMs + 1, tries: 2, usedAtMs: startMs + 2 }),
        );
        await tx.senders.messages.insert(message("msg_1"));
      });
      const latest = () => store.read((tx) => tx.senders.proofs.latest("usr_ada", "sms-code"));
      expect(await latest()).toEqual(
        proof("prf_2", { sentAtMs: startMs + 1, tries: 2, usedAtMs: startMs + 2 }),
      );
      await store.transaction((tx) => tx.users.remove("usr_ada"));
      expect(await latest()).toBeNull();
      expect(await store.read((tx) => tx.senders.messages.latest(5))).toEqual([]);
    });
  });
}
