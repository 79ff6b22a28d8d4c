import { access } from "node:fs/promises";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type PostgresCluster, startPostgres } from "./postgres.ts";
import { describeWhere } from "./requirements.ts";

describeWhere(["postgres"], "a temporary PostgreSQL cluster", () => {
  let cluster: PostgresCluster;
  let startedMs: number;
  beforeAll(async () => {
    const before = performance.now();
    cluster = await startPostgres();
    startedMs = performance.now() - before;
  });
  afterAll(async () => {
    await cluster[Symbol.asyncDispose]();
    await expect(access(cluster.socketDirectory)).rejects.toThrow(/ENOENT/);
  });

  test("is durable: fsync is on", async () => {
    expect(await cluster.sql("SHOW fsync")).toBe("on");
    expect(await cluster.sql("SHOW synchronous_commit")).toBe("on");
    expect(startedMs).toBeLessThan(20_000);
  });

  test("gives each test a database of its own and drops it", async () => {
    let name: string;
    {
      await using first = await cluster.createDatabase();
      await using second = await cluster.createDatabase();
      name = first.name;
      await query(first.url, "CREATE TABLE t (v int)");
      await expect(query(second.url, "SELECT * FROM t")).rejects.toThrow(/does not exist/);
    }
    expect(await cluster.sql(`SELECT count(*) FROM pg_database WHERE datname = '${name}'`)).toBe("0");
  });

  test("asks for the password", async () => {
    await using database = await cluster.createDatabase();
    const url = new URL(database.url);
    url.password = "wrong";
    await expect(query(url.href, "SELECT 1")).rejects.toThrow(/password authentication failed/);
  });

  test("keeps committed rows through kill -9 and restart", async () => {
    await using database = await cluster.createDatabase();
    await query(database.url, "CREATE TABLE t (v int); INSERT INTO t VALUES (42)");
    await cluster.kill();
    await expect(query(database.url, "SELECT 1")).rejects.toThrow(/ECONNREFUSED/);
    await cluster.restart();
    expect(await query(database.url, "SELECT v FROM t")).toEqual([{ v: 42 }]);
  });
});

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}
