import type { UserPolicy } from "@holdfast/protocol/policy";
import type { Dialect } from "./migrations/migration.ts";
import type { SignInFactsRow } from "./sign-in-facts-row.ts";
import type { ExposedRange, TokenRow } from "./tokens-store.ts";
import type { UserRow } from "./users-store.ts";

/**
 * The hot path's read: user, policy, state and token by user name, in one statement that both databases prepare
 * once. PostgreSQL takes several names at a time.
 */
export function signInFactsSql(dialect: Dialect): string {
  // A sum is no index's column: SQLite then finds the token where the user's tokens are, without another search.
  const tokenId = dialect === "sqlite" ? "+t.id" : "t.id";
  return `
    SELECT u.id, u.name, u.display_name, u.status, u.policy_id, u.offline_salt, u.password_verifier,
      u.credential_epoch, u.cache_size, u.created_at_ms, p.document, s.version, s.failures,
      s.failures_since_lock, s.locked_until_ms,
      s.remote_failures, s.remote_failures_since_lock, s.remote_locked_until_ms, s.other_authenticators, s.enrolment_postponed,
      s.remote_enrolment_postponed, s.temporary_code,
      t.id, t.kind, t.label, t.digits, t.algorithm, t.sealed_secret, t.next_counter,
      CASE WHEN s.used_token_id = t.id THEN s.used_counter + 1
        ELSE (SELECT max(n.counter) + 1 FROM consumptions n WHERE n.token_id = t.id) END,
      t.window_size, t.cache_size, t.status, t.exposed, t.created_at_ms, t.phone_id,
      (SELECT count(*) FROM tokens c WHERE c.user_id = u.id AND c.kind = 'hotp' AND c.status = 'enabled')
    FROM users u
    JOIN policies p ON p.id = u.policy_id
    JOIN sign_in_states s ON s.user_id = u.id
    LEFT JOIN tokens t ON t.user_id = u.id AND ${tokenId} = (
      SELECT f.id FROM tokens f WHERE f.user_id = u.id AND f.kind = 'hotp' AND f.status = 'enabled'
      ORDER BY f.created_at_ms, f.id LIMIT 1)
    WHERE u.name = ${dialect === "sqlite" ? "?" : "ANY ($1::text[])"}`;
}

/** One row, by position: half of the time that a row with names takes. The order is that of `signInFactsSql`. */
export type FactsRecord = [
  userId: string,
  name: string,
  displayName: string,
  status: UserRow["status"],
  policyId: string,
  offlineSalt: string,
  passwordVerifier: string | null,
  credentialEpoch: number,
  cacheSize: number | null,
  createdAtMs: number,
  policyDocument: string,
  version: number,
  failures: number,
  failuresSinceLock: number,
  lockedUntilMs: number | null,
  remoteFailures: number,
  remoteFailuresSinceLock: number,
  remoteLockedUntilMs: number | null,
  otherAuthenticators: number,
  enrolmentPostponed: number,
  remoteEnrolmentPostponed: number,
  temporaryCode: 0 | 1,
  tokenId: string | null,
  kind: TokenRow["kind"],
  label: string,
  digits: TokenRow["digits"],
  algorithm: TokenRow["algorithm"],
  sealedSecret: string,
  nextCounter: number,
  floor: number | null,
  windowSize: number | null,
  tokenCacheSize: number | null,
  tokenStatus: TokenRow["status"],
  exposed: string,
  tokenCreatedAtMs: number,
  phoneId: string | null,
  enabledTokens: number,
];

/** Where `FactsRecord` has the user's name. */
export const nameColumn = 1;

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

  // biome-ignore format: in the order of FactsRecord
  return ([
    userId, name, displayName, status, policyId, offlineSalt, passwordVerifier, credentialEpoch, cacheSize,
    createdAtMs, policyDocument, version, failures, failuresSinceLock, lockedUntilMs,
    remoteFailures, remoteFailuresSinceLock, remoteLockedUntilMs, otherAuthenticators, enrolmentPostponed, remoteEnrolmentPostponed, temporaryCode,
    tokenId, kind, label, digits, algorithm, sealedSecret, nextCounter, floor, windowSize, tokenCacheSize,
    tokenStatus, exposed, tokenCreatedAtMs, phoneId, enabledTokens,
  ]) => ({
    user: {
      id: userId,
      name,
      displayName,
      status,
      policyId,
      offlineSalt,
      passwordVerifier,
      credentialEpoch,
      cacheSize,
      createdAtMs,
    },
    policy: policyOf(policyId, policyDocument),
    state: {
      userId,
      version,
      failures,
      failuresSinceLock,
      lockedUntilMs,
      remoteFailures,
      remoteFailuresSinceLock,
      remoteLockedUntilMs,
      otherAuthenticators,
      enrolmentPostponed,
      remoteEnrolmentPostponed,
      temporaryCode,
    },
    token:
      tokenId === null
        ? null
        : {
            id: tokenId,
            userId,
            kind,
            label,
            digits,
            algorithm,
            sealedSecret,
            nextCounter: Math.max(nextCounter, floor ?? 0),
            periodSeconds: null,
            windowSize,
            cacheSize: tokenCacheSize,
            status: tokenStatus,
            exposed: exposed === "[]" ? [] : (JSON.parse(exposed) as ExposedRange[]),
            createdAtMs: tokenCreatedAtMs,
            phoneId,
          },
    enabledTokens,
  });
}
