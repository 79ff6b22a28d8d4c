import { fromBase64url } from "@holdfast/core/encoding/base64url";
import type { OnlineLink } from "@holdfast/core/registration/link";
import {
  biometricChallenge,
  type PairingTranscript,
  pairingDigits,
} from "@holdfast/core/registration/pairing-digits";
import type { PhoneRegistration, ServerWord } from "@holdfast/core/registration/phone-side";
import { hear, nextRequest } from "@holdfast/core/registration/phone-side";
import type {
  PhoneClaim,
  PhoneClaimAnswer,
  PhoneCompletion,
  PhoneConfiguration,
  PhoneFinish,
} from "@holdfast/protocol/phone-api";
import type { RegistrationEnd } from "@holdfast/protocol/phones-api";
import type { PublicKey } from "@holdfast/protocol/primitives";
import type { Profile } from "../profiles/profile.ts";
import { othersOfPhone } from "../registration/rescan.ts";
import { vault } from "../vault/vault.ts";
import { appVersion, phoneName } from "./about-phone.ts";
import { callServer } from "./call.ts";
import { configured } from "./sync.ts";

/**
 * Online registrations on their way. Each is kept in a profile of its own without codes, stored before every request, so
 * that a phone that is switched off anywhere goes on where it was; the old profile is not touched before the server has
 * said `done`.
 */
export type Staged = {
  readonly of: "registration";
  readonly link: OnlineLink;
  readonly requestKey: PublicKey;
  readonly approvalKey: PublicKey;
  readonly challengeKey: string;
  /** What guarded the keys when they were made, and its answer for this registration. */
  readonly biometric: PhoneClaim["biometric"];
  readonly registeredBy: string | null;
  readonly state: PhoneRegistration<PhoneConfiguration>;
};

const prefix = "registration-";
/** The person compares, meanwhile. */
const askEveryMs = 1_000;
const longestWaitMs = 15_000;
const running = new Set<string>();
const takenOver = new Set<(profileId: string) => void>();

/** Hears of each profile that has new keys. */
export function onTakenOver(listener: (profileId: string) => void): void {
  takenOver.add(listener);
}

export function stagedOf(profile: Profile): Staged | null {
  const staged = profile.staged as Partial<Staged> | null;
  return staged?.of === "registration" ? (staged as Staged) : null;
}

/**
 * Makes and stores the keys, then goes on by itself. Scanned twice: the same registration. Where a biometric locks the app it
 * is asked, because the server is told that it guards these keys. Returns the carrier's id; null: the person was not verified.
 */
export async function beginRegistration(link: OnlineLink): Promise<string | null> {
  const id = `${prefix}${link.registrationId}`;
  if (!vault.profiles().some((profile) => profile.id === id)) {
    const requestKey = (await vault.makeKey(id, "request")) as unknown as PublicKey;
    const approvalKey = (await vault.makeKey(id, "approval")) as unknown as PublicKey;
    const challengeKey = (await vault.makeKey(id, "challenge")) as string;
    const { registrationId, token } = link;
    const keys = { requestKey, approvalKey, challengeKey };
    const proven = await provenBiometric(id, { registrationId, token, ...keys });
    if (proven === null) {
      await vault.remove(id);
      return null;
    }
    const began = { ...keys, ...proven, registeredBy: null, state: { step: "claiming" } } as const;
    const staged: Staged = { of: "registration", link, ...began };
    await vault.put(carrier(id, link, staged));
  }
  run(id);
  return id;
}

/** Null: the person was asked and not verified. */
async function provenBiometric(
  id: string,
  transcript: PairingTranscript,
): Promise<Pick<Staged, "biometric"> | null> {
  const known = vault.biometric();
  if (known === null) return { biometric: null };
  const asked = { reason: "Register this phone", challenge: biometricChallenge(transcript) };
  const verified = await vault.verified(id, asked);
  // As they are sent: plain JSON.
  const [credential, assertion] = [known.credential, verified?.assertion] as unknown as [Sent, Sent | null];
  return assertion ? { biometric: { credential, assertion } } : null;
}

type Sent = Record<string, unknown>;

/** After an unlock, or a restart of the phone. */
export function resumeRegistrations(): void {
  for (const profile of vault.profiles()) if (stagedOf(profile) !== null) run(profile.id);
}

export async function dropRegistration(id: string): Promise<void> {
  await vault.remove(id);
}

function run(id: string): void {
  if (running.has(id)) return;
  running.add(id);
  void goOn(id)
    .catch((error: unknown) => {
      // Locked meanwhile: the next unlock goes on.
      if (vault.state().at === "unlocked") reportError(error);
    })
    .finally(() => running.delete(id));
}

