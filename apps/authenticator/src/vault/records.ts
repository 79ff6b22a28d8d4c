/** The records of profiles and their keys, as the vault keeps them: each sealed, the keyring saying whose key is where. */

import type { Profile } from "../profiles/profile.ts";
import {
  type AskingKeyName,
  challengeKeyRecord,
  type KeyName,
  type Keyring,
  newKey,
  openAskingKey,
  openRequestKey,
} from "./keys.ts";
import { exclusively, hold, memory, opened, otherTabs, present, unlockedKey, writing } from "./memory.ts";
import { type Sealed, type SealedTo, seal, unseal } from "./sealing.ts";

export async function put(profile: Profile): Promise<void> {
  await writing(async () => {
    await opened().write({ [recordOf(profile.id)]: await sealedProfile(profile) });
    hold([...memory.profiles.filter(({ id }) => id !== profile.id), profile]);
  });
  otherTabs?.postMessage({ changed: profile.id });
}

/** Reads it anew, even if another tab of this app wrote meanwhile, and keeps what `edit` makes of it. Null: it is gone. */
export async function change(
  profileId: string,
  edit: (profile: Profile) => Profile,
): Promise<Profile | null> {
  const changed = await writing(async () => {
    const now = await readProfile(profileId);
    if (now === null) return null;
    const next = edit(now);
    await opened().write({ [recordOf(profileId)]: await sealedProfile(next) });
    hold([...memory.profiles.filter(({ id }) => id !== profileId), next]);
    return next;
  });
  otherTabs?.postMessage({ changed: profileId });
  return changed;
}

/** With its keys. */
export async function remove(profileId: string): Promise<void> {
  await writing(async () => {
    const { [profileId]: gone = {}, ...keys } = (await readKeyring()).keys;
    await writeKeyring(
      { ...present(memory.keyring), keys },
      { [recordOf(profileId)]: null, ...without(gone) },
    );
    memory.requestKeys.delete(profileId);
    hold(memory.profiles.filter(({ id }) => id !== profileId));
  });
  otherTabs?.postMessage({ changed: profileId });
}

/** Makes a key of this name, in the place of one that is there, and returns its public half. */
export async function makeKey(profileId: string, name: KeyName): Promise<JsonWebKey | string> {
  return writing(async () => {
    const ring = await readKeyring();
    const recordName = newKeyRecord();
    const { record, publicKey } = await newKey(name, recordName, ring, unlockedKey());
    await writeKeyring(withKey(ring, profileId, name, recordName), {
      [recordName]: record,
      ...replaced(ring, profileId, name),
    });
    memory.requestKeys.delete(profileId);
    return publicKey;
  });
}

/** X25519, 32 bytes that an offline registration derived. Returns the public half, base64url. */
export async function importChallengeKey(profileId: string, privateBytes: Uint8Array): Promise<string> {
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
}

/** A rescan is through: the keys made under the staged name take the old ones' place, together with the profile if given. */
export async function moveKeys(fromStagedId: string, profileId: string, profile?: Profile): Promise<void> {
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
    memory.requestKeys.clear();
    if (profile !== undefined) hold([...memory.profiles.filter(({ id }) => id !== profile.id), profile]);
  });
  otherTabs?.postMessage({ changed: profileId });
}

/** Non-extractable; nothing is asked while the app is unlocked. */
export async function requestKey(profileId: string): Promise<CryptoKey> {
  const known = memory.requestKeys.get(profileId);
  if (known) return known;
  return exclusively(async () => {
    const recordName = (await readKeyring()).keys[profileId]?.request;
    if (recordName === undefined) throw new Error("this profile has no request key");
    const record = (await opened().get(recordName)) as Sealed;
    const key = await openRequestKey(record, recordName, unlockedKey());
    memory.requestKeys.set(profileId, key);
    return key;
  });
}

/** `by` is the key that a person's proof opened. Throws where the profile has no such key. */
export function askingKey(profileId: string, name: AskingKeyName, by: CryptoKey): Promise<CryptoKey> {
  return exclusively(async () => {
    const recordName = (await readKeyring()).keys[profileId]?.[name];
    if (recordName === undefined) throw new Error(`this profile has no ${name} key`);
    return openAskingKey(name, (await opened().get(recordName)) as SealedTo, recordName, by);
  });
}

export async function readProfile(profileId: string): Promise<Profile | null> {
  const sealed = (await opened().get(recordOf(profileId))) as Sealed | undefined;
  return sealed === undefined
    ? null
    : ((await unseal(unlockedKey(), recordOf(profileId), sealed)) as Profile);
}

async function readKeyring(): Promise<Keyring> {
  memory.keyring = (await unseal(
    unlockedKey(),
    "keyring",
    (await opened().get("keyring")) as Sealed,
  )) as Keyring;
  return memory.keyring;
}

async function writeKeyring(ring: Keyring, besides: Readonly<Record<string, unknown>>): Promise<void> {
  await opened().write({ ...besides, keyring: await seal(unlockedKey(), "keyring", ring) });
  memory.keyring = ring;
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
