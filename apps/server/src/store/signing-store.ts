import type { ProofingEvidence, ProofingMethod } from "@holdfast/protocol/proofing-api";

/** A request of an application for somebody's signature under a document's digest. */
export type SigningRow = {
  id: string;
  /** The API key that asked; with its own name for the request, unique. */
  applicationId: string;
  applicationName: string;
  requestId: string;
  userId: string;
  documentTitle: string;
  /** SHA-256, base64url. */
  digest: string;
  /** `void`: a restore brought it back, and nobody knows whether it was signed since. */
  status: "pending" | "signed" | "declined" | "cancelled" | "void";
  createdAtMs: number;
  /** A pending one is over then, whatever its status says. */
  expiresAtMs: number;
  endedAtMs: number | null;
  /** Of a signed one: the statement, a JWS. */
  statement: string | null;
};

/** One administrator's word for who somebody is, and another's for the first (NIST SP 800-63A). */
export type ProofingRow = {
  id: string;
  userId: string;
  /** One that is not ended is there at most once for each user. */
  status: "recorded" | "confirmed" | "ended";
  method: ProofingMethod;
  evidence: ProofingEvidence[];
  note: string;
  /** The passkeys that it vouches for. */
  authenticatorIds: string[];
  recordedBy: string;
  recordedAtMs: number;
  confirmedBy: string | null;
  confirmedAtMs: number | null;
  endedAtMs: number | null;
  endedWhy: "withdrawn" | "passkey-removed" | "replaced" | null;
};

export interface SigningStore {
  requests: {
    get(id: string): Promise<SigningRow | null>;
    byRequest(applicationId: string, requestId: string): Promise<SigningRow | null>;
    /** Not ended and not over at this time, oldest first. */
    pendingOfUser(userId: string, nowMs: number): Promise<SigningRow[]>;
    insert(row: SigningRow): Promise<void>;
    /** True for exactly one caller, and for none once it is over. */
    end(
      id: string,
      end: { status: Exclude<SigningRow["status"], "pending">; atMs: number; statement: string | null },
    ): Promise<boolean>;
    /** After a restore; how many those were. */
    voidPending(atMs: number): Promise<number>;
    /** Deletes what was over before; how many those were. */
    forget(beforeMs: number): Promise<number>;
  };
  proofings: {
    /** The last of a user, whatever became of it. */
    last(userId: string): Promise<ProofingRow | null>;
    insert(row: ProofingRow): Promise<void>;
    /** False where it is not waiting for it. */
    confirm(id: string, by: { confirmedBy: string; confirmedAtMs: number }): Promise<boolean>;
    /** False where it had ended. */
    end(id: string, why: NonNullable<ProofingRow["endedWhy"]>, atMs: number): Promise<boolean>;
  };
}
