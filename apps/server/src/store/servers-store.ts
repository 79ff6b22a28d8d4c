import type { ServerAddress } from "@holdfast/protocol/endpoint-api";

export type ServerRow = ServerAddress & { id: string; startedAtMs: number; lastSeenAtMs: number };

export type ServersStore = {
  list(): Promise<ServerRow[]>;
  upsert(row: ServerRow): Promise<void>;
  remove(id: string): Promise<void>;
};
