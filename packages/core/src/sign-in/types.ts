import type { Factor, UserPolicy, Workflow } from "@holdfast/protocol/policy";
import type { HotpAlgorithm, HotpDigits } from "@holdfast/protocol/primitives";
import type { RefusalReason } from "@holdfast/protocol/refusals";
import type { Ask, SentCode, TypedCode } from "../policy/workflows.ts";

/** A handle to what was typed: the bytes stay in the shell's memory. */
export type SecretRef = { readonly secret: string };

/**
 * Which part of a typed value an effect is about. A client that can ask only once sends password and code in one line;
 * the code is its last characters.
 */
export type Given = {
  readonly ref: SecretRef;
  readonly take: "whole" | { readonly last: number } | { readonly allButLast: number };
};

/** Failures in a row and the lock they led to. The same value online and offline (UNI-2). */
export type Lockout = {
  /** In a row. */
  readonly failures: number;
  /** Of them, those after the last lock began; all of them where there was none. */
  readonly failuresSinceLock: number;
  readonly lockedUntilMs: number | null;
};

/** The one event-based token that this sign-in would use (OTP-28). */
export type TokenFacts = {
  readonly id: string;
  readonly digits: HotpDigits;
  readonly algorithm: HotpAlgorithm;
  /** Lowest counter that may still be accepted. */
  readonly nextCounter: number;
  /** Wrong codes in a row after a right password, on this verifier. */
  readonly wrongCodes: number;
  /** Suspended on this verifier until online contact (SECURITY §1, Guessing). */
  readonly suspended: boolean;
};

/**
 * An enabled authenticator besides the password and the event-based token. They work online only, but for what the help
 * desk gives (bypass.ts) and for the answers of a phone (by-phone.ts), which work offline only.
 */
export type AuthenticatorFacts = {
  readonly id: string;
  readonly factor: "totp" | "recovery-code" | "temporary-code" | VerifiedFactor;
  /** Of a time-based token: lowest time step that may still be accepted; 0 of others. */
  readonly nextCounter: number;
  /** Raised by whatever makes an earlier check of it worthless, such as a recovery code that was used. */
  readonly version: number;
  /** It is right and no longer good enough: to be renewed. */
  readonly expired: boolean;
  /** Of a phone at an endpoint: wrong answers in a row after a right password. */
  readonly wrongCodes?: number;
};

/** The right to sign in offline, as this endpoint knows it. */
export type LeaseFacts = {
  readonly notAfterMs: number;
  /** Sign-ins left by `maxSignIns`. */
  readonly signInsLeft: number;
  /** Codes left at or above the floor. */
  readonly codesLeft: number;
  /** When the user last signed in online here; null: never. */
  readonly lastOnlineMs: number | null;
  /** A conflict was found: only a fresh online sign-in helps. */
  readonly freshSignInNeeded: boolean;
};

/** What decides, re-read before each step. */
export type Facts = {
  /** What a commit must expect; any change about this user raises it. */
  readonly version: number;
  readonly user: {
    readonly id: string;
    readonly name: string;
    readonly status: "active" | "disabled";
  } | null;
  readonly policy: UserPolicy;
  readonly lockout: Lockout;
  /** False, too, once the password is another than the one that this attempt has proven. */
  readonly hasPassword: boolean;
  readonly token: TokenFacts | null;
  readonly authenticators: readonly AuthenticatorFacts[];
  /** A temporary code of his has not ended, whether it is good here or not; absent: none. */
  readonly temporaryCodeKept?: boolean;
  /** Offline: second factors of the user that work online only. */
  readonly onlineOnly: readonly Factor[];
  /** Self-service sign-ins in which the person has put enrolment off (TC-46). */
  readonly enrolmentPostponed: number;
  /**
   * The password alone may open self-service, to enrol a second factor (TC-46): there is none of this person's anywhere,
   * in whatever state, and no role that one would open the console to.
   */
  readonly enrolsByPassword: boolean;
  /** Null online, and offline where nothing of this user is held. */
  readonly lease: LeaseFacts | null;
  /** Endpoint-wide reasons that forbid offline sign-in altogether, strictest first; empty online. */
  readonly barred: readonly RefusalReason[];
  /** How far the wall clock is behind effective time; 0 where it is not. */
  readonly clockBehindMs: number;
};

