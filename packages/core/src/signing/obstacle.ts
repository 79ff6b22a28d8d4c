import type { UserPolicy } from "@holdfast/protocol/policy";
import type { SigningObstacle } from "@holdfast/protocol/signing-api";
import type { ProofingState } from "./identity-proofing.ts";

/** What stands between a person and his signature, as he is told at the portal; null: nothing. */
export function signingObstacle(
  policy: UserPolicy,
  /** Enabled passkeys at the portal, and phones where the policy takes push. */
  passkeys: readonly string[],
  proofing: ProofingState,
): SigningObstacle | null {
  if (policy.workflows["order-signing"] === null)
    return {
      code: "not-allowed",
      text: "Your policy does not have you sign orders.",
      next: "Ask your help desk if you should.",
    };
  if (passkeys.length === 0)
    return {
      code: "no-passkey",
      text: "Orders are signed with a passkey or a phone that your policy takes, and you have none here.",
      next: "Add one under How I sign in; then have your identity proofed with it.",
    };
  switch (proofing.kind) {
    case "none":
      return {
        code: "not-proofed",
        text: "Before you sign orders, your identity has to be proofed.",
        next: "Ask your help desk: one administrator sees you and your evidence, another one confirms it.",
      };
    case "recorded":
      return {
        code: "proofing-unconfirmed",
        text: "Your identity proofing waits for the second administrator.",
        next: "You can sign as soon as it is confirmed.",
      };
    case "lost":
      return {
        code: "proofing-lost",
        text: "Your identity proofing has ended: a passkey or phone that it vouched for was removed, or it was withdrawn.",
        next: "Have your identity proofed again, with the passkey that you have now.",
      };
    case "confirmed":
      return passkeys.some((id) => proofing.proofing.authenticatorIds.includes(id))
        ? null
        : {
            code: "proofing-lost",
            text: "The passkeys that your identity proofing vouches for are disabled.",
            next: "Have one enabled again, or your identity proofed with the passkey that you have now.",
          };
  }
}
