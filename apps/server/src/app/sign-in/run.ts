import type { Factor, Workflow } from "@holdfast/protocol/policy";
import type { SignInBegin } from "@holdfast/protocol/sign-in-api";
import type { RelyingParty } from "../authenticators/passkeys.ts";
import type { PasswordPlace } from "../password-queue.ts";

/** One request's part of a sign-in. */
export type Run = {
  readonly attemptId: string;
  readonly client: string;
  readonly endpointId: string | null;
  readonly userName: string;
  readonly workflow: Workflow;
  readonly context: SignInBegin["context"];
  readonly values: Map<string, string>;
  /** So far, in this request or before: a name alone must not cost more where somebody has something. */
  readonly anythingTyped: boolean;
  /** Null where no password was typed so far. */
  readonly place: PasswordPlace | null;
  /** Null where the client is no browser at a web app, or that app has no name that passkeys can be made for. */
  readonly party: RelyingParty | null;
  /** Of the last prompt for a passkey. */
  readonly challenge: string | null;
  /** Of this attempt, by an earlier request. */
  readonly pushAskedAtMs: number | null;
  /** When the attempt is void. */
  readonly endsAtMs: number;
  /** What earlier requests of this attempt have found right, before a code was sent. */
  readonly before: Found;
};

/** What a run has found right. */
export type Found = {
  readonly factors: readonly Factor[];
  /** Of the password; null: it is not among them. */
  readonly credentialEpoch: number | null;
};
