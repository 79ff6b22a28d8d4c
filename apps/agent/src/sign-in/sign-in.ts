import { randomUUIDv7 } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { remainingSignIns } from "@holdfast/core/lease/lease";
import { BYPASS_SUCCESS } from "@holdfast/core/messages/bypass-text";
import {
  OFFLINE_NOTICE,
  promptTexts,
  QR_ONLY_OFFLINE,
  successMessages,
} from "@holdfast/core/messages/sign-in-text";
import { type Ask, askOf, isSentCode, needsCodeOffline } from "@holdfast/core/policy/workflows";
import { hasPhone } from "@holdfast/core/sign-in/by-phone";
import { isBypass } from "@holdfast/core/sign-in/bypass";
import { requestedCode, takesWords } from "@holdfast/core/sign-in/sent-codes";
import type { Attempt, CommitContext } from "@holdfast/offline-store/types";
import { userName as userNameSchema } from "@holdfast/protocol/primitives";
import { diskProblem, type Endpoint } from "../endpoint.ts";
import type { Asked, Conversation, ConversationEnd } from "../pam/conversation.ts";
import { isRefusedSystemAccount } from "./accounts.ts";
import type { LocalVerdict } from "./local-sign-in.ts";
import { refuse } from "./refusing.ts";
import type { Asking, RemoteStep, Typed } from "./remote-sign-in.ts";
import { RemoteSignIn } from "./remote-sign-in.ts";
import type { SignInRules } from "./rules.ts";
import { refuseStranger, strangersSee } from "./strangers.ts";

/** How often a server is asked whether a phone has answered. */
const pollMs = 1_000;

/** What PAM signs people in to. */
const workflow = "workstation";

/**
 * PAM's authentication: at a server where one can be reached, and there its word is final; in this endpoint's store
 * where none can, with what was typed so far. No factor is dropped on the way (DESIGN §7).
 */
export async function authenticate(
  conversation: Conversation,
  endpoint: Endpoint,
  rules: SignInRules,
): Promise<ConversationEnd> {
  const { begin } = conversation;
  if (isRefusedSystemAccount(begin, rules.accounts))
    return refuse(conversation, "system-account", null, true);
  if (begin.uid === undefined) return refuseStranger(conversation, endpoint, rules);
  if (!userNameSchema.safeParse(begin.user).success)
    return refuse(conversation, "user-unknown-here", null, true);
  const attempt = endpoint.store.newAttempt(randomUUIDv7());
  try {
    return await new SignIn(conversation, endpoint, attempt).run();
  } finally {
    attempt.end();
  }
}

/** One sign-in of somebody with an account on this machine. */
class SignIn {
  readonly #conversation: Conversation;
  readonly #endpoint: Endpoint;
  readonly #attempt: Attempt;
  readonly #typed: Typed[] = [];

  constructor(conversation: Conversation, endpoint: Endpoint, attempt: Attempt) {
    this.#conversation = conversation;
    this.#endpoint = endpoint;
    this.#attempt = attempt;
  }

  async run(): Promise<ConversationEnd> {
    const { begin } = this.#conversation;
    const remote = new RemoteSignIn(this.#endpoint.client, this.#endpoint.connection, this.#attempt, {
      userName: begin.user,
      workflow,
      context: contextOf(this.#conversation),
    });
    let step = await remote.begin([]);
    while (step.kind === "asking") {
      const ref = await this.#askFor(step.asking);
      if (ref === "ended") {
        // Nobody waits for its answer.
        void remote.callOff(step.asking).catch(() => undefined);
        return refuse(this.#conversation, "cancelled", null, true);
      }
      if (ref === "waits") {
        step = await this.#waitForPhone(remote, step.asking);
        continue;
      }
      // One line is a sign-in of its own: it goes as a whole, so that its parts are judged together.
      step = this.#oneLine ? await remote.begin(this.#typed) : await remote.give(step.asking, this.#typed);
    }
    return step.kind === "unreachable" ? this.#offline() : this.#online(step);
  }

  get #oneLine(): boolean {
    return this.#conversation.begin.prompting === "one-line";
  }

  async #askFor(asking: Asking): Promise<"typed" | "waits" | "ended"> {
    const [prompt] = asking.prompts;
    if (prompt?.waiting) return this.#showNumber(prompt.text);
    const factor = this.#oneLine ? "password-and-code" : (prompt?.factor ?? "password");
    const ask = factor === "password-and-code" ? factor : askOf(factor);
    // The server's text names the words that it takes there.
    const text = this.#oneLine || prompt === undefined ? promptTexts[ask] : prompt.text;
    if (ask === "code" && !text.startsWith(QR_ONLY_OFFLINE)) strangersSee(this.#endpoint, text);
    const asked = await this.#conversation.ask(text, prompt?.echo ?? false);
    if (asked.kind === "ended") return "ended";
    this.#keep(factor, asked.value);
    return "typed";
  }

