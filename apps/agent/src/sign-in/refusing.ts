import { refusalText } from "@holdfast/core/messages/refusal-text";
import type { Factor } from "@holdfast/protocol/policy";
import type { RefusalReason } from "@holdfast/protocol/refusals";
import type { Conversation, ConversationEnd } from "../pam/conversation.ts";
import { authenticateCode } from "../pam/results.ts";

/** Tells the person why not, and PAM. `known`: whether there is such a user here at all. */
export function refuse(
  conversation: Conversation,
  reason: RefusalReason,
  lockedUntilMs: number | null,
  known: boolean,
  otherWays?: readonly Factor[],
): ConversationEnd {
  const nowMs = Date.now();
  const timeZoneOffsetMinutes = -new Date(nowMs).getTimezoneOffset();
  if (reason !== "cancelled")
    conversation.tell(
      "error",
      refusalText({ reason, nowMs, lockedUntilMs, otherWays, timeZoneOffsetMinutes }),
    );
  return { code: authenticateCode(reason, known), reason };
}
