import type { AlertsStore } from "./alerts-store.ts";
import type { ApiKeysStore } from "./api-keys-store.ts";
import type { AuditDraft, AuditFilter, AuditRow } from "./audit-rows.ts";
import type { AuthenticatorStore } from "./authenticators-store.ts";
import type { AuthorizationStore } from "./authorization-store.ts";
import type { BundlesStore } from "./bundles-store.ts";
import type { BypassesStore } from "./bypasses-store.ts";
import type { ConsumptionsStore } from "./consumptions-store.ts";
import type { EndpointsStore } from "./endpoints-store.ts";
import type { EnrolmentStore } from "./enrolments-store.ts";
import type { IdempotencyStore } from "./idempotency-store.ts";
import type { ListsStore } from "./lists-store.ts";
import type { OfManyStore } from "./of-many-store.ts";
import type { OutageStore } from "./outage-store.ts";
import type { Page } from "./page.ts";
import type { ChangedPhones, PhonesStore } from "./phones-store.ts";
import type { PoliciesStore } from "./policies-store.ts";
import type { PushStore } from "./push-store.ts";
import type { RadiusStore } from "./radius-store.ts";
import type { RestoreStore } from "./restore-store.ts";
import type { RevocationsStore } from "./revocations-store.ts";
import type { SendersStore } from "./senders-store.ts";
import type { ServersStore } from "./servers-store.ts";
import type { CommitResult, SignInCommit } from "./sign-in-commit.ts";
import type { SignInFactsRow } from "./sign-in-facts-row.ts";
import type { SigningStore } from "./signing-store.ts";
import type { StopsStore } from "./stops-store.ts";
import type { TemporaryCodeStore } from "./temporary-codes-store.ts";
import type { TokenStockStore } from "./token-stock-store.ts";
import type { TokensStore } from "./tokens-store.ts";
import type { UsersStore } from "./users-store.ts";
import type { WebStore } from "./web-store.ts";

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

  policies: PoliciesStore;
  users: UsersStore;
  tokens: TokensStore;
  authenticators: AuthenticatorStore;
  endpoints: EndpointsStore;
  enrolments: EnrolmentStore;
  bundles: BundlesStore;
  consumptions: ConsumptionsStore;
  revocations: RevocationsStore;
  alerts: AlertsStore;
  /** Adds one link of an endpoint's chain to the audit; false where it is already there. */
  endpointEvent(endpointId: string, sequence: number, draft: AuditDraft, mac: string): Promise<boolean>;
  /** The macs of an endpoint's links that the audit has, from one sequence through another. */
  endpointMacs(endpointId: string, from: number, through: number): Promise<Map<number, string>>;
  apiKeys: ApiKeysStore;
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
  servers: ServersStore;
}

/**
 * The one interface to what the server keeps, the same over SQLite and PostgreSQL. Every state change is conditional
 * on what its caller has seen; an acknowledged write is on disk. Times are epoch milliseconds, ids are text.
 */
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
