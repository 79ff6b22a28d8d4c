import { verifyTotp } from "@holdfast/core/oath/verify-totp";
import type { CodeTrialAnswer } from "@holdfast/protocol/authenticators-api";
import type { UserPolicy } from "@holdfast/protocol/policy";
import type { TokenRow } from "../../store/tokens-store.ts";
import type { Actor } from "../actor.ts";
import { report } from "../audit.ts";
import type { Outcome } from "../outcome.ts";
import { notFound, ok, refused } from "../outcome.ts";
import type { AppPorts } from "../ports.ts";
import { checkCode } from "../sign-in/code-check.ts";
import { tokenCounts } from "../token-enrolment.ts";
import { ownerForChange } from "./rights.ts";

/**
 * Whether a token's code is right, for a person who has just scanned it or a help desk that has him on the telephone. A
 * right code is used up by it, and from the first one on the token counts; a wrong one is nobody's sign-in and counts as no failure.
 */
export function tryCode(
  ports: AppPorts,
  actor: Actor,
  userId: string,
  id: string,
  code: string,
): Promise<Outcome<CodeTrialAnswer>> {
  return ports.store.transaction(async (tx) => {
    const found = await tx.tokens.get(id);
    const token = found?.userId === userId && found.status !== "revoked" ? found : null;
    const owner = await ownerForChange(tx, actor, userId, token?.kind ?? "totp");
    if (owner.kind === "refused") return owner;
    if (token === null) return notFound("token");
    const begins = token.status === "pending";
    if (token.status !== "enabled" && !begins) return refused("conflict", "This token is not enabled.");
    const counter = counterOf(ports, token, owner.value.policy, code);
    if (counter !== null) {
      const next: TokenRow = { ...token, status: "enabled", nextCounter: counter + 1 };
      await tx.tokens.update(next);
      if (begins) await tokenCounts(ports, tx, actor, next, owner.value.policy);
    }
    await report(tx, actor, "token-tried", {
      userId,
      outcome: counter === null ? "refused" : "succeeded",
      detail: { tokenId: id, kind: token.kind, ...(begins ? { first: true } : {}) },
    });
    return ok({ right: counter !== null });
  });
}

function counterOf(ports: AppPorts, token: TokenRow, policy: UserPolicy, code: string): number | null {
  if (token.periodSeconds === null) {
    const finding = checkCode(ports.secrets, token, policy, code, false);
    return finding.check === "right" ? (finding.counter ?? null) : null;
  }
  const secret = ports.secrets.open("token-secret", token.id, token.sealedSecret);
  try {
    const { digits, algorithm, periodSeconds, nextCounter } = token;
    const { driftSteps } = policy.totp;
    const asked = { secret, digits, algorithm, periodSeconds, nextCounter, driftSteps, code };
    const verdict = verifyTotp({ ...asked, nowMs: ports.clock.now() });
    return verdict.kind === "accepted" ? verdict.counter : null;
  } finally {
    secret.fill(0);
  }
}
