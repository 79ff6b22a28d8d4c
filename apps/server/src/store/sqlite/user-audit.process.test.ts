import { DatabaseSync } from "node:sqlite";
import { expect, test, vi } from "vitest";
import { type Place, sqlitePlace } from "../testing/place.ts";
import { audit, factsOf, populate, success } from "../testing/samples.ts";

test("what a user's pages show is proved with the chain: an edited, a missing and an added copy break it", async () => {
  await using place = await sqlitePlace();
  const store = await place.open();
  await populate(store, "ada");
  await store.note([audit({ reason: "why" }), audit({ subjectUserId: null }), audit({ reason: "why" })]);
  const facts = await factsOf(store, "ada");
  await store.commitSignIn(success(facts));
  const whole = { kind: "whole", through: 4 };
  expect(await store.verifyChain(store.chain)).toEqual(whole);

  await expect(place.sql("UPDATE user_audit SET reason = 'x'")).rejects.toThrow("append-only");
  await expect(place.sql("DELETE FROM user_audit")).rejects.toThrow("append-only");
  await place.sql(
    "DROP TRIGGER user_audit_no_update; DROP TRIGGER user_audit_no_delete; CREATE TABLE kept AS SELECT * FROM user_audit",
  );
  const broken = {
    kind: "broken",
    at: 3,
    why: "the copy of row 3 for its user's pages is missing or another",
  };
  for (const edit of [
    "reason = 'x'",
    "reason = NULL",
    "hash = 'x'",
    "at_ms = at_ms + 1",
    "subject_user_id = 'usr_ben'",
  ]) {
    await place.sql(`UPDATE user_audit SET ${edit} WHERE sequence = 3`);
    expect(await store.verifyChain(store.chain), edit).toEqual(broken);
    await place.sql("DELETE FROM user_audit; INSERT INTO user_audit SELECT * FROM kept");
    expect(await store.verifyChain(store.chain), edit).toEqual(whole);
  }
  await place.sql("DELETE FROM user_audit WHERE sequence = 3");
  expect(await store.verifyChain(store.chain)).toEqual(broken);
  await place.sql("INSERT INTO user_audit SELECT * FROM kept WHERE sequence = 3");

  // Added: of no row at all, of another's, and of a row that is there at another time.
  const forge = (subject: string, atMs: string, id: string) =>
    place.sql(`INSERT INTO user_audit SELECT ${subject}, ${atMs}, ${id}, chain, sequence, received_at_ms, type, actor,
      endpoint_id, attempt_id, outcome, reason, mode, detail, mac, previous_hash, hash FROM kept WHERE sequence = 3`);
  for (const [whose, subject, atMs, id] of [
    ["usr_ada", "subject_user_id", "at_ms", "9999"],
    ["usr_ben", "'usr_ben'", "at_ms", "id"],
    ["usr_ada", "subject_user_id", "at_ms + 5", "id"],
    ["usr_ada", "subject_user_id", "at_ms - 5", "2"],
  ] as const) {
    await forge(subject, atMs, id);
    expect(await store.verifyChain(store.chain), `${subject} ${atMs} ${id}`).toEqual({
      kind: "broken",
      at: 4,
      why: `the pages of user ${whose} show a row that no chain has; it says that it is row 3 of ${store.chain}`,
    });
    await place.sql("DELETE FROM user_audit; INSERT INTO user_audit SELECT * FROM kept");
    expect(await store.verifyChain(store.chain)).toEqual(whole);
  }

  await place.sql("UPDATE sign_in_states SET recent_audit = recent_audit || ',1'");
  expect(await store.verifyChain(store.chain)).toMatchObject({ why: "users' pages show 1 rows twice" });
  await place.sql("UPDATE sign_in_states SET recent_audit = ''");
  expect(await store.verifyChain(store.chain)).toMatchObject({ kind: "broken", at: 4 });
});

test("a user's recent sign-ins stay few beside his state, and are copied once nobody signs in", async () => {
  await using place = await sqlitePlace();
  const store = await place.open();
  await populate(store, "ada");
  const beside: number[] = [];
  for (let n = 0; n < 200; n++) {
    await store.commitSignIn(success(await factsOf(store, "ada"), `attempt-${n}`));
    const { recent, waiting, copied } = count(place);
    expect(recent + waiting + copied, "each is in one place").toBe(n + 1);
    beside.push(recent);
  }
  // Looked at by chance every other time from eight on: as many as fifty are a chance of one in a million millions.
  expect(Math.max(...beside)).toBeLessThan(50);
  const all = await store.audit({ userId: "usr_ada", limit: 500 });
  expect(await store.verifyChain(store.chain)).toEqual({ kind: "whole", through: 200 });
  await vi.waitFor(() => expect(count(place).waiting).toBe(0), { timeout: 10_000, interval: 50 });
  expect(count(place).copied).toBeGreaterThan(100);
  expect(await store.audit({ userId: "usr_ada", limit: 500 })).toEqual(all);
  expect(await store.verifyChain(store.chain)).toEqual({ kind: "whole", through: 200 });
});

function count({ location }: Place): { recent: number; waiting: number; copied: number } {
  const database = new DatabaseSync(location, { readOnly: true });
  const idsIn = (column: string) =>
    `coalesce(sum(length(${column}) - length(replace(${column}, ',', ''))), 0)`;
  try {
    const [row] = database
      .prepare(
        `SELECT (SELECT count(*) FROM user_audit) AS copied,
          (SELECT ${idsIn("ids")} FROM user_audit_waiting) AS waiting,
          (SELECT ${idsIn("recent_audit")} FROM sign_in_states) AS recent`,
      )
      .all();
    return { recent: Number(row?.recent), waiting: Number(row?.waiting), copied: Number(row?.copied) };
  } finally {
    database.close();
  }
}
