import type { AuditRow } from "../../store/audit-rows.ts";
import type { AuditFormat, ExportedEvent, Exporter } from "./record.ts";

/**
 * Open Cybersecurity Schema Framework 1.3: sign-ins are class 3002 (Authentication), what happens to a user or to what
 * he proves himself with 3001 (Account Change), what an administrator or program does otherwise 6003 (API Activity), and
 * the rest the Base Event. What the schema has no place for is in `unmapped`, so that nothing of the audit is lost.
 */
export const ocsfFormat: AuditFormat = {
  fileExtension: "ocsf.jsonl",
  head: "",
  line: (event, exporter) => `${JSON.stringify(ocsfEvent(event, exporter))}\n`,
};

type Class = {
  readonly uid: number;
  readonly name: string;
  readonly category: number;
  readonly categoryName: string;
};

const authentication: Class = {
  uid: 3002,
  name: "Authentication",
  category: 3,
  categoryName: "Identity & Access Management",
};
const accountChange: Class = { ...authentication, uid: 3001, name: "Account Change" };
const apiActivity: Class = {
  uid: 6003,
  name: "API Activity",
  category: 6,
  categoryName: "Application Activity",
};
const baseEvent: Class = { uid: 0, name: "Base Event", category: 0, categoryName: "Uncategorized" };

type Activity = readonly [id: number, name: string];
const other: Activity = [99, "Other"];

/** Account Change's activities, by the audit's own types. */
const accountActivities: Readonly<Record<string, Activity>> = {
  "user-created": [1, "Create"],
  "user-enabled": [2, "Enable"],
  "password-changed": [3, "Password Change"],
  "password-set": [4, "Password Reset"],
  "user-disabled": [5, "Disable"],
  "user-deleted": [6, "Delete"],
  "user-locked": [9, "Lock"],
  "token-enrolled": [10, "MFA Factor Enable"],
  "token-imported": [10, "MFA Factor Enable"],
  "hardware-token-given": [10, "MFA Factor Enable"],
  "token-revoked": [11, "MFA Factor Disable"],
  "user-unlocked": [12, "Unlock"],
  "user-lock-ended": [12, "Unlock"],
  "device-reported-stolen": other,
  "user-changed": other,
  "token-changed": other,
  "token-resynchronised": other,
  "token-suspended": other,
  "temporary-code-generated": [10, "MFA Factor Enable"],
  "temporary-code-replaced": other,
  "temporary-code-ended": [11, "MFA Factor Disable"],
  "temporary-code-refused": other,
  "bypass-challenge": other,
  "bypass-code-given": other,
  "bypass-answer-given": other,
  "bypass-refused": other,
};

export function ocsfEvent({ row, userName, endpointName }: ExportedEvent, exporter: Exporter) {
  const { type } = row;
  const ofClass = classOf(row);
  const [activityId, activityName] = activityOf(ofClass, type);
  const status = statusOf(row);
  const severity: Activity = row.outcome === "refused" ? [2, "Low"] : [1, "Informational"];
  const user = row.subjectUserId === null ? null : { uid: row.subjectUserId, ...named(userName) };
  const endpoint = row.endpointId === null ? null : { uid: row.endpointId, ...named(endpointName) };
  const { detail } = row;
  const factors = Array.isArray(detail.factors) ? detail.factors.map(String) : [];
  return {
    metadata: {
      version: "1.3.0",
      product: { name: exporter.productName, vendor_name: "Holdfast", version: exporter.version },
      uid: `${row.chain}/${row.sequence}`,
      log_name: row.chain,
      sequence: row.sequence,
      logged_time: row.receivedAtMs,
      ...(row.attemptId === null ? {} : { correlation_uid: row.attemptId }),
    },
    time: row.atMs,
    category_uid: ofClass.category,
    category_name: ofClass.categoryName,
    class_uid: ofClass.uid,
    class_name: ofClass.name,
    activity_id: activityId,
    activity_name: activityName,
    type_uid: ofClass.uid * 100 + activityId,
    type_name: `${ofClass.name}: ${activityName}`,
    severity_id: severity[0],
    severity: severity[1],
    status_id: status[0],
    status: status[1],
    ...(row.reason === null ? {} : { status_detail: row.reason }),
    message: type,
    ...(user === null ? {} : { user }),
    ...(ofClass === authentication
      ? {
          // What the Authentication class wants at least: a user, and where or at what he signed in.
          ...(user === null ? { user: { name: "unknown", type_id: 0 } } : {}),
          dst_endpoint: endpoint ?? { name: row.actor },
          auth_protocol_id: 99,
          auth_protocol: "Holdfast",
          auth_factors: factors.map(authFactor),
          is_mfa: factors.length > 1,
          is_remote: detail.workflow === "remote-access",
        }
      : {
          actor: { user: { name: row.actor } },
          ...(endpoint === null ? {} : { device: { ...endpoint, type_id: 0, type: "Unknown" } }),
        }),
    ...(ofClass === apiActivity ? { api: { operation: type }, src_endpoint: { name: row.actor } } : {}),
    unmapped: {
      actor: row.actor,
      mode: row.mode,
      detail,
      hash: row.hash,
      previous_hash: row.previousHash,
      mac: row.mac,
    },
  };
}

function classOf({ type, actor }: AuditRow): Class {
  if (type === "sign-in" || type === "sign-ins-refused" || type === "sign-in-interrupted")
    return authentication;
  if (Object.hasOwn(accountActivities, type)) return accountChange;
  return actor.startsWith("endpoint:") || actor === "server" ? baseEvent : apiActivity;
}

function activityOf(ofClass: Class, type: string): Activity {
  if (ofClass === authentication) return [1, "Logon"];
  if (ofClass === accountChange) return accountActivities[type] ?? other;
  if (ofClass === baseEvent) return other;
  if (/-(?:created|issued|added|imported|announced|made|granted|queued)$/.test(type)) return [1, "Create"];
  if (/-(?:read|exported)$/.test(type)) return [2, "Read"];
  if (/-(?:changed|set|applied|renamed|rotated|closed|confirmed)$/.test(type)) return [3, "Update"];
  if (/-(?:deleted|removed|revoked|ended)$/.test(type)) return [4, "Delete"];
  return other;
}

function statusOf({ outcome, type }: AuditRow): Activity {
  if (outcome === "succeeded") return [1, "Success"];
  if (outcome === "refused") return [2, "Failure"];
  return type === "sign-in-interrupted" ? [0, "Unknown"] : [1, "Success"];
}

const factorTypes: Readonly<Record<string, Activity>> = {
  password: [11, "Password"],
  hotp: [7, "OTP"],
  totp: [7, "OTP"],
  passkey: [10, "WebAuthn"],
};

function authFactor(factor: string) {
  const [id, name] = factorTypes[factor] ?? [99, factor];
  return { factor_type_id: id, factor_type: name };
}

function named(name: string | null) {
  return name === null ? {} : { name };
}
