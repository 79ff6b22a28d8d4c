/**
 * The version of every family of messages and stored files: one per file of schemas here. A change of a schema without
 * a new version fails `versions.test.ts`. Before the first release a family's first format may still change; from then
 * on a change appends to `history`, and readers keep taking everything from `floor` on.
 */
export type FamilyVersion = {
  /** What each version brought; the last is the current one. */
  readonly history: readonly string[];
  /** Lowest version that is still read. */
  readonly floor: number;
  /** True once an installation outside of development may hold it. */
  readonly released: boolean;
};

const first: FamilyVersion = { history: ["first format"], floor: 1, released: false };

export const familyVersions: Readonly<Record<string, FamilyVersion>> = {
  "admin-answers": first,
  "admin-api": first,
  "agent-files": first,
  "authenticators-api": first,
  bundle: first,
  "bypass-api": first,
  "chain-head": first,
  control: first,
  "endpoint-api": first,
  "endpoint-events": first,
  "endpoint-memory": first,
  "enrolment-code": first,
  "lock-api": first,
  "me-api": first,
  "operating-api": first,
  "outage-api": first,
  "pam-frames": first,
  "phone-api": first,
  "phone-types": first,
  "phones-api": first,
  policy: first,
  primitives: first,
  problem: first,
  "proofing-api": first,
  "push-api": first,
  "radius-api": first,
  refusals: first,
  rights: first,
  "roles-api": first,
  "senders-api": first,
  "session-api": first,
  "settings-api": first,
  "setup-api": first,
  "sign-in-api": first,
  "signing-api": first,
  "signing-statement": first,
  "stored-files": first,
  "temporary-codes-api": first,
  "token-stock-api": first,
};
