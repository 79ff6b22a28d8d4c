import { z } from "zod";
import { keyProtection } from "./endpoint-api.ts";
import { clientProfile, userPolicy } from "./policy.ts";
import {
  base64url,
  displayText,
  duration,
  epochMs,
  hotpAlgorithm,
  hotpDigits,
  identifier,
  publicKey,
  userName,
} from "./primitives.ts";

/** Requests and answers of the administration API under /api/v1. Answers are plain JSON of these shapes. */

const cacheSizeNumber = z.number().int().min(1).max(1000);
const windowSizeNumber = z.number().int().min(1).max(2000);
/** Of one page; `after` is the last page's `next`. */
const paging = {
  after: z.string().max(2000).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
};

export const newPassword = z.string().min(8).max(1024);

export const userStatus = z.enum(["active", "disabled"]);

const named = z.strictObject({ id: identifier, name: displayText });
/** Absent: none, or the one group that the caller's role is held to. */
const newGroups = z.array(identifier).max(50).optional();

export const userCreation = z.strictObject({
  userName,
  displayName: displayText.optional(),
  policyId: identifier.optional(),
  password: newPassword.optional(),
  cacheSize: cacheSizeNumber.nullable().optional(),
  /** Groups that the user is in from the beginning. */
  groupIds: newGroups,
});
export type UserCreation = z.infer<typeof userCreation>;

export const userChange = z.strictObject({
  displayName: displayText.optional(),
  status: userStatus.optional(),
  policyId: identifier.optional(),
  cacheSize: cacheSizeNumber.nullable().optional(),
});
export type UserChange = z.infer<typeof userChange>;

export const userQuery = z.strictObject({
  /** This name exactly. */
  userName: userName.optional(),
  prefix: z.string().max(128).optional(),
  policyId: identifier.optional(),
  status: userStatus.optional(),
  groupId: identifier.optional(),
  ...paging,
});
export type UserQuery = z.infer<typeof userQuery>;

export const passwordChange = z.strictObject({ password: newPassword });

/** Event-based (RFC 4226) or time-based (RFC 6238). */
export const tokenKind = z.enum(["hotp", "totp"]);
export const totpPeriod = z.union([z.literal(30), z.literal(60)]);

/** `pending`: made at the console or the portal, and nobody has typed a code of it yet: it counts for nothing. */
export const tokenStatus = z.enum(["enabled", "disabled", "revoked", "pending"]);

/** A token without its secret, which nobody sees again after enrolment. */
export const tokenView = z.strictObject({
  id: identifier,
  userId: identifier,
  kind: tokenKind,
  label: displayText,
  digits: hotpDigits,
  algorithm: hotpAlgorithm,
  status: tokenStatus,
  /** Event-based tokens work offline (OTP-15). */
  offlineCapable: z.boolean(),
  /** The one that offline sign-in uses: the first enabled (OTP-28). */
  cachedOffline: z.boolean(),
  /** Of a time-based token: the lowest time step still accepted. */
  nextCounter: z.number().int(),
  /** Of a time-based token; null of others. */
  periodSeconds: totpPeriod.nullable(),
  /** Null: the policy's. */
  windowSize: z.number().int().nullable(),
  cacheSize: z.number().int().nullable(),
  effectiveWindowSize: z.number().int(),
  exposed: z.array(
    z.strictObject({ from: z.number().int(), through: z.number().int(), endpointId: identifier }),
  ),
  createdAtMs: epochMs,
});
export type TokenView = z.infer<typeof tokenView>;

export const tokenQuery = z.strictObject({
  userId: identifier.optional(),
  /** Whether offline sign-in can use it: of tokens, only event-based ones (OTP-2, OTP-15). */
  offlineCapable: z.enum(["true", "false"]).optional(),
  status: tokenStatus.optional(),
  ...paging,
});
export type TokenQuery = z.infer<typeof tokenQuery>;

/** In lists that go over several users. */
export const ownedTokenView = tokenView.extend({ userName });
export type OwnedTokenView = z.infer<typeof ownedTokenView>;

