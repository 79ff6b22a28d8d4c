import type { Asked, Conversation, ConversationEnd } from "@holdfast/agent/pam/conversation";
import { BYPASS_OR_CHALLENGE_PROMPT } from "@holdfast/core/messages/bypass-text";
import { OFFLINE_NOTICE, promptTexts } from "@holdfast/core/messages/sign-in-text";
import type { Ask } from "@holdfast/core/policy/workflows";
import type { Help } from "./help-desk.ts";
import type { Person } from "./people.ts";
import { readTerminal } from "./phone-eye.ts";

/** What somebody types at a prompt, and what is true about it. */
export type Typed = {
  readonly password: string;
  readonly code: string;
  /** From the help desk, instead of a code of his token; empty: he wants to see the challenge. */
  readonly help?: Help;
  /** What he types of the QR code that he is shown; null: he leaves. */
  readonly phone?: (message: Uint8Array) => string | null;
};

/** One sign-in as the model sees it: what was typed, and what came of it. */
export type Attempt = {
  /** Travels with the attempt as its terminal, into every audit. */
  readonly tag: string;
  readonly where: string;
  readonly person: Person;
  readonly typed: Typed;
  readonly startedMs: number;
  /** By the machine's own time, which the server's word may set back before the verdict; null: at no machine. */
  readonly startedEffectiveMs: number | null;
  endedMs: number | null;
  /** Null: there was no answer, or none yet. */
  end: ConversationEnd | null;
  /** Whether the person was told that this is an offline sign-in. */
  offline: boolean;
  /** The challenge that he was shown last. */
  challenge: string | null;
  /** Prompts for a code: whether the second factor was asked for at all. */
  asked: (Ask | "password-and-code" | "phone-or-help")[];
  /** The QR code that he was shown last, and what he typed of it. */
  qr: { readonly message: Uint8Array; readonly typed: string | null } | null;
};

/** The person's side of the conversation: he reads the prompt, takes his time and types. */
export function conversationOf(
  attempt: Attempt,
  oneLine: boolean,
  thinks: () => Promise<void>,
  leaves: boolean,
): Conversation {
  let rows: string[] = [];
  return {
    begin: {
      action: "authenticate",
      user: attempt.person.userName,
      service: "simulated",
      tty: attempt.tag,
      uid: 1000,
      prompting: oneLine ? "one-line" : "separate",
    },
    isOver: false,
    async ask(text): Promise<Asked> {
      const factor = factorOf(text);
      attempt.asked.push(factor);
      await thinks();
      if (leaves && attempt.asked.length > 1) return { kind: "ended" };
      const value = factor === "qr-challenge" ? answerToCode(attempt, rows) : answerTo(factor, attempt.typed);
      rows = [];
      return value === null ? { kind: "ended" } : { kind: "answer", value };
    },
    tell(_kind, text) {
      attempt.challenge = /^Challenge: (\d{4} \d{4})/.exec(text)?.[1] ?? attempt.challenge;
      if (text === OFFLINE_NOTICE) attempt.offline = true;
      rows.push(...text.split("\n").filter((row) => /^[█▀▄ ]{20,}$/u.test(row)));
    },
  };
}

/** Whoever has nothing from the help desk leaves where it is asked for. */
function answerTo(factor: Attempt["asked"][number], { password, code, help, phone }: Typed): string | null {
  switch (factor) {
    case "password":
      return password;
    case "code":
      if (phone !== undefined) return "qr";
      return help === undefined ? code : help.kind === "bypass-code" ? help.value : "";
    case "bypass-code":
      return help === undefined ? null : help.kind === "bypass-code" ? help.value : "";
    case "phone-or-help":
      if (phone !== undefined) return "";
      return help === undefined ? null : help.kind === "bypass-code" ? help.value : "help";
    case "ocra":
      return help?.kind === "ocra" && help.value !== "" ? help.value : null;
    default:
      return `${password}${code}`;
  }
}

/** His phone reads it off the screen. */
function answerToCode(attempt: Attempt, rows: readonly string[]): string | null {
  const message = readTerminal(rows);
  if (message === null) throw new Error("no camera could read what the terminal showed");
  const typed = attempt.typed.phone?.(message) ?? null;
  attempt.qr = { message, typed };
  return typed;
}

function factorOf(text: string): Attempt["asked"][number] {
  if (text === BYPASS_OR_CHALLENGE_PROMPT) return "bypass-code";
  if (text.startsWith("Press Enter alone for a QR code")) return "phone-or-help";
  // The words that are taken instead are no concern of the model.
  const plain = text.replace(/ \(or type [a-z, ]+\)(?=: $)/, "");
  const found = Object.entries(promptTexts).find(([, one]) => one === plain);
  if (!found) throw new Error(`the agent asks for something unknown: ${text}`);
  return found[0] as Attempt["asked"][number];
}
