import type { BundleInner } from "@holdfast/protocol/bundle";
import type { PublicKey } from "@holdfast/protocol/primitives";
import type { SealedUser, StoredSlot } from "@holdfast/protocol/stored-files";
import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import {
  concatBytes,
  counterBytes,
  fromBase64url,
  lengthPrefixed,
  parseJson,
  sameBytes,
  sha256,
  toBase64url,
  utf8ToBytes,
} from "./bytes.ts";
import type { DeviceHmac, KdfParameters } from "./types.ts";

/**
 * The store's cryptography (SECURITY §1), free of files and order. Each (user, endpoint) has one random store key,
 * wrapped once per permitted combination of factors; encryption, MAC and refill keys are separate HKDF outputs of it.
 * Nonces are random per write.
 */

/** Whose secrets these are: part of every derivation and of every AAD. */
export type Binding = { readonly endpointId: string; readonly userId: string };
type BundleCode = BundleInner["codes"][number];
export type Random = (bytes: number) => Uint8Array;
export type Codes = NonNullable<SealedUser["codes"]>;
export type Refill = NonNullable<SealedUser["refill"]>;
type SlotTerms = Pick<StoredSlot, "combination" | "kdf" | "salt" | "credentialEpoch">;

/** The parameters of new slots. */
export const currentKdf: KdfParameters = { version: 1, memoryKiB: 65_536, iterations: 3, parallelism: 1 };
/** Below, a guess is too cheap; above, a file could stop the machine. */
const kdfFloor = currentKdf;
const kdfCeiling = { memoryKiB: 1_048_576, iterations: 16, parallelism: 4 };

export function kdfAllowed(kdf: KdfParameters): boolean {
  return (["memoryKiB", "iterations", "parallelism"] as const).every(
    (name) => kdfFloor[name] <= kdf[name] && kdf[name] <= kdfCeiling[name],
  );
}

/** A slot that holds the store key under S_pw = Argon2id(NFKC(password), salt) and this machine's key. */
export async function makePasswordSlot(
  device: DeviceHmac,
  binding: Binding,
  terms: Omit<SlotTerms, "combination">,
  passwordKey: Uint8Array,
  storeKey: Uint8Array,
  random: Random,
): Promise<StoredSlot> {
  const slot: SlotTerms = { combination: "password", ...terms };
  const wrapKey = await slotKey(device, binding, passwordKey);
  const sealed = await seal(wrapKey, slotAad(binding, slot), storeKey, random);
  wrapKey.fill(0);
  return { ...slot, nonce: sealed.nonce, wrapped: sealed.ciphertext };
}

/** The store key, or null where password or machine are others. */
export async function openPasswordSlot(
  device: DeviceHmac,
  binding: Binding,
  slot: StoredSlot,
  passwordKey: Uint8Array,
): Promise<Uint8Array | null> {
  const wrapKey = await slotKey(device, binding, passwordKey);
  const storeKey = await open(wrapKey, slotAad(binding, slot), slot.nonce, slot.wrapped);
  wrapKey.fill(0);
  return storeKey?.length === 32 ? storeKey : null;
}

export async function sealRefillKey(
  binding: Binding,
  storeKey: Uint8Array,
  pair: { readonly publicKey: PublicKey; readonly privateKey: Uint8Array },
  random: Random,
): Promise<Refill> {
  const key = outputKey(storeKey, binding, "refill key");
  const sealed = await seal(key, refillAad(binding, pair.publicKey), pair.privateKey, random);
  key.fill(0);
  return { publicKey: pair.publicKey, nonce: sealed.nonce, wrapped: sealed.ciphertext };
}

export async function openRefillKey(
  binding: Binding,
  storeKey: Uint8Array,
  refill: Refill,
): Promise<Uint8Array | null> {
  const key = outputKey(storeKey, binding, "refill key");
  const privateKey = await open(key, refillAad(binding, refill.publicKey), refill.nonce, refill.wrapped);
  key.fill(0);
  return privateKey;
}

