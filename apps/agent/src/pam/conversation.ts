import type { PamBegin, PamResultCode } from "@holdfast/protocol/pam-frames";

/** What the person answered, or that there will be no answer: cancelled, hung up or out of time. */
export type Asked = { readonly kind: "answer"; readonly value: string } | { readonly kind: "ended" };

/** One conversation with the PAM module, as sign-ins see it. */
export interface Conversation {
  readonly begin: PamBegin;
  /** Nobody would answer any more. */
  readonly isOver: boolean;
  ask(text: string, echo: boolean): Promise<Asked>;
  /** Shown to the person. */
  tell(kind: "info" | "error", text: string): void;
}

/** How a conversation ends. `reason` goes to the system's log: a code such as `cache-exhausted`. */
export type ConversationEnd = { readonly code: PamResultCode; readonly reason: string };

export type ConversationHandler = (conversation: Conversation) => Promise<ConversationEnd>;
