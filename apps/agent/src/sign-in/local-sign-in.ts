import { setTimeout as sleep } from "node:timers/promises";
import { holdBeforeAttemptMs } from "@holdfast/core/lockout/lockout";
import { type Ask, askOf } from "@holdfast/core/policy/workflows";
import { wantsChallenge } from "@holdfast/core/sign-in/by-phone";
import { isBypass } from "@holdfast/core/sign-in/bypass";
import type { SignInShell } from "@holdfast/core/sign-in/driver";
import { beginSignIn, cancelSignIn, chooseInSignIn, giveToSignIn } from "@holdfast/core/sign-in/driver";
import { givenPart } from "@holdfast/core/sign-in/given-part";
import type {
  Base,
  Check,
  Effect,
  Facts,
  Given,
  Input,
  Outcome,
  Prompt,
  SecretRef,
  State,
} from "@holdfast/core/sign-in/types";
import type { Attempt, LocalRules, OfflineStore } from "@holdfast/offline-store/types";
import { type AskedOffline, HelpDesk } from "./help-desk.ts";
import type { LocalRequest } from "./local-request.ts";
import { askPhone } from "./phone-answer.ts";
import type { Typed } from "./remote-sign-in.ts";

export type LocalVerdict = {
  readonly outcome: Outcome;
  /** Whether the store knows this user at all. */
  readonly known: boolean;
  /** As they are after the verdict. */
  readonly facts: Facts;
};

/** An attempt that is not ended within this time is void, as at the server. */
const attemptLifetimeMs = 120_000;

/** Sign-ins that check what was typed at a time; the next is told before it counts as a failure. */
const maximumChecks = 16;
/** Of these for one name, whose attempts may be held for a while after failures: the others have room beside him. */
const maximumChecksOfOne = 4;

/** Signs people in on what the sealed store holds: core's machine in offline mode. */
export class LocalSignIn {
  readonly #store: OfflineStore;
  readonly #rules: LocalRules;
  /** The name that the server gave it: phones show it. */
  readonly #endpointName: string;
  readonly #checks = new Map<string, number>();

  constructor(store: OfflineStore, rules: LocalRules, endpointName: string) {
    this.#store = store;
    this.#rules = rules;
    this.#endpointName = endpointName;
  }

  async run(request: LocalRequest): Promise<LocalVerdict> {
    let facts: Facts | null = null;
    const readFacts = async () => {
      facts = await this.#store.facts(request.userName, this.#rules, request.workflow);
      return facts;
    };
    const shell: SignInShell = {
      readFacts,
      now: () => this.#store.effectiveTime().nowMs,
      execute: (effect, state) => this.#execute(effect, state, request, facts),
    };
    const outcome = await this.#converse(request, shell);
    return { outcome, known: knows(facts), facts: await readFacts() };
  }

