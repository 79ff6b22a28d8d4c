import { columnsOf } from "./columns.ts";
import type { Migration } from "./migration.ts";
import { authenticatorTables } from "./v1-authenticators.ts";
import { authorizationTables } from "./v1-authorization.ts";
import { bypassTables } from "./v1-bypasses.ts";
import { idempotencyTables } from "./v1-idempotency.ts";
import { outageTables } from "./v1-outage.ts";
import { phoneTables } from "./v1-phones.ts";
import { pushTables } from "./v1-push.ts";
import { radiusTables } from "./v1-radius.ts";
import { restoreTables } from "./v1-restore.ts";
import { senderTables } from "./v1-senders.ts";
import { signingTables } from "./v1-signing.ts";
import { stopTables } from "./v1-stops.ts";
import { temporaryCodeTables } from "./v1-temporary-codes.ts";
import { tokenStockTables } from "./v1-token-stock.ts";
import { recentAuditColumn, userAuditTables } from "./v1-user-audit.ts";
import { webTables } from "./v1-web.ts";

/**
 * The first schema. Ids are text, instants epoch milliseconds, flags 0 or 1, documents JSON text. Text compares by
 * code point on both databases (SQLite's BINARY, PostgreSQL's "C"), so that pages and prefixes are the same.
 */
