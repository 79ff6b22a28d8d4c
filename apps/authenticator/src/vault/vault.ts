/**
 * Everything that this phone keeps, encrypted in IndexedDB. Two keys: one opens codes and request keys when the app is
 * unlocked; the other opens approval and challenge keys, and the person is asked anew for it. Nothing gets a key out.
 */

import { dismissToasts, showToast } from "../frame/toasts.ts";
import type { Profile } from "../profiles/profile.ts";
import type { BiometricFailure } from "./biometric.ts";
import { biometricFailureText } from "./biometric.ts";
import { type Database, deleteDatabase, openDatabase } from "./database.ts";
import { forgetMark, keepMark, readKeptMark } from "./kept-mark.ts";
import {
  type AskingKeyName,
  challengeKeyRecord,
  type KeyName,
  type Keyring,
  newKey,
  openAskingKey,
  openRequestKey,
} from "./keys.ts";
import { askPin, dropPinQuestion, type PinVerdict } from "./pin-question.ts";
import { noTries, type PinTries, pinWaitMs } from "./pin-rules.ts";
import {
  newCodesKey,
  newSealingKeys,
  randomBytes,
  type Sealed,
  type SealedTo,
  seal,
  unseal,
} from "./sealing.ts";
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

export type VaultState =
  | { readonly at: "opening" | "absent" | "damaged" }
  /** There was one since then, and the browser cleared it. */
  | { readonly at: "cleared"; readonly sinceMs: number; readonly profiles: number }
  /** The browser keeps nothing here, as in some private windows. */
  | { readonly at: "unavailable" }
  | { readonly at: "locked" | "unlocked"; readonly by: Slot["kind"] };

export type Verified = {
  /** Non-extractable. Throws where the profile has no such key. */
  key(name: AskingKeyName): Promise<CryptoKey>;
  /** By the phone's biometric, over the challenge that was given; null: by the PIN. */
  readonly assertion: AuthenticationResponseJSON | null;
};

type Header = { readonly version: 1; readonly createdAtMs: number; readonly slot: Slot };

/** The PIN is not asked again so soon after it was right. */
const pinHoldsMs = 60_000;

let database: Database | null = null;
let header: Header | null = null;
let state: VaultState = { at: "opening" };
let codesKey: CryptoKey | null = null;
let keyring: Keyring | null = null;
let held: readonly Profile[] = [];
/** By the PIN alone, for a minute. */
let sealingKey: { readonly key: CryptoKey; readonly untilMs: number } | null = null;
const requestKeys = new Map<string, CryptoKey>();
const listeners = new Set<() => void>();
const otherTabs = "BroadcastChannel" in globalThis ? new BroadcastChannel("holdfast-vault") : null;

