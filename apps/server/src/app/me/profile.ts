import type { Obstacle } from "@holdfast/core/outage-planning/obstacle";
import { obstacleOf } from "@holdfast/core/outage-planning/obstacle";
import { needsCodeOffline } from "@holdfast/core/policy/workflows";
import type { ProfileView } from "@holdfast/protocol/me-api";
import type { UserPolicy } from "@holdfast/protocol/policy";
import type { Transaction } from "../../store/store.ts";
import type { UserRow } from "../../store/users-store.ts";
import type { Outcome } from "../outcome.ts";
import { notFound, ok } from "../outcome.ts";
import { answers } from "../phones/challenge-profiles.ts";
import type { AppPorts } from "../ports.ts";
import { settingsOf } from "../settings.ts";
import { activeOf } from "../temporary-codes/view.ts";
import { viewUser } from "../user-view.ts";
import { policyOf } from "../users.ts";

export function readProfile(ports: AppPorts, userId: string): Promise<Outcome<ProfileView>> {
  return ports.store.read(async (tx) => {
    const user = await tx.users.get(userId);
    if (!user) return notFound("user");
    const { document: policy } = await policyOf(tx, user);
    const { productName, organisationName, helpDeskContact, temporaryCodes } = await settingsOf(ports, tx);
    return ok({
      user: { id: user.id, userName: user.name, displayName: user.displayName },
      productName,
      organisationName,
      helpDeskContact,
      hasPassword: user.passwordVerifier !== null,
      minimumPasswordLength: policy.password.minimumLength,
      mayEnrol: policy.enrolment.rights,
      offline: await offlineOf(tx, user, policy),
      temporaryCode: await temporaryCodeOf(tx, userId, temporaryCodes.allowed),
      warnings: (await viewUser(tx, user)).warnings,
    });
  });
}

async function temporaryCodeOf(
  tx: Transaction,
  userId: string,
  accepted: boolean,
): Promise<ProfileView["temporaryCode"]> {
  const active = activeOf(await tx.temporaryCodes.ofUser(userId), tx.now());
  if (active === null) return null;
  const { use, workflows, createdAtMs, expiresAtMs, uses, lastUsedAtMs } = active;
  return { use, workflows, createdAtMs, expiresAtMs, uses, lastUsedAtMs, accepted };
}

async function offlineOf(
  tx: Transaction,
  user: UserRow,
  policy: UserPolicy,
): Promise<ProfileView["offline"]> {
  const bundles = await tx.bundles.ofUser(user.id);
  const enabled = (await tx.tokens.ofUser(user.id)).filter(({ status }) => status === "enabled");
  const others = (await tx.authenticators.ofUser(user.id)).filter(({ status }) => status === "enabled");
  const phones = await tx.phones.ofUser(user.id);
  const obstacle = obstacleOf({
    offlineAllowed: policy.offline.enabled,
    workstationAsksForCode: needsCodeOffline(policy, "workstation", phones.some(answers)),
    hasPassword: user.passwordVerifier !== null,
    hasEventToken: enabled.some(({ kind }) => kind === "hotp"),
    hasTimeToken: enabled.some(({ kind }) => kind === "totp"),
    hasPasskey: others.some(({ kind }) => kind === "passkey"),
    hasBundle: bundles.length > 0,
  });
  // Where bundles are there, each endpoint's own state says whether they are still good.
  return obstacle === "rights-used-up-or-ended" ? { able: true } : { able: false, ...ownTexts[obstacle] };
}

/** The same obstacles as administrators read them, to the person himself (OTP-3, OTP-4). */
const ownTexts: Readonly<
  Record<Exclude<Obstacle, "rights-used-up-or-ended">, { why: string; next: string }>
> = {
  "policy-forbids": {
    why: "Your policy does not allow signing in without the network.",
    next: "Ask your administrator if you need it.",
  },
  "no-password": {
    why: "You have no password, and a sign-in without the network needs one.",
    next: "Set a password here.",
  },
  "time-token-only": {
    why: "Your one-time codes are time-based, and those cannot be kept at a computer for later.",
    next: "Ask your help desk for an event-based (HOTP) token beside them.",
  },
  "passkey-only": {
    why: "A passkey needs the server to answer to, so it does not work without the network.",
    next: "Ask your help desk for an event-based (HOTP) token beside it.",
  },
  "no-token": {
    why: "You have no event-based (HOTP) token, whose codes a computer could keep for later.",
    next: "Ask your help desk for one.",
  },
  "never-signed-in-at-an-endpoint": {
    why: "You have not signed in at a computer that keeps something for you yet.",
    next: "Sign in there once while it is connected.",
  },
};
