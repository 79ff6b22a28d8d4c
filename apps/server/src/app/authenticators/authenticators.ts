import { isUsualFactor } from "@holdfast/core/help-desk-codes/temporary-code-standing";
import type {
  AuthenticatorChange,
  AuthenticatorCreation,
  AuthenticatorEnrolment,
  AuthenticatorKind,
  AuthenticatorView,
} from "@holdfast/protocol/authenticators-api";
import type { UserPolicy } from "@holdfast/protocol/policy";
import { mostOfOneKind } from "@holdfast/protocol/token-stock-api";
import type { AuthenticatorRow } from "../../store/authenticators-store.ts";
import type { Transaction } from "../../store/store.ts";
import type { Actor } from "../actor.ts";
import { report } from "../audit.ts";
import type { Outcome } from "../outcome.ts";
import { invalid, notFound, ok, refused } from "../outcome.ts";
import type { AppPorts } from "../ports.ts";
import { newId } from "../ports.ts";
import { tellOfMethod } from "../senders/notices.ts";
import { endProofingOf } from "../signing/proofing.ts";
import { endTemporaryCode } from "../temporary-codes/ending.ts";
import { enrolToken } from "../token-enrolment.ts";
import { changeToken, revokeToken } from "../tokens.ts";
import { markStale } from "../users.ts";
import { cardLookup, cardNumber } from "./cards.ts";
import { heldOf } from "./data.ts";
import { pinDataOf, pinProblem } from "./pins.ts";
import { newRecoveryCodes, recoveryCodesDataOf } from "./recovery-codes.ts";
import { ownerForChange, ownerForReading, renewsPostponing } from "./rights.ts";
import { viewAuthenticators } from "./view.ts";

/** What the console does for a user and the portal for its person: the actor says which (rights.ts). */

export function listAuthenticators(
  ports: AppPorts,
  actor: Actor,
  userId: string,
): Promise<Outcome<{ items: AuthenticatorView[]; next: null }>> {
  return ports.store.read(async (tx) => {
    const owner = await ownerForReading(tx, actor, userId);
    if (owner.kind === "refused") return owner;
    return ok({ items: await viewAuthenticators(tx, userId, owner.value.policy), next: null });
  });
}

export async function enrolAuthenticator(
  ports: AppPorts,
  actor: Actor,
  userId: string,
  request: AuthenticatorCreation,
): Promise<Outcome<AuthenticatorEnrolment>> {
  const enrolled = await enrolByKind(ports, actor, userId, request);
  if (enrolled.kind === "ok") tellOfMethod(ports, userId, "added", request.kind);
  return enrolled;
}

function enrolByKind(
  ports: AppPorts,
  actor: Actor,
  userId: string,
  request: AuthenticatorCreation,
): Promise<Outcome<AuthenticatorEnrolment>> {
  switch (request.kind) {
    case "hotp":
    case "totp":
      return enrolAsToken(ports, actor, userId, request);
    case "recovery-code":
      return enrolRecoveryCodes(ports, actor, userId);
    case "pin":
      return enrolPin(ports, actor, userId, request.pin);
    case "card":
      return enrolCard(ports, actor, userId, request);
  }
}

/** Label and status. What is disabled stays the user's, and works nowhere until it is enabled again. */
export async function changeAuthenticator(
  ports: AppPorts,
  actor: Actor,
  userId: string,
  id: string,
  request: AuthenticatorChange,
): Promise<Outcome<AuthenticatorView>> {
  const token = await tokenOf(ports, actor, userId, id);
  if (token.kind === "refused") return token;
  if (token.value) {
    const changed = await changeToken(ports, actor, id, request);
    return changed.kind === "refused" ? changed : viewOne(ports, actor, userId, id);
  }
  return ports.store.transaction(async (tx) => {
    const found = await rowForChange(tx, actor, userId, id);
    if (found.kind === "refused") return found;
    const { row, policy } = found.value;
    const next = { ...row, label: request.label ?? row.label, status: request.status ?? row.status };
    await tx.authenticators.update(next);
    if (next.status !== row.status) await markStale(tx, userId);
    await report(tx, actor, "authenticator-changed", {
      userId,
      detail: {
        authenticatorId: id,
        kind: row.kind,
        before: { label: row.label, status: row.status },
        after: { label: next.label, status: next.status },
      },
    });
    return viewIn(tx, userId, policy, id);
  });
}

