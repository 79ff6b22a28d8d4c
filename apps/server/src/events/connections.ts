import type { Logger } from "pino";
import type { EndpointConnectionRow } from "../store/outage-store.ts";
import type { Store } from "../store/store.ts";

/**
 * Tells the store which endpoints have their event stream here, so that every server's console shows them. Changes are
 * gathered for a moment: after an outage thousands come at once.
 */
export type ConnectionLog = {
  changed(endpointId: string, connected: boolean): void;
  /** What a killed server left as connected is closed first. */
  start(): Promise<void>;
  stop(): Promise<void>;
};

export type ConnectionLogOptions = {
  readonly store: Pick<Store, "transaction">;
  readonly serverId: string;
  readonly now: () => number;
  readonly log: Logger;
};

const gatherMs = 250;
const mostAtOnce = 500;

export function createConnectionLog({ store, serverId, now, log }: ConnectionLogOptions): ConnectionLog {
  const waiting = new Map<string, EndpointConnectionRow>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  const write = async () => {
    while (waiting.size > 0) {
      const rows = [...waiting.values()].slice(0, mostAtOnce);
      for (const { endpointId } of rows) waiting.delete(endpointId);
      try {
        await store.transaction((tx) => tx.outage.connections.set(rows));
      } catch (err) {
        log.warn(
          { err, endpoints: rows.length },
          "connections of endpoints could not be noted; trying again",
        );
        // What happened since is newer.
        for (const row of rows) if (!waiting.has(row.endpointId)) waiting.set(row.endpointId, row);
        return;
      }
    }
  };
  const flush = () => {
    writing = writing.then(write);
    return writing;
  };

  return {
    changed(endpointId, connected) {
      waiting.set(endpointId, { endpointId, serverId, connected, sinceMs: now() });
    },
    async start() {
      await store.transaction(async (tx) => {
        const last = (await tx.servers.list()).find(({ id }) => id === serverId);
        await tx.outage.connections.lost(serverId, last?.lastSeenAtMs ?? now());
      });
      timer = setInterval(() => {
        if (waiting.size > 0) void flush();
      }, gatherMs);
    },
    async stop() {
      clearInterval(timer);
      await flush();
    },
  };
}
