import { describe, expect, test } from "vitest";
import type { PhoneRow } from "../phones-store.ts";
import type { PushRequestRow } from "../push-store.ts";
import type { Store } from "../store.ts";
import type { MakePlace } from "./place.ts";
import { audit, factsOf, populate, startMs } from "./samples.ts";

const request = (id: string, changes: Partial<PushRequestRow> = {}): PushRequestRow => ({
  id,
  userId: "usr_ada",
  attemptId: `att_${id}`,
  client: "browser:portal",
  challenge: "C".repeat(43),
  details: {
    account: "ada",
    workflow: "self-service",
    application: "the portal",
    place: "Firefox",
    address: "192.0.2.7",
  },
  order: null,
  requireBiometric: false,
  askedAtMs: startMs,
  expiresAtMs: startMs + 60_000,
  outcome: null,
  answeredAtMs: null,
  phoneId: null,
  statement: null,
  ...changes,
});

const phone = (id: string, userId: string): PhoneRow => ({
  id,
  userId,
  label: "Ada's phone",
  mode: "offline",
  deviceId: "ABCD-EFGH-JKMN",
  types: ["push"],
  status: "enabled",
  requestKeyThumbprint: null,
  requestKey: null,
  approvalKey: null,
  challengeKey: null,
  biometric: null,
  phoneName: null,
  appVersion: null,
  registrationId: `reg_${id}`,
  createdAtMs: startMs,
  lastSyncMs: null,
});

const enable = (
  store: Store,
  userId: string,
  changes: { enabled?: boolean; requireBiometric?: boolean } = {},
) =>
  store.transaction((tx) =>
    tx.push.users.put({ userId, enabled: true, requireBiometric: false, ...changes }),
  );

const ask = (store: Store, row: PushRequestRow) =>
  store.transaction(async (tx) => {
    if (!(await tx.push.requests.claim(row.userId, row.id, row.askedAtMs, row.expiresAtMs))) return false;
    await tx.push.requests.insert(row);
    return true;
  });
const approval = { outcome: "approved", phoneId: "phn_1", statement: "jws" } as const;

