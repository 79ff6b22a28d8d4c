/** What a restored backup leaves open, until an endpoint's return settles it or an administrator confirms it. */
export type RestoreItemRow = {
  kind: RestoreItemKind;
  /** Of the endpoint, API key, user (role holders too), phone or token; `store` for what concerns all of it. */
  subjectId: string;
  atMs: number;
  status: "open" | "settled" | "confirmed";
  detail: Record<string, unknown>;
};

export type RestoreItemKind =
  /** What changed after the backup was made is gone: compare with the audit that was kept elsewhere. */
  | "changes-lost"
  /** May have been revoked since. */
  | "api-key"
  /** His role may have been taken away or changed since. */
  | "role-holder"
  /** In force again, and may have been removed since. */
  | "phone"
  /** Has not come back yet: what happened there since is not known. */
  | "endpoint"
  /** An endpoint says that this user was disabled since; he is again. */
  | "user-disabled"
  /** An endpoint says that this user's password was changed since; he has none now. */
  | "password-changed"
  /** An endpoint says that this token was revoked since; it is disabled. */
  | "token-revoked"
  /** An endpoint knows of a use of this token far beyond what it was handed. */
  | "counter-jump"
  /** An endpoint held a bundle of a user who is not there any more; it was ordered to delete it. */
  | "user-unknown"
  /** An endpoint says that it was revoked since; it is again. */
  | "endpoint-revoked"
  /** An endpoint's events between the backup and its return could not be proven whole. */
  | "chain-not-proven";

export type RestoreStore = {
  get(kind: RestoreItemKind, subjectId: string): Promise<RestoreItemRow | null>;
  /** Takes the place of what was said of the same before. */
  put(row: RestoreItemRow): Promise<void>;
  /** Open first, then by kind and subject. */
  list(query: { status?: RestoreItemRow["status"] }): Promise<RestoreItemRow[]>;
  /** False where it is not open. */
  end(kind: RestoreItemKind, subjectId: string, status: "settled" | "confirmed"): Promise<boolean>;
  clear(): Promise<void>;
};
