import { describe, expect, test } from "vitest";
import type { AppPasswordRow, SessionRow } from "../web-store.ts";
import type { MakePlace } from "./place.ts";
import { populate, startMs } from "./samples.ts";

const hash = (letter: string) => letter.repeat(43);

function session(id: string, changes: Partial<SessionRow> = {}): SessionRow {
  return {
    id,
    tokenHash: hash(id.at(-1) ?? "x"),
    app: "console",
    userId: "usr_ada",
    credentialEpoch: 1,
    roleId: null,
    factors: ["password", "hotp"],
    createdAtMs: startMs,
    lastSeenAtMs: startMs,
    freshAtMs: startMs,
    address: "192.0.2.7",
    userAgent: "Browser/1",
    enrolmentDue: false,
    renewalDue: false,
    endedAtMs: null,
    ...changes,
  };
}

export function webContract(makePlace: MakePlace): void {
  describe("sessions", () => {
    test("come back by their token's hash, newest first of one user, until they end", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada", "bob");
      const rows = [
        session("ses_1"),
        session("ses_2", { app: "portal", createdAtMs: startMs + 5, roleId: "role" }),
        session("ses_3", { userId: "usr_bob" }),
      ];
      await store.transaction(async (tx) => {
        for (const row of rows) await tx.web.sessions.insert(row);
      });
      expect(await store.read((tx) => tx.web.sessions.byTokenHash(hash("2")))).toEqual(rows[1]);
      expect(await store.read((tx) => tx.web.sessions.byTokenHash(hash("9")))).toBeNull();
      const ofAda = () => store.read((tx) => tx.web.sessions.ofUser("usr_ada"));
      expect(await ofAda()).toEqual([rows[1], rows[0]]);

      const end = () => store.transaction((tx) => tx.web.sessions.end("ses_1", startMs + 9));
      expect([await end(), await end()], "ends once").toEqual([true, false]);
      expect(await ofAda()).toEqual([rows[1]]);
      expect(await store.read((tx) => tx.web.sessions.get("ses_1"))).toMatchObject({
        endedAtMs: startMs + 9,
      });
    });

    test("are renewed under another token, and not once they have ended", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada");
      await store.transaction((tx) => tx.web.sessions.insert(session("ses_1")));
      const renewal = {
        tokenHash: hash("n"),
        factors: ["password" as const],
        freshAtMs: startMs + 60_000,
        credentialEpoch: 2,
      };
      const renew = () => store.transaction((tx) => tx.web.sessions.renew("ses_1", renewal));
      expect(await renew()).toBe(true);
      expect(await store.read((tx) => tx.web.sessions.byTokenHash(hash("1")))).toBeNull();
      expect(await store.read((tx) => tx.web.sessions.byTokenHash(hash("n")))).toEqual(
        session("ses_1", { ...renewal, lastSeenAtMs: startMs + 60_000 }),
      );
      await store.transaction((tx) => tx.web.sessions.end("ses_1", startMs + 1));
      expect(await renew()).toBe(false);
    });

    test("of which enrolment is due say so until their user has enrolled", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada", "bob");
      await store.transaction(async (tx) => {
        await tx.web.sessions.insert(session("ses_1", { enrolmentDue: true }));
        await tx.web.sessions.insert(session("ses_2", { enrolmentDue: true, userId: "usr_bob" }));
      });
      await store.transaction((tx) => tx.web.sessions.enrolled("usr_ada"));
      const due = async (id: string) => (await store.read((tx) => tx.web.sessions.get(id)))?.enrolmentDue;
      expect([await due("ses_1"), await due("ses_2")]).toEqual([false, true]);
    });

    test("of which a renewal is due say so until their user has renewed", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada", "bob");
      await store.transaction(async (tx) => {
        await tx.web.sessions.insert(session("ses_1", { renewalDue: true }));
        await tx.web.sessions.insert(session("ses_2", { renewalDue: true, userId: "usr_bob" }));
      });
      await store.transaction((tx) => tx.web.sessions.renewed("usr_ada"));
      const due = async (id: string) => (await store.read((tx) => tx.web.sessions.get(id)))?.renewalDue;
      expect([await due("ses_1"), await due("ses_2")]).toEqual([false, true]);
    });

    test("are seen later and never earlier", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada");
      await store.transaction((tx) => tx.web.sessions.insert(session("ses_1")));
      for (const atMs of [startMs + 20, startMs + 10]) {
        await store.transaction((tx) => tx.web.sessions.seen("ses_1", atMs));
      }
      expect((await store.read((tx) => tx.web.sessions.get("ses_1")))?.lastSeenAtMs).toBe(startMs + 20);
    });

    test("of one user end together, all or all but one; old ones are forgotten; they go with their user", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada", "bob");
      await store.transaction(async (tx) => {
        for (const id of ["ses_1", "ses_2", "ses_3"]) await tx.web.sessions.insert(session(id));
        await tx.web.sessions.insert(session("ses_4", { userId: "usr_bob", createdAtMs: startMs - 1 }));
      });
      const endAll = (except?: string) =>
        store.transaction((tx) => tx.web.sessions.endOfUser("usr_ada", startMs + 1, except));
      expect((await endAll("ses_2")).sort()).toEqual(["ses_1", "ses_3"]);
      expect(await endAll()).toEqual(["ses_2"]);
      expect((await store.read((tx) => tx.web.sessions.get("ses_4")))?.endedAtMs).toBeNull();
      expect(await store.transaction((tx) => tx.web.sessions.forget(startMs))).toBe(1);
      expect(await store.read((tx) => tx.web.sessions.get("ses_4"))).toBeNull();
      await store.transaction((tx) => tx.users.remove("usr_ada"));
      expect(await store.read((tx) => tx.web.sessions.get("ses_1"))).toBeNull();
    });

    test("refuse what makes no sense", async () => {
      await using place = await makePlace();
      const store = await place.open();
      await populate(store, "ada");
      await store.transaction((tx) => tx.web.sessions.insert(session("ses_1")));
      const nonsense: Partial<SessionRow>[] = [
        { app: "elsewhere" as never },
        { tokenHash: "short" },
        { tokenHash: hash("1") },
        { userId: "usr_none" },
      ];
      for (const changes of nonsense) {
        const insertion = store.transaction((tx) => tx.web.sessions.insert(session("ses_2", changes)));
        await expect(insertion).rejects.toMatchObject({ name: "StorageError" });
      }
    });
  });

  test("app passwords: one for each application of a user, used, and removed by him alone", async () => {
    await using place = await makePlace();
    const store = await place.open();
    await populate(store, "ada", "bob");
    const mail: AppPasswordRow = {
      id: "apw_1",
      userId: "usr_ada",
      name: "Mail",
      passwordHash: hash("a"),
      createdAtMs: startMs,
      lastUsedAtMs: null,
    };
    await store.transaction((tx) => tx.web.appPasswords.insert(mail));
    const again = { ...mail, id: "apw_2", passwordHash: hash("b") };
    await expect(store.transaction((tx) => tx.web.appPasswords.insert(again))).rejects.toMatchObject({
      code: "storage-duplicate",
    });
    await store.transaction((tx) => tx.web.appPasswords.insert({ ...again, userId: "usr_bob" }));
    await store.transaction((tx) => tx.web.appPasswords.used("apw_1", startMs + 3));
    const used = { ...mail, lastUsedAtMs: startMs + 3 };
    expect(await store.read((tx) => tx.web.appPasswords.byHash(hash("a")))).toEqual(used);
    expect(await store.transaction((tx) => tx.web.appPasswords.remove("usr_bob", "apw_1"))).toBeNull();
    expect(await store.transaction((tx) => tx.web.appPasswords.remove("usr_ada", "apw_1"))).toEqual(used);
    expect(await store.read((tx) => tx.web.appPasswords.ofUser("usr_ada"))).toEqual([]);
  });
}