export type Base = {
  /** The attempt: shared by an online try and its offline fallback (SECURITY §2). */
  readonly id: string;
  readonly workflow: Workflow;
  readonly mode: "online" | "offline";
  readonly userName: string;
  /** One line for password and code. */
  readonly oneLine: boolean;
  /** The client is a browser: it can carry a passkey, and renew what has expired. */
  readonly browser: boolean;
  /** The client can lead a person through enrolling while he signs in from outside (TC-43). */
  readonly enrols?: boolean;
  readonly expiresAtMs: number;
  /** While what comes before something that is to be sent or shown is weighed (sent-codes.ts). */
  readonly opening?: { readonly ask: Ask; readonly collected: readonly Collected[] };
  readonly early?: Early;
};

/** What was weighed before a code was sent. The attempt was counted as a failure then: it is not counted again. */
export type Early = {
  /** How many of the values that were given. */
  readonly weighed: number;
  readonly proof: Proof;
  readonly refused: { readonly verdict: Refusal; readonly failed: Factor | null } | null;
};

export type Refusal = {
  readonly kind: "refused";
  readonly reason: RefusalReason;
  readonly lockedUntilMs: number | null;
};
export type Success = {
  readonly kind: "succeeded";
  readonly userId: string;
  readonly factors: readonly Factor[];
  readonly consumed: { readonly tokenId: string; readonly counter: number } | null;
  /** The other authenticators that were used, as they stood when they were checked. */
  readonly used: readonly UsedAuthenticator[];
  /** The person has no second factor and may or must enrol one (TC-46). */
  readonly enrolmentDue: { readonly factors: readonly Factor[]; readonly signInsLeft: number } | null;
  readonly renewalDue: readonly Factor[];
};
export type UsedAuthenticator = { readonly id: string; readonly version: number };
export type Outcome = Success | Refusal;

/** What is verified as one value of its own kind. The last two: offline, where the help desk stands in (bypass.ts). */
export type VerifiedFactor =
  | "passkey"
  | "pin"
  | "card"
  | SentCode
  | "bypass-code"
  | "ocra"
  | "push"
  | "qr-challenge";

/** Which authenticator a right value was of. */
export type Match =
  | { readonly factor: "hotp" | "totp"; readonly id: string; readonly counter: number }
  | { readonly factor: "recovery-code" | "temporary-code" | VerifiedFactor; readonly id: string };

/**
 * What a check found. `far` is a code beyond the look-ahead window but within the resynchronisation search. A right code
 * without a match is one of the event-based token, at `counter`.
 */
export type Check =
  | { readonly check: "right"; readonly counter?: number; readonly match?: Match }
  /** `form`: whatever it was, it cost what a temporary code costs. */
  | { readonly check: "wrong"; readonly form?: "temporary-code" }
  | { readonly check: "far" }
  | { readonly check: "exposed" }
  | { readonly check: "unusable"; readonly reason: RefusalReason };

/** What was given for one step. */
export type Collected = { readonly ask: Ask; readonly given: Given };

/** What has been proven so far, and by which authenticators. */
export type Proof = {
  readonly factors: readonly Factor[];
  readonly consumed: Success["consumed"];
  readonly used: readonly UsedAuthenticator[];
};

export type State = Base &
  (
    | {
        readonly at: "asking";
        readonly ask: Ask | "password-and-code";
        readonly collected: readonly Collected[];
      }
    /** Offline, and before a code is sent: the attempt is made durable before anything typed is looked at. */
    | {
        readonly at: "recording";
        readonly collected: readonly Collected[];
        readonly effect: string;
        readonly retries: number;
      }
    | {
        readonly at: "checking";
        /** What is to be checked after this. */
        readonly rest: readonly Collected[];
        readonly proof: Proof;
        readonly ask: Ask;
        readonly effect: string;
      }
    /** The verdict is known here and nowhere else until it is durable. */
    | {
        readonly at: "settling";
        readonly verdict: Outcome;
        readonly failedFactor: Factor | null;
        readonly proof: Proof;
        readonly effect: string;
        readonly retries: number;
      }
    | { readonly at: "done"; readonly outcome: Outcome }
  );