  /** The number stands in the server's prompt. Enter alone waits; whoever types has a code instead. */
  async #showNumber(text: string): Promise<"typed" | "waits" | "ended"> {
    const asked = await this.#conversation.ask(text, true);
    if (asked.kind === "ended") return "ended";
    if (asked.value.trim() === "") return "waits";
    this.#keep("hotp", asked.value);
    return "typed";
  }

  /** Until the phone has answered, its time is over, or the person has hung up. */
  async #waitForPhone(remote: RemoteSignIn, asking: Asking): Promise<RemoteStep> {
    for (let from = asking; ; ) {
      const step = await remote.wait(from, this.#typed);
      const waits = step.kind === "asking" && step.asking.prompts[0]?.waiting === true;
      if (step.kind !== "asking" || !waits || this.#conversation.isOver) return step;
      from = step.asking;
      await setTimeout(pollMs);
    }
  }

  /** A code that the server sent, or the word that asks for one, is worth nothing without the server. */
  #isOfSentCode({ factor, ref }: Typed): boolean {
    if (factor === "password-and-code") return false;
    const wordsTaken = takesWords(askOf(factor));
    return (
      isSentCode(factor) || requestedCode({ factor, value: this.#attempt.reveal(ref) }, wordsTaken) !== null
    );
  }

  /** A second answer equal to the first is one line: the client can ask only once and repeats itself. */
  #keep(factor: Typed["factor"], value: string): void {
    const ref = this.#attempt.keep(value);
    const [first] = this.#typed;
    const repeated =
      factor !== "password-and-code" &&
      askOf(factor) === "code" &&
      first !== undefined &&
      this.#attempt.sameSecret(first.ref, ref);
    this.#typed.push({ factor: repeated ? "password-and-code" : factor, ref });
  }

  async #online(step: Exclude<RemoteStep, { kind: "asking" | "unreachable" }>): Promise<ConversationEnd> {
    const { store } = this.#endpoint;
    if (step.kind === "declined") return decline(this.#conversation, step.code);
    if (step.kind === "refused")
      return refuse(this.#conversation, step.reason, step.lockedUntilMs, true, step.otherWays);
    const { userId, userName, consumed, grant, messages } = step.answer;
    // Before the answer: the code just used must not open anything here, should the network go now.
    const recorded = await store
      .onlineSuccess(userId, consumed ?? null)
      .catch(() => "storage-failed" as const);
    this.#endpoint.noteStorage(recorded === "stored" ? null : diskProblem);
    for (const text of messages) this.#conversation.tell("info", text);
    const password = this.#typedPassword();
    if (grant !== undefined && password !== null)
      this.#endpoint.refills.afterSignIn({ userId, userName, grant, password });
    return { code: "success", reason: "online" };
  }

  #typedPassword(): { readonly line: boolean; readonly text: string } | null {
    const line = this.#typed.find(({ factor }) => factor === "password-and-code");
    const typed = line ?? this.#typed.find(({ factor }) => factor === "password");
    return typed === undefined ? null : { line: line !== undefined, text: this.#attempt.reveal(typed.ref) };
  }

  async #offline(): Promise<ConversationEnd> {
    const conversation = this.#conversation;
    const { begin } = conversation;
    let noticed = false;
    const notice = () => {
      if (!noticed) conversation.tell("info", OFFLINE_NOTICE);
      noticed = true;
    };
    if (this.#typed.length > 0) notice();
    const ask = async (what: Ask | "password-and-code", text = promptTexts[what]) => {
      notice();
      const asked: Asked = await conversation.ask(text, false);
      return asked.kind === "ended" ? null : this.#attempt.keep(asked.value);
    };
    const tell = (text: string) => {
      notice();
      conversation.tell("info", text);
    };
    const verdict = await this.#endpoint.local.run({
      attempt: this.#attempt,
      userName: begin.user,
      workflow,
      oneLine: this.#oneLine,
      context: {
        attemptId: this.#attempt.id,
        ...contextOf(conversation),
        triedOnline: this.#typed.length > 0,
      },
      typed: this.#typed.filter((typed) => !this.#isOfSentCode(typed)),
      ask,
      tell,
    });
    if (verdict.outcome.kind === "succeeded") return this.#tellSuccess(verdict);
    if (verdict.outcome.reason === "storage-failed") this.#endpoint.noteStorage(diskProblem);
    // Somebody would have needed a server: it is worth while to look for one.
    this.#endpoint.connection.hint();
    return refuse(conversation, verdict.outcome.reason, verdict.outcome.lockedUntilMs, verdict.known);
  }

  #tellSuccess({ facts, outcome }: LocalVerdict): ConversationEnd {
    // What is told here has just been written.
    this.#endpoint.noteStorage(null);
    if (outcome.kind === "succeeded" && outcome.factors.some(isBypass)) {
      this.#conversation.tell("info", BYPASS_SUCCESS);
      return { code: "success", reason: "offline-bypass" };
    }
    const { lease, policy } = facts;
    const messages = successMessages({
      mode: "offline",
      remaining:
        lease && remainingSignIns(lease, { code: needsCodeOffline(policy, workflow, hasPhone(facts)) }),
      warnBelow: policy.offline.warnBelow,
      nowMs: this.#endpoint.store.effectiveTime().nowMs,
      notAfterMs: lease?.notAfterMs ?? null,
      clockBehindMs: facts.clockBehindMs,
    });
    for (const text of messages) this.#conversation.tell("info", text);
    return { code: "success", reason: "offline" };
  }
}

/** The server will not hear this endpoint. That is its word, so nothing here may take its place. */
function decline(conversation: Conversation, code: string): ConversationEnd {
  conversation.tell(
    "error",
    `The sign-in server refuses this computer (${code}). Tell your administrator; "holdfast doctor" on this computer says more.`,
  );
  return { code: "unavailable", reason: code };
}

function contextOf({ begin }: Conversation): Pick<CommitContext, "service" | "tty" | "remoteHost"> {
  return {
    service: begin.service,
    ...(begin.tty === undefined ? {} : { tty: begin.tty }),
    ...(begin.rhost === undefined ? {} : { remoteHost: begin.rhost }),
  };
}
