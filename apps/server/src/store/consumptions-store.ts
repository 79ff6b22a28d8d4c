export type ConsumptionRow = {
  tokenId: string;
  counter: number;
  /** `server` or an endpoint id. Unique together with token and counter. */
  source: string;
  attemptId: string;
  userId: string;
  atMs: number;
};

export type ConsumptionsStore = {
  at(tokenId: string, counter: number): Promise<ConsumptionRow[]>;
  /** False where this source had already reported this counter. */
  insert(row: ConsumptionRow): Promise<boolean>;
  /** Times of sign-ins that consumed a code, for the cache-size recommendation (OTP-14). */
  ofToken(tokenId: string, fromMs: number): Promise<ConsumptionRow[]>;
};
