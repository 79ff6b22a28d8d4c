import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openStore, type StoreOptions } from "../open-store.ts";
import { openSqliteStore } from "../sqlite/store.ts";
import type { Store } from "../store.ts";

/** Where stores of one test live: a file or a database of its own. */
export type Place = AsyncDisposable & {
  readonly location: string;
  /** Opens a store as a server process would; closed with the place. */
  open(options?: { readonly serverId?: string; now?(): number }): Promise<Store>;
  /** SQL past the store, as somebody who owns the database could run it. */
  sql(statement: string): Promise<void>;
};

export type MakePlace = () => Promise<Place>;

/** `threaded` as a server opens it; otherwise all on the caller's thread, as the simulation does. */
export async function sqlitePlace({ threaded = true } = {}): Promise<Place> {
  const directory = mkdtempSync(join(tmpdir(), "holdfast-store-test-"));
  const location = join(directory, "store.db");
  return placeAt(
    location,
    async (statement) => {
      const database = new DatabaseSync(location, { timeout: 5000 });
      database.exec(statement);
      database.close();
    },
    async () => rmSync(directory, { recursive: true, force: true }),
    threaded ? openStore : ({ location: path, ...options }) => openSqliteStore({ path, ...options }),
  );
}

export function placeAt(
  location: string,
  sql: (statement: string) => Promise<void>,
  remove: () => Promise<void>,
  openAt: (options: StoreOptions) => Store | Promise<Store> = openStore,
): Place {
  const stores: Store[] = [];
  return {
    location,
    sql,
    async open({ serverId = "server-1", now = Date.now } = {}) {
      const store = await openAt({ location, serverId, now, poolSize: 5 });
      stores.push(store);
      return store;
    },
    async [Symbol.asyncDispose]() {
      for (const store of stores) await store.close();
      await remove();
    },
  };
}
