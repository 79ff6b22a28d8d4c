import type { Lockout } from "@holdfast/core/sign-in/types";
import type { Revocation } from "@holdfast/protocol/bundle";
import type { KeyProtection, ServerAddress } from "@holdfast/protocol/endpoint-api";
import type { ClientProfile, UserPolicy } from "@holdfast/protocol/policy";
import type { HotpAlgorithm, HotpDigits, PublicKey } from "@holdfast/protocol/primitives";
import type { AuthenticatorStore, SignInExtras } from "./authenticators-store.ts";
import type { AuthorizationStore } from "./authorization-store.ts";
import type { BypassesStore } from "./bypasses-store.ts";
import type { ConsumptionsStore } from "./consumptions-store.ts";
import type { EnrolmentStore } from "./enrolments-store.ts";
import type { IdempotencyStore } from "./idempotency-store.ts";
import type { ListsStore } from "./lists-store.ts";
import type { OfManyStore } from "./of-many-store.ts";
import type { OutageStore } from "./outage-store.ts";
import type { ChangedPhones, PhonesStore } from "./phones-store.ts";
import type { PushStore } from "./push-store.ts";
import type { RadiusStore } from "./radius-store.ts";
import type { RestoreStore } from "./restore-store.ts";
import type { SendersStore } from "./senders-store.ts";
import type { SigningStore } from "./signing-store.ts";
import type { StopsStore } from "./stops-store.ts";
import type { TemporaryCodeStore } from "./temporary-codes-store.ts";
import type { TokenStockStore } from "./token-stock-store.ts";
import type { WebStore } from "./web-store.ts";

/**
 * The one interface to what the server keeps, the same over SQLite and PostgreSQL. Every state change is conditional
 * on what its caller has seen; an acknowledged write is on disk. Times are epoch milliseconds, ids are text.
 */

export type PolicyRow = {
  id: string;
  name: string;
  isDefault: boolean;
  version: number;
  document: UserPolicy;
};

export type UserRow = {
  id: string;
  name: string;
  displayName: string;
  status: "active" | "disabled";
  policyId: string;
  /** Argon2id salt, base64url of 16 bytes. */
  offlineSalt: string;
  /** base64url of SHA-256("holdfast password verifier v1" ‖ S_pw); null: no password set. */
  passwordVerifier: string | null;
  credentialEpoch: number;
  /** Codes per bundle for this user; null: the profile decides (AMB-OTP-4). */
  cacheSize: number | null;
  createdAtMs: number;
};

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

/** Changes with every sign-in; `version` guards every change about the user (see core Facts.version). */
export type SignInStateRow = {
  userId: string;
  version: number;
  failures: number;
  failuresSinceLock: number;
  lockedUntilMs: number | null;
  /** Of remote access, where the policy does not join it to the others. */
  remoteFailures: number;
  remoteFailuresSinceLock: number;
  remoteLockedUntilMs: number | null;
  /** Enabled authenticators besides password and event-based tokens. */
  otherAuthenticators: number;
  /** Self-service sign-ins in which enrolment was put off (TC-46). */
  enrolmentPostponed: number;
  /** The same of sign-ins from outside. */
  remoteEnrolmentPostponed: number;
  /** 1: the user may have a temporary code that has not ended; 0: he has none. */
  temporaryCode: 0 | 1;
};

/** Remote access counts apart, so that a stranger on the VPN cannot lock out a ward (SECURITY §3). */
export type LockoutCounter = "common" | "remote-access";
export type LockoutChange = { counter: LockoutCounter } & Lockout;

/** One read that brings all that a sign-in step decides on. */
export type SignInFactsRow = {
  user: UserRow;
  policy: UserPolicy;
  state: SignInStateRow;
  /** The first enabled event-based token by creation (OTP-28), with its sealed secret; null: none. */
  token: TokenRow | null;
  /** How many enabled event-based tokens there are (the console warns above one). */
  enabledTokens: number;
};

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
  /** Chain of endpoint events: last sequence taken, its mac, and the sealed key of the next. */
  chainSequence: number;
  chainMac: string;
  sealedChainKey: string;
};

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
  status: "active" | "revoked" | "exposed";
  /** What the endpoint last said it holds. */
  reportedRemaining: number | null;
  freshSignInNeeded: boolean;
};

/** Highest counter of a token that an endpoint was ever handed, whatever it holds now. */
export type HandedOutRow = { endpointId: string; tokenId: string; handedThrough: number };

