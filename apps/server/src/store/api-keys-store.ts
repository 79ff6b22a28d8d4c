export type ApiKeyRow = {
  id: string;
  name: string;
  keyHash: string;
  scopes: string[];
  /** The user who made it, or made the key that did; null: setup. He may be gone. */
  madeBy: string | null;
  createdAtMs: number;
  revokedAtMs: number | null;
};

export type ApiKeysStore = {
  byHash(hash: string): Promise<ApiKeyRow | null>;
  insert(row: ApiKeyRow): Promise<void>;
  list(): Promise<ApiKeyRow[]>;
  revoke(id: string, atMs: number): Promise<boolean>;
};
