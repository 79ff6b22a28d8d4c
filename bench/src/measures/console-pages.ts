import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { startPostgres } from "@holdfast/e2e/rig/postgres";
import { temporaryDirectory } from "@holdfast/e2e/rig/temporary-directory";
import { openStore } from "@holdfast/server/store/open-store";
import type { Store } from "@holdfast/server/store/store";
import pg from "pg";
import {
  type ConsoleSize,
  fillForConsole,
  fullSize,
  hundredth,
  userId,
  userName,
} from "../enterprise/console-fill.ts";
import { type Context, type FigureDeclaration, type Measure, type Measured, measured } from "../measure.ts";
import { postgresNeeds, unmet } from "../needs.ts";
import { described, median, ratios, samples } from "../rounds.ts";

/** One page, asked of the store as the console's API asks it, or of the driver in the same words. */
type Pages = { users(nth: number): Promise<number>; audit(nth: number): Promise<number> };
type Place = {
  readonly store: Pages;
  readonly driver: Pages;
  readonly size: ConsoleSize;
  close(): Promise<void>;
};
type PageName = keyof Pages;

const pageLength = 100;
const pageNames: readonly PageName[] = ["users", "audit"];
const titles: Readonly<Record<PageName, string>> = {
  users: "user search by prefix",
  audit: "audit page of a user, newest first",
};

export const consolePagesSqlite = consolePages("sqlite", async (size) => {
  const directory = await temporaryDirectory("bench-console");
  const file = join(directory.path, "holdfast.db");
  await fillForConsole(file, size);
  const store = await openStore({ location: file, now: () => Date.now(), serverId: "srv_benchmark000" });
  const database = new DatabaseSync(file, { readOnly: true });
  const users = database.prepare(usersStatement("?", "?"));
  const audit = database.prepare(sqliteAuditStatement);
  return {
    size,
    store: pagesOf(store),
    driver: {
      users: async (nth) => users.all(...range(nth)).length,
      audit: async (nth) => parsed(audit.all(userId(nth)) as { detail: string }[]),
    },
    async close() {
      database.close();
      await store.close();
      await directory[Symbol.asyncDispose]();
    },
  };
});

export const consolePagesPostgres = consolePages("postgresql", async (size) => {
  const cluster = await startPostgres({ shared_buffers: "512MB", max_wal_size: "8GB" });
  const database = await cluster.createDatabase();
  await fillForConsole(database.url, size);
  const store = await openStore({
    location: database.url,
    now: () => Date.now(),
    serverId: "srv_benchmark000",
  });
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const users = { name: "users", text: usersStatement("$1", "$2") };
  const audit = { name: "audit", text: auditStatement("$1") };
  return {
    size,
    store: pagesOf(store),
    driver: {
      users: async (nth) => (await client.query({ ...users, values: range(nth) })).rows.length,
      audit: async (nth) => parsed((await client.query({ ...audit, values: [userId(nth)] })).rows),
    },
    async close() {
      await client.end();
      await store.close();
      await database[Symbol.asyncDispose]();
      await cluster[Symbol.asyncDispose]();
    },
  };
});

function consolePages(
  dialect: "sqlite" | "postgresql",
  open: (size: ConsoleSize) => Promise<Place>,
): Measure {
  const figures = pageNames.flatMap((page): FigureDeclaration[] => [
    {
      name: `console-${page}-${dialect}`,
      measure: `${titles[page]}, p99, against the same query by the bare driver (${dialect})`,
      unit: "×",
      bar: { atMost: 1.5 },
    },
    {
      name: `console-${page}-${dialect}-growth`,
      measure: `the same page at 100 times the rows, p99 (${dialect})`,
      unit: "×",
      bar: { atMost: 1.5 },
    },
  ]);
  return {
    figures,
    async run(context) {
      const why = dialect === "postgresql" ? await unmet(postgresNeeds) : null;
      if (why !== null) return { kind: "not-run", why };
      const large = context.quick ? { users: 100_000, endpoints: 20_000, auditRows: 1_000_000 } : fullSize;
      await using stack = new AsyncDisposableStack();
      const startedMs = performance.now();
      const many = await open(large);
      stack.defer(() => many.close());
      context.say(
        `${large.auditRows} audit rows stored in ${((performance.now() - startedMs) / 1000).toFixed(0)} s`,
      );
      const few = await open(hundredth(large));
      stack.defer(() => few.close());
      const found: Record<string, Measured> = {};
      for (const page of pageNames) Object.assign(found, await compare(context, dialect, page, many, few));
      return measured(found);
    },
  };
}

