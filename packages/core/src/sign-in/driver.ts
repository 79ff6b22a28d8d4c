import type { Ask } from "../policy/workflows.ts";
import { signIn } from "./machine.ts";
import type { Base, Effect, Facts, Input, Prompt, SecretRef, State } from "./types.ts";

/** What a shell (server, agent, browser) supplies to run the machine. */
export type SignInShell = {
  /**
   * Read anew at every outside input and after every commit but the last. In between the facts may be old: the next
   * commit expects their version, and a conflict has them read again.
   */
  readFacts(): Promise<Facts>;
  now(): number;
  /** Carries an effect out; the input that answers it, or null for `note` and `forget`, which nothing answers. */
  execute(effect: Effect, state: State): Promise<Input | null>;
};

export type SignInProgress = { readonly state: State; readonly prompts: readonly Prompt[] };

/** More steps than any attempt can need: a shell that answers wrongly must not spin. */
const maximumSteps = 200;

/** Starts an attempt and runs it to its first prompt, or to its end. */
export function beginSignIn(base: Base, shell: SignInShell): Promise<SignInProgress> {
  return run(null, { in: "begin", base }, shell);
}

/** Gives the next typed value and runs on to the next prompt or the end. */
export function giveToSignIn(
  state: State,
  value: SecretRef,
  sameAsFirst: boolean,
  shell: SignInShell,
): Promise<SignInProgress> {
  return run(state, { in: "given", value, sameAsFirst }, shell);
}

/** Takes another way to answer the step that is due. */
export function chooseInSignIn(state: State, ask: Ask, shell: SignInShell): Promise<SignInProgress> {
  return run(state, { in: "chosen", ask }, shell);
}

/** What is being asked, once more. */
export function repeatPrompts(state: State, shell: SignInShell): Promise<SignInProgress> {
  return run(state, { in: "tick" }, shell);
}

export function cancelSignIn(state: State, shell: SignInShell): Promise<SignInProgress> {
  return run(state, { in: "cancelled" }, shell);
}

async function run(from: State | null, input: Input, shell: SignInShell): Promise<SignInProgress> {
  let state = from;
  const inputs: Input[] = [input];
  let prompts: readonly Prompt[] = [];
  let facts = await shell.readFacts();
  for (let steps = 0; steps < maximumSteps; steps++) {
    const next = inputs.shift();
    if (!next) break;
    if (next.in === "conflict" || (next.in === "committed" && state?.at === "recording"))
      facts = await shell.readFacts();
    const step = signIn(state, next, facts, shell.now());
    state = step.state;
    prompts = step.prompts;
    for (const effect of step.effects) {
      const answer = await shell.execute(effect, state);
      if (answer) inputs.push(answer);
    }
  }
  if (state === null || (state.at !== "asking" && state.at !== "done"))
    throw new Error("sign-in driver: the shell left an effect unanswered");
  return { state, prompts };
}
