import { bypassCodeForm } from "@holdfast/core/help-desk-codes/bypass-code";
import {
  BYPASS_ON_REQUEST,
  BYPASS_OR_CHALLENGE_PROMPT,
  bypassOfferText,
  CHALLENGE_OVER,
  challengeText,
} from "@holdfast/core/messages/bypass-text";
import type { Ask } from "@holdfast/core/policy/workflows";
import { bypassesOnOffer, codesUseless, isBypass } from "@holdfast/core/sign-in/bypass";
import type { Base, Facts, Prompt, SecretRef } from "@holdfast/core/sign-in/types";
import type { OfflineStore } from "@holdfast/offline-store/types";
import type { LocalRequest } from "./local-sign-in.ts";

/** What was typed; or another way that the person took, with what he typed for it already; null: he is gone. */
export type AskedOffline =
  | SecretRef
  | { readonly instead: Ask; readonly ref: SecretRef | null }
  | "storage-failed"
  | null;

/**
 * The prompts of an offline sign-in, and how one gets from the one-time code to what the help desk gives: by Enter alone.
 * Once codes or sign-ins are used up that is what is asked for at once (OTP-23).
 */
export class HelpDesk {
  readonly #request: LocalRequest;
  readonly #store: OfflineStore;

  constructor(request: LocalRequest, store: OfflineStore) {
    this.#request = request;
    this.#store = store;
  }

  /** Says before anything is asked why the person's own codes will not do. */
  offer(base: Base, facts: Facts): void {
    const why = codesUseless(facts);
    if (why !== null && bypassesOnOffer(base, facts).length > 0) this.#request.tell(bypassOfferText(why));
  }

  async ask(ask: Ask | "password-and-code", prompts: readonly Prompt[]): Promise<AskedOffline> {
    const ways = prompts
      .map((prompt) => prompt.ask)
      .filter((one) => one !== "password-and-code" && isBypass(one));
    const [first] = ways;
    if (ask === "ocra") return this.#askForAnswer();
    if (first === undefined || (ask !== "code" && ask !== "bypass-code")) return this.#request.ask(ask);
    const hasChallenge = ways.includes("ocra");
    if (ask === "code") this.#request.tell(BYPASS_ON_REQUEST);
    const text = ask === "bypass-code" && hasChallenge ? BYPASS_OR_CHALLENGE_PROMPT : undefined;
    const ref = await this.#request.ask(ask, text);
    if (ref === null) return null;
    const typed = this.#request.attempt.reveal(ref);
    if (ask === "code" && ways.includes("bypass-code") && bypassCodeForm(typed) !== null)
      return { instead: "bypass-code", ref };
    if (typed.trim() !== "") return ref;
    if (ask === "code") return { instead: first, ref: null };
    return hasChallenge ? { instead: "ocra", ref: null } : null;
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