export type RevocationRow = {
  id: string;
  endpointId: string;
  userId: string | null;
  revocation: Revocation;
  createdAtMs: number;
  doneAtMs: number | null;
};

export type AlertRow = {
  id: string;
  kind:
    | "same-counter-twice"
    | "counter-jump"
    | "clone-suspected"
    | "chain-broken"
    | "rollback-detected"
    | "tamper-detected"
    | "token-suspended"
    | "bypass-not-given"
    | "more-than-one-token"
    | "certificate-expiring"
    | "sign-in-reported"
    | "sender-failing";
  atMs: number;
  userId: string | null;
  endpointId: string | null;
  detail: Record<string, unknown>;
  status: "open" | "closed";
};

/** An audit event before it has a place in a chain. */
export type AuditDraft = {
  atMs: number;
  type: string;
  actor: string;
  subjectUserId: string | null;
  endpointId: string | null;
  attemptId: string | null;
  outcome: "succeeded" | "refused" | "info";
  reason: string | null;
  mode: "online" | "offline" | null;
  detail: Record<string, unknown>;
};
/** `chain` is a server process's id or `endpoint:<id>`; what `hash` covers is in audit-chain.ts. */
export type AuditRow = AuditDraft & {
  id: number;
  chain: string;
  sequence: number;
  receivedAtMs: number;
  /** Of an endpoint's event: the endpoint's own MAC. */
  mac: string | null;
  previousHash: string;
  hash: string;
};

export type ApiKeyRow = {
  id: string;
  name: string;
  keyHash: string;
  scopes: string[];
  /** The user who made it, or made the key that did; null: setup. He may be gone. */
  madeBy: string | null;
  createdAtMs: number;
  revokedAtMs: number | null;
};

export type ServerRow = ServerAddress & { id: string; startedAtMs: number; lastSeenAtMs: number };

/** What a sign-in's commit does at the server; the whole lands or nothing (group commit). */
export type SignInCommit = {
  expect: { userId: string; version: number };
  /** New lockout, if it changes; the other counter stays as it is. */
  lockout: LockoutChange | null;
  consume: { tokenId: string; counter: number; attemptId: string; source: string; atMs: number } | null;
  /** Kept for retries of the same attempt: the verdict as JSON. */
  attempt: { id: string; clientId: string; verdict: string; atMs: number } | null;
  also?: SignInExtras | null;
  audit: AuditDraft[];
};
export type CommitResult = "committed" | "conflict";

export type Page<T> = { items: T[]; next: string | null };
export type AuditFilter = {
  userId?: string;
  endpointId?: string;
  attemptId?: string;
  type?: string;
  mode?: "online" | "offline";
  fromMs?: number;
  toMs?: number;
  /** About a user or an endpoint that is in one of these. */
  groupIds?: readonly string[];
  after?: string;
  limit: number;
};

/**
 * A unit of several changes: read what you need, change it, and all of it lands or none. On a clash with another
 * writer the whole function runs again on fresh rows (PostgreSQL: SERIALIZABLE with retry), so it must have no other
 * effects, and on SQLite nobody else writes until it is done: no slow work, no other call of the store inside.
 *
 * A change of a user, of his lockout or of his tokens raises his state's version by itself, which makes sign-ins in
 * flight decide again; `users.bump` does it alone. What depends on no sign-in having happened meanwhile must do one of
 * these: reading alone does not shut a sign-in's commit out.
 */
export interface Transaction {
  now(): number;
  audit(draft: AuditDraft): Promise<void>;

