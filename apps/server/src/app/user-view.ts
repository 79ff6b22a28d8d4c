import type { Role } from "@holdfast/core/authorization/built-in-roles";
import { offlineWarning } from "@holdfast/core/messages/offline-warning";
import { obstacleOf } from "@holdfast/core/outage-planning/obstacle";
import { needsCodeOffline } from "@holdfast/core/policy/workflows";
import type { UserView } from "@holdfast/protocol/admin-api";
import type { UserPolicy } from "@holdfast/protocol/policy";
import type { AuthenticatorRow } from "../store/authenticators-store.ts";
import type { GroupRow } from "../store/authorization-store.ts";
import type { PhoneRow } from "../store/phones-store.ts";
import type { Transaction } from "../store/store.ts";
import type { TokenRow } from "../store/tokens-store.ts";
import type { SignInStateRow, UserRow } from "../store/users-store.ts";
import { administratorWarnings } from "./administrator-warnings.ts";
import { recoveryCodeWarnings } from "./authenticators/recovery-codes.ts";
import { answers } from "./phones/challenge-profiles.ts";
import { rolesOf } from "./role-of.ts";
import { enabledHotp, tokenView } from "./token-view.ts";

/** What an administrator sees of users, in their order. As many statements for a page of them as for one. */
export async function viewUsers(tx: Transaction, rows: readonly UserRow[]): Promise<UserView[]> {
  const ids = rows.map(({ id }) => id);
  const states = await tx.ofMany.signInStates(ids);
  const policies = await tx.ofMany.policies(rows.map(({ policyId }) => policyId));
  const groups = await tx.ofMany.groups("user", ids);
  const tokens = await tx.ofMany.tokens(ids);
  const authenticators = await tx.ofMany.authenticators(ids);
  const phones = await tx.phones.ofUsers(ids);
  const roles = await rolesOf(tx, ids);
  const warnings = await administratorWarnings(tx, roles, { tokens, authenticators });
  return rows.map((user) => {
    const [state, policy] = [states.get(user.id), policies.get(user.policyId)];
    if (!state) throw new Error(`user ${user.id} has no sign-in state`);
    if (!policy) throw new Error(`user ${user.id} has a policy that is not there`);
    return view({
      user,
      state,
      policy: policy.document,
      role: roles.get(user.id) ?? null,
      groups: groups.get(user.id) ?? [],
      tokens: tokens.get(user.id) ?? [],
      authenticators: authenticators.get(user.id) ?? [],
      phones: phones.get(user.id) ?? [],
      asAdministrator: warnings.get(user.id) ?? [],
    });
  });
}

export async function viewUser(tx: Transaction, row: UserRow): Promise<UserView> {
  const [one] = await viewUsers(tx, [row]);
  if (!one) throw new Error("a view of nobody");
  return one;
}

type Seen = {
  readonly user: UserRow;
  readonly state: SignInStateRow;
  readonly policy: UserPolicy;
  readonly role: Role | null;
  readonly groups: readonly GroupRow[];
  readonly tokens: readonly TokenRow[];
  readonly authenticators: readonly AuthenticatorRow[];
  readonly phones: readonly PhoneRow[];
  readonly asAdministrator: UserView["warnings"];
};

function view(seen: Seen): UserView {
  const { user, state, policy, role, groups, tokens } = seen;
  const enabled = enabledHotp(tokens);
  const [cached] = enabled;
  return {
    id: user.id,
    userName: user.name,
    displayName: user.displayName,
    status: user.status,
    policyId: user.policyId,
    hasPassword: user.passwordVerifier !== null,
    cacheSize: user.cacheSize,
    failures: state.failures,
    lockedUntilMs: state.lockedUntilMs,
    remoteAccess: policy.lockout.joinRemoteAccess
      ? null
      : { failures: state.remoteFailures, lockedUntilMs: state.remoteLockedUntilMs },
    createdAtMs: user.createdAtMs,
    role: role && { id: role.id, name: role.name },
    groups: groups.map(({ id, name }) => ({ id, name })),
    tokens: tokens.map((token) => tokenView(token, policy, cached?.id ?? null)),
    warnings: [
      ...(enabled.length > 1
        ? [
            {
              code: "more-than-one-token",
              message: `${enabled.length} event-based tokens are enabled; only "${cached?.label}" works for sign-in and offline (OTP-28).`,
            },
          ]
        : []),
      ...otherWarnings(seen),
      ...seen.asAdministrator,
    ],
  };
}

/** What is due beforehand, so that nobody finds out in an outage (OTP-3, OTP-4). */
function otherWarnings({ user, state, policy, tokens, authenticators, phones }: Seen): UserView["warnings"] {
  if (state.otherAuthenticators === 0) return [];
  const rows = authenticators.filter(({ status }) => status === "enabled");
  const has = (kind: TokenRow["kind"]) => tokens.some((one) => one.kind === kind && one.status === "enabled");
  const obstacle = obstacleOf({
    offlineAllowed: policy.offline.enabled,
    workstationAsksForCode: needsCodeOffline(policy, "workstation", phones.some(answers)),
    hasPassword: user.passwordVerifier !== null,
    hasEventToken: has("hotp"),
    hasTimeToken: has("totp"),
    hasPasskey: rows.some(({ kind }) => kind === "passkey"),
    hasBundle: true,
  });
  return [...offlineWarning(obstacle), ...recoveryCodeWarnings(rows)];
}