/** For good. A token is revoked: its row says for ever which codes were taken. */
export async function removeAuthenticator(
  ports: AppPorts,
  actor: Actor,
  userId: string,
  id: string,
): Promise<Outcome<null>> {
  const token = await tokenOf(ports, actor, userId, id);
  if (token.kind === "refused") return token;
  if (token.value) {
    const revoked = await revokeToken(ports, actor, id);
    if (revoked.kind === "refused") return revoked;
    tellOfMethod(ports, userId, "removed", revoked.value.kind);
    return ok(null);
  }
  const removed = await ports.store.transaction(async (tx) => {
    const found = await rowForChange(tx, actor, userId, id);
    if (found.kind === "refused") return found;
    await dropAuthenticator(tx, actor, found.value.row);
    await markStale(tx, userId);
    return found;
  });
  if (removed.kind === "refused") return removed;
  const { row } = removed.value;
  tellOfMethod(ports, userId, "removed", row.kind, heldOf([row], "email-code")[0]?.data.address ?? null);
  return ok(null);
}

/** In a transaction that has asked whether it may. */
export async function dropAuthenticator(tx: Transaction, actor: Actor, row: AuthenticatorRow): Promise<void> {
  await tx.authenticators.remove(row);
  await report(tx, actor, "authenticator-removed", {
    userId: row.userId,
    detail: { authenticatorId: row.id, kind: row.kind, label: row.label },
  });
  await endProofingOf(tx, actor, row);
}

/** Adds one in the transaction of who knows what it is. */
export async function insertAuthenticator(
  ports: AppPorts,
  tx: Transaction,
  actor: Actor,
  owner: { readonly userId: string; readonly policy: UserPolicy },
  what: Pick<AuthenticatorRow, "kind" | "label" | "lookup" | "data">,
): Promise<Outcome<AuthenticatorView>> {
  const { userId, policy } = owner;
  const before = await tx.authenticators.ofUser(userId);
  const same = before.filter(({ kind }) => kind === what.kind);
  if (same.length >= mostOfOneKind)
    return refused("conflict", `${mostOfOneKind} of one kind are the most that one user has.`);
  const createdAtMs = Math.max(tx.now(), ...before.map((one) => one.createdAtMs + 1));
  const row: AuthenticatorRow = {
    ...what,
    id: newId(ports, "aut"),
    userId,
    status: "enabled",
    version: 1,
    createdAtMs,
    lastUsedAtMs: null,
  };
  await tx.authenticators.insert(row);
  if (renewsPostponing(actor, policy, what.kind)) await tx.authenticators.forgetPostponed(userId);
  if (isUsualFactor(what.kind)) await endTemporaryCode(tx, actor, userId, "method-enrolled");
  // Endpoints are told what works online only (OTP-3, OTP-4).
  await markStale(tx, userId);
  await report(tx, actor, "authenticator-enrolled", {
    userId,
    detail: { authenticatorId: row.id, kind: row.kind, label: row.label },
  });
  return viewIn(tx, userId, policy, row.id);
}

async function enrolAsToken(
  ports: AppPorts,
  actor: Actor,
  userId: string,
  request: Extract<AuthenticatorCreation, { kind: "hotp" | "totp" }>,
): Promise<Outcome<AuthenticatorEnrolment>> {
  const owner = await ports.store.transaction((tx) => ownerForChange(tx, actor, userId, request.kind));
  if (owner.kind === "refused") return owner;
  const enrolled = await enrolToken(ports, actor, userId, request);
  if (enrolled.kind === "refused") return enrolled;
  const { token, otpauthUri, qr, warnings } = enrolled.value;
  const view = await viewOne(ports, actor, userId, token.id);
  return view.kind === "refused"
    ? view
    : ok({ authenticator: view.value, otpauthUri, qr, codes: null, warnings });
}

/** A new set; the one before is void from then on. */
function enrolRecoveryCodes(
  ports: AppPorts,
  actor: Actor,
  userId: string,
): Promise<Outcome<AuthenticatorEnrolment>> {
  const codes = newRecoveryCodes(ports.entropy);
  const data = recoveryCodesDataOf(ports.lookupMac, userId, codes);
  return replace(ports, actor, userId, { kind: "recovery-code", label: "Recovery codes", data }, codes);
}

