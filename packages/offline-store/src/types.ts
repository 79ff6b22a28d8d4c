import type { QrWorkflow } from "@holdfast/core/qr-challenge/message";
import type { BypassFactor } from "@holdfast/core/sign-in/bypass";
import type { Change, Check, Facts, SecretRef, SignInAudit } from "@holdfast/core/sign-in/types";
import type { Bundle, BundleInner, Revocation } from "@holdfast/protocol/bundle";
import type { ContactAnswer, KeyProtection } from "@holdfast/protocol/endpoint-api";
import type { ChainedEvent, EndpointEventBody } from "@holdfast/protocol/endpoint-events";
import type { EndpointMemory } from "@holdfast/protocol/endpoint-memory";
import type { Workflow } from "@holdfast/protocol/policy";
import type { PublicKey } from "@holdfast/protocol/primitives";
import type { RefusalReason } from "@holdfast/protocol/refusals";

/** Files that survive a power cut once a call has returned. Names are flat: `[a-z0-9.-]+`. */
export interface DurableFiles {
  read(name: string): Promise<Uint8Array | null>;
  /** Temporary file, fsync, rename, fsync of the folder: the old content or the new, never a part. */
  write(name: string, content: Uint8Array): Promise<void>;
  /** Appends and fsyncs; a crash may leave a part of the last append. */
  append(name: string, content: Uint8Array): Promise<void>;
  remove(name: string): Promise<void>;
  list(): Promise<string[]>;
}

/** HMAC-SHA-256 under a key that belongs to this machine (SECURITY §1): a TPM key, or a root-only file for now. */
export interface DeviceHmac {
  readonly protection: KeyProtection;
  hmac(message: Uint8Array): Promise<Uint8Array>;
}

/** A counter that only rises. A file is one until somebody copies it back; a TPM's NV counter cannot be set back. */
export interface MonotonicCounter {
  readonly protection: KeyProtection;
  read(): Promise<number>;
  /** Raises by one, durably, and returns the new value. */
  increment(): Promise<number>;
}

/** Argon2id, 64 MiB, t = 3, p = 1; runs one at a time in a bounded queue. */
export interface PasswordKdf {
  /** 32 bytes from NFKC(password) and the salt. */
  derive(password: string, salt: Uint8Array, parameters: KdfParameters): Promise<Uint8Array>;
}
export type KdfParameters = { version: 1; memoryKiB: number; iterations: number; parallelism: number };

/** The wall clock, and a clock that counts since boot; `bootId` changes with every boot. */
export interface Clocks {
  wallMs(): number;
  sinceBootMs(): number;
  bootId(): string;
}

export type OfflineStorePorts = {
  files: DurableFiles;
  device: DeviceHmac;
  counter: MonotonicCounter;
  kdf: PasswordKdf;
  clocks: Clocks;
  random(bytes: number): Uint8Array;
  /** Keys to trust for bundles, revocations and signed time; from the manifest. */
  trust: BundleTrust;
};

export type OfflineStoreOptions = OfflineStorePorts & {
  endpointId: string;
  /** Bundles that want a newer agent are refused (MDA-9). */
  agentVersion: string;
  /**
   * First key of the event chain, base64url, as the enrolment answer brought it. Given once, to make the store, and
   * kept nowhere else: the store forgets it with the first event.
   */
  chainKey?: string;
};

/** Opens and checks what the server signed; built on @holdfast/envelope by the agent. */
export interface BundleTrust {
  openBundle(document: string): Promise<{ kind: "ok"; bundle: Bundle } | { kind: "refused"; why: string }>;
  openRevocation(
    document: string,
  ): Promise<{ kind: "ok"; revocation: Revocation } | { kind: "refused"; why: string }>;
  /** Opens the inner JWE with a refill key whose private half only the caller holds, for this call. */
  openInner(
    document: string,
    privateKey: Uint8Array,
  ): Promise<{ kind: "ok"; inner: BundleInner } | { kind: "refused"; why: string }>;
  /** An inner document as the server makes them; for what is only to take as long. */
  sealInner(inner: BundleInner, to: PublicKey): Promise<string>;
  newRefillKey(): Promise<{ publicKey: PublicKey; privateKey: Uint8Array }>;
}

