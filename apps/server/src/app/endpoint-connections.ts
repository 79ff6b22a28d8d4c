import type { Transaction } from "../store/store.ts";

/** Whether an endpoint's event stream is open at some server, and since when that is so. */
export type EndpointConnection = {
  readonly connected: boolean;
  /** Null: never was. */
  readonly sinceMs: number | null;
};

/** A server tells that it lives every 30 s; one that has been silent for longer took its streams with it. */
const serverSilentAfterMs = 90_000;

export async function connectionsOf(
  tx: Transaction,
  endpointIds: readonly string[],
): Promise<ReadonlyMap<string, EndpointConnection>> {
  const servers = new Map((await tx.servers.list()).map(({ id, lastSeenAtMs }) => [id, lastSeenAtMs]));
  const rows = await tx.outage.connections.of(endpointIds);
  const nowMs = tx.now();
  return new Map(
    rows.map(({ endpointId, serverId, connected, sinceMs }): [string, EndpointConnection] => {
      const heardMs = servers.get(serverId) ?? null;
      const silent = heardMs === null || nowMs - heardMs > serverSilentAfterMs;
      if (!connected || !silent) return [endpointId, { connected, sinceMs }];
      return [endpointId, { connected: false, sinceMs: Math.max(heardMs ?? sinceMs, sinceMs) }];
    }),
  );
}

/** Servers whose word on connections counts now. */
export async function liveServers(tx: Transaction): Promise<string[]> {
  const nowMs = tx.now();
  return (await tx.servers.list())
    .filter(({ lastSeenAtMs }) => nowMs - lastSeenAtMs <= serverSilentAfterMs)
    .map(({ id }) => id);
}