  policies: {
    get(id: string): Promise<PolicyRow | null>;
    byName(name: string): Promise<PolicyRow | null>;
    default(): Promise<PolicyRow>;
    list(): Promise<PolicyRow[]>;
    insert(row: PolicyRow): Promise<void>;
    update(row: PolicyRow): Promise<void>;
    remove(id: string): Promise<void>;
  };
  users: {
    get(id: string): Promise<UserRow | null>;
    byName(name: string): Promise<UserRow | null>;
    list(query: {
      prefix?: string;
      policyId?: string;
      status?: UserRow["status"];
      /** Only members of these. */
      groupIds?: readonly string[];
      after?: string;
      limit: number;
    }): Promise<Page<UserRow>>;
    insert(row: UserRow): Promise<void>;
    update(row: UserRow): Promise<void>;
    remove(id: string): Promise<void>;
    bump(id: string): Promise<void>;
    state(id: string): Promise<SignInStateRow>;
    setLockout(id: string, lockout: LockoutChange): Promise<void>;
  };
  tokens: {
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
  authenticators: AuthenticatorStore;
  endpoints: {
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
  enrolments: EnrolmentStore;
  bundles: {
    get(endpointId: string, userId: string): Promise<BundleRow | null>;
    ofEndpoint(endpointId: string): Promise<BundleRow[]>;
    ofUser(userId: string): Promise<BundleRow[]>;
    /** What the bundle hands out joins what was handed out before, which never falls. */
    upsert(row: BundleRow): Promise<void>;
    /** By token: all that was ever handed to an endpoint. */
    handedOut(endpointId: string): Promise<HandedOutRow[]>;
  };
  consumptions: ConsumptionsStore;
  revocations: {
    pending(endpointId: string): Promise<RevocationRow[]>;
    insert(row: RevocationRow): Promise<void>;
    done(id: string, endpointId: string, atMs: number): Promise<boolean>;
    list(query: { userId?: string; endpointId?: string }): Promise<RevocationRow[]>;
  };
  alerts: {
    insert(row: AlertRow): Promise<void>;
    get(id: string): Promise<AlertRow | null>;
    list(query: { status?: "open" | "closed" }): Promise<AlertRow[]>;
    close(id: string): Promise<boolean>;
  };
  /** Adds one link of an endpoint's chain to the audit; false where it is already there. */
  endpointEvent(endpointId: string, sequence: number, draft: AuditDraft, mac: string): Promise<boolean>;
  /** The macs of an endpoint's links that the audit has, from one sequence through another. */
  endpointMacs(endpointId: string, from: number, through: number): Promise<Map<number, string>>;
  apiKeys: {
    byHash(hash: string): Promise<ApiKeyRow | null>;
    insert(row: ApiKeyRow): Promise<void>;
    list(): Promise<ApiKeyRow[]>;
    revoke(id: string, atMs: number): Promise<boolean>;
  };
  settings: {
    get(key: string): Promise<string | null>;
    set(key: string, value: string): Promise<void>;
    remove(key: string): Promise<void>;
  };
  idempotency: IdempotencyStore;
  lists: ListsStore;
  ofMany: OfManyStore;
  outage: OutageStore;
  restore: RestoreStore;
  senders: SendersStore;
  tokenStock: TokenStockStore;
  temporaryCodes: TemporaryCodeStore;
  bypasses: BypassesStore;
  stops: StopsStore;
  authorization: AuthorizationStore;
  signing: SigningStore;
  web: WebStore;
  radius: RadiusStore;
  push: PushStore;
  phones: PhonesStore;
  servers: {
    list(): Promise<ServerRow[]>;
    upsert(row: ServerRow): Promise<void>;
    remove(id: string): Promise<void>;
  };
}

export interface Store {
  readonly dialect: "sqlite" | "postgresql";
  /** The audit chain of this process: its server id. */
  readonly chain: string;
  /** The hot path's only read: one statement. */
  signInFacts(userName: string): Promise<SignInFactsRow | null>;
  /** A verdict already given to this client for this attempt. */
  attempt(id: string, clientId: string): Promise<string | null>;
  /**
   * The hot path's only write: batched with others into one durable transaction, acknowledged after it. A consumed
   * code raises the token's floor. A conflict changes nothing: the user's version is another, the attempt has a
   * verdict for this client, or the code is below the floor. The attempt's id is that of the first audit event too.
   * Throws a StorageError where nothing can be acknowledged.
   */
  commitSignIn(commit: SignInCommit): Promise<CommitResult>;
  /** Audit alone, batched the same way. */
  note(drafts: AuditDraft[]): Promise<void>;
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Reads outside any transaction. */
  read<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  audit(filter: AuditFilter): Promise<Page<AuditRow>>;
  /** Every chain that the audit has. */
  chains(): Promise<string[]>;
  /** Walks a chain and says where it breaks. */
  verifyChain(
    chain: string,
  ): Promise<{ kind: "whole"; through: number } | { kind: "broken"; at: number; why: string }>;
  /**
   * Endpoints changed by anybody since a mark, so that every server's event streams can tell them. A mark is what the
   * last answer brought; 0 asks for all.
   */
  changedEndpoints(sinceMark: number): Promise<{ mark: number; endpointIds: string[] }>;
  readonly changedPhones: ChangedPhones;
  /** Deletes attempts older than this. */
  forgetAttempts(beforeMs: number): Promise<number>;
  close(): Promise<void>;
}
