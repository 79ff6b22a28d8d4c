import { enrolsAtOnce, hasSecondFactor, passwordOnlyWorkflows } from "@holdfast/core/policy/password-only";
import { takes } from "@holdfast/core/policy/workflows";
import type {
  StolenDevicePreview,
  StolenDeviceRequest,
  StopAnswer,
  StoppedKind,
} from "@holdfast/protocol/lock-api";
import type { PhoneType } from "@holdfast/protocol/phone-types";
import type { UserPolicy } from "@holdfast/protocol/policy";
import type { AuthenticatorRow } from "../../store/authenticators-store.ts";
import type { PhoneRow } from "../../store/phones-store.ts";
import type { Transaction } from "../../store/store.ts";
import type { TokenRow } from "../../store/tokens-store.ts";
import type { UserRow } from "../../store/users-store.ts";
import type { Actor } from "../actor.ts";
import { report } from "../audit.ts";
import { dropAuthenticator } from "../authenticators/authenticators.ts";
import { heldOf } from "../authenticators/data.ts";
import { refusal, refusalOfChange, userResource } from "../authorization.ts";
import type { Outcome, Refused } from "../outcome.ts";
import { notFound, ok } from "../outcome.ts";
import { dropPhone } from "../phones/ending.ts";
import type { AppPorts } from "../ports.ts";
import { changeWithRevocations } from "../revocations.ts";
import { tellOfMethod } from "../senders/notices.ts";
import { dropToken } from "../tokens.ts";
import { markRevoked, policyOf } from "../users.ts";
import { endEverythingOf } from "./endings.ts";
import { viewLock } from "./stopped-endpoints.ts";

type Enrolled = {
  /** Those of phones go with the phone. */
  readonly tokens: readonly TokenRow[];
  readonly others: readonly AuthenticatorRow[];
  readonly phones: readonly PhoneRow[];
};

/** What whoever is about to delete enrolments should know of it first (TC-29, TC-45). */
export function previewStolenDevice(
  ports: AppPorts,
  actor: Actor,
  id: string,
  authenticatorIds: readonly string[] | null,
): Promise<Outcome<StolenDevicePreview>> {
  return ports.store.read(async (tx) => {
    const resource = await userResource(tx, id);
    const no = refusal(actor, "users.read", resource);
    if (no) return no;
    const user = await tx.users.get(id);
    if (user === null) return notFound("user");
    const all = await enrolledBy(tx, id);
    const lost = authenticatorIds === null ? all : chosen(all, authenticatorIds);
    if (lost === null) return notFound("authenticator");
    const { document: policy } = await policyOf(tx, user);
    const cautions = cautionsOf(policy, kindsOf(lost), kindsOf(without(all, lost)));
    const remedies = cautions.some(({ code }) => code === "password-only")
      ? (await tx.policies.list()).filter((row) => row.id !== user.policyId && enrolsAtOnce(row.document))
      : [];
    return ok({
      cautions,
      policies: remedies.map((row) => ({ id: row.id, name: row.name })),
      mayMove: refusal(actor, "users.change-policy", resource) === null,
    });
  });
}

/**
 * A device was lost or stolen (TC-28): its enrolments are deleted for good, whoever is signed in as this user is out, and
 * every endpoint is told to delete what it holds of him. He himself may go on, with a temporary code until he has
 * enrolled another device.
 */
export async function reportStolenDevice(
  ports: AppPorts,
  actor: Actor,
  id: string,
  { authenticatorIds, reason, moveToPolicyId }: StolenDeviceRequest,
): Promise<Outcome<StopAnswer>> {
  let deleted: readonly StoppedKind[] = [];
  let phoneIds: readonly string[] = [];
  let former: string | null = null;
  const reported = await changeWithRevocations(
    ports,
    id,
    (endpointId) => ({ endpointId, userId: id, tokenId: null, reason: "device-stolen" }),
    async (tx, queue) => {
      const user = await tx.users.get(id);
      const no = await refusalOfReport(tx, actor, id, {
        deletes: authenticatorIds.length > 0,
        moves: moveToPolicyId !== undefined,
      });
      if (no) return no;
      if (user === null) return notFound("user");
      const lost = chosen(await enrolledBy(tx, id), authenticatorIds);
      if (lost === null) return notFound("authenticator");
      for (const token of lost.tokens) await dropToken(ports, tx, actor, token);
      for (const row of lost.others) await dropAuthenticator(tx, actor, row);
      for (const row of lost.phones) await dropPhone(ports, tx, actor, row);
      const moved = moveToPolicyId === undefined ? null : await move(tx, actor, user, moveToPolicyId);
      if (moved) return moved;
      // Sign-ins in flight decide again, whatever else was changed.
      await tx.users.bump(id);
      const endings = await endEverythingOf(tx, actor, id, "device-stolen");
      const authenticators = [
        ...[...lost.tokens, ...lost.others].map(({ id, kind, label }) => ({ id, kind, label })),
        ...lost.phones.map(({ id, label }) => ({ id, kind: "phone" as const, label })),
      ];
      phoneIds = lost.phones.map((row) => row.id);
      deleted = authenticators.map(({ kind }) => kind);
      former = heldOf(lost.others, "email-code")[0]?.data.address ?? null;
      const detail = { statusBefore: user.status, authenticators };
      await tx.stops.put({
        userId: id,
        kind: "stolen-device",
        atMs: tx.now(),
        by: actor.name,
        reason,
        detail,
      });
      const ended = { ...endings, authenticators: authenticators.length, apiKeys: [] };
      await report(tx, actor, "device-reported-stolen", {
        userId: id,
        reason,
        detail: { authenticators, ended, movedToPolicyId: moveToPolicyId ?? null },
      });
      await queue(actor);
      await markRevoked(tx, id);
      return ok({ ...(await viewLock(tx, actor, id)), ended });
    },
  );
  if (reported.kind === "refused") return reported;
  ports.phones.drop(phoneIds);
  for (const kind of deleted) tellOfMethod(ports, id, "removed", kind, former);
  return reported;
}