async function goOn(id: string): Promise<void> {
  let waitMs = askEveryMs;
  for (;;) {
    const profile = vault.profiles().find((one) => one.id === id);
    const staged = profile && stagedOf(profile);
    if (!staged) return;
    if (staged.state.step === "registered") return takeOver(id, staged, staged.state.configuration);
    if (staged.state.step === "dropped") return;
    const word = await ask(id, staged);
    if (word !== null) {
      waitMs = askEveryMs;
      const registeredBy = word.registeredBy ?? staged.registeredBy;
      const state = hear(staged.state, word.word);
      if (state !== staged.state)
        await vault.change(id, (now) => ({ ...now, staged: { ...staged, registeredBy, state } }));
      if (state.step !== staged.state.step) continue;
    } else waitMs = Math.min(longestWaitMs, 2 * waitMs);
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    if (vault.state().at !== "unlocked") return;
  }
}

type Heard = { readonly word: ServerWord<PhoneConfiguration>; readonly registeredBy?: string | null };

/** Null: no answer. */
async function ask(id: string, staged: Staged): Promise<Heard | null> {
  const { link, requestKey, approvalKey, challengeKey, biometric, state } = staged;
  const signer = { keysOf: id, requestKey };
  const at = `/api/v1/phone-registrations/${link.registrationId}`;
  switch (nextRequest(state)) {
    case "claim": {
      const { token } = link;
      const brought = {
        token,
        requestKey,
        approvalKey,
        challengeKey,
        biometric,
        phoneName: phoneName(),
        appVersion,
      };
      const answer = await callServer<PhoneClaimAnswer>(signer, "POST", `${at}/claim`, brought);
      if (answer.kind !== "ok") return refusal(answer);
      const { nonce, digits, registeredBy } = answer.value;
      const own = pairingDigits(fromBase64url(nonce) ?? new Uint8Array(), {
        registrationId: link.registrationId,
        token,
        requestKey,
        approvalKey,
        challengeKey,
      });
      return own === digits
        ? { word: { said: "claimed", digits: own }, registeredBy }
        : { word: { said: "over", why: "What this phone sent was changed on its way to the server." } };
    }
    case "complete": {
      const answer = await callServer<PhoneCompletion>(signer, "POST", `${at}/complete`);
      if (answer.kind !== "ok") return refusal(answer);
      const { value } = answer;
      if (value.state === "waiting") return { word: { said: "waiting" } };
      if (value.state === "ready") return { word: { said: "ready", configuration: value.configuration } };
      return { word: { said: "over", why: value.state === "ended" ? endText[value.why] : lostText } };
    }
    case "finish": {
      const answer = await callServer<PhoneFinish>(signer, "POST", `${at}/finish`);
      if (answer.kind !== "ok") return refusal(answer);
      const { value } = answer;
      return { word: value.state === "done" ? { said: "done" } : { said: "over", why: endText[value.why] } };
    }
    case null:
      return null;
  }
}

/** A refusal ends it; silence does not. */
function refusal(
  answer: { kind: "unreachable" } | { kind: "refused"; detail: string; code: string },
): Heard | null {
  if (answer.kind === "unreachable") return null;
  const passing = ["too-many-requests", "storage-unavailable", "proof-invalid", "internal"];
  return passing.includes(answer.code) ? null : { word: { said: "over", why: answer.detail } };
}

/** The new keys take the old ones' place together with the profile; the carrier goes last. */
async function takeOver(id: string, staged: Staged, configuration: PhoneConfiguration): Promise<void> {
  const { link, requestKey, challengeKey, registeredBy } = staged;
  const { phoneId } = configuration;
  const old = vault
    .profiles()
    .find((one) => one.server?.phoneId === phoneId || (one.kind === "offline" && one.id === registeredBy));
  const base: Profile = old ?? { ...carrier(phoneId, link, null), id: phoneId };
  const profile = configured({ ...base, staged: null }, configuration, Date.now(), null);
  const server = { origin: link.origin, phoneId, requestKey };
  // Keys of a rescan without a network that nobody has settled: the server's word ends them all.
  for (const gone of old ? othersOfPhone(old, vault.profiles()) : []) await vault.remove(gone.id);
  await vault.moveKeys(id, base.id, { ...profile, challengeKey, server });
  await vault.remove(id);
  for (const listener of takenOver) listener(base.id);
}

function carrier(id: string, link: OnlineLink, staged: Staged | null): Profile {
  return {
    id,
    kind: "online",
    issuer: link.enterprise,
    account: link.account,
    label: "",
    deviceId: null,
    types: [],
    codes: [],
    lastSyncMs: null,
    clockDriftMs: null,
    staged,
    notice: null,
    challengeKey: null,
    server: null,
  };
}

const lostText = "This phone did not keep what it was given. Have the portal show a new QR code.";

const endText: Readonly<Record<RegistrationEnd, string>> = {
  expired: "The time for this registration is up. Have the portal show a new QR code.",
  cancelled: "The registration was cancelled at the portal.",
  "digits-differ": "At the portal it was said that the digits are not the same.",
  "wrong-device-id": "A wrong Device ID was typed three times.",
  replaced: "Another registration was begun at the portal: scan the QR code that it shows now.",
  "user-stopped": "The account was locked, or a device was reported stolen. Ask your help desk.",
  restored: "The server was restored from a backup. Have the portal show a new QR code.",
};