  async #converse(request: LocalRequest, shell: SignInShell): Promise<Outcome> {
    const { attempt } = request;
    const base: Base = {
      id: attempt.id,
      workflow: request.workflow,
      mode: "offline",
      userName: request.userName,
      oneLine: request.oneLine,
      browser: false,
      expiresAtMs: this.#store.effectiveTime().nowMs + attemptLifetimeMs,
    };
    const typed = new TypedBefore(request.typed);
    const help = new HelpDesk(request, this.#store);
    let first: SecretRef | null = null;
    let { state, prompts } = await beginSignIn(base, shell);
    if (state.at === "asking") help.offer(base, await shell.readFacts());
    while (state.at === "asking") {
      const given: AskedOffline =
        this.#typedBefore(typed.take(state.ask), prompts, attempt) ??
        (state.ask === "qr-challenge"
          ? await askPhone(request, this.#store, this.#endpointName)
          : await help.ask(state.ask, prompts));
      if (given === null) {
        ({ state, prompts } = await cancelSignIn(state, shell));
        break;
      }
      if (given === "storage-failed") return { kind: "refused", reason: given, lockedUntilMs: null };
      if ("instead" in given) {
        ({ state, prompts } = await chooseInSignIn(state, given.instead, shell));
        if (given.ref === null) continue;
      }
      const ref = "instead" in given ? given.ref : given;
      if (ref === null || state.at !== "asking") continue;
      if (!this.#hasRoom(request.userName)) return { kind: "refused", reason: "busy", lockedUntilMs: null };
      const sameAsFirst = first !== null && attempt.sameSecret(first, ref);
      first ??= ref;
      this.#count(request.userName, 1);
      try {
        ({ state, prompts } = await giveToSignIn(state, ref, sameAsFirst, shell));
      } finally {
        this.#count(request.userName, -1);
      }
    }
    if (state.at !== "done") throw new Error("an offline sign-in stopped half way");
    return state.outcome;
  }

  /** At the server's prompt for codes he may have typed the word for his phone, just as the server went away. */
  #typedBefore(ref: SecretRef | null, prompts: readonly Prompt[], attempt: Attempt): AskedOffline {
    const phone = prompts.some(({ ask }) => ask === "qr-challenge");
    return ref !== null && phone && wantsChallenge(attempt.reveal(ref))
      ? { instead: "qr-challenge", ref: null }
      : ref;
  }

  #hasRoom(userName: string): boolean {
    const all = [...this.#checks.values()].reduce((sum, checks) => sum + checks, 0);
    return all < maximumChecks && (this.#checks.get(userName) ?? 0) < maximumChecksOfOne;
  }

  #count(userName: string, difference: 1 | -1): void {
    const checks = (this.#checks.get(userName) ?? 0) + difference;
    if (checks > 0) this.#checks.set(userName, checks);
    else this.#checks.delete(userName);
  }

  async #execute(
    effect: Effect,
    state: State,
    request: LocalRequest,
    facts: Facts | null,
  ): Promise<Input | null> {
    const { attempt, context } = request;
    switch (effect.do) {
      case "commit": {
        const holdMs = facts === null ? 0 : holdBeforeAttemptMs(facts.lockout);
        if (holdMs > 0 && effect.write.some(({ change }) => change === "attempt-recorded"))
          await sleep(holdMs);
        const { userId, version } = effect.expect;
        const result = await this.#store.commit(userId, version, effect.write, effect.audit, context);
        return { in: result, effect: effect.id };
      }
      case "note":
        this.#store.note(effect.audit, context);
        return null;
      case "verify-password": {
        const alone = state.opening !== undefined;
        const given = typedText(attempt, effect.given);
        const result = await this.#store.openSlot(effect.userId, attempt, given, alone);
        return { in: "checked", effect: effect.id, result };
      }
      case "check-code": {
        const result = await this.#store.checkCode(effect.userId, attempt, typedText(attempt, effect.given));
        return { in: "checked", effect: effect.id, result };
      }
      case "verify": {
        // Of the others none works offline, and core asks an endpoint for none.
        const given = typedText(attempt, effect.given);
        const result: Check = isBypass(effect.factor)
          ? await this.#store.checkBypass(effect.userId, attempt, effect.factor, given)
          : effect.factor === "qr-challenge"
            ? await this.#store.checkQrAnswer(effect.userId, attempt, given)
            : { check: "wrong" };
        return { in: "checked", effect: effect.id, result };
      }
      case "send-code":
      case "ask-phone":
        return null;
      case "burn-time":
        await this.#store.burnTime(effect.given === null ? "" : typedText(attempt, effect.given));
        return { in: "checked", effect: effect.id, result: { check: "wrong" } };
      case "forget":
        attempt.end();
        return null;
    }
  }
}

/** What was typed for the server's prompts, handed out for the machine's. */
class TypedBefore {
  readonly #rest: Typed[];

  constructor(typed: readonly Typed[]) {
    this.#rest = [...typed];
  }

  take(ask: Ask | "password-and-code"): SecretRef | null {
    if (ask === "qr-challenge" || (ask !== "password-and-code" && isBypass(ask))) return null;
    const at = this.#rest.findIndex(({ factor }) => factor === "password-and-code" || askOf(factor) === ask);
    return at < 0 ? null : (this.#rest.splice(at, 1)[0]?.ref ?? null);
  }
}

function knows(facts: Facts | null): boolean {
  return facts !== null && facts.user !== null;
}

function typedText(attempt: Attempt, { ref, take }: Given): string {
  return givenPart(attempt.reveal(ref), take);
}
