import type { TakenContact } from "@holdfast/core/reconcile/contact-order";
import type { KeyProtection } from "@holdfast/protocol/endpoint-api";
import type { ClientProfile } from "@holdfast/protocol/policy";
import type { PublicKey } from "@holdfast/protocol/primitives";
import type { Page } from "./page.ts";

export type EndpointRow = {
  id: string;
  name: string;
  site: string;
  status: "active" | "revoked";
  hostName: string;
  profile: ClientProfile;
  keyProtection: KeyProtection;
  /** RFC 7638 thumbprint of the device key; unique. */
  deviceKeyThumbprint: string;
  deviceKey: PublicKey;
  encryptionKey: PublicKey;
  agentVersion: string;
  enrolledAtMs: number;
  lastContactAtMs: number | null;
  /** Whatever this endpoint has not told yet happened after this moment; null: it has never told all. */
  levelAtMs: number | null;
  /** The nonce of the last answer, and the one before it (an answer can be lost). */
  nonce: string;
  previousNonce: string | null;
  /** What later contacts are judged by, the latest first (`judgeContact`). */
  contactsTaken: readonly TakenContact[];
  /** Chain of endpoint events: last sequence taken, its mac, and the sealed key of the next. */
  chainSequence: number;
  chainMac: string;
  sealedChainKey: string;
};

export type EndpointsStore = {
  get(id: string): Promise<EndpointRow | null>;
  byThumbprint(thumbprint: string): Promise<EndpointRow | null>;
  list(query: {
    name?: string;
    site?: string;
    status?: EndpointRow["status"];
    /** Only members of these. */
    groupIds?: readonly string[];
    after?: string;
    limit: number;
  }): Promise<Page<EndpointRow>>;
  insert(row: EndpointRow): Promise<void>;
  update(row: EndpointRow): Promise<void>;
  /**
   * Has every server tell these endpoints to make contact (`changedEndpoints`). Said by itself where a revocation
   * is inserted and where a user or policy changes that the endpoint holds a bundle of.
   */
  touch(ids: readonly string[]): Promise<void>;
};
