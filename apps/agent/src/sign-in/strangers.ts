import { createHmac, randomBytes } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { promptTexts, pushPromptText, QR_ONLY_OFFLINE } from "@holdfast/core/messages/sign-in-text";
import { pushLifetimeMs, pushNumber } from "@holdfast/core/push/request";
import { wantsChallenge } from "@holdfast/core/sign-in/by-phone";
import { requestedCode } from "@holdfast/core/sign-in/sent-codes";
import type { Endpoint } from "../endpoint.ts";
import type { Conversation, ConversationEnd } from "../pam/conversation.ts";
import { refuse } from "./refusing.ts";
import type { SignInRules } from "./rules.ts";

/**
 * Nobody on this machine has this name. He is asked all the same, and waits as long, so that prompts and time do not
 * tell which names are accounts; no server hears of it.
 */
export async function refuseStranger(
  conversation: Conversation,
  endpoint: Endpoint,
  rules: SignInRules,
): Promise<ConversationEnd> {
  const { user, prompting } = conversation.begin;
  if (endpoint.connection.candidates().servers.length === 0) {
    const reason = rules.offline.offlineEnabled ? "never-signed-in-here" : "offline-off-here";
    return refuse(conversation, reason, null, false);
  }
  const oneLine = prompting === "one-line";
  const cancelled = () => refuse(conversation, "cancelled", null, true);
  const ofPassword = await conversation.ask(promptTexts[oneLine ? "password-and-code" : "password"], false);
  if (ofPassword.kind === "ended") return cancelled();
  const outcome = oneLine
    ? "wrong-credentials"
    : await askForCode(conversation, codePromptFor(endpoint, user));
  if (outcome === "ended") return cancelled();
  await endpoint.store.burnTime(ofPassword.value);
  const reason = outcome === "push" ? await waitForNobody(conversation) : outcome;
  if (reason === "ended") return cancelled();
  return { ...refuse(conversation, reason, null, true), code: "user-unknown" };
}

/** The words that the prompt names lead on as they do for everybody, and nobody is asked. */
async function askForCode(
  conversation: Conversation,
  codePrompt: string,
): Promise<"wrong-credentials" | "push" | "ended"> {
  let text = codePrompt;
  let before = "";
  for (let time = 1; time <= mostAskedAgain; time++) {
    const asked = await conversation.ask(`${before}${text}`, false);
    if (asked.kind === "ended") return "ended";
    const word = asked.value.trim().toLowerCase();
    before = wantsChallenge(word) ? QR_ONLY_OFFLINE : "";
    if (before !== "") continue;
    const requested = requestedCode({ factor: "hotp", value: word }, codePrompt.includes(` ${word}`));
    if (requested === null) return "wrong-credentials";
    if (requested === "push") return requested;
    text = promptTexts[requested];
  }
  return "ended";
}

/** The server bounds it by two minutes instead. */
const mostAskedAgain = 6;

/** A number like any other, and as long a wait for a phone that nobody has asked. */
async function waitForNobody(
  conversation: Conversation,
): Promise<"push-not-approved" | "wrong-credentials" | "ended"> {
  const endsAtMs = performance.now() + pushLifetimeMs;
  const asked = await conversation.ask(pushPromptText(pushNumber(randomBytes(32))), true);
  if (asked.kind === "ended") return "ended";
  if (asked.value.trim() !== "") return "wrong-credentials";
  while (performance.now() < endsAtMs && !conversation.isOver) await setTimeout(1_000);
  return conversation.isOver ? "ended" : "push-not-approved";
}

/**
 * Prompts for a code name what the person's policy takes besides, so they may differ from one account of this machine to
 * the next. A name without one sees one of those that accounts have seen here, and always the same.
 */
export function strangersSee(endpoint: Endpoint, codePrompt: string): void {
  const { texts } = seenAt(endpoint);
  // The last to have been seen comes last.
  texts.delete(codePrompt);
  texts.set(codePrompt, performance.now());
}

function codePromptFor(endpoint: Endpoint, userName: string): string {
  const { key, texts } = seenAt(endpoint);
  const newestMs = Math.max(...texts.values());
  // A policy may have changed since: what no account has seen for long is seen by nobody.
  const current = [...texts].filter(([, seenMs]) => newestMs - seenMs < keptMs).map(([text]) => text);
  if (current.length === 0) return promptTexts.code;
  const place = createHmac("sha256", key).update(userName).digest().readUInt32BE(0) % current.length;
  return current.toSorted()[place] ?? promptTexts.code;
}

const keptMs = 3_600_000;

type Seen = { readonly key: Uint8Array; readonly texts: Map<string, number> };
const seen = new WeakMap<Endpoint, Seen>();

function seenAt(endpoint: Endpoint): Seen {
  const known = seen.get(endpoint) ?? { key: randomBytes(32), texts: new Map() };
  seen.set(endpoint, known);
  return known;
}