export const userView = z.strictObject({
  id: identifier,
  userName,
  displayName: displayText,
  status: userStatus,
  policyId: identifier,
  hasPassword: z.boolean(),
  cacheSize: z.number().int().nullable(),
  /** Everywhere but for remote access. */
  failures: z.number().int(),
  lockedUntilMs: epochMs.nullable(),
  /** Of remote access; null where the policy joins it to the others (`lockout.joinRemoteAccess`). */
  remoteAccess: z.strictObject({ failures: z.number().int(), lockedUntilMs: epochMs.nullable() }).nullable(),
  createdAtMs: epochMs,
  /** Of an administrator. */
  role: named.nullable(),
  groups: z.array(named),
  tokens: z.array(tokenView),
  warnings: z.array(z.strictObject({ code: z.string(), message: z.string() })),
});
export type UserView = z.infer<typeof userView>;

export const tokenCreation = z.strictObject({
  kind: tokenKind.default("hotp"),
  label: displayText.optional(),
  digits: hotpDigits.optional(),
  algorithm: hotpAlgorithm.optional(),
  /** Of a time-based token, 30 where it is not given. */
  periodSeconds: totpPeriod.optional(),
  /** Of an event-based token: counter of the first code that will be accepted. */
  counter: z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER).optional(),
  /** Import: the secret of a token that exists already, base32 (RFC 4648 §6). Absent: the server makes one. */
  secret: z.string().max(256).optional(),
  /** Import by the token's own `otpauth://hotp/…` or `otpauth://totp/…` URI; then nothing else about it is given. */
  otpauthUri: z.string().max(2048).optional(),
});
export type TokenCreation = z.infer<typeof tokenCreation>;

export const tokenEnrolment = z.strictObject({
  token: tokenView,
  /** Shown once, for the authenticator app. Null for an import: its holder has the secret already. */
  otpauthUri: z.string().nullable(),
  qr: z.strictObject({ svg: z.string(), terminal: z.string() }).nullable(),
  warnings: z.array(z.strictObject({ code: z.string(), message: z.string() })),
});
export type TokenEnrolment = z.infer<typeof tokenEnrolment>;

export const tokenChange = z.strictObject({
  label: displayText.optional(),
  status: z.enum(["enabled", "disabled"]).optional(),
  windowSize: windowSizeNumber.nullable().optional(),
  cacheSize: cacheSizeNumber.nullable().optional(),
  /** Agrees that a larger cache raises the window to cache + 5 (AMB-OTP-2). */
  confirmWindow: z.boolean().optional(),
});
export type TokenChange = z.infer<typeof tokenChange>;

export const resynchronisation = z.strictObject({ first: z.string().max(16), second: z.string().max(16) });

export const policyCreation = z.strictObject({
  name: displayText,
  changes: z.record(z.string(), z.unknown()).optional(),
});
export const policyChange = z.strictObject({
  name: displayText.optional(),
  changes: z.record(z.string(), z.unknown()).optional(),
});
export const policyQuery = z.strictObject({
  /** This name exactly. */
  name: displayText.optional(),
  ...paging,
});
export type PolicyQuery = z.infer<typeof policyQuery>;
export const policyView = z.strictObject({
  id: identifier,
  name: displayText,
  isDefault: z.boolean(),
  version: z.number().int(),
  document: userPolicy,
});
export type PolicyView = z.infer<typeof policyView>;

export const enrolmentCreation = z.strictObject({
  name: displayText,
  /** Absent: the server's own site. */
  site: displayText.optional(),
  /** Absent: `pam` with buffer 5. */
  profile: clientProfile.optional(),
  /** Absent: one day. */
  validFor: duration.optional(),
  /** Groups that the endpoint will be in. */
  groupIds: newGroups,
});
export type EnrolmentCreation = z.infer<typeof enrolmentCreation>;

export const enrolmentQuery = z.strictObject({
  /** `ended`: it expired, or somebody ended it, before an endpoint used it. */
  status: z.enum(["open", "used", "ended"]).optional(),
  ...paging,
});
export type EnrolmentQuery = z.infer<typeof enrolmentQuery>;

