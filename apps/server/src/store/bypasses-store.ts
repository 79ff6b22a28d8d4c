/** What the help desk gave to one user at one endpoint (SECURITY §3). */
export type BypassRow = {
  endpointId: string;
  userId: string;
  /** Of the code that the newest bundle brings; each rotation raises it. */
  number: number;
  /** Lowest number that may still be accepted there: above `number` where the next bundle must bring another. */
  floor: number;
  /** Codes that were read out, oldest first, the last few. */
  codes: GivenBypassCode[];
  /** Answers that were read out, oldest first, the last few. */
  answers: GivenAnswer[];
};

export type GivenBypassCode = {
  number: number;
  givenAtMs: number;
  /** As the audit names him. */
  givenBy: string;
  uses: number;
  lastUsedAtMs: number | null;
};

export type GivenAnswer = {
  challenge: string;
  givenAtMs: number;
  givenBy: string;
  usedAtMs: number | null;
};

export interface BypassesStore {
  get(endpointId: string, userId: string): Promise<BypassRow | null>;
  ofUser(userId: string): Promise<BypassRow[]>;
  /** Takes the place of the one before. */
  put(row: BypassRow): Promise<void>;
  /** After a restore: no code that was read out before is good any more. */
  endAll(): Promise<void>;
}
