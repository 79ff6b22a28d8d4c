/** A request that its caller named with a key of his own, and what became of it. */
export type IdempotencyRow = {
  id: string;
  /** As the audit names him. */
  caller: string;
  key: string;
  /** What was asked for and, once there is one, the answer: sealed, because answers bring secrets. */
  sealed: string;
  state: "running" | "answered";
  atMs: number;
};

export type IdempotencyStore = {
  /** True for exactly one of those who claim a caller's key, until the claim is older than `expiredBeforeMs`. */
  claim(row: IdempotencyRow, expiredBeforeMs: number): Promise<boolean>;
  get(caller: string, key: string): Promise<IdempotencyRow | null>;
  answered(id: string, sealed: string): Promise<void>;
  /** Nothing was done: the key can be used again. */
  release(id: string): Promise<void>;
  /** Forgets what is older; returns how many. */
  forget(beforeMs: number): Promise<number>;
};
