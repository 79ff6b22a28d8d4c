/** A profile's own keys: how they are made, and as what they come out of the vault. */
import { toBase64url } from "@holdfast/core/encoding/base64url";
import type { Sealed, SealedTo } from "./sealing.ts";
import { openSealed, sealTo, unwrapPrivateKey, wrap } from "./sealing.ts";

/** `request` signs what the app asks by itself; the others ask the person anew at each use. */
export type KeyName = "request" | "approval" | "challenge";
export type AskingKeyName = Exclude<KeyName, "request">;

/** Which keys a profile has, by the names of their records; and the public key that others are sealed to. */
export type Keyring = {
  readonly sealTo: JsonWebKey;
  readonly keys: Readonly<Record<string, Partial<Readonly<Record<KeyName, string>>>>>;
};

const signing = { name: "ECDSA", namedCurve: "P-256" } as const;
const agreeing = { name: "X25519" } as const;

export async function newKey(
  name: KeyName,
  recordName: string,
  keyring: Keyring,
  codesKey: CryptoKey,
): Promise<{ readonly record: Sealed | SealedTo; readonly publicKey: JsonWebKey | string }> {
  if (name === "challenge") {
    const pair = (await crypto.subtle.generateKey(agreeing, true, ["deriveBits"])) as CryptoKeyPair;
    const publicKey = toBase64url(new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)));
    return { record: await sealedKey(pair.privateKey, recordName, keyring), publicKey };
  }
  const pair = await crypto.subtle.generateKey(signing, true, ["sign"]);
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  const publicKey = { kty, crv, x, y } as JsonWebKey;
  const record =
    name === "request"
      ? await wrap("pkcs8", pair.privateKey, codesKey, recordName)
      : await sealedKey(pair.privateKey, recordName, keyring);
  return { record, publicKey };
}

/** An X25519 key whose 32 bytes were derived elsewhere (RFC 8410 §7 wraps them). */
export async function challengeKeyRecord(
  privateBytes: Uint8Array,
  recordName: string,
  keyring: Keyring,
): Promise<{ readonly record: SealedTo; readonly publicKey: string }> {
  const pkcs8 = new Uint8Array([...x25519Prefix, ...privateBytes]);
  const key = await crypto.subtle.importKey("pkcs8", pkcs8, agreeing, true, ["deriveBits"]);
  const record = await sealTo(keyring.sealTo, recordName, pkcs8.buffer);
  pkcs8.fill(0);
  const { x } = await crypto.subtle.exportKey("jwk", key);
  if (x === undefined) throw new Error("an X25519 key without its public half");
  return { record, publicKey: x };
}

export function openRequestKey(record: Sealed, recordName: string, codesKey: CryptoKey): Promise<CryptoKey> {
  return unwrapPrivateKey(record, recordName, codesKey, signing, ["sign"]);
}

export function openAskingKey(
  name: AskingKeyName,
  record: SealedTo,
  recordName: string,
  sealingKey: CryptoKey,
): Promise<CryptoKey> {
  return name === "challenge"
    ? openSealed(sealingKey, recordName, record, agreeing, ["deriveBits"])
    : openSealed(sealingKey, recordName, record, signing, ["sign"]);
}

/** OneAsymmetricKey of id-X25519, up to the key itself. */
const x25519Prefix = [48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 110, 4, 34, 4, 32];

async function sealedKey(key: CryptoKey, recordName: string, keyring: Keyring): Promise<SealedTo> {
  return sealTo(keyring.sealTo, recordName, await crypto.subtle.exportKey("pkcs8", key));
}
