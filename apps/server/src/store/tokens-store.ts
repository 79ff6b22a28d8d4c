import type { HotpAlgorithm, HotpDigits } from "@holdfast/protocol/primitives";
import type { Page } from "./page.ts";

export type ExposedRange = { from: number; through: number; endpointId: string };

export type TokenRow = {
  id: string;
  userId: string;
  /** A time-based token's counters are its time steps (RFC 6238 §4.2), so that floors and consumptions are the same. */
  kind: "hotp" | "totp";
  label: string;
  digits: HotpDigits;
  algorithm: HotpAlgorithm;
  /** Sealed under a data key under the master key; opaque to the store. */
  sealedSecret: string;
  /** Lowest counter that may still be accepted: above every consumption, whatever `update` said. */
  nextCounter: number;
  /** Of a time-based token; null of others. */
  periodSeconds: 30 | 60 | null;
  /** Null: the policy's `hotp.windowSize`. */
  windowSize: number | null;
  cacheSize: number | null;
  /** `pending`: nobody has typed a code of it yet. */
  status: "enabled" | "disabled" | "revoked" | "pending";
  exposed: ExposedRange[];
  createdAtMs: number;
  /** The registered authenticator app that it is a part of; null: a token by itself. */
  phoneId: string | null;
};

export type TokensStore = {
  get(id: string): Promise<TokenRow | null>;
  ofUser(userId: string): Promise<TokenRow[]>;
  insert(row: TokenRow): Promise<void>;
  update(row: TokenRow): Promise<void>;
  /** By id; of one user in that order, too. */
  list(query: {
    userId?: string;
    /** No token at all where empty. */
    kinds?: readonly TokenRow["kind"][];
    status?: TokenRow["status"];
    /** Only tokens of their members. */
    groupIds?: readonly string[];
    after?: string;
    limit: number;
  }): Promise<Page<TokenRow>>;
};