export const vault = {
  /** Looks for a vault on this phone. Once, as the app starts. */
  async start(): Promise<void> {
    // Without https a browser gives no cryptography at all.
    if (!isSecureContext) return become({ at: "unavailable" });
    otherTabs?.addEventListener("message", ({ data }) => void changedElsewhere(data).catch(fault));
    try {
      await open();
    } catch {
      become({ at: "unavailable" });
    }
  },
  state: (): VaultState => state,
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },

  async setUpByPin(pin: string): Promise<void> {
    const keys = await newKeys();
    await create(await newPinSlot(pin, keys.slotKeys), keys);
  },
  async setUpByBiometric(): Promise<{ readonly kind: "ok" } | BiometricFailure> {
    const keys = await newKeys();
    const made = await newBiometricSlot(keys.slotKeys);
    if (made.kind === "ok") await create(made.slot, keys);
    return made.kind === "ok" ? { kind: "ok" } : made;
  },
  /** Asks for the present lock's proof first. The old lock opens nothing afterwards. */
  async changeLock(
    to: { readonly kind: "pin"; readonly pin: string } | { readonly kind: "biometric" },
  ): Promise<{ readonly kind: "ok" } | { readonly kind: "refused"; readonly why: string }> {
    const keys = await extractableKeys();
    if ("why" in keys) return { kind: "refused", why: keys.why };
    const made =
      to.kind === "pin"
        ? { kind: "ok" as const, slot: await newPinSlot(to.pin, keys) }
        : await newBiometricSlot(keys);
    if (made.kind === "refused") return { kind: "refused", why: biometricFailureText[made.reason] };
    header = { ...present(header), slot: made.slot };
    await opened().write({ header, tries: noTries });
    sealingKey = null;
    otherTabs?.postMessage({ over: true });
    become({ at: "unlocked", by: made.slot.kind });
    return { kind: "ok" };
  },

  unlockByPin: (pin: string): Promise<PinVerdict> =>
    tryPin(pin, async (keys) => {
      holdSealingKey(keys.sealingKey);
      await unlocked(keys.codesKey);
    }),
  async unlockByBiometric(): Promise<{ readonly kind: "ok" } | BiometricFailure> {
    const slot = slotOf("biometric");
    const answer = await openCodesByBiometric(slot);
    if (answer.kind === "refused") return answer;
    await unlocked(answer.codesKey);
    return { kind: "ok" };
  },
  /** How long a PIN would have to wait now, in milliseconds. */
  async pinWaitMs(): Promise<number> {
    return pinWaitMs(await tries(), Date.now());
  },
  lock(): void {
    if (state.at !== "unlocked") return;
    forgetKeys();
    dropPinQuestion();
    dismissToasts();
    become({ at: "locked", by: state.by });
  },
  /** Deletes everything, for good. */
  async wipe(): Promise<void> {
    forgetKeys();
    database?.close();
    database = null;
    header = null;
    forgetMark();
    await deleteDatabase();
    otherTabs?.postMessage({ over: true });
    await open();
  },

  profiles: (): readonly Profile[] => held,
  async put(profile: Profile): Promise<void> {
    await writing(async () => {
      await opened().write({ [recordOf(profile.id)]: await sealedProfile(profile) });
      hold([...held.filter(({ id }) => id !== profile.id), profile]);
    });
    otherTabs?.postMessage({ changed: profile.id });
  },
  /** Reads it anew, even if another tab of this app wrote meanwhile, and keeps what `change` makes of it. Null: it is gone. */
  async change(profileId: string, change: (profile: Profile) => Profile): Promise<Profile | null> {
    const changed = await writing(async () => {
      const now = await readProfile(profileId);
      if (now === null) return null;
      const next = change(now);
      await opened().write({ [recordOf(profileId)]: await sealedProfile(next) });
      hold([...held.filter(({ id }) => id !== profileId), next]);
      return next;
    });
    otherTabs?.postMessage({ changed: profileId });
    return changed;
  },
  /** With its keys. */
  async remove(profileId: string): Promise<void> {
    await writing(async () => {
      const { [profileId]: gone = {}, ...keys } = (await readKeyring()).keys;
      await writeKeyring({ ...present(keyring), keys }, { [recordOf(profileId)]: null, ...without(gone) });
      requestKeys.delete(profileId);
      hold(held.filter(({ id }) => id !== profileId));
    });
    otherTabs?.postMessage({ changed: profileId });
  },

  /** Makes a key of this name, in the place of one that is there, and returns its public half. */
  async makeKey(profileId: string, name: KeyName): Promise<JsonWebKey | string> {
    return writing(async () => {
      const ring = await readKeyring();
      const recordName = newKeyRecord();
      const { record, publicKey } = await newKey(name, recordName, ring, unlockedKey());
      await writeKeyring(withKey(ring, profileId, name, recordName), {
        [recordName]: record,
        ...replaced(ring, profileId, name),
      });
      requestKeys.delete(profileId);
      return publicKey;
    });
  },
  /** X25519, 32 bytes that an offline registration derived. Returns the public half, base64url. */
  async importChallengeKey(profileId: string, privateBytes: Uint8Array): Promise<string> {
    return writing(async () => {
      const ring = await readKeyring();
      const recordName = newKeyRecord();
      const { record, publicKey } = await challengeKeyRecord(privateBytes, recordName, ring);
      await writeKeyring(withKey(ring, profileId, "challenge", recordName), {
        [recordName]: record,
        ...replaced(ring, profileId, "challenge"),
      });
      return publicKey;
    });
  },
  /** A rescan is through: the keys made under the staged name take the old ones' place, together with the profile if given. */
  async moveKeys(fromStagedId: string, profileId: string, profile?: Profile): Promise<void> {
    await writing(async () => {
      const ring = await readKeyring();
      const { [fromStagedId]: moved, [profileId]: old = {}, ...others } = ring.keys;
      // A second call, after an interruption, finds nothing left to move.
      const keys = moved === undefined ? ring.keys : { ...others, [profileId]: moved };
      await writeKeyring(
        { ...ring, keys },
        {
          ...(moved === undefined ? {} : without(old)),
          ...(profile === undefined ? {} : { [recordOf(profile.id)]: await sealedProfile(profile) }),
        },
      );
      requestKeys.clear();
      if (profile !== undefined) hold([...held.filter(({ id }) => id !== profile.id), profile]);
    });
    otherTabs?.postMessage({ changed: profileId });
  },
  /** Non-extractable; nothing is asked while the app is unlocked. */
  async requestKey(profileId: string): Promise<CryptoKey> {
    const known = requestKeys.get(profileId);
    if (known) return known;
    const recordName = (await readKeyring()).keys[profileId]?.request;
    if (recordName === undefined) throw new Error("this profile has no request key");
    const record = (await opened().get(recordName)) as Sealed;
    const key = await openRequestKey(record, recordName, unlockedKey());
    requestKeys.set(profileId, key);
    return key;
  },
  /** What a server is told of the phone's biometric; null: a PIN locks this vault. */
  biometric(): { readonly credential: RegistrationResponseJSON } | null {
    const slot = header?.slot;
    return slot?.kind === "biometric" ? { credential: slot.biometric.credential } : null;
  },
  /**
   * Asks the person: by the biometric over `challenge` (random where none is given), or by the PIN, which is not asked again
   * within a minute. Null: he declined, or the phone could not tell that it was him, and was told so.
   */
  async verified(
    profileId: string,
    { reason, challenge }: { readonly reason: string; readonly challenge?: Uint8Array<ArrayBuffer> },
  ): Promise<Verified | null> {
    const { slot } = present(header);
    if (slot.kind === "biometric") {
      const answer = await openKeysByBiometric(slot, challenge ?? randomBytes(32));
      if (answer.kind === "refused") {
        showToast(biometricFailureText[answer.reason]);
        return null;
      }
      return verifiedBy(profileId, answer.sealingKey, answer.assertion);
    }
    if (sealingKey === null || Date.now() >= sealingKey.untilMs) {
      const right = await askPin(reason, (pin) =>
        tryPin(pin, async (keys) => holdSealingKey(keys.sealingKey)),
      );
      if (!right || sealingKey === null) return null;
    }
    return verifiedBy(profileId, sealingKey.key, null);
  },
};

