import type { WeighedAnswer } from "@holdfast/core/push/request";
import {
  isWithdrawn,
  orderWithdrawnTexts,
  pushOutcomeTexts,
  pushRefusalTexts,
  pushWithdrawnTexts,
  weighAnswer,
} from "@holdfast/core/push/request";
import { assertionChallenge, verifyPushStatement } from "@holdfast/envelope/push-statement";
import type { PublicKey } from "@holdfast/protocol/primitives";
import type {
  PushAnswer,
  PushAnswered,
  PushRequestList,
  PushRequestView,
  PushStatement,
} from "@holdfast/protocol/push-api";
import { auditDraft } from "../../store/audit-draft.ts";
import type { PhoneBiometric, PhoneRow } from "../../store/phones-store.ts";
import type { PushRequestRow } from "../../store/push-store.ts";
import type { Transaction } from "../../store/store.ts";
import { serverActor } from "../actor.ts";
import { raiseAlert } from "../alerts.ts";
import { note } from "../audit.ts";
import { lockUser } from "../lock/lock.ts";
import type { Outcome } from "../outcome.ts";
import { ok, refused } from "../outcome.ts";
import { biometricAfter } from "../phones/biometric.ts";
import { phoneActor } from "../phones/claims.ts";
import type { AppPorts } from "../ports.ts";
import { policyOf } from "../users.ts";
import { numberOfPush } from "./number.ts";
import { phoneFacts } from "./phone-facts.ts";

/** What waits for this phone's user, without the number: that stands at the sign-in only (SECURITY §3). */
export function pushRequestsOf(ports: AppPorts, phone: PhoneRow): Promise<Outcome<PushRequestList>> {
  return ports.store.read(async (tx) => {
    const able = phone.status === "enabled" && phone.types.includes("push");
    const row = able ? await tx.push.requests.pendingOfUser(phone.userId, tx.now()) : null;
    const gone = able ? await tx.push.requests.withdrawnOfUser(phone.userId, tx.now(), mostWithdrawn) : [];
    const withdrawn = gone.flatMap(({ id, outcome, order }) =>
      isWithdrawn(outcome)
        ? [{ id, text: (order === null ? pushWithdrawnTexts : orderWithdrawnTexts)[outcome] }]
        : [],
    );
    return ok({ serverTimeMs: tx.now(), items: row === null ? [] : [viewOf(row)], withdrawn });
  });
}

/** As many as can have been asked while one would wait. */
const mostWithdrawn = 5;

/** A phone's answer counts once, and only where everything about it fits; whatever else comes is kept in the audit. */
export async function answerPush(
  ports: AppPorts,
  { id: phoneId }: Pick<PhoneRow, "id">,
  id: string,
  { statement, assertion }: PushAnswer,
): Promise<Outcome<PushAnswered>> {
  const phone = await ports.store.read((tx) => tx.phones.get(phoneId));
  if (phone === null || phone.approvalKey === null) return notThisPhone;
  const verified = await verifiedStatement(phone, phone.approvalKey, statement);
  if (verified.kind === "refused") {
    await note(ports.store, ports.clock.now(), phoneActor(phone, phone.id), "push-answer-refused", {
      userId: phone.userId,
      outcome: "refused",
      reason: verified.why,
      detail: { requestId: id, phoneId: phone.id },
    });
    return notThisPhone;
  }
  const said = verified.content;
  const biometric = await verifiedBiometric(ports, phone, statement, assertion);
  const answered = await ports.store.transaction((tx) =>
    take(ports, tx, phone, id, said, biometric, statement),
  );
  if (answered.kind === "refused") return answered;
  const { locks, others, ...answer } = answered.value;
  // On the owner's other phones it is answered, too.
  ports.phones.wake(others, "push-requests");
  if (locks) {
    const locked = await lockUser(ports, serverActor, phone.userId, "Reported on the phone: it was not me");
    if (locked.kind === "refused")
      ports.log.warn(
        { userId: phone.userId, why: locked.code },
        "a report on a phone could not lock the user",
      );
  }
  return ok(answer);
}

/** Only an approval needs the key that asks its owner: who says no must not have to prove himself first. */
async function verifiedStatement({ requestKey }: PhoneRow, approvalKey: PublicKey, statement: string) {
  const verified = await verifyPushStatement(statement, approvalKey);
  if (verified.kind === "ok" || requestKey === null) return verified;
  const byRequestKey = await verifyPushStatement(statement, requestKey);
  return byRequestKey.kind === "ok" && byRequestKey.content.decision !== "approve" ? byRequestKey : verified;
}

const notThisPhone = refused("forbidden", "This answer was not signed by the phone that it came from.");

