import { bypassCodeForm } from "@holdfast/core/help-desk-codes/bypass-code";
import {
  BYPASS_ON_REQUEST,
  BYPASS_OR_CHALLENGE_PROMPT,
  bypassOfferText,
  CHALLENGE_OVER,
  challengeText,
} from "@holdfast/core/messages/bypass-text";
import { QR_ON_REQUEST, qrOfferText, qrOrHelpPrompt } from "@holdfast/core/messages/qr-challenge-text";
import { WORDS_ONLY_ONLINE } from "@holdfast/core/messages/sign-in-text";
import type { Ask } from "@holdfast/core/policy/workflows";
import { answersByPhone, wantsChallenge } from "@holdfast/core/sign-in/by-phone";
import { bypassesOnOffer, codesUseless, isBypass } from "@holdfast/core/sign-in/bypass";
import { requestedCode } from "@holdfast/core/sign-in/sent-codes";
import type { Base, Facts, Prompt, SecretRef } from "@holdfast/core/sign-in/types";
import type { OfflineStore } from "@holdfast/offline-store/types";
import type { LocalRequest } from "./local-request.ts";

/** What was typed; or another way that the person took, with what he typed for it already; null: he is gone. */
export type AskedOffline =
  | SecretRef
  | { readonly instead: Ask; readonly ref: SecretRef | null }
  | "storage-failed"
  | null;

/** A conversation has its number of frames; whoever wants more begins anew. */
const mostAskedAgain = 6;

/**
 * The prompts of an offline sign-in, and how one gets from the one-time code to what stands in for it: to a phone by the
 * word qr, to what the help desk gives by Enter alone. Once codes or sign-ins are used up that is what is asked for at
 * once (OTP-23).
 */
export class HelpDesk {
  readonly #request: LocalRequest;
  readonly #store: OfflineStore;
  /** The person has asked for the help desk and no longer for his phone. */
  #helped = false;

  constructor(request: LocalRequest, store: OfflineStore) {
    this.#request = request;
    this.#store = store;
  }

  /** Says before anything is asked why the person's own codes will not do. */
  offer(base: Base, facts: Facts): void {
    const why = codesUseless(facts);
    const helpDesk = bypassesOnOffer(base, facts).length > 0;
    if (why === null || facts.token === null) return;
    // A phone does for codes that are used up, but not for sign-ins.
    if (answersByPhone(base, facts) && (facts.lease?.signInsLeft ?? 0) > 0)
      this.#request.tell(qrOfferText(why, helpDesk));
    else if (helpDesk) this.#request.tell(bypassOfferText(why));
  }

  async ask(ask: Ask | "password-and-code", prompts: readonly Prompt[]): Promise<AskedOffline> {
    const ways = prompts
      .map((prompt) => prompt.ask)
      .filter((one) => one !== "password-and-code" && isBypass(one));
    const [first] = ways;
    const phone = prompts.some((prompt) => prompt.ask === "qr-challenge");
    if (phone && ask === "code") return this.#askForCode(first);
    if (phone && !this.#helped && (ask === "bypass-code" || ask === "ocra"))
      return this.#askPhoneOrHelp(ask, ways);
    if (ask === "ocra") return this.#askForAnswer();
    if (ask !== "code" && ask !== "bypass-code") return this.#request.ask(ask);
    if (first === undefined) return this.#askForTyped(ask);
    const hasChallenge = ways.includes("ocra");
    if (ask === "code") this.#request.tell(BYPASS_ON_REQUEST);
    const text = ask === "bypass-code" && hasChallenge ? BYPASS_OR_CHALLENGE_PROMPT : undefined;
    const ref = await this.#askForTyped(ask, text);
    if (ref === null) return null;
    const typed = this.#request.attempt.reveal(ref);
    if (ask === "code" && ways.includes("bypass-code") && bypassCodeForm(typed) !== null)
      return { instead: "bypass-code", ref };
    if (typed.trim() !== "") return ref;
    if (ask === "code") return { instead: first, ref: null };
    return hasChallenge ? { instead: "ocra", ref: null } : null;
  }

  /** The words that ask a server for something are no codes: whoever types one is told so, and has lost no try by it. */
  async #askForTyped(ask: "code" | "bypass-code", text?: string): Promise<SecretRef | null> {
    for (let time = 1; time <= mostAskedAgain; time++) {
      const ref = await this.#request.ask(ask, text);
      if (ref === null) return null;
      const value = this.#request.attempt.reveal(ref);
      if (requestedCode({ factor: "hotp", value }, true) === null) return ref;
      this.#request.tell(WORDS_ONLY_ONLINE);
    }
    return null;
  }

  /** A code, or a word for the phone, or nothing for the help desk where it can help, else for the phone as well. */
  async #askForCode(help: Ask | "password-and-code" | undefined): Promise<AskedOffline> {
    this.#request.tell(help === undefined ? QR_ON_REQUEST : `${QR_ON_REQUEST} ${BYPASS_ON_REQUEST}`);
    const ref = await this.#askForTyped("code");
    if (ref === null) return null;
    const typed = this.#request.attempt.reveal(ref);
    if (wantsChallenge(typed)) return { instead: "qr-challenge", ref: null };
    if (help === "bypass-code" && bypassCodeForm(typed) !== null) return { instead: help, ref };
    if (typed.trim() !== "") return ref;
    return { instead: help === "bypass-code" || help === "ocra" ? help : "qr-challenge", ref: null };
  }

  async #askPhoneOrHelp(
    ask: "bypass-code" | "ocra",
    ways: readonly (Ask | "password-and-code")[],
  ): Promise<AskedOffline> {
    const [code, challenge] = [ways.includes("bypass-code"), ways.includes("ocra")];
    const ref = await this.#askForTyped("bypass-code", qrOrHelpPrompt(code, challenge));
    if (ref === null) return null;
    const typed = this.#request.attempt.reveal(ref);
    if (typed.trim() === "" || wantsChallenge(typed)) return { instead: "qr-challenge", ref: null };
    if (challenge && (/^\s*help\s*$/i.test(typed) || !code)) {
      this.#helped = true;
      return { instead: "ocra", ref: null };
    }
    return ask === "bypass-code" ? ref : { instead: "bypass-code", ref };
  }

  async #askForAnswer(): Promise<AskedOffline> {
    const { userName, tell, attempt } = this.#request;
    const challenge = await this.#store.challenge(userName);
    if (challenge === "storage-failed") return challenge;
    if (challenge === null) return null;
    tell(challengeText(challenge, -new Date(challenge.expiresAtMs).getTimezoneOffset()));
    const ref = await this.#request.ask("ocra");
    // Enter alone: he comes back with the answer, to the same challenge.
    if (ref === null || attempt.reveal(ref).trim() === "") return null;
    if (this.#store.effectiveTime().nowMs < challenge.expiresAtMs) return ref;
    tell(CHALLENGE_OVER);
    return null;
  }
}
