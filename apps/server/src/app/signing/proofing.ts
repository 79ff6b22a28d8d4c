import {
  ENOUGH_EVIDENCE,
  evidenceIsEnough,
  type ProofingState,
  refusalToConfirm,
} from "@holdfast/core/signing/identity-proofing";
import type { ProofingConfirmation, ProofingRecord, ProofingView } from "@holdfast/protocol/proofing-api";
import type { ProofingRow } from "../../store/signing-store.ts";
import type { Transaction } from "../../store/store.ts";
import type { Actor } from "../actor.ts";
import { report } from "../audit.ts";
import { refusal, refusalOfChange, userResource } from "../authorization.ts";
import type { Outcome, Refused } from "../outcome.ts";
import { invalid, notFound, ok, refused } from "../outcome.ts";
import type { AppPorts } from "../ports.ts";
import { newId } from "../ports.ts";
import { type SignerFacts, signerFacts, vouchedId } from "./signer.ts";

/**
 * Identity proofing of who signs orders (TC-33; the two persons are those of 21 CFR 1311.110): one administrator records
 * what he saw, another one confirms it, and neither is the person himself.
 */

export function readProofing(ports: AppPorts, actor: Actor, userId: string): Promise<Outcome<ProofingView>> {
  return ports.store.read(async (tx) => {
    const no = refusal(actor, "users.read", await userResource(tx, userId));
    if (no) return no;
    const user = await tx.users.get(userId);
    return user === null ? notFound("user") : ok(await view(tx, actor, await signerFacts(ports, tx, user)));
  });
}

export function recordProofing(
  ports: AppPorts,
  actor: Actor,
  userId: string,
  { method, evidence, authenticatorIds, note }: ProofingRecord,
): Promise<Outcome<ProofingView>> {
  if (!evidenceIsEnough(evidence.map(({ strength }) => strength)))
    return Promise.resolve(invalid("evidence", `This evidence is too little. ${ENOUGH_EVIDENCE}`));
  const id = newId(ports, "prf");
  return change(ports, actor, userId, async (tx, facts, administratorId) => {
    const candidates = candidatesOf(facts).map(({ id: candidate }) => candidate);
    if (candidates.length === 0) return noPasskey;
    if (!authenticatorIds.every((one) => candidates.includes(one)))
      return invalid("authenticatorIds", "One of these is no passkey that this user can sign with now.");
    if (facts.proofing !== null && facts.proofing.status !== "ended")
      await end(tx, actor, facts.proofing, "replaced");
    const row: ProofingRow = {
      id,
      userId,
      status: "recorded",
      method,
      evidence,
      note,
      // A passkey that nobody looked at may be somebody else's: only what was shown is vouched for.
      authenticatorIds: [...new Set(authenticatorIds)],
      recordedBy: administratorId,
      // Later than the one before, so that it is the last.
      recordedAtMs: Math.max(tx.now(), (facts.proofing?.recordedAtMs ?? 0) + 1),
      confirmedBy: null,
      confirmedAtMs: null,
      endedAtMs: null,
      endedWhy: null,
    };
    await tx.signing.proofings.insert(row);
    await report(tx, actor, "identity-proofing-recorded", {
      userId,
      detail: { proofingId: id, method, evidence, authenticatorIds: row.authenticatorIds },
    });
    return null;
  });
}

export function confirmProofing(
  ports: AppPorts,
  actor: Actor,
  userId: string,
  { proofingId }: ProofingConfirmation,
): Promise<Outcome<ProofingView>> {
  return change(ports, actor, userId, async (tx, { state, proofing }, administratorId) => {
    const why = refusalToConfirm(state, administratorId);
    if (why !== null) {
      await report(tx, actor, "administration-refused", {
        userId,
        outcome: "refused",
        reason: why,
        detail: { action: "users.proofing", proofingId },
      });
      return refused(why === "recorded-by-oneself" ? "forbidden" : "conflict", whyNot[why]);
    }
    if (proofing?.id !== proofingId)
      return refused("conflict", "This is not the record that waits any more; read the page again.");
    const by = { confirmedBy: administratorId, confirmedAtMs: tx.now() };
    if (!(await tx.signing.proofings.confirm(proofingId, by)))
      return refused("conflict", whyNot["nothing-to-confirm"]);
    await report(tx, actor, "identity-proofing-confirmed", {
      userId,
      detail: { proofingId, recordedBy: proofing.recordedBy, authenticatorIds: proofing.authenticatorIds },
    });
    return null;
  });
}

/** He signs no orders from now on; a program may say so, too. */
export function withdrawProofing(
  ports: AppPorts,
  actor: Actor,
  userId: string,
): Promise<Outcome<ProofingView>> {
  return changeOfSigner(ports, actor, userId, async (tx, { proofing }) => {
    if (proofing === null || proofing.status === "ended")
      return refused("conflict", "There is no identity proofing to withdraw.");
    await end(tx, actor, proofing, "withdrawn");
    return null;
  });
}

