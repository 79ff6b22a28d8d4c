import type { Revocation } from "@holdfast/protocol/bundle";

export type RevocationRow = {
  id: string;
  endpointId: string;
  userId: string | null;
  revocation: Revocation;
  createdAtMs: number;
  doneAtMs: number | null;
};

export type RevocationsStore = {
  pending(endpointId: string): Promise<RevocationRow[]>;
  insert(row: RevocationRow): Promise<void>;
  done(id: string, endpointId: string, atMs: number): Promise<boolean>;
  list(query: { userId?: string; endpointId?: string }): Promise<RevocationRow[]>;
};