export const v1: Migration = {
  version: 1,
  statements: (dialect) => {
    const columns = columnsOf(dialect);
    const { sqlite, text, integer, strict, clustered, updatedOften, updatedOftenClustered } = columns;
    const { serial, pageKey, id, flag, count, countOrNull, oneOf, document, documentOrNull } = columns;

    return [
      `CREATE TABLE policies (
        id ${id},
        name ${text} NOT NULL UNIQUE CHECK (name <> ''),
        ${flag("is_default")},
        ${count("version", 1)},
        ${document("document")}
      ) ${strict}`,
      "CREATE UNIQUE INDEX policies_one_default ON policies (is_default) WHERE is_default = 1",

      // SQLite keeps users and tokens in the order in which sign-ins look for them: one search for each, not two.
      `CREATE TABLE users (
        id ${text} NOT NULL ${sqlite ? "UNIQUE" : "PRIMARY KEY"} CHECK (length(id) BETWEEN 1 AND 64),
        name ${text} NOT NULL ${sqlite ? "PRIMARY KEY" : "UNIQUE"} CHECK (name <> ''),
        display_name ${text} NOT NULL,
        ${oneOf("status", "active", "disabled")},
        policy_id ${text} NOT NULL REFERENCES policies (id),
        offline_salt ${text} NOT NULL CHECK (length(offline_salt) = 22),
        password_verifier ${text} CHECK (length(password_verifier) = 43),
        ${count("credential_epoch")},
        ${countOrNull("cache_size", 1)},
        ${count("created_at_ms")}
      ) ${clustered}`,
      "CREATE INDEX users_of_policy ON users (policy_id, name)",

      // used_token_id is the token whose code a server took last, used_counter the largest of its counters that was ever
      // used, wherever: what `consumptions` has for it, said once more in a row that a sign-in reads and writes anyway.
      `CREATE TABLE sign_in_states (
        user_id ${text} NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
        ${count("version", 1)},
        ${count("failures")},
        ${count("failures_since_lock")},
        ${countOrNull("locked_until_ms")},
        ${count("remote_failures")},
        ${count("remote_failures_since_lock")},
        ${countOrNull("remote_locked_until_ms")},
        ${count("other_authenticators")},
        ${count("enrolment_postponed")},
        ${count("remote_enrolment_postponed")},
        ${flag("temporary_code")},
        used_token_id ${text},
        ${countOrNull("used_counter")},
        ${recentAuditColumn(columns)}
        CHECK ((used_token_id IS NULL) = (used_counter IS NULL))
      ) ${updatedOftenClustered}`,

      `CREATE TABLE tokens (
        id ${text} NOT NULL ${sqlite ? "UNIQUE" : "PRIMARY KEY"} CHECK (length(id) BETWEEN 1 AND 64),
        user_id ${text} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        ${oneOf("kind", "hotp", "totp")},
        label ${text} NOT NULL,
        digits ${integer} NOT NULL CHECK (digits IN (6, 7, 8)),
        ${oneOf("algorithm", "SHA-1", "SHA-256", "SHA-512")},
        sealed_secret ${text} NOT NULL CHECK (sealed_secret <> ''),
        ${count("next_counter")},
        period_seconds ${integer} CHECK (period_seconds IN (30, 60)),
        ${countOrNull("window_size", 1)},
        ${countOrNull("cache_size", 1)},
        ${oneOf("status", "enabled", "disabled", "revoked", "pending")},
        ${document("exposed")},
        ${count("created_at_ms")},
        phone_id ${text},
        CHECK ((period_seconds IS NULL) = (kind = 'hotp'))
        ${sqlite ? ", PRIMARY KEY (user_id, created_at_ms, id)" : ""}
      ) ${clustered}`,
      ...(sqlite ? [] : ["CREATE INDEX tokens_of_user ON tokens (user_id, created_at_ms, id)"]),

      `CREATE TABLE endpoints (
        id ${id},
        name ${text} NOT NULL CHECK (name <> ''),
        site ${text} NOT NULL,
        ${oneOf("status", "active", "revoked")},
        host_name ${text} NOT NULL,
        ${document("profile")},
        ${oneOf("key_protection", "file", "tpm")},
        device_key_thumbprint ${text} NOT NULL UNIQUE CHECK (device_key_thumbprint <> ''),
        ${document("device_key")},
        ${document("encryption_key")},
        agent_version ${text} NOT NULL,
        ${count("enrolled_at_ms")},
        ${countOrNull("last_contact_at_ms")},
        ${countOrNull("level_at_ms")},
        nonce ${text} NOT NULL,
        previous_nonce ${text},
        ${document("contacts_taken")},
        ${count("chain_sequence")},
        chain_mac ${text} NOT NULL,
        sealed_chain_key ${text} NOT NULL
      ) ${updatedOften}`,
      "CREATE INDEX endpoints_by_name ON endpoints (name, id)",

      `CREATE TABLE endpoint_changes (
        endpoint_id ${text} NOT NULL PRIMARY KEY REFERENCES endpoints (id) ON DELETE CASCADE,
        ${count("mark", 1)}
      ) ${clustered}`,
      "CREATE INDEX endpoint_changes_by_mark ON endpoint_changes (mark)",

      `CREATE TABLE enrolments (
        id ${id},
        secret_hash ${text} NOT NULL CHECK (secret_hash <> ''),
        name ${text} NOT NULL,
        site ${text} NOT NULL,
        ${document("profile")},
        created_by ${text} NOT NULL,
        ${count("created_at_ms")},
        ${count("expires_at_ms")},
        ${countOrNull("used_at_ms")},
        endpoint_id ${text} REFERENCES endpoints (id) DEFERRABLE INITIALLY DEFERRED,
        CHECK ((used_at_ms IS NULL) = (endpoint_id IS NULL))
      ) ${strict}`,

      `CREATE TABLE bundles (
        endpoint_id ${text} NOT NULL REFERENCES endpoints (id) ON DELETE CASCADE,
        user_id ${text} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        ${count("epoch")},
        ${count("sequence")},
        token_id ${text} REFERENCES tokens (id) ON DELETE SET NULL,
        ${count("handed_through", -1)},
        ${count("issued_at_ms")},
        ${count("not_after_ms")},
        ${count("latest_not_after_ms")},
        ${count("max_sign_ins")},
        request_id ${text} NOT NULL,
        document ${text} NOT NULL,
        ${documentOrNull("refill_key")},
        ${countOrNull("acknowledged_sequence")},
        ${count("last_sign_in_at_ms")},
        ${oneOf("status", "active", "destroyed", "revoked", "exposed")},
        ${countOrNull("reported_remaining")},
        ${flag("fresh_sign_in_needed")},
        PRIMARY KEY (endpoint_id, user_id)
      ) ${strict}`,
      "CREATE INDEX bundles_of_user ON bundles (user_id)",
      "CREATE INDEX bundles_of_token ON bundles (token_id)",

      // Outlives the bundle's own memory, which is of one token: a replaced token's codes are still known there.
      `CREATE TABLE handed_out (
        endpoint_id ${text} NOT NULL REFERENCES endpoints (id) ON DELETE CASCADE,
        token_id ${text} NOT NULL REFERENCES tokens (id) ON DELETE CASCADE,
        ${count("handed_through")},
        PRIMARY KEY (endpoint_id, token_id)
      ) ${clustered}`,

      // Every row counts towards its token's floor: the next acceptable counter is above next_counter's and all of these.
      `CREATE TABLE consumptions (
        token_id ${text} NOT NULL REFERENCES tokens (id) ON DELETE CASCADE,
        ${count("counter")},
        source ${text} NOT NULL CHECK (source <> ''),
        attempt_id ${text} NOT NULL,
        user_id ${text} NOT NULL,
        ${count("at_ms")},
        PRIMARY KEY (token_id, counter, source)
      ) ${clustered}`,

      `CREATE TABLE revocations (
        id ${id},
        endpoint_id ${text} NOT NULL REFERENCES endpoints (id),
        user_id ${text},
        ${document("revocation")},
        ${count("created_at_ms")},
        ${countOrNull("done_at_ms")}
      ) ${strict}`,
      "CREATE INDEX revocations_of_endpoint ON revocations (endpoint_id, created_at_ms)",
      "CREATE INDEX revocations_of_user ON revocations (user_id, created_at_ms)",

      `CREATE TABLE alerts (
        id ${id},
        kind ${text} NOT NULL CHECK (kind <> ''),
        ${count("at_ms")},
        user_id ${text},
        endpoint_id ${text},
        ${document("detail")},
        ${oneOf("status", "open", "closed")}
      ) ${strict}`,
      "CREATE INDEX alerts_by_status ON alerts (status, at_ms)",

      `CREATE TABLE api_keys (
        id ${id},
        name ${text} NOT NULL,
        key_hash ${text} NOT NULL UNIQUE CHECK (key_hash <> ''),
        ${document("scopes")},
        made_by ${text},
        ${count("created_at_ms")},
        ${countOrNull("revoked_at_ms")}
      ) ${strict}`,

      `CREATE TABLE settings (
        key ${text} NOT NULL PRIMARY KEY CHECK (key <> ''),
        value ${text} NOT NULL
      ) ${clustered}`,

      `CREATE TABLE servers (
        id ${id},
        url ${text} NOT NULL,
        site ${text} NOT NULL,
        ${count("started_at_ms")},
        ${count("last_seen_at_ms")}
      ) ${strict}`,

      // No foreign keys: the audit outlives whom it speaks of.
      `CREATE TABLE audit (
        id ${serial},
        chain ${text} NOT NULL CHECK (chain <> ''),
        ${count("sequence", 1)},
        ${count("at_ms")},
        ${count("received_at_ms")},
        type ${text} NOT NULL CHECK (type <> ''),
        actor ${text} NOT NULL,
        subject_user_id ${text},
        endpoint_id ${text},
        attempt_id ${text},
        ${oneOf("outcome", "succeeded", "refused", "info")},
        reason ${text},
        mode ${text} CHECK (mode IN ('online', 'offline')),
        detail ${text} NOT NULL,
        mac ${text},
        previous_hash ${text} NOT NULL,
        hash ${text} NOT NULL
      ) ${strict}`,
      "CREATE UNIQUE INDEX audit_chain_sequence ON audit (chain, sequence)",
      // Pages run by (at_ms, id) downwards (SQLite ends every index with the id). The partial ones leave out what nobody looks up through them, so that an
      // online sign-in pays for as few as possible.
      `CREATE INDEX audit_by_time ON audit (${pageKey})`,
      ...(sqlite
        ? []
        : [
            `CREATE INDEX audit_of_user ON audit (subject_user_id, ${pageKey}) WHERE subject_user_id IS NOT NULL`,
          ]),
      `CREATE INDEX audit_of_endpoint ON audit (endpoint_id, ${pageKey}) WHERE endpoint_id IS NOT NULL`,
      `CREATE INDEX audit_of_attempt ON audit (attempt_id, ${pageKey}) WHERE attempt_id IS NOT NULL`,
      `CREATE INDEX audit_of_type ON audit (type, ${pageKey}) WHERE type <> 'sign-in'`,
      `CREATE INDEX audit_offline ON audit (${pageKey}) WHERE mode = 'offline'`,
      ...(sqlite ? appendOnlySqlite : appendOnlyPostgres),
      ...userAuditTables(columns),

      // Found through the audit row of the same attempt: an index less to write for each sign-in.
      `CREATE TABLE attempts (
        audit_id ${integer} NOT NULL PRIMARY KEY REFERENCES audit (id),
        client_id ${text} NOT NULL,
        verdict ${text} NOT NULL,
        ${count("at_ms")}
      ) ${strict}`,

      ...authorizationTables(columns),
      ...authenticatorTables(columns),
      ...idempotencyTables(columns),
      ...outageTables(columns),
      ...restoreTables(columns),
      ...senderTables(columns),
      ...temporaryCodeTables(columns),
      ...bypassTables(columns),
      ...stopTables(columns),
      ...tokenStockTables(columns),
      ...signingTables(columns),
      ...webTables(columns),
      ...radiusTables(columns),
      ...phoneTables(columns),
      ...pushTables(columns),
    ];
  },
};

/** A slip of ours must not rewrite history; who owns the database can, and then the chain shows it. */
const appendOnlySqlite = ["UPDATE", "DELETE"].map(
  (change) => `CREATE TRIGGER audit_no_${change.toLowerCase()} BEFORE ${change} ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END`,
);

const appendOnlyPostgres = [
  `CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$`,
  `CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()`,
];
