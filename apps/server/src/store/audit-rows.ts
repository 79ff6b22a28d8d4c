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