type Taken = PushAnswered & { readonly locks: boolean; readonly others: readonly string[] };

async function take(
  ports: AppPorts,
  tx: Transaction,
  asked: PhoneRow,
  id: string,
  said: PushStatement,
  biometric: PhoneBiometric | null,
  statement: string,
): Promise<Outcome<Taken>> {
  const row = await tx.push.requests.get(id);
  // As it is now: a phone whose keys were replaced on the way signs nothing any more.
  const phone = await tx.phones.get(asked.id);
  if (row === null || phone === null || row.userId !== phone.userId)
    return refused("not-found", pushRefusalTexts["not-of-this-request"]);
  if (phone.registrationId !== asked.registrationId) return notThisPhone;
  const kept = await tx.push.users.get(row.userId);
  const standing = kept && { ...kept, requireBiometric: kept.requireBiometric || row.requireBiometric };
  const weighed = weighAnswer(
    {
      ...{ id, challenge: row.challenge, expiresAtMs: row.expiresAtMs, outcome: row.outcome },
      number: numberOfPush(ports, id),
      digest: row.order?.digest ?? null,
    },
    said,
    { phone: phoneFacts(phone), standing, biometric: biometric !== null },
    tx.now(),
  );
  const tell = (type: string, outcome: "succeeded" | "refused", reason: string | null) =>
    tx.audit({
      ...auditDraft(tx.now(), phoneActor(phone, phone.id), type, {
        userId: row.userId,
        outcome,
        reason,
        detail: { requestId: id, phoneId: phone.id, decision: said.decision, ...where(row) },
      }),
      attemptId: row.attemptId,
      mode: "online",
    });
  if (weighed.kind === "refused") {
    await tell("push-answer-refused", "refused", weighed.why);
    const gone = ["answered-before", "withdrawn", "expired"].includes(weighed.why);
    return refused(gone ? "conflict" : "forbidden", pushRefusalTexts[weighed.why]);
  }
  const { kind } = weighed;
  // A sign-in that is about to end withdraws what waits for it, and must not withdraw what was answered.
  await tx.users.bump(row.userId);
  const write = { outcome: kind, atMs: tx.now(), phoneId: phone.id, statement };
  if (!(await tx.push.requests.answer(id, write)))
    return refused("conflict", pushRefusalTexts["answered-before"]);
  if (biometric !== null && biometric.counter !== phone.biometric?.counter)
    await tx.phones.update({ ...phone, biometric });
  await tell(events[kind], kind === "approved" ? "succeeded" : "refused", reasonOf(weighed));
  const locks = kind === "reported" && (await raise(ports, tx, row, phone));
  const others = (await tx.phones.ofUser(row.userId)).flatMap((one) => (one.id === phone.id ? [] : one.id));
  await tx.phones.touch(others);
  return ok({
    outcome: kind === "wrong-number" ? "denied" : kind,
    text: pushOutcomeTexts[kind],
    locks,
    others,
  });
}

const events = {
  approved: "push-approved",
  denied: "push-denied",
  reported: "push-reported",
  "wrong-number": "push-denied",
} as const;

function reasonOf(weighed: Exclude<WeighedAnswer, { kind: "refused" }>): string | null {
  return weighed.kind === "wrong-number" ? "wrong-number" : weighed.reason;
}

/** Somebody has this person's password: administrators hear of it, and where the policy says so he is locked (REG-27). */
async function raise(
  ports: AppPorts,
  tx: Transaction,
  row: PushRequestRow,
  phone: PhoneRow,
): Promise<boolean> {
  const detail = { by: "phone", phoneId: phone.id, requestId: row.id, ...where(row) };
  await raiseAlert(ports, tx, { kind: "sign-in-reported", userId: row.userId, endpointId: null, detail });
  const user = await tx.users.get(row.userId);
  if (user === null) return false;
  const { document: policy } = await policyOf(tx, user);
  return policy.push.reportLocks && user.status === "active";
}

function where({ details }: PushRequestRow) {
  const { workflow, application, place, address } = details;
  return { workflow, application, place, address };
}

async function verifiedBiometric(
  ports: AppPorts,
  { biometric }: PhoneRow,
  statement: string,
  assertion: PushAnswer["assertion"],
): Promise<PhoneBiometric | null> {
  if (assertion === null || biometric === null) return null;
  return biometricAfter(ports, biometric, await assertionChallenge(statement), assertion);
}

function viewOf(row: PushRequestRow): PushRequestView {
  const { id, challenge, askedAtMs, expiresAtMs, details, order, requireBiometric } = row;
  return { id, challenge, askedAtMs, expiresAtMs, details, order, requireBiometric };
}