export const enrolmentView = z.strictObject({
  id: identifier,
  name: displayText,
  site: displayText,
  profile: clientProfile,
  createdAtMs: epochMs,
  expiresAtMs: epochMs,
  usedAtMs: epochMs.nullable(),
  endpointId: identifier.nullable(),
});
/** The code is told once; the server keeps a hash of its secret. */
export const enrolmentIssued = enrolmentView.extend({ code: z.string(), command: z.string() });

export const endpointQuery = z.strictObject({
  /** This name exactly; several endpoints can have it. */
  name: displayText.optional(),
  site: displayText.optional(),
  status: z.enum(["active", "revoked"]).optional(),
  groupId: identifier.optional(),
  ...paging,
});
export type EndpointQuery = z.infer<typeof endpointQuery>;

export const endpointView = z.strictObject({
  id: identifier,
  name: displayText,
  site: displayText,
  hostName: displayText,
  status: z.enum(["active", "revoked"]),
  profile: clientProfile,
  keyProtection,
  agentVersion: z.string(),
  groups: z.array(named),
  deviceKey: publicKey,
  enrolledAtMs: epochMs,
  lastContactAtMs: epochMs.nullable(),
  /** Whether its event stream is open at some server. */
  connected: z.boolean(),
  /** Since when that is so; null: it never was. */
  connectionSinceMs: epochMs.nullable(),
  /** Since when its reports have no effect; null: it is believed. */
  distrustedSinceMs: epochMs.nullable(),
  /** Revocations that this endpoint has not confirmed (DESIGN §7, promise 4). */
  pendingRevocations: z.array(
    z.strictObject({
      id: identifier,
      userId: identifier.nullable(),
      reason: z.string(),
      sinceMs: epochMs,
      state: z.string(),
    }),
  ),
});
export type EndpointView = z.infer<typeof endpointView>;

export const wlmProfileQuery = z.strictObject({
  /** The client's own switch; on where nothing is said. */
  offlineEnabled: z.enum(["true", "false"]).default("true"),
  /** `reg`: a Windows registration file, UTF-16LE with CRLF. */
  format: z.enum(["json", "reg"]).default("json"),
});
export type WlmProfileQuery = z.infer<typeof wlmProfileQuery>;

/** Settings of a workstation logon manager on Windows (OTP-16, OTP-20). */
export const wlmProfileView = z.strictObject({
  name: z.literal("wlm"),
  serverUrl: z.url(),
  authorityPin: base64url.length(43),
  site: displayText,
  offlineEnabled: z.boolean(),
  offlineLogins: z.number().int(),
  /** What is proven of such a client. */
  notice: z.string(),
});

export const quantity = z.union([z.number(), z.strictObject({ from: z.number(), to: z.number() })]);
export const cacheSizeQuestion = z.strictObject({
  loginsPerDay: quantity,
  daysOffline: quantity,
  variancePercent: z.number().optional(),
});

export const recommendationQuery = z.strictObject({
  /** Days looked back. */
  days: z.coerce.number().int().min(1).max(366).default(30),
  expectedDaysOffline: z.coerce.number().positive().max(366).optional(),
  variancePercent: z.coerce.number().min(0).max(1000).optional(),
});
export const recommendationApplication = z.strictObject({
  days: z.number().int().min(1).max(366).optional(),
  expectedDaysOffline: z.number().positive().max(366).optional(),
  variancePercent: z.number().min(0).max(1000).optional(),
  confirmWindow: z.boolean().optional(),
});

export const auditQuery = z.strictObject({
  userId: identifier.optional(),
  endpointId: identifier.optional(),
  attemptId: identifier.optional(),
  type: z.string().max(64).optional(),
  mode: z.enum(["online", "offline"]).optional(),
  fromMs: z.coerce.number().int().nonnegative().optional(),
  toMs: z.coerce.number().int().nonnegative().optional(),
  format: z.literal("json").optional(),
  ...paging,
});

