import type { StopAnswer } from "@holdfast/protocol/lock-api";
import type { Transaction } from "../../store/store.ts";
import type { Actor } from "../actor.ts";
import { report } from "../audit.ts";
import { endBypassCodes } from "../bypass/standing.ts";
import { removeAppPasswordsOf } from "../me/app-passwords.ts";
import { endRegistrations } from "../phones/ending.ts";
import { endSentCodes } from "../senders/sign-in-codes.ts";
import { endIn } from "../sessions/sessions.ts";
import { about } from "../signing/requests.ts";
import { endTemporaryCode } from "../temporary-codes/ending.ts";

type Endings = Omit<StopAnswer["ended"], "authenticators" | "apiKeys">;

/**
 * Everything by which somebody could go on as this user, authenticators and bundles apart. What is new and lets anybody
 * in, or waits for his answer, is ended here, too.
 */
export async function endEverythingOf(
  tx: Transaction,
  actor: Actor,
  userId: string,
  why: "user-locked" | "device-stolen",
): Promise<Endings> {
  const sessions = await tx.web.sessions.ofUser(userId);
  for (const row of sessions) await endIn(tx, actor, row, why);
  const appPasswords = await tx.web.appPasswords.ofUser(userId);
  await removeAppPasswordsOf(tx, actor, userId);
  const temporaryCode = await endTemporaryCode(tx, actor, userId, why);
  const codesAndChallenges =
    Number(temporaryCode) +
    (await endBypassCodes(tx, userId)) +
    (await endSignings(tx, actor, userId, why)) +
    (await endAddressProofs(tx, userId)) +
    (await endRegistrations(tx, actor, userId, "user-stopped")) +
    (await endSentCodes(tx, userId)) +
    (await tx.push.requests.withdrawAll({ userId }, tx.now()));
  return { sessions: sessions.length, appPasswords: appPasswords.length, codesAndChallenges };
}

/** Orders that wait for his signature: whoever holds his passkey must not give it. The application asks again. */
async function endSignings(tx: Transaction, actor: Actor, userId: string, why: string): Promise<number> {
  const pending = await tx.signing.requests.pendingOfUser(userId, tx.now());
  for (const row of pending) {
    await tx.signing.requests.end(row.id, { status: "cancelled", atMs: tx.now(), statement: null });
    await report(tx, actor, "signing-cancelled", { userId, reason: why, detail: about(row) });
  }
  return pending.length;
}

/** Codes on their way to a number or an address that was about to be enrolled as his. */
async function endAddressProofs(tx: Transaction, userId: string): Promise<number> {
  let ended = 0;
  for (const kind of ["sms-code", "email-code"] as const) {
    const proof = await tx.senders.proofs.latest(userId, kind);
    if (proof === null || proof.usedAtMs !== null) continue;
    await tx.senders.proofs.update({ ...proof, usedAtMs: tx.now() });
    ended++;
  }
  return ended;
}