/** The right to stop somebody, and for what else is done the right to that. */
async function refusalOfReport(
  tx: Transaction,
  actor: Actor,
  id: string,
  { deletes, moves }: { readonly deletes: boolean; readonly moves: boolean },
): Promise<Refused | null> {
  const resource = await userResource(tx, id);
  return (
    (await refusalOfChange(tx, actor, "users.lock", resource)) ??
    (deletes ? await refusalOfChange(tx, actor, "users.authenticators", resource) : null) ??
    (moves ? await refusalOfChange(tx, actor, "users.change-policy", resource) : null)
  );
}

/** Null where it is done. */
async function move(tx: Transaction, actor: Actor, user: UserRow, policyId: string): Promise<Refused | null> {
  if ((await tx.policies.get(policyId)) === null) return notFound("policy");
  await tx.users.update({ ...user, policyId });
  await report(tx, actor, "user-changed", {
    userId: user.id,
    reason: "device-stolen",
    detail: { before: { policyId: user.policyId }, after: { policyId } },
  });
  return null;
}

async function enrolledBy(tx: Transaction, userId: string): Promise<Enrolled> {
  return {
    tokens: (await tx.tokens.ofUser(userId)).filter(
      ({ status, phoneId }) => status !== "revoked" && phoneId === null,
    ),
    others: await tx.authenticators.ofUser(userId),
    phones: await tx.phones.ofUser(userId),
  };
}

/** Null where one of them is not this user's, or no longer. */
function chosen({ tokens, others, phones }: Enrolled, ids: readonly string[]): Enrolled | null {
  const wanted = new Set(ids);
  const found = {
    tokens: tokens.filter(({ id }) => wanted.has(id)),
    others: others.filter(({ id }) => wanted.has(id)),
    phones: phones.filter(({ id }) => wanted.has(id)),
  };
  const many = found.tokens.length + found.others.length + found.phones.length;
  return many === wanted.size ? found : null;
}

function without(all: Enrolled, gone: Enrolled): Enrolled {
  return {
    tokens: all.tokens.filter((row) => !gone.tokens.includes(row)),
    others: all.others.filter((row) => !gone.others.includes(row)),
    phones: all.phones.filter((row) => !gone.phones.includes(row)),
  };
}

type Kind = TokenRow["kind"] | AuthenticatorRow["kind"] | PhoneType;

function kindsOf({ tokens, others, phones }: Enrolled): Kind[] {
  return [
    ...[...tokens, ...others].filter(({ status }) => status === "enabled").map(({ kind }) => kind),
    ...phones.filter(({ status }) => status === "enabled").flatMap(({ types }) => types),
  ];
}

function cautionsOf(
  policy: UserPolicy,
  lost: readonly Kind[],
  left: readonly Kind[],
): StolenDevicePreview["cautions"] {
  const cautions: StolenDevicePreview["cautions"] = [];
  if (lost.some((kind) => takes(policy, "order-signing", kind)))
    cautions.push({
      code: "cannot-sign-orders",
      message:
        "This user signs orders. After Save, orders cannot be signed until a device is acquired and enrolled again, and identity proofing is done anew.",
    });
  const passwordOnly = passwordOnlyWorkflows(policy, left);
  if (passwordOnly.length > 0)
    cautions.push({
      code: "password-only",
      message: `This returns the user to ${words(passwordOnly)} with the password only, and enrolling can be put off${policy.enrolment.remoteDelaySignIns === null && passwordOnly.includes("remote-access") ? " indefinitely" : ""}. Move the user to a policy where it cannot be delayed.`,
    });
  else if (!hasSecondFactor(policy, "workstation", left) && lost.length > 0)
    cautions.push({
      code: "no-second-factor",
      message:
        "Nothing is left beside the password. Generate a temporary code after Save, long enough to get and enrol another device.",
    });
  return cautions;
}

function words(workflows: ReturnType<typeof passwordOnlyWorkflows>): string {
  return workflows
    .map((workflow) => (workflow === "remote-access" ? "remote access" : "the portal"))
    .join(" and ");
}
