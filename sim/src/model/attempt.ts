import type { Asked, Conversation, ConversationEnd } from "@holdfast/agent/pam/conversation";
import { OFFLINE_NOTICE, promptTexts } from "@holdfast/core/messages/sign-in-text";
import type { Ask } from "@holdfast/core/policy/workflows";
import type { Person } from "./people.ts";

/** What somebody types at a prompt, and what is true about it. */
export type Typed = { readonly password: string; readonly code: string };

/** One sign-in as the model sees it: what was typed, and what came of it. */
export type Attempt = {
  /** Travels with the attempt as its terminal, into every audit. */
  readonly tag: string;
  readonly where: string;
  readonly person: Person;
  readonly typed: Typed;
  readonly startedMs: number;
  endedMs: number | null;
  /** Null: there was no answer, or none yet. */
  end: ConversationEnd | null;
  /** Whether the person was told that this is an offline sign-in. */
  offline: boolean;
  /** Prompts for a code: whether the second factor was asked for at all. */
  asked: (Ask | "password-and-code")[];
};

/** The person's side of the conversation: he reads the prompt, takes his time and types. */
export function conversationOf(
  attempt: Attempt,
  oneLine: boolean,
  thinks: () => Promise<void>,
  leaves: boolean,
): Conversation {
  return {
    begin: {
      action: "authenticate",
      user: attempt.person.userName,
      service: "simulated",
      tty: attempt.tag,
      uid: 1000,
      prompting: oneLine ? "one-line" : "separate",
    },
    async ask(text): Promise<Asked> {
      const factor = factorOf(text);
      attempt.asked.push(factor);
      await thinks();
      if (leaves && attempt.asked.length > 1) return { kind: "ended" };
      const { password, code } = attempt.typed;
      const value = factor === "password" ? password : factor === "code" ? code : `${password}${code}`;
      return { kind: "answer", value };
    },
    tell(_kind, text) {
      if (text === OFFLINE_NOTICE) attempt.offline = true;
    },
  };
}

function factorOf(text: string): Attempt["asked"][number] {
  const found = Object.entries(promptTexts).find(([, one]) => one === text);
  if (!found) throw new Error(`the agent asks for something unknown: ${text}`);
  return found[0] as Attempt["asked"][number];
}