/** What one attempt holds in memory between steps: typed values, and the opened store key. Cleared by `end`. */
export interface Attempt {
  readonly id: string;
  /** Keeps a typed value and gives its handle. */
  keep(value: string): SecretRef;
  sameSecret(a: SecretRef, b: SecretRef): boolean;
  /** The typed text again, for the online path; never logged. */
  reveal(ref: SecretRef): string;
  end(): void;
}

/** Local configuration; it may tighten policy, never loosen it (DESIGN §6). */
export type LocalRules = {
  offlineEnabled: boolean;
  /** Shorter of this and the policy's; null: the policy's. */
  offlineMaxAgeSeconds: number | null;
  maxSignIns: number | null;
};

export type CommitContext = {
  attemptId: string;
  service?: string;
  tty?: string;
  remoteHost?: string;
  /** A server may have heard of this attempt: its event names it, so that nothing of it is counted twice. */
  triedOnline?: boolean;
};

export type UserHolding = {
  userId: string;
  userName: string;
  refusal: RefusalReason | null;
  remaining: number;
  notAfterMs: number;
  failures: number;
  lockedUntilMs: number | null;
  lastOnlineMs: number | null;
  epoch: number;
  sequence: number;
  refillWaiting: boolean;
  /** Number of the bypass code that is held, 0: none; and the lowest that would be accepted. */
  bypass: { number: number; floor: number };
};

/**
 * The sealed store of one endpoint (SECURITY §1). All calls are serialised inside; every durable step happens in the
 * order the page sets: lock, attempt, counter, verify, consumption, answer.
 */
export interface OfflineStore {
  /** Facts for core's sign-in machine in offline mode. `user` is null where nothing is held under this name. */
  facts(userName: string, rules: LocalRules, workflow?: Workflow): Promise<Facts>;
  newAttempt(attemptId: string): Attempt;
  /** Executes core's commit: conditional on the version, durable when it returns. Events of `audit` join the chain. */
  commit(
    userId: string,
    expectVersion: number,
    write: readonly Change[],
    audit: readonly SignInAudit[],
    context: CommitContext,
  ): Promise<"committed" | "conflict" | "storage-failed">;
  /**
   * Puts a refusal that changed nothing into the chain, soon and in the background; many in a row are counted and cost
   * no write of their own. One of a name that is nobody's here is dropped.
   */
  note(audit: SignInAudit, context: CommitContext): void;
  /**
   * Opens the user's password slot; the opened key stays with the attempt. One Argon2id. `alone`: no code is looked for
   * after it, so that a wrong one looks for none either. Default: false.
   */
  openSlot(userId: string, attempt: Attempt, password: string, alone?: boolean): Promise<Check>;
  /** Checks a code within the opened slot. Opens a waiting refill first. */
  checkCode(userId: string, attempt: Attempt, code: string): Promise<Check>;
  /**
   * Checks what the help desk gave, within the opened slot and at the same cost as a code: a bypass code, or the answer to
   * the challenge that is shown.
   */
  checkBypass(userId: string, attempt: Attempt, factor: BypassFactor, typed: string): Promise<Check>;
  /**
   * The challenge to show to this user, durable when it returns: the same until it is answered, tried three times or ten
   * minutes old. Null: he has none here.
   */
  challenge(userName: string): Promise<{ text: string; expiresAtMs: number } | null | "storage-failed">;
  /**
   * The challenge that a phone of this user is to answer (SECURITY §4), counted durably before it is returned: the same
   * until it is answered, tried three times or nearly two minutes old. `another`: a new one, for the next of his phones.
   * Null: he has none here.
   */
  showQrChallenge(
    userName: string,
    about: { readonly endpointName: string; readonly workflow: QrWorkflow; readonly another?: boolean },
  ): Promise<QrChallengeShown | null | "storage-failed">;
  /** Compares with the answer to the challenge that is shown. Right only within an opened slot; a try in any case. */
  checkQrAnswer(userId: string, attempt: Attempt, typed: string): Promise<Check>;
  /** One Argon2id whose result is thrown away. */
  burnTime(password: string): Promise<void>;

