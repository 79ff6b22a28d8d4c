import type { RadiusPrompts } from "@holdfast/protocol/radius-api";

/** A gateway that signs people in by RADIUS. */
export type RadiusClientRow = {
  id: string;
  name: string;
  /** Where it sends from: an address or a network. No two have the same. */
  address: string;
  prompts: RadiusPrompts;
  requiresMessageAuthenticator: boolean;
  sealedSecret: string;
  createdAtMs: number;
  secretChangedAtMs: number;
};

/** A FreeRADIUS that asks this server, by a key of its own. */
export type RadiusServerRow = {
  id: string;
  name: string;
  apiKeyId: string;
  /** SHA-256 of the certificate that it shows; null: it asks from the server's own machine only. */
  certificateHash: string | null;
  /** Of the authority that it trusts this server by. */
  authorityPin: string;
  configuredAtMs: number;
};

/** A sign-in that waits for its next step. */
export type RadiusChallengeRow = {
  /** SHA-256 of the State that was handed out: who reads the store can take up no sign-in. */
  stateHash: string;
  /** Opens with the State alone. */
  sealed: string;
  expiresAtMs: number;
};

/** What remote access keeps. */
export interface RadiusStore {
  clients: {
    /** By name. */
    list(): Promise<RadiusClientRow[]>;
    get(id: string): Promise<RadiusClientRow | null>;
    insert(row: RadiusClientRow): Promise<void>;
    update(row: RadiusClientRow): Promise<void>;
    remove(id: string): Promise<boolean>;
  };
  servers: {
    /** By name. */
    list(): Promise<RadiusServerRow[]>;
    byKey(apiKeyId: string): Promise<RadiusServerRow | null>;
    insert(row: RadiusServerRow): Promise<void>;
    remove(id: string): Promise<boolean>;
  };
  challenges: {
    insert(row: RadiusChallengeRow): Promise<void>;
    byHash(stateHash: string): Promise<RadiusChallengeRow | null>;
    /** Deletes what ended before; how many those were. */
    forget(beforeMs: number): Promise<number>;
  };
}