/** Codes become HMAC(K, counter ‖ code) and go under AES-256-GCM; in clear they are nowhere on disk. */
export async function sealCodes(
  binding: Binding,
  storeKey: Uint8Array,
  of: Pick<Codes, "tokenId" | "epoch" | "sequence">,
  codes: readonly BundleCode[],
  random: Random,
): Promise<Codes> {
  // Picked one by one: what else the caller's object holds may be the codes themselves.
  const { tokenId, epoch, sequence } = of;
  const macKey = outputKey(storeKey, binding, "code mac");
  const entries = codes.map(
    ({ counter, code }) => [counter, toBase64url(codeMac(macKey, counter, code))] as const,
  );
  const plain = utf8ToBytes(JSON.stringify(entries));
  const key = outputKey(storeKey, binding, "codes");
  const sealed = await seal(key, codesAad(binding, of), plain, random);
  for (const secret of [macKey, key, plain]) secret.fill(0);
  return { tokenId, epoch, sequence, ranges: rangesOf(codes.map(({ counter }) => counter)), ...sealed };
}

/** The lowest counter at or above the floor whose code this is; undefined where none is; null where nothing opens. */
export async function findCode(
  binding: Binding,
  storeKey: Uint8Array,
  codes: Codes,
  code: string,
  floor: number,
): Promise<number | undefined | null> {
  const key = outputKey(storeKey, binding, "codes");
  const plain = await open(key, codesAad(binding, codes), codes.nonce, codes.ciphertext);
  key.fill(0);
  const entries = plain === null ? null : readEntries(plain);
  plain?.fill(0);
  if (entries === null) return null;
  const macKey = outputKey(storeKey, binding, "code mac");
  let found: number | undefined;
  // Every entry is compared, so that the time does not tell where the code stands.
  for (const [counter, mac] of entries) {
    const same = sameBytes(mac, codeMac(macKey, counter, code));
    if (same && counter >= floor && (found === undefined || counter < found)) found = counter;
  }
  macKey.fill(0);
  return found;
}

/** Hash and key of what the help desk can give, under a key of their own. */
export async function sealBypass(
  binding: Binding,
  storeKey: Uint8Array,
  bypass: BundleInner["bypass"],
  random: Random,
): Promise<SealedUser["bypass"]> {
  if (bypass === null) return null;
  const { number, codeHash, challengeKey } = bypass;
  const plain = utf8ToBytes(JSON.stringify([codeHash, challengeKey]));
  const key = outputKey(storeKey, binding, "bypass");
  const sealed = await seal(key, bypassAad(binding, number), plain, random);
  for (const secret of [key, plain]) secret.fill(0);
  return { number, ...sealed };
}

/** Null where nothing opens. */
export async function openBypass(
  binding: Binding,
  storeKey: Uint8Array,
  bypass: NonNullable<SealedUser["bypass"]>,
): Promise<BundleInner["bypass"]> {
  const key = outputKey(storeKey, binding, "bypass");
  const plain = await open(key, bypassAad(binding, bypass.number), bypass.nonce, bypass.ciphertext);
  key.fill(0);
  const parts = plain === null ? null : parseJson(plain);
  plain?.fill(0);
  if (!Array.isArray(parts)) return null;
  const [codeHash = null, challengeKey = null] = parts.map((part) =>
    typeof part === "string" ? part : null,
  );
  return { number: bypass.number, codeHash, challengeKey };
}

/** The same search over codes that are still in clear, as a refill just opened brings them. */
export function findClearCode(codes: readonly BundleCode[], code: string, floor: number): number | undefined {
  const typed = utf8ToBytes(code);
  let found: number | undefined;
  for (const entry of codes) {
    const same = sameBytes(utf8ToBytes(entry.code), typed);
    if (same && entry.counter >= floor && (found === undefined || entry.counter < found))
      found = entry.counter;
  }
  return found;
}

export function countFrom(ranges: Codes["ranges"], floor: number): number {
  return ranges.reduce((sum, [first, last]) => sum + Math.max(0, last - Math.max(first, floor) + 1), 0);
}

export function countersOf(ranges: Codes["ranges"]): number[] {
  return ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, at) => first + at));
}

