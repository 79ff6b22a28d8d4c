/** The lock on the vault: how it is made, changed, opened, and how a person shows anew that it is he. */

import { showToast } from "../frame/toasts.ts";
import type { Profile } from "../profiles/profile.ts";
import type { BiometricFailure } from "./biometric.ts";
import { biometricFailureText } from "./biometric.ts";
import type { AskingKeyName, Keyring } from "./keys.ts";
import {
  become,
  exclusively,
  type Header,
  hold,
  keysAreInForce,
  memory,
  opened,
  otherTabs,
  present,
} from "./memory.ts";
import { askPin, type PinVerdict } from "./pin-question.ts";
import { noTries, type PinTries, pinWaitMs } from "./pin-rules.ts";
import { wrongPinsText } from "./pin-words.ts";
import { askingKey } from "./records.ts";
import { newVaultKeys, underNewKeys, type VaultKeys } from "./rotation.ts";
import { randomBytes, type Sealed, seal, unseal, workingCodesKey } from "./sealing.ts";
import {
  newBiometricSlot,
  newPinSlot,
  openBothByBiometric,
  openByPin,
  openCodesByBiometric,
  openKeysByBiometric,
  type Slot,
  type SlotKeys,
} from "./slot.ts";

export type Verified = {
  /** Non-extractable. Throws where the profile has no such key. */
  key(name: AskingKeyName): Promise<CryptoKey>;
  /** By the phone's biometric, over the challenge that was given; null: by the PIN. */
  readonly assertion: AuthenticationResponseJSON | null;
};

/** The PIN is not asked again so soon after it was right. */
const pinHoldsMs = 60_000;

export async function setUpByPin(pin: string): Promise<void> {
  const keys = await newVaultKeys();
  await create(await newPinSlot(pin, keys.slotKeys), keys);
}

export async function setUpByBiometric(): Promise<{ readonly kind: "ok" } | BiometricFailure> {
  const keys = await newVaultKeys();
  const made = await newBiometricSlot(keys.slotKeys);
  if (made.kind === "ok") await create(made.slot, keys);
  return made.kind === "ok" ? { kind: "ok" } : made;
}

/**
 * Asks for the present lock's proof first. The old lock opens nothing afterwards, nor do the keys that it opened: what is
 * written from now on is closed to who copied the storage before and knows the old PIN.
 */
export async function changeLock(
  to: { readonly kind: "pin"; readonly pin: string } | { readonly kind: "biometric" },
): Promise<{ readonly kind: "ok" } | { readonly kind: "refused"; readonly why: string }> {
  const old = await presentKeys();
  if ("why" in old) return { kind: "refused", why: old.why };
  const next = await newVaultKeys();
  const made =
    to.kind === "pin"
      ? { kind: "ok" as const, slot: await newPinSlot(to.pin, next.slotKeys) }
      : await newBiometricSlot(next.slotKeys);
  if (made.kind === "refused") return { kind: "refused", why: biometricFailureText[made.reason] };
  await exclusively(async () => {
    await keysAreInForce();
    const header: Header = { ...present(memory.header), keysId: next.id, slot: made.slot };
    const records = await underNewKeys(opened(), old, next);
    await opened().write({ ...records, header, tries: noTries });
    memory.header = header;
    memory.sealingKey = null;
    await unlocked(await workingCodesKey(next.slotKeys.codesKey));
  });
  otherTabs?.postMessage({ over: true });
  return { kind: "ok" };
}

export function unlockByPin(pin: string): Promise<PinVerdict> {
  return tryPin(pin, async (keys, wrongBefore) => {
    holdSealingKey(keys.sealingKey);
    await unlocked(keys.codesKey);
    if (wrongBefore > 0) showToast(wrongPinsText(wrongBefore));
  });
}

export async function unlockByBiometric(): Promise<{ readonly kind: "ok" } | BiometricFailure> {
  const slot = slotOf("biometric");
  const answer = await openCodesByBiometric(slot);
  if (answer.kind === "refused") return answer;
  await unlocked(answer.codesKey);
  return { kind: "ok" };
}

/** How long a PIN would have to wait now, in milliseconds. */
export async function currentPinWaitMs(): Promise<number> {
  return pinWaitMs(await tries(), Date.now());
}

/** What a server is told of the phone's biometric; null: a PIN locks this vault. */
export function biometric(): { readonly credential: RegistrationResponseJSON } | null {
  const slot = memory.header?.slot;
  return slot?.kind === "biometric" ? { credential: slot.biometric.credential } : null;
}

/**
 * Asks the person: by the biometric over `challenge` (random where none is given), or by the PIN, which is not asked again
 * within a minute. Null: he declined, or the phone could not tell that it was him, and was told so.
 */
