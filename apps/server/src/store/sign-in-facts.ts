import type { UserPolicy } from "@holdfast/protocol/policy";
import type { Dialect } from "./migrations/migration.ts";
import type { ExposedRange, SignInFactsRow, TokenRow, UserRow } from "./store.ts";

/**
 * The hot path's read: user, policy, state and token by user name, in one statement that both databases prepare
 * once. PostgreSQL takes several names at a time.
 */
export function signInFactsSql(dialect: Dialect): string {
  // SQLite finds a row by its rowid without another index.
  const key = dialect === "sqlite" ? "rowid" : "id";
  return `
    SELECT u.id AS user_id, u.name, u.display_name, u.status, u.policy_id, u.offline_salt, u.password_verifier,
      u.credential_epoch, u.cache_size, u.created_at_ms, p.document, s.version, s.failures, s.locked_until_ms,
      s.remote_failures, s.remote_locked_until_ms,
      t.id AS token_id, t.kind, t.label, t.digits, t.algorithm, t.sealed_secret, t.next_counter, t.window_size,
      (SELECT max(n.counter) + 1 FROM consumptions n WHERE n.token_id = t.id) AS floor,
      t.cache_size AS token_cache_size, t.status AS token_status, t.exposed, t.created_at_ms AS token_created_at_ms,
      (SELECT count(*) FROM tokens c WHERE c.user_id = u.id AND c.kind = 'hotp' AND c.status = 'enabled') AS enabled_tokens
    FROM users u
    JOIN policies p ON p.id = u.policy_id
    JOIN sign_in_states s ON s.user_id = u.id
    LEFT JOIN tokens t ON t.${key} = (
      SELECT f.${key} FROM tokens f WHERE f.user_id = u.id AND f.kind = 'hotp' AND f.status = 'enabled'
      ORDER BY f.created_at_ms, f.id LIMIT 1)
    WHERE u.name = ${dialect === "sqlite" ? "?" : "ANY ($1::text[])"}`;
}

export type FactsRecord = {
  user_id: string;
  name: string;
  display_name: string;
  status: UserRow["status"];
  policy_id: string;
  offline_salt: string;
  password_verifier: string | null;
  credential_epoch: number;
  cache_size: number | null;
  created_at_ms: number;
  document: string;
  version: number;
  failures: number;
  locked_until_ms: number | null;
  remote_failures: number;
  remote_locked_until_ms: number | null;
  token_id: string | null;
  kind: TokenRow["kind"];
  label: string;
  digits: TokenRow["digits"];
  algorithm: TokenRow["algorithm"];
  sealed_secret: string;
  next_counter: number;
  floor: number | null;
  window_size: number | null;
  token_cache_size: number | null;
  token_status: TokenRow["status"];
  exposed: string;
  token_created_at_ms: number;
  enabled_tokens: number;
};

/** The verdict of an attempt to its client; on PostgreSQL those of several, in their order. */
export function verdictSql(dialect: Dialect): string {
  return dialect === "sqlite"
    ? `SELECT v.verdict FROM audit a JOIN attempts v ON v.audit_id = a.id
       WHERE a.attempt_id = ? AND v.client_id = ? LIMIT 1`
    : `SELECT (SELECT v.verdict FROM audit a JOIN attempts v ON v.audit_id = a.id
         WHERE a.attempt_id = k.attempt_id AND v.client_id = k.client_id LIMIT 1) AS verdict
       FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS k (attempt_id, client_id, place) ORDER BY k.place`;
}

/** Policies are few and read at every step: each is parsed once, until its text changes. */
export function createFactsReader(): (record: FactsRecord) => SignInFactsRow {
  const parsed = new Map<string, { text: string; policy: UserPolicy }>();

  function policyOf(id: string, text: string): UserPolicy {
    const known = parsed.get(id);
    if (known?.text === text) return known.policy;
    const policy: UserPolicy = JSON.parse(text);
    if (parsed.size >= 1000) parsed.clear();
    parsed.set(id, { text, policy });
    return policy;
  }

  return (record) => ({
    user: {
      id: record.user_id,
      name: record.name,
      displayName: record.display_name,
      status: record.status,
      policyId: record.policy_id,
      offlineSalt: record.offline_salt,
      passwordVerifier: record.password_verifier,
      credentialEpoch: record.credential_epoch,
      cacheSize: record.cache_size,
      createdAtMs: record.created_at_ms,
    },
    policy: policyOf(record.policy_id, record.document),
    state: {
      userId: record.user_id,
      version: record.version,
      failures: record.failures,
      lockedUntilMs: record.locked_until_ms,
      remoteFailures: record.remote_failures,
      remoteLockedUntilMs: record.remote_locked_until_ms,
    },
    token: record.token_id === null ? null : tokenOf(record, record.token_id),
    enabledTokens: record.enabled_tokens,
  });
}

function tokenOf(record: FactsRecord, id: string): TokenRow {
  return {
    id,
    userId: record.user_id,
    kind: record.kind,
    label: record.label,
    digits: record.digits,
    algorithm: record.algorithm,
    sealedSecret: record.sealed_secret,
    nextCounter: Math.max(record.next_counter, record.floor ?? 0),
    windowSize: record.window_size,
    cacheSize: record.token_cache_size,
    status: record.token_status,
    exposed: record.exposed === "[]" ? [] : (JSON.parse(record.exposed) as ExposedRange[]),
    createdAtMs: record.token_created_at_ms,
  };
}