export type Input =
  | { readonly in: "begin"; readonly base: Base }
  /** The person takes another way to answer the step that is due. */
  | { readonly in: "chosen"; readonly ask: Ask }
  /** `sameAsFirst`: the client sent the same line again, as one that can ask only once does. */
  | { readonly in: "given"; readonly value: SecretRef; readonly sameAsFirst: boolean }
  | { readonly in: "committed" | "conflict" | "storage-failed"; readonly effect: string }
  | { readonly in: "checked"; readonly effect: string; readonly result: Check }
  | { readonly in: "tick" }
  | { readonly in: "cancelled" };

/** One durable change. A commit is all of its changes or none. */
export type Change =
  /** Counts the attempt as a failure ahead of the check; success clears it, a crash leaves it (SECURITY §1, State). */
  | { readonly change: "attempt-recorded"; readonly lockout: Lockout }
  | { readonly change: "lockout"; readonly lockout: Lockout }
  | {
      readonly change: "wrong-codes";
      readonly tokenId: string;
      readonly wrongCodes: number;
      readonly suspended: boolean;
    }
  | { readonly change: "code-consumed"; readonly tokenId: string; readonly counter: number }
  | { readonly change: "authenticator-used"; readonly authenticatorId: string }
  /** A code that was sent has one try less. */
  | { readonly change: "sent-code-tried"; readonly by: SentCode }
  | { readonly change: "temporary-code-used"; readonly id: string }
  /** The person has what he usually has again (TC-7). */
  | { readonly change: "temporary-code-ended" }
  | { readonly change: "enrolment-postponed" }
  | { readonly change: "sign-in-counted" }
  /** One of the few tries at an endpoint's challenge is taken, before anything typed is looked at. */
  | { readonly change: "challenge-tried" }
  | { readonly change: "bundle-destroyed" };

/** What the audit says of an attempt; the shell adds endpoint, time and chain. */
export type SignInAudit = {
  readonly type: "sign-in";
  readonly attemptId: string;
  readonly userId: string | null;
  readonly workflow: Workflow;
  readonly mode: "online" | "offline";
  readonly outcome: "succeeded" | "refused";
  readonly reason: RefusalReason | null;
  readonly factors: readonly Factor[];
  readonly consumed: { readonly tokenId: string; readonly counter: number } | null;
  readonly failure: { readonly factor: Factor; readonly count: number } | null;
  readonly lockedUntilMs: number | null;
};

/** What the shell does next; repeatable, and one input answers each by its `id`. */
export type Effect = { readonly id: string } & (
  | {
      readonly do: "commit";
      readonly expect: { readonly userId: string; readonly version: number };
      readonly write: readonly Change[];
      readonly audit: readonly SignInAudit[];
    }
  /** Audit alone, for a refusal that changes nothing. Not answered. */
  | { readonly do: "note"; readonly audit: SignInAudit }
  /** Online: verify the password. Offline: open the store's slot with it. One Argon2id either way. */
  | { readonly do: "verify-password"; readonly userId: string; readonly given: Given }
  /** A typed code that may be of any of these kinds; the one that it fits counts. */
  | {
      readonly do: "check-code";
      readonly userId: string;
      readonly kinds: readonly TypedCode[];
      readonly given: Given;
    }
  | {
      readonly do: "verify";
      readonly factor: VerifiedFactor;
      readonly userId: string;
      readonly given: Given;
    }
  /** Not answered, and in the background, so that no wait tells whether there is anything to send; null: there is not. */
  | { readonly do: "send-code"; readonly by: SentCode; readonly userId: string | null }
  /** Not answered, likewise: asks the user's phones; null: there is nobody to ask, and the sign-in waits as long. */
  | { readonly do: "ask-phone"; readonly userId: string | null }
  /** Unknown user, or one without a password: the same KDF and the same wait as a wrong password. */
  | { readonly do: "burn-time"; readonly given: Given | null }
  | { readonly do: "forget" }
);

/** One way to answer the step that is due. */
export type Prompt = {
  readonly ask: Ask | "password-and-code";
  /** What an answer may be of. */
  readonly factors: readonly Factor[];
};

export type Step = {
  readonly state: State;
  readonly prompts: readonly Prompt[];
  readonly effects: readonly Effect[];
};