/**
 * For whoever removes an authenticator, in the same transaction: what vouched for it ends. That it counts no more is so
 * without this, too (core, proofingState); this says so in the audit.
 */
export async function endProofingOf(
  tx: Transaction,
  actor: Actor,
  { userId, id }: { readonly userId: string; readonly id: string },
): Promise<void> {
  const proofing = await tx.signing.proofings.last(userId);
  if (proofing !== null && proofing.status !== "ended" && proofing.authenticatorIds.includes(id))
    await end(tx, actor, proofing, "passkey-removed");
}

async function end(
  tx: Transaction,
  actor: Actor,
  { id, userId }: ProofingRow,
  why: NonNullable<ProofingRow["endedWhy"]>,
): Promise<void> {
  if (await tx.signing.proofings.end(id, why, tx.now()))
    await report(tx, actor, "identity-proofing-ended", { userId, reason: why, detail: { proofingId: id } });
}

/** By a person at the console, about somebody else. */
function change(
  ports: AppPorts,
  actor: Actor,
  userId: string,
  work: (tx: Transaction, facts: SignerFacts, administratorId: string) => Promise<Refused | null>,
): Promise<Outcome<ProofingView>> {
  return changeOfSigner(ports, actor, userId, async (tx, facts) =>
    actor.principal?.kind === "administrator" ? work(tx, facts, actor.principal.userId) : forPeopleOnly,
  );
}

/** With the right to it; what it brings is how things stand afterwards. */
function changeOfSigner(
  ports: AppPorts,
  actor: Actor,
  userId: string,
  work: (tx: Transaction, facts: SignerFacts) => Promise<Refused | null>,
): Promise<Outcome<ProofingView>> {
  return ports.store.transaction(async (tx) => {
    const no = await refusalOfChange(tx, actor, "users.proofing", await userResource(tx, userId));
    if (no) return no;
    const user = await tx.users.get(userId);
    if (user === null) return notFound("user");
    const wrong = await work(tx, await signerFacts(ports, tx, user));
    return wrong ?? ok(await view(tx, actor, await signerFacts(ports, tx, user)));
  });
}

const whyNot = {
  "nothing-to-confirm": "No identity proofing waits to be confirmed.",
  "recorded-by-oneself": "You recorded this proofing yourself; another administrator confirms it.",
} as const;
const forPeopleOnly = refused(
  "forbidden",
  "Identity proofing is a person's word, which no program can give: sign in to the console.",
);
const noPasskey = refused(
  "conflict",
  "This user has no passkey at the portal yet. He adds one there first, and shows it when his identity is proofed.",
);

async function view(tx: Transaction, actor: Actor, facts: SignerFacts): Promise<ProofingView> {
  const { proofing, state, passkeys, phones, policy } = facts;
  const by = async (userId: string) => ({ userId, userName: (await tx.users.get(userId))?.name ?? null });
  const labelOf = (id: string) =>
    passkeys.find(({ row }) => row.id === id)?.row.label ??
    phones.find((phone) => vouchedId(phone) === id)?.label ??
    null;
  const may = await refusalFor(tx, actor, facts);
  const candidates = candidatesOf(facts);
  return {
    state: state.kind,
    proofing: proofing && {
      id: proofing.id,
      method: proofing.method,
      evidence: proofing.evidence,
      note: proofing.note,
      passkeys: proofing.authenticatorIds.map((id) => ({ id, label: labelOf(id) })),
      recordedBy: await by(proofing.recordedBy),
      recordedAtMs: proofing.recordedAtMs,
      confirmedBy: proofing.confirmedBy === null ? null : await by(proofing.confirmedBy),
      confirmedAtMs: proofing.confirmedAtMs,
      endedAtMs: proofing.endedAtMs,
      endedWhy: proofing.endedWhy ?? (state.kind === "lost" ? "passkey-removed" : null),
    },
    signsOrders: policy.document.workflows["order-signing"] !== null,
    candidates,
    record: may ?? (candidates.length > 0 ? null : noPasskey.detail),
    confirm: may ?? confirmRefusal(actor, state),
  };
}

function candidatesOf({ passkeys, phones }: SignerFacts): ProofingView["candidates"] {
  const enabled = passkeys.filter(({ row }) => row.status === "enabled");
  const vouched = phones.map((phone) => ({ ...phone, id: vouchedId(phone) }));
  return [...enabled.map(({ row }) => row), ...vouched].map(({ id, label, createdAtMs }) => ({
    id,
    label,
    addedAtMs: createdAtMs,
  }));
}

function confirmRefusal({ principal }: Actor, state: ProofingState): string | null {
  const why = refusalToConfirm(state, principal?.kind === "administrator" ? principal.userId : "");
  return why === null ? null : whyNot[why];
}

async function refusalFor(tx: Transaction, actor: Actor, { user }: SignerFacts): Promise<string | null> {
  const no = refusal(actor, "users.proofing", await userResource(tx, user.id));
  if (no) return no.detail;
  return actor.principal?.kind === "administrator" ? null : forPeopleOnly.detail;
}
