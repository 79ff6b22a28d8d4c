import type { Generated } from "kysely";
import type { AlertRow } from "./alerts-store.ts";
import type { ApiKeyRow } from "./api-keys-store.ts";
import type { Link } from "./audit-chain.ts";
import type { AuthenticatorRow } from "./authenticators-store.ts";
import type { GroupRow, MemberKind, RoleRow } from "./authorization-store.ts";
import type { BundleRow, HandedOutRow } from "./bundles-store.ts";
import type { BypassRow } from "./bypasses-store.ts";
import type { ConsumptionRow } from "./consumptions-store.ts";
import type { EndpointRow } from "./endpoints-store.ts";
import type { EnrolmentRow } from "./enrolments-store.ts";
import type { IdempotencyRow } from "./idempotency-store.ts";
import type { EndpointConnectionRow, MaintenanceWindowRow } from "./outage-store.ts";
import type { PhoneRegistrationRow, PhoneRow } from "./phones-store.ts";
import type { PolicyRow } from "./policies-store.ts";
import type { PushRequestRow, PushSubscriptionRow, PushUserRow } from "./push-store.ts";
import type { RadiusChallengeRow, RadiusClientRow, RadiusServerRow } from "./radius-store.ts";
import type { RestoreItemRow } from "./restore-store.ts";
import type { RevocationRow } from "./revocations-store.ts";
import type { AddressProofRow, MessageRow } from "./senders-store.ts";
import type { ServerRow } from "./servers-store.ts";
import type { ProofingRow, SigningRow } from "./signing-store.ts";
import type { StopRow } from "./stops-store.ts";
import type { TemporaryCodeRow } from "./temporary-codes-store.ts";
import type { StockRow } from "./token-stock-store.ts";
import type { TokenRow } from "./tokens-store.ts";
import type { SignInStateRow, UserRow } from "./users-store.ts";
import type { AppPasswordRow, SessionRow } from "./web-store.ts";

/** A row as the database keeps it: documents as JSON text, flags as 0 or 1. */
type Stored<Row, Document extends keyof Row = never, Flag extends keyof Row = never> = {
  [Key in keyof Row]: Key extends Document
    ? string | Extract<Row[Key], null>
    : Key extends Flag
      ? number
      : Row[Key];
};

/** Kysely's view of the schema; its CamelCasePlugin turns `atMs` into `at_ms`. */
export type Tables = {
  policies: Stored<PolicyRow, "document", "isDefault">;
  users: UserRow;
  signInStates: SignInStateRow & { usedTokenId: string | null; usedCounter: number | null };
  tokens: Stored<TokenRow, "exposed">;
  tokenStock: StockRow;
  authenticators: Stored<AuthenticatorRow, "data">;
  endpoints: Stored<EndpointRow, "profile" | "deviceKey" | "encryptionKey">;
  endpointChanges: { endpointId: string; mark: number };
  enrolments: Stored<EnrolmentRow, "profile">;
  bundles: Stored<BundleRow, "refillKey", "freshSignInNeeded">;
  handedOut: HandedOutRow;
  consumptions: ConsumptionRow;
  attempts: { auditId: number; clientId: string; verdict: string; atMs: number };
  revocations: Stored<RevocationRow, "revocation">;
  alerts: Stored<AlertRow, "detail">;
  apiKeys: Stored<ApiKeyRow, "scopes">;
  idempotentRequests: IdempotencyRow;
  settings: { key: string; value: string };
  restoreItems: Stored<RestoreItemRow, "detail">;
  bypasses: Stored<BypassRow, "codes" | "answers">;
  userStops: Stored<Omit<StopRow, "by">, "detail"> & { stoppedBy: string };
  servers: ServerRow;
  temporaryCodes: Stored<TemporaryCodeRow, "workflows">;
  sentMessages: Omit<MessageRow, "to"> & { sentTo: string };
  addressProofs: AddressProofRow;
  sessions: Stored<SessionRow, "factors", "enrolmentDue" | "renewalDue">;
  appPasswords: AppPasswordRow;
  signings: SigningRow;
  identityProofings: Stored<ProofingRow, "evidence" | "authenticatorIds">;
  radiusClients: Stored<RadiusClientRow, never, "requiresMessageAuthenticator">;
  radiusServers: RadiusServerRow;
  radiusChallenges: RadiusChallengeRow;
  pushUsers: Stored<PushUserRow, never, "enabled" | "requireBiometric"> & {
    pendingId: string | null;
    pendingUntilMs: number | null;
  };
  pushRequests: Stored<Omit<PushRequestRow, "order">, "details", "requireBiometric"> & {
    orderShown: string | null;
  };
  pushSubscriptions: PushSubscriptionRow;
  phones: Stored<PhoneRow, "types" | "requestKey" | "approvalKey" | "biometric">;
  phoneChanges: { phoneId: string; mark: number };
  phoneRegistrations: Stored<PhoneRegistrationRow, "decision" | "types" | "claim"> & {
    state: string;
    expiresAtMs: number;
  };
  endpointConnections: Stored<EndpointConnectionRow, never, "connected">;
  maintenanceWindows: MaintenanceWindowRow;
  roles: Stored<RoleRow, "rights" | "scope">;
  administrators: { userId: string; roleId: string; sinceMs: number };
  memberGroups: GroupRow;
  groupMembers: { groupId: string; kind: MemberKind; memberId: string };
  audit: Link & { id: Generated<number> };
};

