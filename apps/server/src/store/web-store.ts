import type { Factor } from "@holdfast/protocol/policy";

/** Web apps with people's sessions, each on an origin of its own. */
export type WebApp = "console" | "portal";

export type SessionRow = {
  /** Names the session in lists and in the audit; it opens nothing. */
  id: string;
  /** SHA-256 of the cookie's value, base64url: who reads the store can take over no session. */
  tokenHash: string;
  app: WebApp;
  userId: string;
  /** Of the user when it began: a password or a role that changed since ends it. */
  credentialEpoch: number;
  roleId: string | null;
  factors: Factor[];
  createdAtMs: number;
  lastSeenAtMs: number;
  /** When factors were last proven in it. */
  freshAtMs: number;
  address: string;
  userAgent: string;
  /** Before anything else its user is to enrol a second factor (TC-46). */
  enrolmentDue: boolean;
  /** Before anything else its user is to renew his PIN. */
  renewalDue: boolean;
  endedAtMs: number | null;
};

/** A password of one application, made by the server; its text was shown once. */
export type AppPasswordRow = {
  id: string;
  userId: string;
  /** The application's, as its user calls it; one password for each. */
  name: string;
  /** SHA-256, base64url: the text has too many bits to be guessed. */
  passwordHash: string;
  createdAtMs: number;
  lastUsedAtMs: number | null;
};

/** What browsers' sessions and self-service keep. */
export interface WebStore {
  sessions: {
    byTokenHash(hash: string): Promise<SessionRow | null>;
    get(id: string): Promise<SessionRow | null>;
    /** Those that were not ended, newest first; some may be past their time. */
    ofUser(userId: string): Promise<SessionRow[]>;
    insert(row: SessionRow): Promise<void>;
    /** After factors were proven anew: another token, and the one before opens nothing. False where it has ended. */
    renew(
      id: string,
      change: Pick<SessionRow, "tokenHash" | "factors" | "freshAtMs" | "credentialEpoch">,
    ): Promise<boolean>;
    seen(id: string, atMs: number): Promise<void>;
    /** The password was changed within this session, which therefore goes on. */
    keepUp(id: string, credentialEpoch: number): Promise<void>;
    /** The user has a second factor now. */
    enrolled(userId: string): Promise<void>;
    /** The user's PIN is a new one. */
    renewed(userId: string): Promise<void>;
    /** False where it had ended. */
    end(id: string, atMs: number): Promise<boolean>;
    /** The ids of those that were ended. */
    endOfUser(userId: string, atMs: number, except?: string): Promise<string[]>;
    /** Sessions that were not ended, by app. */
    counts(): Promise<Record<WebApp, number>>;
    /** Deletes what began before; how many those were. */
    forget(beforeMs: number): Promise<number>;
  };
  appPasswords: {
    ofUser(userId: string): Promise<AppPasswordRow[]>;
    byHash(hash: string): Promise<AppPasswordRow | null>;
    insert(row: AppPasswordRow): Promise<void>;
    used(id: string, atMs: number): Promise<void>;
    /** The row that is gone now, or null. */
    remove(userId: string, id: string): Promise<AppPasswordRow | null>;
  };
}
