import { stepRegistration } from "@holdfast/core/registration/registration";
import type { RegistrationEnd } from "@holdfast/protocol/phones-api";
import type { PhoneRegistrationRow, PhoneRow } from "../../store/phones-store.ts";
import type { Transaction } from "../../store/store.ts";
import type { Actor } from "../actor.ts";
import { report } from "../audit.ts";
import type { AppPorts } from "../ports.ts";
import { endProofingOf } from "../signing/proofing.ts";
import { dropToken } from "../tokens.ts";
import { tokensOfPhone } from "./tokens-of-phone.ts";

/** What made it a phone is gone for good; in a transaction that has asked whether it may, and orders its codes off endpoints. */
export async function dropPhone(
  ports: AppPorts,
  tx: Transaction,
  actor: Actor,
  phone: PhoneRow,
): Promise<void> {
  for (const token of await tokensOfPhone(tx, phone)) await dropToken(ports, tx, actor, token);
  await tx.phones.update({ ...phone, status: "revoked" });
  await tx.push.subscriptions.remove(phone.id);
  await endProofingOf(tx, actor, { userId: phone.userId, id: phone.registrationId });
  const { id: phoneId, label, mode } = phone;
  await report(tx, actor, "phone-removed", { userId: phone.userId, detail: { phoneId, label, mode } });
}

type Reason = Exclude<RegistrationEnd, "expired" | "wrong-device-id">;

/** Registrations of a user that are under way: how many there were. */
export async function endRegistrations(
  tx: Transaction,
  actor: Actor,
  userId: string,
  why: Reason,
): Promise<number> {
  const open = await tx.phones.registrations.openOfUser(userId);
  for (const row of open) await endRegistration(tx, actor, row, why);
  return open.length;
}

export async function endRegistration(
  tx: Transaction,
  actor: Actor,
  row: PhoneRegistrationRow,
  why: Reason,
): Promise<PhoneRegistrationRow> {
  const { next, answer } = stepRegistration(row.decision, { on: "end", why }, tx.now());
  const ended = { ...row, decision: next, ...(answer.kind === "ended" ? nothingKept : {}) };
  await tx.phones.registrations.update(ended);
  if (answer.kind === "ended")
    await report(tx, actor, "phone-registration-ended", {
      userId: row.userId,
      outcome: answer.why === "digits-differ" ? "refused" : "info",
      reason: answer.why,
      detail: { registrationId: row.id },
    });
  return ended;
}

/** What a registration that is over has no use for. */
export const nothingKept = { sealedSeed: null, sealedStaged: null, claim: null } as const;
