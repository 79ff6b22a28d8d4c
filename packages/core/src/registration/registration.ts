import type { RegistrationEnd } from "@holdfast/protocol/phones-api";

/**
 * The registration of a phone as the server sees it. It gives one phone one set of keys: whoever claims it first, is
 * compared, and has stored what he was given. Until `switch` whatever worked before works, and from then on only what is
 * new does (AMB-REG-5, REG-22). Pure: secrets, hashes and rows are the shell's.
 */
export type Claim = {
  /** RFC 7638, of the key that signs the phone's requests. */
  readonly thumbprint: string;
  readonly digits: string;
  readonly phoneName: string;
};

type Common = {
  readonly kind: "new" | "rescan";
  readonly expiresAtMs: number;
  readonly anotherPhoneTried: boolean;
};

export type Registration = Common &
  (
    | { readonly state: "waiting"; readonly mode: "online"; readonly tokenHash: string }
    | { readonly state: "waiting"; readonly mode: "offline"; readonly triesLeft: number }
    | { readonly state: "scanned"; readonly mode: "online"; readonly claim: Claim }
    | {
        readonly state: "finishing";
        readonly mode: "online";
        readonly claim: Claim;
        /** Whether the phone was handed its secrets. */
        readonly handedOut: boolean;
      }
    | {
        readonly state: "done";
        readonly mode: "online" | "offline";
        readonly thumbprint: string | null;
        readonly phoneId: string;
      }
    | { readonly state: "ended"; readonly mode: "online" | "offline"; readonly why: RegistrationEnd }
  );

export type RegistrationEvent =
  | { readonly on: "claim"; readonly tokenHash: string; readonly claim: Claim }
  | { readonly on: "confirm"; readonly digits: string }
  | { readonly on: "end"; readonly why: Exclude<RegistrationEnd, "expired" | "wrong-device-id"> }
  | { readonly on: "complete"; readonly thumbprint: string }
  | { readonly on: "finish"; readonly thumbprint: string; readonly phoneId: string }
  | { readonly on: "device-id"; readonly right: boolean; readonly phoneId: string }
  /** Somebody looks. */
  | { readonly on: "look" };

export type RegistrationAnswer =
  | { readonly kind: "looked" }
  | { readonly kind: "claimed"; readonly claim: Claim; readonly again: boolean }
  | { readonly kind: "confirmed" }
  | { readonly kind: "waiting" }
  /** The phone may have its secrets. */
  | { readonly kind: "hand-out" }
  /** In this very transaction the new keys come into force and the old ones end. */
  | { readonly kind: "switch"; readonly claim: Claim }
  /** The same for a phone that was registered offline. */
  | { readonly kind: "register" }
  | { readonly kind: "done"; readonly phoneId: string }
  | { readonly kind: "wrong-device-id"; readonly triesLeft: number }
  | { readonly kind: "ended"; readonly why: RegistrationEnd }
  | {
      readonly kind: "refused";
      readonly reason: "not-this-code" | "another-phone" | "other-digits" | "not-yet" | "not-this-way";
    };

export type RegistrationStep = { readonly next: Registration; readonly answer: RegistrationAnswer };

/** How long a QR code is good for. */
export const registrationMs = 10 * 60_000;
/** Once scanned there is at least this much time to compare. */
export const compareMs = 5 * 60_000;
/** Once compared, the phone has this long to store its keys and say so. */
export const finishMs = 10 * 60_000;
export const deviceIdTries = 3;

export function stepRegistration(
  before: Registration,
  event: RegistrationEvent,
  nowMs: number,
): RegistrationStep {
  const open = before.state !== "done" && before.state !== "ended";
  const current = open && nowMs >= before.expiresAtMs ? ended(before, "expired") : before;
  switch (event.on) {
    case "look":
      return { next: current, answer: { kind: "looked" } };
    case "claim":
      return claim(current, event, nowMs);
    case "confirm":
      return confirm(current, event.digits, nowMs);
    case "end":
      return end(current, event.why);
    case "complete":
      return complete(current, event.thumbprint);
    case "finish":
      return finish(current, event);
    case "device-id":
      return deviceId(current, event);
  }
}

type Claiming = Extract<RegistrationEvent, { on: "claim" }>;

