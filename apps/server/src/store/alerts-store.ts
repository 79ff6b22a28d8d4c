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

export type AlertsStore = {
  insert(row: AlertRow): Promise<void>;
  get(id: string): Promise<AlertRow | null>;
  list(query: { status?: "open" | "closed" }): Promise<AlertRow[]>;
  close(id: string): Promise<boolean>;
};
