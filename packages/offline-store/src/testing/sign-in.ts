import type { BypassFactor } from "@holdfast/core/sign-in/bypass";
import { beginSignIn, chooseInSignIn, giveToSignIn } from "@holdfast/core/sign-in/driver";
import type { Effect, Given, Input, Outcome, State } from "@holdfast/core/sign-in/types";
import type { Attempt, LocalRules, OfflineStore } from "../types.ts";

export const noLocalRules: LocalRules = {
  offlineEnabled: true,
  offlineMaxAgeSeconds: null,
  maxSignIns: null,
};

/** A whole offline sign-in by core's machine on a store: what the agent does, without its sockets. */
export async function signInOffline(
  store: OfflineStore,
  attemptId: string,
  userName: string,
  password: string,
  code: string,
  rules: LocalRules = noLocalRules,
  /** What `code` is, where it is no code of the token. */
  bypass: BypassFactor | "qr-challenge" | null = null,
): Promise<Outcome> {
  const attempt = store.newAttempt(attemptId);
  const shell = {
    readFacts: () => store.facts(userName, rules),
    now: () => store.effectiveTime().nowMs,
    execute: (effect: Effect, state: State) =>
      execute(store, attempt, attemptId, effect, state.opening !== undefined),
  };
  const expiresAtMs = store.effectiveTime().nowMs + 120_000;
  const base = {
    id: attemptId,
    workflow: "workstation",
    mode: "offline",
    userName,
    oneLine: false,
    browser: false,
    expiresAtMs,
  } as const;
  try {
    let { state, prompts } = await beginSignIn(base, shell);
    while (state.at === "asking") {
      const value = prompts[0]?.ask === "password" ? password : code;
      if (value === code && bypass !== null && prompts[0]?.ask !== bypass)
        ({ state, prompts } = await chooseInSignIn(state, bypass, shell));
      ({ state, prompts } = await giveToSignIn(state, attempt.keep(value), false, shell));
    }
    if (state.at !== "done") throw new Error(`the machine stopped at ${state.at}`);
    return state.outcome;
  } finally {
    attempt.end();
  }
}

async function execute(
  store: OfflineStore,
  attempt: Attempt,
  attemptId: string,
  effect: Effect,
  early: boolean,
): Promise<Input | null> {
  switch (effect.do) {
    case "commit": {
      const { userId, version } = effect.expect;
      const result = await store.commit(userId, version, effect.write, effect.audit, { attemptId });
      return { in: result, effect: effect.id };
    }
    case "note":
      store.note(effect.audit, { attemptId });
      return null;
    case "verify-password":
      return {
        in: "checked",
        effect: effect.id,
        result: await store.openSlot(effect.userId, attempt, typed(attempt, effect.given), early),
      };
    case "check-code":
      return {
        in: "checked",
        effect: effect.id,
        result: await store.checkCode(effect.userId, attempt, typed(attempt, effect.given)),
      };
    case "verify":
      return {
        in: "checked",
        effect: effect.id,
        result:
          effect.factor === "qr-challenge"
            ? await store.checkQrAnswer(effect.userId, attempt, typed(attempt, effect.given))
            : await store.checkBypass(
                effect.userId,
                attempt,
                bypassOf(effect.factor),
                typed(attempt, effect.given),
              ),
      };
    case "send-code":
    case "ask-phone":
      throw new Error("core asks an endpoint for no such check");
    case "burn-time":
      await store.burnTime(effect.given ? typed(attempt, effect.given) : "");
      return { in: "checked", effect: effect.id, result: { check: "wrong" } };
    case "forget":
      return null;
  }
}

function bypassOf(factor: string): BypassFactor {
  if (factor === "bypass-code" || factor === "ocra") return factor;
  throw new Error("core asks an endpoint for no such check");
}

function typed(attempt: Attempt, given: Given): string {
  const text = attempt.reveal(given.ref);
  if (given.take === "whole") return text;
  return "last" in given.take ? text.slice(-given.take.last) : text.slice(0, -given.take.allButLast);
}