  /**
   * After an online success: makes or renews the password's slot with one Argon2id, and a refill key where there is
   * none. Returns the refill key's public half for the bundle request. The typed password is not kept.
   */
  preparePasswordSlot(
    user: { userId: string; userName: string },
    offlineSalt: string,
    credentialEpoch: number,
    password: string,
  ): Promise<PreparedSlot>;
  /** Takes a bundle: checks audience, user and (epoch, sequence), stores it durably, seals its codes if a slot is open. */
  storeBundle(
    document: string,
    prepared: PreparedSlot | null,
  ): Promise<
    { kind: "stored"; userId: string; epoch: number; sequence: number } | { kind: "refused"; why: string }
  >;
  /** An online success at this endpoint: floor follows, failures clear, the lease's last online moment moves. */
  onlineSuccess(
    userId: string,
    consumed: { tokenId: string; counter: number } | null,
  ): Promise<"stored" | "storage-failed">;

  /**
   * Takes the server's view after contact: floors up, failures, locks, status, fresh-sign-in marks. Both lists hold user
   * names. `lockSessionsOf` repeats until the mark is gone, so that a crash before the locking loses nothing.
   */
  applyContact(
    answer: ContactAnswer,
    signedTimeMs: number | null,
    /** The server signed that it holds other events than ours. Default: false. */
    anotherChain?: boolean,
  ): Promise<{ lockSessionsOf: string[]; refillsDue: string[] }>;
  /** Carries out a signed revocation, durably, and notes it in the chain. */
  revoke(
    document: string,
  ): Promise<{ kind: "done"; revocation: Revocation } | { kind: "refused"; why: string }>;

  /** News of the machine; dropped where so many events wait that the rest of the room is for sign-ins. */
  appendEvent(body: EndpointEventBody): Promise<"stored" | "storage-failed">;
  events(limit: number): Promise<{ events: ChainedEvent[]; more: boolean }>;
  /** Calls back whenever there is something new for a contact to tell: an event, or a refusal that was counted. */
  onNews(heard: () => void): void;
  /**
   * Before a contact asks: refusals that were counted become events, and a success online from now on is newer than what
   * the answer will say.
   */
  contactBegins(): Promise<void>;
  eventsDelivered(throughSequence: number): Promise<"stored" | "storage-failed">;

  holdings(rules: LocalRules): Promise<UserHolding[]>;
  /** What is known of users here, for a server that was restored from a backup. No secret and no code. */
  memory(): Promise<Omit<EndpointMemory, "headSignature">>;
  accountStatus(userName: string): Promise<"active" | "disabled" | "unknown">;
  effectiveTime(): { nowMs: number; behindMs: number };
  /**
   * Keeps effective time on disk, where ten minutes or more have gone since; for a timer of the shell. Notes a clock
   * that was set back.
   */
  persistTime(): Promise<void>;
  /** Ends background work and keeps the time. The store takes no calls after. */
  close(): Promise<void>;
  /**
   * rolled-back: heals at the next contact, by dropping what is cached. tampered: what the file named in `why` held is
   * lost; a user's file heals at his next online sign-in here, the state or the events only by a new enrolment.
   */
  condition():
    | { kind: "sound" }
    | {
        kind: "rolled-back" | "tampered";
        why: string;
        /** Set where state or event log are lost, and no event can tell of it. */
        lost?: { file: string; why: string };
      };
  readonly protection: KeyProtection;
}

/** An opened slot waiting for its bundle; in memory only. */
export interface PreparedSlot {
  readonly userId: string;
  readonly refillKey: PublicKey;
  discard(): void;
}

/** What is to be shown, and of which of his phones: the one that stands at `at` of `of`. */
export type QrChallengeShown = {
  readonly message: Uint8Array;
  readonly phone: { readonly at: number; readonly of: number };
  /** Whether it may be answered still: no other has taken its place, and neither time nor tries are up. */
  holds(): boolean;
};
