import type { ServerConfig } from "../config.ts";
import { openSqliteStore } from "../store/sqlite/store.ts";
import type { Store } from "../store/store.ts";

export async function openStore(
  config: ServerConfig["store"],
  serverId: string,
  clock: { now(): number },
): Promise<Store> {
  const now = () => clock.now();
  if (config.kind === "sqlite") return openSqliteStore({ path: config.path, now, serverId });
  throw new Error("PostgreSQL is not built in yet");
}
