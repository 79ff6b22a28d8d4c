import { z } from "zod";
import { epochMs, identifier } from "./primitives.ts";

/** Operating a server over its API: the audit's export, backups, certificates, keys, and what a restored backup leaves. */

/** GET /api/v1/audit/export: the filters of the audit, without pages. */
export const auditExportQuery = z.strictObject({
  format: z.enum(["ocsf", "cef", "csv", "jsonl"]).default("jsonl"),
  userId: identifier.optional(),
  endpointId: identifier.optional(),
  attemptId: identifier.optional(),
  type: z.string().max(64).optional(),
  mode: z.enum(["online", "offline"]).optional(),
  fromMs: z.coerce.number().pipe(epochMs).optional(),
  toMs: z.coerce.number().pipe(epochMs).optional(),
});
export type AuditFormatName = z.infer<typeof auditExportQuery>["format"];

/** What a restored backup leaves open (GET /api/v1/restore-report). */
export const restoreItem = z.strictObject({
  kind: z.enum([
    "changes-lost",
    "api-key",
    "role-holder",
    "phone",
    "endpoint",
    "user-disabled",
    "password-changed",
    "token-revoked",
    "counter-jump",
    "user-unknown",
    "endpoint-revoked",
    "chain-not-proven",
  ]),
  subjectId: z.string().max(64),
  atMs: epochMs,
  status: z.enum(["open", "settled", "confirmed"]),
  detail: z.record(z.string(), z.unknown()),
  /** What it means and what to do, for people. */
  text: z.string(),
});
export type RestoreItem = z.infer<typeof restoreItem>;

export const restoreReport = z.strictObject({
  /** Null where this store was never restored. */
  restored: z.strictObject({ epoch: z.number().int(), madeAtMs: epochMs, restoredAtMs: epochMs }).nullable(),
  /** Tokens that wait for two codes in a row. */
  tokensWaiting: z.number().int().nonnegative(),
  items: z.array(restoreItem),
});
export type RestoreReport = z.infer<typeof restoreReport>;

export const restoreConfirmation = z.strictObject({
  kind: restoreItem.shape.kind,
  subjectId: z.string().min(1).max(64),
});

/** POST /api/v1/backups: the file comes back as a stream. */
export const backupRequest = z.strictObject({
  secret: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("passphrase"), passphrase: z.string().min(12).max(1024) }),
    z.strictObject({ kind: z.literal("key-file"), key: z.string().min(32).max(1024) }),
  ]),
  withMasterKeys: z.boolean().default(true),
});
export type BackupRequest = z.input<typeof backupRequest>;

/** One certificate that this server presents (GET /api/v1/certificates). */
export const certificateView = z.strictObject({
  /** For endpoints and programs, or for browsers alone. */
  use: z.enum(["api", "web"]),
  /** Of Holdfast's own authority, or from files. */
  source: z.enum(["own", "given"]),
  names: z.array(z.string()),
  /** SHA-256, as browsers show it. */
  fingerprint: z.string(),
  notBeforeMs: epochMs,
  notAfterMs: epochMs,
  /** Files that were read since and not used. */
  refused: z.strictObject({ why: z.string(), atMs: epochMs }).nullable(),
});
export type CertificateView = z.infer<typeof certificateView>;

export const certificateList = z.strictObject({
  serverId: identifier,
  /** SHA-256 of the authority's SubjectPublicKeyInfo, as enrolment codes carry it. */
  authorityPin: z.string(),
  /** Its certificate, for a proxy in front of the server to check it by. */
  authorityPem: z.string(),
  authorityNotAfterMs: epochMs,
  /** The authority that comes after it, and when; null: none. */
  successor: z.strictObject({ authorityPin: z.string(), signsFromMs: epochMs.nullable() }).nullable(),
  items: z.array(certificateView),
});
export type CertificateList = z.infer<typeof certificateList>;

export const certificateReload = z.strictObject({
  kind: z.enum(["reloaded", "unchanged"]),
  certificates: certificateList,
});

/** The key that wraps every secret in the store, by its id; the key itself is nobody's to see. */
export const masterKeyView = z.strictObject({
  masterKeyId: z.string(),
  source: z.enum(["environment", "systemd-credential", "file", "memory"]),
  /** The last one since this server's start; null: none. */
  rotation: z
    .strictObject({
      startedAtMs: epochMs,
      /** Records that are wrapped anew so far. */
      rewrapped: z.number().int().nonnegative(),
      finishedAtMs: epochMs.nullable(),
    })
    .nullable(),
});
export type MasterKeyView = z.infer<typeof masterKeyView>;

export const bundleKeyRotation = z.strictObject({
  /** Number of the manifest that announces it. */
  manifest: z.number().int().nullable(),
  bundleKey: z.string(),
  signsFromMs: epochMs,
});