async function enrolPin(
  ports: AppPorts,
  actor: Actor,
  userId: string,
  pin: string,
): Promise<Outcome<AuthenticatorEnrolment>> {
  const owner = await ports.store.transaction((tx) => ownerForChange(tx, actor, userId, "pin"));
  if (owner.kind === "refused") return owner;
  const problem = pinProblem(pin, owner.value.policy.pin);
  if (problem !== null) return invalid("pin", problem);
  const place = ports.kdf.enter();
  if (place === null)
    return refused("too-many-requests", "Too many passwords are being hashed.", {
      retryAfterSeconds: ports.kdf.retryAfterSeconds(),
    });
  try {
    const data = await pinDataOf(place, ports.entropy, pin, ports.clock.now());
    return await replace(ports, actor, userId, { kind: "pin", label: "PIN", data }, null);
  } finally {
    place.leave();
  }
}

function enrolCard(
  ports: AppPorts,
  actor: Actor,
  userId: string,
  { number: typed, label }: Extract<AuthenticatorCreation, { kind: "card" }>,
): Promise<Outcome<AuthenticatorEnrolment>> {
  return ports.store.transaction(async (tx) => {
    const owner = await ownerForChange(tx, actor, userId, "card");
    if (owner.kind === "refused") return owner;
    const number = cardNumber(typed);
    if (number === null) return invalid("number", "A card number has 4 to 64 letters and digits.");
    const lookup = cardLookup(ports.lookupMac, number);
    // Whose it is, is not told: numbers could be tried.
    if (await tx.authenticators.byLookup("card", lookup))
      return refused("conflict", "This card is enrolled already; remove it there first.");
    const row = { kind: "card", label: label ?? "Card", lookup, data: {} } as const;
    return enrolment(await insertAuthenticator(ports, tx, actor, { userId, ...owner.value }, row), null);
  });
}

/** Of these kinds a user has one: the new one takes the old one's place. */
function replace(
  ports: AppPorts,
  actor: Actor,
  userId: string,
  what: {
    readonly kind: "recovery-code" | "pin";
    readonly label: string;
    readonly data: Record<string, unknown>;
  },
  codes: string[] | null,
): Promise<Outcome<AuthenticatorEnrolment>> {
  return ports.store.transaction(async (tx) => {
    const owner = await ownerForChange(tx, actor, userId, what.kind);
    if (owner.kind === "refused") return owner;
    for (const row of await tx.authenticators.ofUser(userId))
      if (row.kind === what.kind) await tx.authenticators.remove(row);
    if (what.kind === "pin") await tx.web.sessions.renewed(userId);
    const made = await insertAuthenticator(
      ports,
      tx,
      actor,
      { userId, ...owner.value },
      { ...what, lookup: null },
    );
    return enrolment(made, codes);
  });
}

function enrolment(
  view: Outcome<AuthenticatorView>,
  codes: string[] | null,
): Outcome<AuthenticatorEnrolment> {
  return view.kind === "refused"
    ? view
    : ok({ authenticator: view.value, otpauthUri: null, qr: null, codes, warnings: [] });
}

/** Whether it is a token of this user, whom the actor may help with that kind. */
function tokenOf(ports: AppPorts, actor: Actor, userId: string, id: string): Promise<Outcome<boolean>> {
  return ports.store.transaction(async (tx) => {
    const token = await tx.tokens.get(id);
    if (token?.userId !== userId || token.status === "revoked" || token.phoneId !== null) return ok(false);
    const owner = await ownerForChange(tx, actor, userId, token.kind);
    return owner.kind === "refused" ? owner : ok(true);
  });
}

async function rowForChange(
  tx: Transaction,
  actor: Actor,
  userId: string,
  id: string,
): Promise<Outcome<{ row: AuthenticatorRow; policy: UserPolicy }>> {
  const found = await tx.authenticators.get(id);
  const row = found?.userId === userId ? found : null;
  const kind: AuthenticatorKind = row?.kind ?? "passkey";
  const owner = await ownerForChange(tx, actor, userId, kind);
  if (owner.kind === "refused") return owner;
  return row === null ? notFound("authenticator") : ok({ row, policy: owner.value.policy });
}

function viewOne(
  ports: AppPorts,
  actor: Actor,
  userId: string,
  id: string,
): Promise<Outcome<AuthenticatorView>> {
  return ports.store.read(async (tx) => {
    const owner = await ownerForReading(tx, actor, userId);
    return owner.kind === "refused" ? owner : viewIn(tx, userId, owner.value.policy, id);
  });
}

async function viewIn(
  tx: Transaction,
  userId: string,
  policy: UserPolicy,
  id: string,
): Promise<Outcome<AuthenticatorView>> {
  const view = (await viewAuthenticators(tx, userId, policy)).find((one) => one.id === id);
  return view ? ok(view) : notFound("authenticator");
}
