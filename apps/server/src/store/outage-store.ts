import type { BundleRow } from "./bundles-store.ts";
import type { EndpointRow } from "./endpoints-store.ts";
import type { Page } from "./page.ts";

/** Where an endpoint's event stream is, or was last. */
export type EndpointConnectionRow = {
  endpointId: string;
  serverId: string;
  connected: boolean;
  sinceMs: number;
};

export type MaintenanceWindowRow = {
  id: string;
  name: string;
  /** Null: every site. */
  site: string | null;
  fromMs: number;
  toMs: number;
  announcedBy: string;
  announcedAtMs: number;
  cancelledAtMs: number | null;
};

/** One user's bundle at one endpoint with what is needed to say what it is worth; nothing of its contents. */
export type HeldRow = Pick<
  BundleRow,
  | "endpointId"
  | "userId"
  | "epoch"
  | "sequence"
  | "acknowledgedSequence"
  | "maxSignIns"
  | "reportedRemaining"
  | "freshSignInNeeded"
  | "status"
> & {
  /** The latest end of anything of his that the endpoint may hold. */
  notAfterMs: number;
  userActive: boolean;
  /** Whether the groups asked for hold the user, and the endpoint; both where none were asked for. */
  userInReach: boolean;
  endpointInReach: boolean;
  /** An order to delete it that the endpoint has not confirmed. */
  revocationPending: boolean;
};

/** What a role reaches: members of these groups; nothing said: everybody and everything. */
export type Reach = { groupIds?: readonly string[] };

/** What may stand in an active user's way to offline sign-in. */
export type PersonRow = {
  id: string;
  name: string;
  displayName: string;
  policyId: string;
  hasPassword: boolean;
  /** An enabled one. */
  hasEventToken: boolean;
  hasTimeToken: boolean;
  hasPasskey: boolean;
  /** An enabled one that answers challenges of endpoints. */
  hasPhone: boolean;
  hasBundle: boolean;
};

/** Alike in what may stand in their way. */
export type KindOfPeople = Omit<PersonRow, "id" | "name" | "displayName"> & { people: number };

/** What the outage pages read, and the windows that were announced. */
export type OutageStore = {
  connections: {
    of(endpointIds: readonly string[]): Promise<EndpointConnectionRow[]>;
    set(rows: readonly EndpointConnectionRow[]): Promise<void>;
    /** Those that this server has not closed are closed: it was killed. */
    lost(serverId: string, sinceMs: number): Promise<void>;
    /** Changes whenever a connection does. */
    mark(): Promise<string>;
    count(serverIds: readonly string[], reach: Reach): Promise<number>;
  };
  maintenanceWindows: {
    get(id: string): Promise<MaintenanceWindowRow | null>;
    /** By beginning; those that ended before `endsAfterMs` are left out. */
    list(query: { endsAfterMs: number; after?: string; limit: number }): Promise<Page<MaintenanceWindowRow>>;
    /** Not cancelled, and not over at this time. */
    countOpen(atMs: number): Promise<number>;
    insert(row: MaintenanceWindowRow): Promise<void>;
    /** False where it was cancelled before. */
    cancel(id: string, atMs: number): Promise<boolean>;
  };
  /** Every bundle of an endpoint that is active, in pages by endpoint and user. */
  held(query: Reach & { after?: { endpointId: string; userId: string }; limit: number }): Promise<HeldRow[]>;
  /** Active users in order of their names, or these. */
  people(query: Reach & { ids?: readonly string[]; after?: string; limit: number }): Promise<PersonRow[]>;
  /**
   * How many active users there are of each kind, in steps of as many users as `limit` says, by name: a step is short.
   * `next` null: that was the last.
   */
  kindsOfPeople(
    query: Reach & { after?: string; limit: number },
  ): Promise<{ kinds: KindOfPeople[]; next: string | null }>;
  /** Active endpoints, as few columns as lists of them need. */
  endpoints(
    query: Reach & { site?: string; after?: { name: string; id: string }; limit: number },
  ): Promise<Pick<EndpointRow, "id" | "name" | "site" | "lastContactAtMs" | "keyProtection">[]>;
  /** The audit's newest row, and something that changes whenever an alert does. */
  marks(): Promise<{ audit: number; alerts: string }>;
  /** How many active endpoints there are. */
  activeEndpoints(reach: Reach): Promise<number>;
};
