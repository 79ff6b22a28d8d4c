import { openPostgresStore } from "./postgres/store.ts";
import { openSqliteStore, openThreadedSqliteStore } from "./sqlite/store.ts";
import type { Store } from "./store.ts";

export type StoreOptions = {
  /** postgresql:// or postgres:// URL, the path of an SQLite file, or `:memory:`. */
  readonly location: string;
  now(): number;
  /** The audit chain of this process. */
  readonly serverId: string;
  /** PostgreSQL: connections for reads and transactions. */
  readonly poolSize?: number;
  /** An SQLite file: hears why the thread that writes ended by itself. The next sign-in starts it again. */
  readonly writerEnded?: (cause: unknown) => void;
};

/** Opens the store that `location` names, making it where there is none. Throws a StorageError where it cannot. */
export async function openStore(asked: StoreOptions): Promise<Store> {
  const { location, now, serverId, poolSize, writerEnded } = asked;
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(serverId)) throw new Error("a server id is 1 to 64 of A-Z a-z 0-9 _ -");
  if (/^postgres(?:ql)?:\/\//.test(location)) {
    return await openPostgresStore({
      url: location,
      now,
      serverId,
      ...(poolSize === undefined ? {} : { poolSize }),
    });
  }
  const options = { path: location, now, serverId };
  if (location === ":memory:") return openSqliteStore(options);
  return await openThreadedSqliteStore({ ...options, ended: writerEnded });
}
