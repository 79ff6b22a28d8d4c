import type { State } from "@holdfast/core/sign-in/types";
import type { SignInBegin } from "@holdfast/protocol/sign-in-api";
import type { Secrets } from "../../keys/secrets.ts";
import type { Found } from "./run.ts";

/** What a sign-in carries from step to step. The server keeps nothing: the client holds it, sealed. */
export type Continuation = {
  readonly client: string;
  readonly state: Extract<State, { at: "asking" }>;
  /** Typed values by the handles that the state uses. */
  readonly values: readonly (readonly [handle: string, value: string])[];
  readonly context: SignInBegin["context"];
  /** What the passkey that was asked for must sign. */
  readonly challenge: string | null;
  readonly found: Found;
  /** When the person's phone was asked, or would have been: the same for everybody. */
  readonly pushAskedAtMs: number | null;
};

const purpose = "sign-in continuation";

export function sealContinuation(secrets: Secrets, continuation: Continuation): string {
  const { state, found } = continuation;
  // What was found before a code was sent must not be read off the length: it differs for a right password.
  const filler = " ".repeat(fillUpTo - (Buffer.byteLength(JSON.stringify([state.early, found])) % fillUpTo));
  return secrets.sealTicket(purpose, Buffer.from(JSON.stringify({ ...continuation, filler })));
}

/** Well above what any sign-in finds, so that one length does for all. */
const fillUpTo = 1024;

/** Null for whatever this client was not given, or is too old; the sealing makes the content trustworthy. */
export function openContinuation(
  secrets: Secrets,
  text: string,
  client: string,
  nowMs: number,
): Continuation | null {
  const content = secrets.openTicket(purpose, text);
  if (content === null) return null;
  const continuation = JSON.parse(Buffer.from(content).toString("utf8")) as Continuation;
  content.fill(0);
  return continuation.client === client && nowMs < continuation.state.expiresAtMs ? continuation : null;
}