export async function verified(
  profileId: string,
  { reason, challenge }: { readonly reason: string; readonly challenge?: Uint8Array<ArrayBuffer> },
): Promise<Verified | null> {
  const { slot } = present(memory.header);
  if (slot.kind === "biometric") {
    const answer = await openKeysByBiometric(slot, challenge ?? randomBytes(32));
    if (answer.kind === "refused") {
      showToast(biometricFailureText[answer.reason]);
      return null;
    }
    return verifiedBy(profileId, answer.sealingKey, answer.assertion);
  }
  if (memory.sealingKey === null || Date.now() >= memory.sealingKey.untilMs) {
    const right = await askPin(reason, (pin) => tryPin(pin, async (keys) => holdSealingKey(keys.sealingKey)));
    if (!right || memory.sealingKey === null) return null;
  }
  return verifiedBy(profileId, memory.sealingKey.key, null);
}

async function create(slot: Slot, { id, slotKeys, sealTo }: VaultKeys): Promise<void> {
  const ring: Keyring = { sealTo, keys: {} };
  const made: Header = { version: 1, createdAtMs: Date.now(), keysId: id, slot };
  await opened().write({
    header: made,
    tries: noTries,
    keyring: await seal(slotKeys.codesKey, "keyring", ring),
  });
  // Chromium decides by use, others ask; either way the app goes on, and says in its settings how it stands.
  await navigator.storage?.persist?.().catch(() => false);
  memory.header = made;
  await unlocked(await workingCodesKey(slotKeys.codesKey));
}

async function unlocked(key: CryptoKey): Promise<void> {
  await keysAreInForce();
  const sealedRing = (await opened().get("keyring")) as Sealed;
  const ring = await unseal(key, "keyring", sealedRing).catch(() => null);
  // The lock opened, but not what lies behind it: somebody put an older lock in its place, or a part is missing.
  if (ring === null) return become({ at: "damaged" });
  memory.codesKey = key;
  memory.keyring = ring as Keyring;
  const records = await opened().startingWith("profile/");
  const profiles = await Promise.all(
    [...records].map(async ([name, sealed]) => (await unseal(key, name, sealed as Sealed)) as Profile),
  );
  hold(profiles);
  become({ at: "unlocked", by: present(memory.header).slot.kind });
}

/** Counts the try durably before it checks it: whoever ends the app in between has tried all the same. */
async function tryPin(
  pin: string,
  then: (keys: SlotKeys, wrongBefore: number) => Promise<void>,
): Promise<PinVerdict> {
  const slot = slotOf("pin");
  return exclusively(async () => {
    await keysAreInForce();
    const before = await tries();
    const waitMs = pinWaitMs(before, Date.now());
    if (waitMs > 0) return { kind: "wait", waitMs };
    const counted: PinTries = { wrong: before.wrong + 1, lastAtMs: Date.now() };
    await opened().write({ tries: counted });
    const keys = await openByPin(slot, pin);
    if (keys === null) return { kind: "wrong", waitMs: pinWaitMs(counted, Date.now()) };
    await opened().write({ tries: noTries });
    await then(keys, before.wrong);
    return { kind: "ok" };
  });
}

async function tries(): Promise<PinTries> {
  return ((await opened().get("tries")) as PinTries | undefined) ?? noTries;
}

/** By which everything is sealed now; the person is asked. */
async function presentKeys(): Promise<SlotKeys | { readonly why: string }> {
  const { slot } = present(memory.header);
  if (slot.kind === "biometric") {
    const answer = await openBothByBiometric(slot);
    return answer.kind === "ok" ? answer.keys : { why: biometricFailureText[answer.reason] };
  }
  let keys: SlotKeys | null = null;
  await askPin("Change how this app is locked", (pin) =>
    tryPin(pin, async (right) => {
      keys = right;
    }),
  );
  return keys ?? { why: "The PIN was not given." };
}

function holdSealingKey(key: CryptoKey): void {
  const until = { key, untilMs: Date.now() + pinHoldsMs };
  memory.sealingKey = until;
  setTimeout(() => {
    if (memory.sealingKey === until) memory.sealingKey = null;
  }, pinHoldsMs);
}

function verifiedBy(
  profileId: string,
  by: CryptoKey,
  assertion: AuthenticationResponseJSON | null,
): Verified {
  return { assertion, key: (name) => askingKey(profileId, name, by) };
}

function slotOf<K extends Slot["kind"]>(kind: K): Extract<Slot, { kind: K }> {
  const { slot } = present(memory.header);
  if (slot.kind !== kind) throw new Error(`this vault is not locked by a ${kind}`);
  return slot as Extract<Slot, { kind: K }>;
}
