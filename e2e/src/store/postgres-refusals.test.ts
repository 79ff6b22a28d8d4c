import { rm, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openStore } from "@holdfast/server/store/open-store";
import { StorageError } from "@holdfast/server/store/storage-error";
import type { Store } from "@holdfast/server/store/store";
import { audit, factsOf, populate, success } from "@holdfast/server/store/testing/samples";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type PostgresCluster, startPostgres } from "../../rig/postgres.ts";
import { runOk } from "../../rig/process.ts";
import { describeWhere } from "../../rig/requirements.ts";
import { temporaryDirectory } from "../../rig/temporary-directory.ts";

describeWhere(["postgres"], "PostgreSQL store", () => {
  let cluster: PostgresCluster;
  beforeAll(async () => {
    cluster = await startPostgres();
  });
  afterAll(async () => {
    await cluster[Symbol.asyncDispose]();
  });

  test("on a database that takes no writes: says so, reads on, and works again afterwards", async () => {
    await using database = await cluster.createDatabase();
    const store = await openStore({ location: database.url, now: Date.now, serverId: "server-1" });
    try {
      await populate(store, "ada");
      const facts = await factsOf(store, "ada");
      await setReadOnly(database.name, "on");
      // The first to use a connection that the database has ended may still be told so.
      await expect.poll(() => signInFault(store), { timeout: 5000 }).toBe("storage-read-only");
      expect(await faultOf(store.transaction((tx) => tx.settings.set("key", "value")))).toBe(
        "storage-read-only",
      );
      expect(await factsOf(store, "ada")).toEqual(facts);
      await setReadOnly(database.name, "off");
      await expect.poll(() => signInFault(store), { timeout: 5000 }).toBeNull();
      expect(await store.verifyChain(store.chain)).toEqual({ kind: "whole", through: 1 });
    } finally {
      await store.close();
    }
  });

  test("refuses a server with fsync off, and one that is not there", async () => {
    await using careless = await startPostgres({ fsync: "off" });
    await using database = await careless.createDatabase();
    const open = () => openStore({ location: database.url, now: Date.now, serverId: "server-1" });
    await expect(open()).rejects.toMatchObject({ name: "StorageError", code: "storage-unsafe" });
    await careless.stop();
    await expect(open()).rejects.toMatchObject({ name: "StorageError", code: "storage-failed" });
    await careless.restart();
  });

  async function setReadOnly(name: string, value: "on" | "off"): Promise<void> {
    await cluster.sql(`ALTER DATABASE ${name} SET default_transaction_read_only = ${value}`);
    await cluster.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);
  }
});

describeWhere(["postgres", "root"], "PostgreSQL store on a small file system", () => {
  test("full: says so, loses nothing, and works again once there is space", async () => {
    await using directory = await temporaryDirectory("full-disk", 0o755);
    const owner = (await runOk("id", ["-u", "postgres"])).stdout.trim();
    await runOk("mount", ["-t", "tmpfs", "-o", `size=24m,uid=${owner}`, "tmpfs", directory.path]);
    try {
      await using cluster = await startPostgres();
      await cluster.sql(`CREATE TABLESPACE small LOCATION '${directory.path}'`);
      await cluster.sql("CREATE DATABASE small TABLESPACE small");
      await using other = await cluster.createDatabase();
      const location = other.url.replace(other.name, "small");
      const store = await openStore({ location, now: Date.now, serverId: "server-1" });
      try {
        await populate(store, "ada");
        const ballast = join(directory.path, "ballast");
        const { bavail, bsize } = await statfs(directory.path);
        await writeFile(ballast, Buffer.alloc(bavail * bsize - 400_000, 1));

        let acknowledged = 0;
        let fault: string | null = null;
        while (fault === null && acknowledged < 20_000) {
          fault = await faultOf(store.note([audit({ detail: { text: "x".repeat(500) } })]));
          if (fault === null) acknowledged += 1;
        }
        expect(fault).toBe("storage-full");
        expect(acknowledged).toBeGreaterThan(20);
        const big = "x"
          .repeat(2_000_000)
          .split("")
          .map((_, n) => String.fromCodePoint(33 + ((n * 7919) % 90)))
          .join("");
        expect(await faultOf(store.transaction((tx) => tx.settings.set("key", big)))).toBe("storage-full");
        expect(await store.verifyChain(store.chain)).toEqual({ kind: "whole", through: acknowledged });

        await rm(ballast);
        expect(await signInFault(store)).toBeNull();
        expect(await store.verifyChain(store.chain)).toEqual({ kind: "whole", through: acknowledged + 1 });
      } finally {
        await store.close();
      }
    } finally {
      await runOk("umount", [directory.path]);
    }
  });
});

async function signInFault(store: Store): Promise<string | null> {
  return await faultOf(factsOf(store, "ada").then((facts) => store.commitSignIn(success(facts))));
}

async function faultOf(work: Promise<unknown>): Promise<string | null> {
  try {
    await work;
    return null;
  } catch (error) {
    return error instanceof StorageError ? error.code : String(error);
  }
}