/** Every chain is read whole, so pages are short. */
export const chainQuery = z.strictObject({
  after: paging.after,
  limit: z.coerce.number().int().min(1).max(100).default(100),
});
export type ChainQuery = z.infer<typeof chainQuery>;

export const alertQuery = z.strictObject({
  status: z.enum(["open", "closed"]).optional(),
  kind: z.string().max(64).optional(),
  userId: identifier.optional(),
  endpointId: identifier.optional(),
  ...paging,
});
export type AlertQuery = z.infer<typeof alertQuery>;

export const outlookQuery = z.strictObject({
  userId: identifier.optional(),
  endpointId: identifier.optional(),
  ...paging,
});
export type OutlookQuery = z.infer<typeof outlookQuery>;

/** Who may sign in offline where, until when and how often (DESIGN §7, promise 4). */
export const offlineOutlookEntry = z.strictObject({
  endpointId: identifier,
  endpointName: displayText,
  endpointStatus: z.enum(["active", "revoked"]),
  userId: identifier,
  userName,
  bundle: z.strictObject({ epoch: z.number().int(), sequence: z.number().int(), acknowledged: z.boolean() }),
  state: z.enum([
    "may-sign-in",
    "expired",
    "exhausted",
    "fresh-sign-in-needed",
    "revocation-pending",
    "revoked",
  ]),
  /** What the server handed out, at most; the endpoint may have used some since it was last heard. */
  remainingAtMost: z.number().int().nonnegative(),
  reportedRemaining: z.number().int().nonnegative().nullable(),
  notAfterMs: epochMs,
  lastContactAtMs: epochMs.nullable(),
  /** "pending: endpoint offline since …" where an order has not been confirmed. */
  note: z.string().nullable(),
});
export type OfflineOutlookEntry = z.infer<typeof offlineOutlookEntry>;

/** `sign`: asks people for signatures (POST /api/v1/signings) and does nothing else. */
export const apiKeyScope = z.enum(["admin", "read", "sign-in", "sign", "radius"]);
export type ApiKeyScope = z.infer<typeof apiKeyScope>;
export const apiKeyCreation = z.strictObject({
  name: displayText,
  scopes: z.array(apiKeyScope).min(1).max(5),
});
export const apiKeyQuery = z.strictObject({
  status: z.enum(["active", "revoked"]).optional(),
  ...paging,
});
export type ApiKeyQuery = z.infer<typeof apiKeyQuery>;
export const apiKeyView = z.strictObject({
  id: identifier,
  name: displayText,
  scopes: z.array(apiKeyScope),
  /** Null: made at setup, by nobody with an account. A name that is null: his account was deleted. */
  madeBy: z.strictObject({ userId: identifier, userName: userName.nullable() }).nullable(),
  /** Not taken while its maker's account is locked, disabled or gone. */
  stopped: z.boolean(),
  /** Its maker's role gives less now than the key's scopes say, and so does the key. */
  cut: z.boolean(),
  createdAtMs: epochMs,
  revokedAtMs: epochMs.nullable(),
});
export type ApiKeyView = z.infer<typeof apiKeyView>;
/** The key itself is told once. */
export const apiKeyIssued = apiKeyView.extend({ key: z.string() });

/** POST /api/v1/setup: the first administrator, by the one-time token of the first start. */
export const setupRequest = z.strictObject({
  token: z.string().min(16).max(128),
  name: displayText.optional(),
});
export const setupAnswer = z.strictObject({ apiKey: apiKeyIssued });
/** `<state dir>/setup.json` (0600), read by `holdfast admin bootstrap` on the server's own host. */
export const setupFile = z.strictObject({
  url: z.url(),
  token: z.string(),
  authorityPin: z.string(),
  expiresAtMs: epochMs,
});
export type SetupFile = z.infer<typeof setupFile>;

/** Answers of the endpoint-facing API that the message schemas leave to prose. */
export const slotParametersRequest = z.strictObject({ grant: z.string().max(4096) });