/** The first phone has it; the same phone again gets the same answer, because the first may have been lost. */
function claim(current: Registration, event: Claiming, nowMs: number): RegistrationStep {
  if (current.state === "waiting") {
    if (current.mode === "offline") return refuse(current, "not-this-way");
    if (current.tokenHash !== event.tokenHash) return refuse(current, "not-this-code");
    const { kind, anotherPhoneTried } = current;
    const expiresAtMs = Math.max(current.expiresAtMs, nowMs + compareMs);
    const next = { kind, anotherPhoneTried, expiresAtMs, mode: "online", claim: event.claim } as const;
    return {
      next: { ...next, state: "scanned" },
      answer: { kind: "claimed", claim: event.claim, again: false },
    };
  }
  if (current.state === "ended") return { next: current, answer: { kind: "ended", why: current.why } };
  const holder = current.state === "done" ? current.thumbprint : current.claim.thumbprint;
  if (holder !== event.claim.thumbprint)
    return refuse({ ...current, anotherPhoneTried: true }, "another-phone");
  return current.state === "done"
    ? { next: current, answer: { kind: "done", phoneId: current.phoneId } }
    : { next: current, answer: { kind: "claimed", claim: current.claim, again: true } };
}

function confirm(current: Registration, digits: string, nowMs: number): RegistrationStep {
  switch (current.state) {
    case "waiting":
      return refuse(current, "not-yet");
    case "scanned": {
      if (current.claim.digits !== digits) return refuse(current, "other-digits");
      const expiresAtMs = nowMs + finishMs;
      return {
        next: { ...current, state: "finishing", handedOut: false, expiresAtMs },
        answer: { kind: "confirmed" },
      };
    }
    case "finishing":
      return current.claim.digits === digits
        ? { next: current, answer: { kind: "confirmed" } }
        : refuse(current, "other-digits");
    default:
      return { next: current, answer: endOf(current) };
  }
}

/** What is done stays done. */
function end(current: Registration, why: RegistrationEnd): RegistrationStep {
  if (current.state === "done" || current.state === "ended") return { next: current, answer: endOf(current) };
  return { next: ended(current, why), answer: { kind: "ended", why } };
}

function complete(current: Registration, thumbprint: string): RegistrationStep {
  if (!isClaimant(current, thumbprint)) return refuse(current, "another-phone");
  switch (current.state) {
    case "waiting":
      return refuse(current, "not-yet");
    case "scanned":
      return { next: current, answer: { kind: "waiting" } };
    case "finishing":
      return { next: { ...current, handedOut: true }, answer: { kind: "hand-out" } };
    default:
      return { next: current, answer: endOf(current) };
  }
}

function finish(
  current: Registration,
  { thumbprint, phoneId }: Extract<RegistrationEvent, { on: "finish" }>,
): RegistrationStep {
  if (!isClaimant(current, thumbprint)) return refuse(current, "another-phone");
  switch (current.state) {
    case "waiting":
    case "scanned":
      return refuse(current, "not-yet");
    case "finishing": {
      if (!current.handedOut) return refuse(current, "not-yet");
      const { claim, handedOut: _, ...common } = current;
      return {
        next: { ...common, state: "done", thumbprint, phoneId },
        answer: { kind: "switch", claim },
      };
    }
    default:
      return { next: current, answer: endOf(current) };
  }
}

function deviceId(
  current: Registration,
  { right, phoneId }: Extract<RegistrationEvent, { on: "device-id" }>,
): RegistrationStep {
  if (current.state === "done" || current.state === "ended") return { next: current, answer: endOf(current) };
  if (current.state !== "waiting" || current.mode !== "offline") return refuse(current, "not-this-way");
  const { triesLeft: before, ...common } = current;
  if (right)
    return {
      next: { ...common, state: "done", thumbprint: null, phoneId },
      answer: { kind: "register" },
    };
  const triesLeft = before - 1;
  return triesLeft > 0
    ? { next: { ...current, triesLeft }, answer: { kind: "wrong-device-id", triesLeft } }
    : { next: ended(current, "wrong-device-id"), answer: { kind: "ended", why: "wrong-device-id" } };
}

/** Nobody has claimed it while it waits; once it has ended, who asks learns that alone. */
function isClaimant(current: Registration, thumbprint: string): boolean {
  switch (current.state) {
    case "scanned":
    case "finishing":
      return current.claim.thumbprint === thumbprint;
    case "done":
      return current.thumbprint === thumbprint;
    default:
      return true;
  }
}

function ended(
  { kind, mode, expiresAtMs, anotherPhoneTried }: Registration,
  why: RegistrationEnd,
): Registration {
  return { kind, mode, expiresAtMs, anotherPhoneTried, state: "ended", why };
}

function endOf(current: Extract<Registration, { state: "done" | "ended" }>): RegistrationAnswer {
  return current.state === "done"
    ? { kind: "done", phoneId: current.phoneId }
    : { kind: "ended", why: current.why };
}

function refuse(
  next: Registration,
  reason: Extract<RegistrationAnswer, { kind: "refused" }>["reason"],
): RegistrationStep {
  return { next, answer: { kind: "refused", reason } };
}
