import type { PublicKey } from "@holdfast/protocol/primitives";

export type BundleRow = {
  endpointId: string;
  userId: string;
  epoch: number;
  sequence: number;
  tokenId: string | null;
  /** Highest counter ever handed to this endpoint for this token; −1: none. */
  handedThrough: number;
  issuedAtMs: number;
  notAfterMs: number;
  /** The latest end of what the endpoint may hold: of the bundle it acknowledged last, and of all handed out since. */
  latestNotAfterMs: number;
  maxSignIns: number;
  requestId: string;
  /** The JWE as sent, so that a retry gets the same answer. */
  document: string;
  refillKey: PublicKey | null;
  acknowledgedSequence: number | null;
  /** The user's last online sign-in at this endpoint. */
  lastSignInAtMs: number;
  /** `destroyed`: by the endpoint's own word, until it says that it has stored the newest one. */
  status: "active" | "destroyed" | "revoked" | "exposed";
  /** What the endpoint last said it holds. */
  reportedRemaining: number | null;
  freshSignInNeeded: boolean;
};

/** Highest counter of a token that an endpoint was ever handed, whatever it holds now. */
export type HandedOutRow = { endpointId: string; tokenId: string; handedThrough: number };

export type BundlesStore = {
  get(endpointId: string, userId: string): Promise<BundleRow | null>;
  ofEndpoint(endpointId: string): Promise<BundleRow[]>;
  ofUser(userId: string): Promise<BundleRow[]>;
  /** What the bundle hands out joins what was handed out before, which never falls. */
  upsert(row: BundleRow): Promise<void>;
  /** By token: all that was ever handed to an endpoint. */
  handedOut(endpointId: string): Promise<HandedOutRow[]>;
};
