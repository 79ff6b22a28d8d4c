import type { ClientProfile } from "@holdfast/protocol/policy";

/** A code by which one endpoint enrols. */
export type EnrolmentRow = {
  id: string;
  secretHash: string;
  name: string;
  site: string;
  profile: ClientProfile;
  createdBy: string;
  createdAtMs: number;
  expiresAtMs: number;
  usedAtMs: number | null;
  endpointId: string | null;
};

export interface EnrolmentStore {
  get(id: string): Promise<EnrolmentRow | null>;
  list(): Promise<EnrolmentRow[]>;
  insert(row: EnrolmentRow): Promise<void>;
  /** True for exactly one caller. */
  redeem(id: string, endpointId: string, atMs: number): Promise<boolean>;
  /** Ends a code that is still open; false where it is none. */
  end(id: string, atMs: number): Promise<boolean>;
}