async function open(): Promise<void> {
  database = await openDatabase(() => {
    database = null;
    forgetKeys();
    become({ at: "opening" });
    void open().catch(() => become({ at: "unavailable" }));
  });
  const found = await database.get("header");
  if (found === undefined) {
    const mark = readKeptMark();
    return become(mark === null ? { at: "absent" } : { at: "cleared", ...mark });
  }
  if (!isHeader(found)) return become({ at: "damaged" });
  header = found;
  become({ at: "locked", by: found.slot.kind });
}

function isHeader(found: unknown): found is Header {
  const { version, slot } = found as Partial<Header>;
  return version === 1 && (slot?.kind === "pin" || slot?.kind === "biometric");
}

async function newKeys(): Promise<{ slotKeys: SlotKeys; sealTo: JsonWebKey }> {
  const [codes, sealing] = await Promise.all([newCodesKey(), newSealingKeys()]);
  const sealTo = await crypto.subtle.exportKey("jwk", sealing.publicKey);
  return { slotKeys: { codesKey: codes, sealingKey: sealing.privateKey }, sealTo };
}

async function create(
  slot: Slot,
  { slotKeys, sealTo }: { slotKeys: SlotKeys; sealTo: JsonWebKey },
): Promise<void> {
  const ring: Keyring = { sealTo, keys: {} };
  const made: Header = { version: 1, createdAtMs: Date.now(), slot };
  await opened().write({
    header: made,
    tries: noTries,
    keyring: await seal(slotKeys.codesKey, "keyring", ring),
  });
  // Chromium decides by use, others ask; either way the app goes on, and says in its settings how it stands.
  await navigator.storage?.persist?.().catch(() => false);
  header = made;
  await unlocked(slotKeys.codesKey);
}

async function unlocked(key: CryptoKey): Promise<void> {
  codesKey = key;
  keyring = (await unseal(key, "keyring", (await opened().get("keyring")) as Sealed)) as Keyring;
  const records = await opened().startingWith("profile/");
  const profiles = await Promise.all(
    [...records].map(async ([name, sealed]) => (await unseal(key, name, sealed as Sealed)) as Profile),
  );
  hold(profiles);
  become({ at: "unlocked", by: present(header).slot.kind });
}

function forgetKeys(): void {
  codesKey = null;
  keyring = null;
  sealingKey = null;
  requestKeys.clear();
  held = [];
}

/** Counts the try durably before it checks it: whoever ends the app in between has tried all the same. */
async function tryPin(pin: string, then: (keys: SlotKeys) => Promise<void>): Promise<PinVerdict> {
  const slot = slotOf("pin");
  return exclusively(async () => {
    const before = await tries();
    const waitMs = pinWaitMs(before, Date.now());
    if (waitMs > 0) return { kind: "wait", waitMs };
    const counted: PinTries = { wrong: before.wrong + 1, lastAtMs: Date.now() };
    await opened().write({ tries: counted });
    const keys = await openByPin(slot, pin);
    if (keys === null) return { kind: "wrong", waitMs: pinWaitMs(counted, Date.now()) };
    await opened().write({ tries: noTries });
    await then(keys);
    return { kind: "ok" };
  });
}

async function tries(): Promise<PinTries> {
  return ((await opened().get("tries")) as PinTries | undefined) ?? noTries;
}

