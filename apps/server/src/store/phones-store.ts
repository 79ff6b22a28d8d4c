import type { Registration } from "@holdfast/core/registration/registration";
import type { PhoneMode, PhoneType } from "@holdfast/protocol/phone-types";
import type { PublicKey } from "@holdfast/protocol/primitives";

/** The credential that guards a phone's keys, as far as its answers can be verified (Web Authentication Level 3 §7.2). */
export type PhoneBiometric = {
  readonly credentialId: string;
  /** COSE key, base64url. */
  readonly publicKey: string;
  readonly counter: number;
  readonly relyingPartyId: string;
};

/** A registered authenticator app. */
export type PhoneRow = {
  id: string;
  userId: string;
  label: string;
  mode: PhoneMode;
  deviceId: string;
  types: PhoneType[];
  /** A revoked one is kept, so that it can be told so. */
  status: "enabled" | "disabled" | "revoked";
  /** RFC 7638, of the key that signs its requests; null: registered offline. */
  requestKeyThumbprint: string | null;
  requestKey: PublicKey | null;
  approvalKey: PublicKey | null;
  /** X25519, base64url; null: it answers no challenges. */
  challengeKey: string | null;
  biometric: PhoneBiometric | null;
  phoneName: string | null;
  appVersion: string | null;
  /** Under which it got its keys. */
  registrationId: string;
  createdAtMs: number;
  lastSyncMs: number | null;
};

/** What an online phone brought with its claim. */
export type PhoneClaimDocument = {
  readonly requestKey: PublicKey;
  readonly approvalKey: PublicKey;
  readonly challengeKey: string;
  readonly biometric: PhoneBiometric | null;
  readonly phoneName: string;
  readonly appVersion: string;
  /** Out of which the six digits were made, base64url. */
  readonly nonce: string;
};

export type PhoneRegistrationRow = {
  id: string;
  userId: string;
  /** The phone that a rescan is of, or that was made. */
  phoneId: string | null;
  /** Of the portal, in which it was begun: what waited there for a second factor goes on. */
  sessionId: string | null;
  label: string | null;
  decision: Registration;
  types: PhoneType[];
  /** Of an offline registration, until the Device ID was typed; sealed. */
  sealedSeed: string | null;
  claim: PhoneClaimDocument | null;
  /** What the phone is handed before it counts; sealed. */
  sealedStaged: string | null;
  version: number;
  createdAtMs: number;
};

export type PhonesStore = {
  get(id: string): Promise<PhoneRow | null>;
  /** Those that are not revoked, oldest first. */
  ofUser(userId: string): Promise<PhoneRow[]>;
  /** The same of several users, for pages and bundles. */
  ofUsers(userIds: readonly string[]): Promise<Map<string, PhoneRow[]>>;
  byThumbprint(thumbprint: string): Promise<PhoneRow | null>;
  /** Raises the user's version, so that sign-ins under way decide again. */
  insert(row: PhoneRow): Promise<void>;
  /** The same, and the phone is told at whatever server it is. */
  update(row: PhoneRow): Promise<void>;
  synced(id: string, atMs: number, appVersion: string): Promise<void>;
  /** Has every server tell these phones to sync. */
  touch(ids: readonly string[]): Promise<void>;
  counts(): Promise<Record<PhoneMode, number>>;
  registrations: {
    get(id: string): Promise<PhoneRegistrationRow | null>;
    /** Those of the user that go on. */
    openOfUser(userId: string): Promise<PhoneRegistrationRow[]>;
    /** All that go on, of anybody; at most so many. */
    open(limit: number): Promise<PhoneRegistrationRow[]>;
    insert(row: PhoneRegistrationRow): Promise<void>;
    /** False where it is not as it was read; else its version is one more. */
    update(row: PhoneRegistrationRow): Promise<boolean>;
    /** Deletes what began before; how many those were. */
    forget(beforeMs: number): Promise<number>;
  };
};

/**
 * Phones changed by anybody since a mark, so that every server's streams can tell them. A mark is what the last answer
 * brought; 0 asks for all.
 */
export type ChangedPhones = (sinceMark: number) => Promise<{ mark: number; phoneIds: string[] }>;
