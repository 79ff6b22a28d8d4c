import type { StopAnswer } from "@holdfast/protocol/lock-api";
import type { Transaction } from "../../store/store.ts";
import { endBypassCodes } from "../bypass/standing.ts";
import { removeAppPasswordsOf } from "../me/app-passwords.ts";
import type { Actor } from "../ports.ts";
import { endIn } from "../sessions/sessions.ts";
import { endTemporaryCode } from "../temporary-codes/ending.ts";

export type Endings = Omit<StopAnswer["ended"], "authenticators">;

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
  await endBypassCodes(tx, userId);
  const codesAndChallenges = (await endTemporaryCode(tx, actor, userId, why)) ? 1 : 0;
  return { sessions: sessions.length, appPasswords: appPasswords.length, codesAndChallenges };
}