type Codec<Row, Kept> = { toTable(row: Row): Kept; toRow(kept: Kept): Row };

export const policyCodec = codec<PolicyRow, Tables["policies"]>(["document"], ["isDefault"]);
export const tokenCodec = codec<TokenRow, Tables["tokens"]>(["exposed"], []);
export const authenticatorCodec = codec<AuthenticatorRow, Tables["authenticators"]>(["data"], []);
export const radiusClientCodec = codec<RadiusClientRow, Tables["radiusClients"]>(
  [],
  ["requiresMessageAuthenticator"],
);
export const temporaryCodeCodec = codec<TemporaryCodeRow, Tables["temporaryCodes"]>(["workflows"], []);
export const endpointCodec = codec<EndpointRow, Tables["endpoints"]>(
  ["profile", "deviceKey", "encryptionKey", "contactsTaken"],
  [],
);
export const enrolmentCodec = codec<EnrolmentRow, Tables["enrolments"]>(["profile"], []);
export const bundleCodec = codec<BundleRow, Tables["bundles"]>(["refillKey"], ["freshSignInNeeded"]);
export const bypassCodec = codec<BypassRow, Tables["bypasses"]>(["codes", "answers"], []);
export const revocationCodec = codec<RevocationRow, Tables["revocations"]>(["revocation"], []);
export const alertCodec = codec<AlertRow, Tables["alerts"]>(["detail"], []);
export const sessionCodec = codec<SessionRow, Tables["sessions"]>(
  ["factors"],
  ["enrolmentDue", "renewalDue"],
);
export const phoneCodec = codec<PhoneRow, Tables["phones"]>(
  ["types", "requestKey", "approvalKey", "biometric"],
  [],
);
export const phoneRegistrationCodec = codec<
  PhoneRegistrationRow,
  Omit<Tables["phoneRegistrations"], "state" | "expiresAtMs">
>(["decision", "types", "claim"], []);
export const apiKeyCodec = codec<ApiKeyRow, Tables["apiKeys"]>(["scopes"], []);

function codec<Row extends object, Kept extends object>(
  documents: readonly (keyof Row & keyof Kept)[],
  flags: readonly (keyof Row & keyof Kept)[],
): Codec<Row, Kept> {
  function map(
    from: object,
    document: (value: unknown) => unknown,
    flag: (value: unknown) => unknown,
  ): object {
    const to: Record<PropertyKey, unknown> = { ...from };
    for (const name of documents) if (to[name] !== null) to[name] = document(to[name]);
    for (const name of flags) to[name] = flag(to[name]);
    return to;
  }
  return {
    toTable: (row) => map(row, (value) => JSON.stringify(value), Number) as Kept,
    toRow: (kept) => map(kept, (text) => JSON.parse(text as string), Boolean) as Row,
  };
}
