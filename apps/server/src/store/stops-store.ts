/** Why somebody was stopped at once: an administrator locked him, or a device of his was reported lost or stolen. */
export type StopKind = "lock" | "stolen-device";

export type StopRow = {
  userId: string;
  kind: StopKind;
  atMs: number;
  /** As the audit names him. */
  by: string;
  reason: string;
  detail: {
    /** Of a lock: what the user was before. */
    statusBefore: "active" | "disabled";
    /** Disabled by a lock, deleted after a report. */
    authenticators: { id: string; kind: string; label: string }[];
  };
};

/** The last stop of each kind about a user; the audit has them all. */
export interface StopsStore {
  ofUser(userId: string): Promise<StopRow[]>;
  /** Takes the place of the one before. */
  put(row: StopRow): Promise<void>;
  /** False where there is none. */
  remove(userId: string, kind: StopKind): Promise<boolean>;
}