/**
 * Call by call in turn, so that whatever else the machine does meets all three alike. A p99 hangs on the few worst
 * calls, which on a busy machine are its scheduler's: so it is taken of each round, and the figure is the median of the
 * rounds' ratios.
 */
async function compare(
  context: Context,
  dialect: string,
  page: PageName,
  many: Place,
  few: Place,
): Promise<Record<string, Measured>> {
  const { rounds, calls } = context.quick ? { rounds: 7, calls: 600 } : { rounds: 15, calls: 2_000 };
  const sides = {
    store: (nth: number) => many.store[page](nth % many.size.users),
    driver: (nth: number) => many.driver[page](nth % many.size.users),
    few: (nth: number) => few.store[page](nth % few.size.users),
  };
  const names = Object.keys(sides) as (keyof typeof sides)[];
  const medians: Record<keyof typeof sides, number[]> = { store: [], driver: [], few: [] };
  const p99s: Record<keyof typeof sides, number[]> = { store: [], driver: [], few: [] };
  for (let round = -1; round < rounds; round++) {
    const times: Record<keyof typeof sides, number[]> = { store: [], driver: [], few: [] };
    for (let call = 0; call < calls; call++) {
      // Primes step through the whole population without a pattern that pages follow.
      const nth = (((round + 1) * calls + call) * 7_919) % many.size.users;
      for (const name of call % 2 === 0 ? names : names.toReversed()) {
        const startedMs = performance.now();
        const rows = await sides[name](nth);
        times[name].push(performance.now() - startedMs);
        if (rows === 0) throw new Error(`${page}: an empty page of ${name}`);
      }
    }
    // The first warms everything up.
    if (round < 0) continue;
    for (const name of names) {
      medians[name].push(median(times[name]));
      p99s[name].push(percentile(times[name], 0.99));
    }
  }
  const against = (peer: "driver" | "few") => {
    const ratio = ratios(p99s.store, p99s[peer]);
    const detail = {
      rounds,
      calls,
      rows: many.size.auditRows,
      ratio: described(ratio),
      ofMedians: described(ratios(medians.store, medians[peer])),
      p99Ms: { store: described(samples(p99s.store)), [peer]: described(samples(p99s[peer])) },
      medianMs: { store: described(samples(medians.store)), [peer]: described(samples(medians[peer])) },
    };
    return { value: ratio.median, detail };
  };
  return {
    [`console-${page}-${dialect}`]: against("driver"),
    [`console-${page}-${dialect}-growth`]: against("few"),
  };
}

function pagesOf(store: Store): Pages {
  return {
    users: async (nth) => {
      const page = await store.read((tx) => tx.users.list({ prefix: range(nth)[0], limit: pageLength }));
      return page.items.length;
    },
    audit: async (nth) => (await store.audit({ userId: userId(nth), limit: pageLength })).items.length,
  };
}

/** The prefix that a hundred names share, and the first text behind all that begin with it. */
function range(nth: number): [string, string] {
  const prefix = userName(nth).slice(0, -2);
  return [prefix, `${prefix}:`];
}

const usersStatement = (from: string, to: string) =>
  `SELECT * FROM users WHERE name >= ${from} AND name < ${to} ORDER BY name LIMIT ${pageLength + 1}`;
const auditColumns = `id, chain, sequence, at_ms, received_at_ms, type, actor, subject_user_id, endpoint_id, attempt_id,
  outcome, reason, mode, detail, mac, previous_hash, hash`;
const auditStatement = (user: string) =>
  `SELECT * FROM audit WHERE subject_user_id = ${user} ORDER BY at_ms DESC, id DESC LIMIT ${pageLength + 1}`;

/** The store keeps what happened to a user together, but for the newest (server/store/migrations/v1-user-audit.ts). */
const sqliteAuditStatement = `
  SELECT ${auditColumns} FROM user_audit WHERE subject_user_id = ?1
  UNION ALL
  SELECT ${auditColumns} FROM audit WHERE id IN (SELECT value FROM json_each(
    (SELECT '[0' || recent_audit || ']' FROM sign_in_states WHERE user_id = ?1)))
  ORDER BY at_ms DESC, id DESC LIMIT ${pageLength + 1}`;

/** What a page shows of a row is in its document, whoever reads it. */
function parsed(rows: readonly { detail: string }[]): number {
  for (const row of rows) JSON.parse(row.detail);
  return rows.length;
}

function percentile(values: readonly number[], fraction: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))] ?? Number.NaN;
}
