import { type Candidate, DECISION_MS, staggered } from "@holdfast/core/connectivity/candidates";
import type { SecretRef } from "@holdfast/core/sign-in/types";
import type { Attempt } from "@holdfast/offline-store/types";
import type { Factor } from "@holdfast/protocol/policy";
import type { Problem, ProblemCode } from "@holdfast/protocol/problem";
import type { RefusalReason } from "@holdfast/protocol/refusals";
import type { GivenInput, SignInAnswer, SignInBegin } from "@holdfast/protocol/sign-in-api";
import type { Connection } from "../connectivity/connection.ts";
import { askServers } from "../transport/ask-servers.ts";
import { serverApi, type Waiting } from "../transport/server-api.ts";
import type { ServerAnswer, ServerClient } from "../transport/server-client.ts";

/** A value that was typed, and for which prompt. The text itself stays with the attempt. */
export type Typed = { readonly factor: GivenInput["factor"]; readonly ref: SecretRef };

export type Asking = Extract<SignInAnswer, { status: "asking" }> & { readonly server: string };
export type RemoteStep =
  | { readonly kind: "asking"; readonly asking: Asking }
  | { readonly kind: "succeeded"; readonly answer: Extract<SignInAnswer, { status: "succeeded" }> }
  /** The server's word, and final (OTP-30). */
  | {
      readonly kind: "refused";
      readonly reason: RefusalReason;
      readonly lockedUntilMs: number | null;
      readonly otherWays?: readonly Factor[] | undefined;
    }
  /** The server's word too, but about this endpoint and not about the person. */
  | { readonly kind: "declined"; readonly code: ProblemCode }
  | { readonly kind: "unreachable" };

/** What is said of the sign-in to every server that is asked. */
export type AboutSignIn = Pick<SignInBegin, "userName" | "workflow" | "context">;

/** One attempt at the servers, by steps. Whichever of them answers: the attempt's id is the same. */
export class RemoteSignIn {
  readonly #client: ServerClient;
  readonly #connection: Connection;
  readonly #attempt: Attempt;
  readonly #about: AboutSignIn;

  constructor(client: ServerClient, connection: Connection, attempt: Attempt, about: AboutSignIn) {
    this.#client = client;
    this.#connection = connection;
    this.#attempt = attempt;
    this.#about = about;
  }

  /** Begins, with what was typed already: with nothing first, or elsewhere after a server went away. */
  begin(typed: readonly Typed[]): Promise<RemoteStep> {
    const { servers, totalMs } = this.#connection.candidates();
    return this.#ask(servers, totalMs, (server, waiting) => this.#beginAt(server, typed, waiting));
  }

  /** Goes on where `asking` stopped. Its server is asked first; any other begins anew with all that was typed. */
  give(asking: Asking, typed: readonly Typed[]): Promise<RemoteStep> {
    const last = typed.at(-1);
    if (last === undefined) throw new Error("a sign-in goes on with a typed value");
    return this.#goOn(asking, typed, this.#given(last));
  }

  /** Asks whether the person has answered on his phone. Another server asks that phone about the very same request. */
  wait(asking: Asking, typed: readonly Typed[]): Promise<RemoteStep> {
    return this.#goOn(asking, typed, { factor: "push", value: "wait" });
  }

  /** The person has gone: his phone need not show it any longer. Where no server hears this, it is over within a minute. */
  async callOff({ server, continuation, prompts }: Asking): Promise<void> {
    if (!prompts.some(({ waiting }) => waiting === true)) return;
    const given = { factor: "push", value: "cancel" } as const;
    await this.#ask(staggered([server]), DECISION_MS, (url, waiting) =>
      this.#client.call(url, serverApi.continueSignIn({ continuation, given }, waiting)),
    );
  }

  async #goOn(asking: Asking, typed: readonly Typed[], given: GivenInput): Promise<RemoteStep> {
    const { servers, totalMs } = this.#connection.candidates();
    const ordered = servers.some(({ server }) => server === asking.server)
      ? staggered([
          asking.server,
          ...servers.map(({ server }) => server).filter((url) => url !== asking.server),
        ])
      : servers;
    const step = await this.#ask(ordered, totalMs, (server, waiting) =>
      server === asking.server
        ? this.#client.call(
            server,
            serverApi.continueSignIn({ continuation: asking.continuation, given }, waiting),
          )
        : this.#beginAt(server, typed, waiting),
    );
    // The server was started anew, or the person took his time: what was typed is still here.
    return step.kind === "declined" && step.code === "continuation-invalid" ? this.begin(typed) : step;
  }

  #beginAt(server: string, typed: readonly Typed[], waiting: Waiting): Promise<ServerAnswer<SignInAnswer>> {
    const body = { attemptId: this.#attempt.id, ...this.#about, given: typed.map((one) => this.#given(one)) };
    return this.#client.call(server, serverApi.beginSignIn(body, waiting));
  }

  async #ask(
    servers: readonly Candidate[],
    totalMs: number,
    ask: (server: string, waiting: Waiting) => Promise<ServerAnswer<SignInAnswer>>,
  ): Promise<RemoteStep> {
    const outcome = await askServers(servers, totalMs, this.#connection.reachable, ask);
    for (const { server, why } of outcome.failed) this.#connection.unreachable(server, why);
    if (outcome.kind === "unreachable") return { kind: "unreachable" };
    const { server, answer } = outcome;
    this.#connection.answered(server);
    if (answer.kind === "problem") return stepOf(answer.problem);
    return answer.value.status === "asking"
      ? { kind: "asking", asking: { ...answer.value, server } }
      : { kind: "succeeded", answer: answer.value };
  }

  #given({ factor, ref }: Typed): GivenInput {
    const value = this.#attempt.reveal(ref);
    return { factor, value: value === "" ? EMPTY_ANSWER : value };
  }
}

/**
 * The API takes no empty values, but an empty answer is a wrong one that counts. This is a noncharacter (Unicode §23.7),
 * which is in nobody's password and in no code.
 */
const EMPTY_ANSWER = "\u{ffff}";

function stepOf({ code, reason, lockedUntilMs, otherWays }: Problem): RemoteStep {
  return reason === undefined
    ? { kind: "declined", code }
    : { kind: "refused", reason, lockedUntilMs: lockedUntilMs ?? null, otherWays };
}