function rangesOf(counters: readonly number[]): [number, number][] {
  const ranges: [number, number][] = [];
  for (const counter of counters.toSorted((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && counter <= last[1] + 1) last[1] = counter;
    else ranges.push([counter, counter]);
  }
  return ranges;
}

function readEntries(plain: Uint8Array): [number, Uint8Array][] | null {
  const list = parseJson(plain);
  if (!Array.isArray(list)) return null;
  const entries: [number, Uint8Array][] = [];
  for (const entry of list) {
    const [counter, text] = Array.isArray(entry) ? entry : [];
    const mac = typeof text === "string" ? fromBase64url(text) : null;
    if (typeof counter !== "number" || !Number.isSafeInteger(counter) || counter < 0 || !mac) return null;
    entries.push([counter, mac]);
  }
  return entries;
}

async function slotKey(device: DeviceHmac, binding: Binding, passwordKey: Uint8Array): Promise<Uint8Array> {
  const factors = lengthPrefixed("password", passwordKey);
  const bound = await device.hmac(factors);
  factors.fill(0);
  const info = lengthPrefixed("holdfast slot v1", binding.endpointId, binding.userId, "password");
  const key = hkdf(sha256, bound, undefined, info, 32);
  bound.fill(0);
  return key;
}

function outputKey(storeKey: Uint8Array, binding: Binding, purpose: string): Uint8Array {
  const info = lengthPrefixed("holdfast store v1", purpose, binding.endpointId, binding.userId);
  return hkdf(sha256, storeKey, undefined, info, 32);
}

function codeMac(key: Uint8Array, counter: number, code: string): Uint8Array {
  return hmac(sha256, key, concatBytes(counterBytes(counter), utf8ToBytes(code)));
}

function slotAad(binding: Binding, slot: SlotTerms): Uint8Array {
  const { version, memoryKiB, iterations, parallelism } = slot.kdf;
  return lengthPrefixed(
    "holdfast slot v1",
    binding.endpointId,
    binding.userId,
    slot.combination,
    version,
    memoryKiB,
    iterations,
    parallelism,
    slot.salt,
    slot.credentialEpoch,
  );
}

function refillAad(binding: Binding, publicKey: PublicKey): Uint8Array {
  return lengthPrefixed(
    "holdfast refill key v1",
    binding.endpointId,
    binding.userId,
    publicKey.x,
    publicKey.y,
  );
}

function bypassAad(binding: Binding, number: number): Uint8Array {
  return lengthPrefixed("holdfast bypass v1", binding.endpointId, binding.userId, number);
}

function codesAad(binding: Binding, of: Pick<Codes, "tokenId" | "epoch" | "sequence">): Uint8Array {
  return lengthPrefixed(
    "holdfast codes v1",
    binding.endpointId,
    binding.userId,
    of.tokenId,
    of.epoch,
    of.sequence,
  );
}

async function seal(
  key: Uint8Array,
  additionalData: Uint8Array,
  plain: Uint8Array,
  random: Random,
): Promise<{ nonce: string; ciphertext: string }> {
  const iv = new Uint8Array(random(12));
  const copy = new Uint8Array(plain);
  const parameters = { name: "AES-GCM", iv, additionalData: new Uint8Array(additionalData) };
  const ciphertext = await crypto.subtle.encrypt(parameters, await aesKey(key, "encrypt"), copy);
  copy.fill(0);
  return { nonce: toBase64url(iv), ciphertext: toBase64url(new Uint8Array(ciphertext)) };
}

async function open(
  key: Uint8Array,
  additionalData: Uint8Array,
  nonce: string,
  ciphertext: string,
): Promise<Uint8Array | null> {
  const iv = fromBase64url(nonce);
  const bytes = fromBase64url(ciphertext);
  if (iv?.length !== 12 || bytes === null) return null;
  const parameters = {
    name: "AES-GCM",
    iv: new Uint8Array(iv),
    additionalData: new Uint8Array(additionalData),
  };
  const opened = await aesKey(key, "decrypt");
  try {
    return new Uint8Array(await crypto.subtle.decrypt(parameters, opened, new Uint8Array(bytes)));
  } catch {
    return null;
  }
}

async function aesKey(key: Uint8Array, usage: "encrypt" | "decrypt") {
  const copy = new Uint8Array(key);
  const imported = await crypto.subtle.importKey("raw", copy, "AES-GCM", false, [usage]);
  copy.fill(0);
  return imported;
}