async function extractableKeys(): Promise<SlotKeys | { readonly why: string }> {
  const { slot } = present(header);
  if (slot.kind === "biometric") {
    const answer = await openBothByBiometric(slot);
    return answer.kind === "ok" ? answer.keys : { why: biometricFailureText[answer.reason] };
  }
  let keys: SlotKeys | null = null;
  await askPin("Change how this app is locked", (pin) =>
    tryPin(pin, async () => {
      keys = await openByPin(slot, pin, true);
    }),
  );
  return keys ?? { why: "The PIN was not given." };
}

function holdSealingKey(key: CryptoKey): void {
  const until = { key, untilMs: Date.now() + pinHoldsMs };
  sealingKey = until;
  setTimeout(() => {
    if (sealingKey === until) sealingKey = null;
  }, pinHoldsMs);
}

async function verifiedBy(
  profileId: string,
  by: CryptoKey,
  assertion: AuthenticationResponseJSON | null,
): Promise<Verified> {
  return {
    assertion,
    async key(name) {
      const recordName = (await readKeyring()).keys[profileId]?.[name];
      if (recordName === undefined) throw new Error(`this profile has no ${name} key`);
      return openAskingKey(name, (await opened().get(recordName)) as SealedTo, recordName, by);
    },
  };
}

async function readKeyring(): Promise<Keyring> {
  keyring = (await unseal(unlockedKey(), "keyring", (await opened().get("keyring")) as Sealed)) as Keyring;
  return keyring;
}

async function writeKeyring(ring: Keyring, besides: Readonly<Record<string, unknown>>): Promise<void> {
  await opened().write({ ...besides, keyring: await seal(unlockedKey(), "keyring", ring) });
  keyring = ring;
}

function withKey(ring: Keyring, profileId: string, name: KeyName, recordName: string): Keyring {
  return { ...ring, keys: { ...ring.keys, [profileId]: { ...ring.keys[profileId], [name]: recordName } } };
}

function replaced(ring: Keyring, profileId: string, name: KeyName): Record<string, null> {
  const old = ring.keys[profileId]?.[name];
  return old === undefined ? {} : { [old]: null };
}

function without(keys: Partial<Readonly<Record<KeyName, string>>>): Record<string, null> {
  return Object.fromEntries(Object.values(keys).map((recordName) => [recordName, null]));
}

function newKeyRecord(): string {
  return `key/${crypto.randomUUID()}`;
}

function recordOf(profileId: string): string {
  return `profile/${profileId}`;
}

function sealedProfile(profile: Profile): Promise<Sealed> {
  return seal(unlockedKey(), recordOf(profile.id), profile);
}

async function readProfile(profileId: string): Promise<Profile | null> {
  const sealed = (await opened().get(recordOf(profileId))) as Sealed | undefined;
  return sealed === undefined
    ? null
    : ((await unseal(unlockedKey(), recordOf(profileId), sealed)) as Profile);
}

/** `over`: everything was deleted, or another lock is in force. */
async function changedElsewhere(message: { changed?: string; over?: true }): Promise<void> {
  if (message.over) return location.reload();
  if (message.changed === undefined || state.at !== "unlocked") return;
  const profile = await readProfile(message.changed);
  const others = held.filter(({ id }) => id !== message.changed);
  requestKeys.delete(message.changed);
  hold(profile === null ? others : [...others, profile]);
}

function hold(profiles: readonly Profile[]): void {
  held = [...profiles].sort(
    (a, b) =>
      a.issuer.localeCompare(b.issuer) || a.account.localeCompare(b.account) || (a.id < b.id ? -1 : 1),
  );
  keepMark({ sinceMs: present(header).createdAtMs, profiles: held.length });
  tell();
}

function become(next: VaultState): void {
  state = next;
  tell();
}

function tell(): void {
  for (const listener of listeners) listener();
}

/** One after the other, over all tabs of this app. */
function exclusively<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks.request("holdfast-vault", work) as Promise<T>;
}

/** What is written needs the app unlocked when its turn comes. */
function writing<T>(work: () => Promise<T>): Promise<T> {
  return exclusively(() => {
    unlockedKey();
    return work();
  });
}

function slotOf<K extends Slot["kind"]>(kind: K): Extract<Slot, { kind: K }> {
  const { slot } = present(header);
  if (slot.kind !== kind) throw new Error(`this vault is not locked by a ${kind}`);
  return slot as Extract<Slot, { kind: K }>;
}

function unlockedKey(): CryptoKey {
  if (codesKey === null) throw new Error("the app is locked");
  return codesKey;
}

function opened(): Database {
  if (database === null) throw new Error("the vault is not open");
  return database;
}

function present<T>(value: T | null): T {
  if (value === null) throw new Error("there is no vault");
  return value;
}

function fault(cause: unknown): void {
  reportError(cause);
}