export function pushContract(makePlace: MakePlace): void {
  describe("push", () => {
    test("who has it on is said beside his sign-in state, and sign-ins in flight decide again (REG-23)", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada", "bob");
      const before = await factsOf(store, "ada");
      expect(await store.read((tx) => tx.push.users.get("usr_ada"))).toBeNull();
      await enable(store, "usr_ada", { requireBiometric: true });
      const after = await factsOf(store, "ada");
      expect(after.state.version).toBeGreaterThan(before.state.version);
      expect(after.state.otherAuthenticators).toBe(before.state.otherAuthenticators + 1);
      const row = { userId: "usr_ada", enabled: true, requireBiometric: true };
      expect(await store.read((tx) => tx.push.users.ofUsers(["usr_ada", "usr_bob"]))).toEqual(
        new Map([["usr_ada", row]]),
      );
      expect(await store.read((tx) => tx.push.users.count())).toBe(1);
      await enable(store, "usr_ada", { enabled: false });
      expect((await factsOf(store, "ada")).state.otherAuthenticators).toBe(before.state.otherAuthenticators);
      expect(await store.read((tx) => tx.push.users.count())).toBe(0);
    });

    test("REG-27: of 50 sign-ins at once one asks, and the others leave it as it is", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada", "bob");
      await enable(store, "usr_ada");
      const asked = await Promise.all(
        Array.from({ length: 50 }, (_, at) => ask(store, request(`psh_${at}`))),
      );
      expect(asked.filter(Boolean)).toHaveLength(1);
      const waiting = await store.read((tx) => tx.push.requests.pendingOfUser("usr_ada", startMs));
      expect(waiting?.id).toBe(`psh_${asked.indexOf(true)}`);
      expect(await store.read((tx) => tx.push.requests.askedSince("usr_ada", startMs - 1, 100))).toEqual([
        startMs,
      ]);
      expect(await ask(store, request("psh_bob", { userId: "usr_bob" }))).toBe(false);
    });

    test("REG-27: of 20 answers at once one counts, and the place is free again", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada");
      await enable(store, "usr_ada");
      const order = {
        ...{ title: "Morphine 5 mg", documentSha256: "F".repeat(43) },
        ...{ text: '{"a":1, "b":"ü"}', digest: "D".repeat(43) },
      };
      expect(await ask(store, request("psh_1", { order, requireBiometric: true }))).toBe(true);
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, at) =>
          store.transaction((tx) =>
            tx.push.requests.answer("psh_1", { ...approval, phoneId: `phn_${at}`, atMs: startMs + 5 }),
          ),
        ),
      );
      expect(answers.filter(Boolean)).toHaveLength(1);
      expect(await store.read((tx) => tx.push.requests.get("psh_1"))).toEqual(
        request("psh_1", {
          ...approval,
          order,
          requireBiometric: true,
          phoneId: `phn_${answers.indexOf(true)}`,
          answeredAtMs: startMs + 5,
        }),
      );
      expect(await store.read((tx) => tx.push.requests.pendingOfUser("usr_ada", startMs + 6))).toBeNull();
      expect(await ask(store, request("psh_2", { askedAtMs: startMs + 6 }))).toBe(true);
    });

    test("no answer counts once the time is over, and another request takes the place then", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada");
      await enable(store, "usr_ada");
      await ask(store, request("psh_1"));
      const late = { ...approval, atMs: startMs + 60_000 };
      expect(await store.transaction((tx) => tx.push.requests.answer("psh_1", late))).toBe(false);
      const next = { askedAtMs: startMs + 60_000, expiresAtMs: startMs + 120_000 };
      expect(await ask(store, request("psh_2", { ...next, askedAtMs: startMs + 59_999 }))).toBe(false);
      expect(await ask(store, request("psh_2", next))).toBe(true);
      expect(await store.read((tx) => tx.push.requests.count(startMs + 60_000))).toBe(1);
      expect(await store.read((tx) => tx.push.requests.askedSince("usr_ada", startMs, 9))).toEqual([
        startMs + 60_000,
      ]);
    });

    test("what waits is withdrawn for one or for everybody, and forgotten by its age", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada", "bob");
      for (const userId of ["usr_ada", "usr_bob"]) await enable(store, userId);
      await ask(store, request("psh_1"));
      await ask(store, request("psh_2", { userId: "usr_bob", askedAtMs: startMs + 1 }));
      const withdraw = (of: { userId: string } | "everybody") =>
        store.transaction((tx) => tx.push.requests.withdrawAll(of, startMs + 2));
      expect(await withdraw({ userId: "usr_ada" })).toBe(1);
      expect(await withdraw("everybody")).toBe(1);
      expect(await withdraw("everybody")).toBe(0);
      const late = { ...approval, atMs: startMs + 3 };
      expect(await store.transaction((tx) => tx.push.requests.answer("psh_1", late))).toBe(false);
      expect(await store.read((tx) => tx.push.requests.count(startMs + 3))).toBe(0);
      expect(await store.transaction((tx) => tx.push.requests.forget(startMs + 1))).toBe(1);
      expect(await store.read((tx) => tx.push.requests.get("psh_1"))).toBeNull();
      expect(await store.read((tx) => tx.push.requests.get("psh_2"))).toMatchObject({ outcome: "withdrawn" });
    });

    test("a sign-in's commit withdraws what waits for it, or nothing of it lands; a report is heard even so", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada");
      await enable(store, "usr_ada");
      await ask(store, request("psh_1"));
      const commit = async (requestId: string, version?: number) => {
        const { state } = await factsOf(store, "ada");
        return store.commitSignIn({
          expect: { userId: "usr_ada", version: version ?? state.version },
          ...{ lockout: null, consume: null, attempt: null, audit: [audit()] },
          also: {
            ...{ used: [], enrolmentPostponed: null },
            withdrawPush: { requestId, outcome: "signed-in-otherwise", atMs: startMs + 2 },
          },
        });
      };
      const pending = () => store.read((tx) => tx.push.requests.pendingOfUser("usr_ada", startMs + 3));
      expect(await commit("psh_1", 9_999)).toBe("conflict");
      expect((await pending())?.id).toBe("psh_1");
      expect(await commit("psh_1")).toBe("committed");
      expect(await pending()).toBeNull();
      const gone = await store.read((tx) => tx.push.requests.withdrawnOfUser("usr_ada", startMs + 3, 5));
      expect(gone.map(({ id, outcome }) => [id, outcome])).toEqual([["psh_1", "signed-in-otherwise"]]);
      expect(
        await store.read((tx) => tx.push.requests.withdrawnOfUser("usr_ada", startMs + 60_000, 5)),
      ).toEqual([]);
      // The place is free, and the request counts on.
      expect(await ask(store, request("psh_2", { askedAtMs: startMs + 3 }))).toBe(true);
      expect(await store.read((tx) => tx.push.requests.askedSince("usr_ada", startMs - 1, 9))).toHaveLength(
        2,
      );
      const late = { atMs: startMs + 4, phoneId: "phn_1", statement: "jws" };
      const answer = (outcome: "approved" | "reported") =>
        store.transaction((tx) => tx.push.requests.answer("psh_1", { ...late, outcome }));
      expect([await answer("approved"), await answer("reported"), await answer("reported")]).toEqual([
        false,
        true,
        false,
      ]);
      expect((await pending())?.id).toBe("psh_2");
      // What was answered is never withdrawn.
      await store.transaction((tx) => tx.push.requests.answer("psh_2", { ...approval, atMs: startMs + 5 }));
      await commit("psh_2");
      expect((await store.read((tx) => tx.push.requests.get("psh_2")))?.outcome).toBe("approved");
    });

    test("a phone has one push service, which goes with it", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada");
      const row = {
        phoneId: "phn_1",
        endpoint: "https://push.example/1",
        p256dh: "p",
        auth: "a",
        createdAtMs: startMs,
      };
      await store.transaction(async (tx) => {
        await tx.phones.insert(phone("phn_1", "usr_ada"));
        await tx.push.subscriptions.put(row);
        await tx.push.subscriptions.put({ ...row, endpoint: "https://push.example/2" });
      });
      expect(await store.read((tx) => tx.push.subscriptions.ofPhones(["phn_1", "phn_2"]))).toEqual([
        { ...row, endpoint: "https://push.example/2" },
      ]);
      const remove = (endpoint?: string) =>
        store.transaction((tx) => tx.push.subscriptions.remove("phn_1", endpoint));
      expect(await remove("https://push.example/1")).toBe(false);
      expect(await remove("https://push.example/2")).toBe(true);
      await store.transaction((tx) => tx.push.subscriptions.put(row));
      await store.transaction((tx) => tx.users.remove("usr_ada"));
      expect(await store.read((tx) => tx.push.subscriptions.get("phn_1"))).toBeNull();
    });
  });
}
