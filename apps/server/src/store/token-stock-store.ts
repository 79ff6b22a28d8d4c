import type { HotpAlgorithm, HotpDigits } from "@holdfast/protocol/primitives";

/** A hardware token as it was imported. Given to somebody, it becomes a token of the same id, which has the secret then. */
export type StockRow = {
  id: string;
  /** As it is printed on the token. */
  serial: string;
  /** The same however it is typed; no two tokens share it. */
  serialKey: string;
  kind: "hotp" | "totp";
  digits: HotpDigits;
  algorithm: HotpAlgorithm;
  periodSeconds: 30 | 60 | null;
  /** Of an event-based token: the counter of its next code, as the file said. */
  counter: number;
  /** Null once it was given to somebody: the secret is in one place only. */
  sealedSecret: string | null;
  maker: string | null;
  /** Whom the file says that it is for. */
  meantFor: string | null;
  /** Of the import that brought it. */
  batchId: string;
  importedAtMs: number;
  givenAtMs: number | null;
};

/** `free`: nobody had it yet. `retired`: somebody had it, and has it no more. */
export type StockState = "free" | "given" | "retired";

export type StockEntry = StockRow & { userId: string | null; userName: string | null };

export type TokenStockStore = {
  get(id: string): Promise<StockRow | null>;
  bySerialKey(serialKey: string): Promise<StockRow | null>;
  /** Those of them that are there. */
  bySerialKeys(serialKeys: readonly string[]): Promise<StockRow[]>;
  /** False where the serial number is there already: another import was faster. */
  insert(row: StockRow): Promise<boolean>;
  /** Takes it out for somebody; null where it is not free. */
  give(id: string, atMs: number): Promise<StockRow | null>;
  reseal(id: string, sealedSecret: string): Promise<void>;
  /** False where it is somebody's. */
  remove(id: string): Promise<boolean>;
  /** By serial number. `groupIds`: of those that were given, only to members of these groups. */
  list(query: {
    prefix?: string;
    state?: StockState;
    batchId?: string;
    groupIds?: readonly string[];
    after?: string;
    limit: number;
  }): Promise<{ items: StockEntry[]; next: string | null }>;
  /** Free ones by id, for what has to go through all secrets. */
  sealed(query: { after?: string; limit: number }): Promise<{ items: StockRow[]; next: string | null }>;
};
