/** How the vault encrypts. Nonces are random; the name of what is sealed is authenticated with it. */

export type Sealed = { readonly iv: Uint8Array<ArrayBuffer>; readonly data: ArrayBuffer };
/** To a public key: whoever seals cannot open. */
export type SealedTo = Sealed & { readonly ephemeral: ArrayBuffer };

const aes = { name: "AES-GCM", length: 256 } as const;
const curve = { name: "ECDH", namedCurve: "P-256" } as const;
const codesKeyUsages: KeyUsage[] = ["encrypt", "decrypt", "wrapKey", "unwrapKey"];
const text = new TextEncoder();

export function randomBytes(count: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(count));
}

/** The key that wraps, out of what a biometric or a PIN gave (RFC 5869). */
export async function wrappingKey(secret: Uint8Array<ArrayBuffer>, info: string): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const parameters = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: text.encode(info) };
  return crypto.subtle.deriveKey(parameters, material, aes, false, ["wrapKey", "unwrapKey"]);
}

/** Extractable, to be wrapped once; what is worked with comes from `workingCodesKey` or `unwrapCodesKey`. */
export function newCodesKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey(aes, true, codesKeyUsages);
}

/** The same key, which nothing gets out again. */
export async function workingCodesKey(made: CryptoKey): Promise<CryptoKey> {
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", made));
  const key = await crypto.subtle.importKey("raw", raw, aes, false, codesKeyUsages);
  raw.fill(0);
  return key;
}

export function newSealingKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(curve, true, ["deriveBits"]);
}

export async function wrap(
  format: "raw" | "pkcs8",
  key: CryptoKey,
  by: CryptoKey,
  name: string,
): Promise<Sealed> {
  const iv = randomBytes(12);
  return { iv, data: await crypto.subtle.wrapKey(format, key, by, algorithm(iv, name)) };
}

/** Throws OperationError where `by` is another key: the PIN was wrong. */
export function unwrapCodesKey(sealed: Sealed, by: CryptoKey): Promise<CryptoKey> {
  const how = algorithm(sealed.iv, "codes key");
  return crypto.subtle.unwrapKey("raw", sealed.data, by, how, aes, false, codesKeyUsages);
}

export function unwrapSealingKey(sealed: Sealed, by: CryptoKey): Promise<CryptoKey> {
  const how = algorithm(sealed.iv, "sealing key");
  return crypto.subtle.unwrapKey("pkcs8", sealed.data, by, how, curve, false, ["deriveBits"]);
}

/** Of what `wrap` wrapped; non-extractable. */
export function unwrapPrivateKey(
  sealed: Sealed,
  name: string,
  by: CryptoKey,
  as: EcKeyImportParams,
  usages: KeyUsage[],
): Promise<CryptoKey> {
  return crypto.subtle.unwrapKey("pkcs8", sealed.data, by, algorithm(sealed.iv, name), as, false, usages);
}

export async function seal(by: CryptoKey, name: string, value: unknown): Promise<Sealed> {
  const iv = randomBytes(12);
  const plain = text.encode(JSON.stringify(value));
  const data = await crypto.subtle.encrypt(algorithm(iv, name), by, plain);
  plain.fill(0);
  return { iv, data };
}

export async function unseal(by: CryptoKey, name: string, sealed: Sealed): Promise<unknown> {
  const plain = await crypto.subtle.decrypt(algorithm(sealed.iv, name), by, sealed.data);
  return JSON.parse(new TextDecoder().decode(plain));
}

/** Encrypts a private key (PKCS #8) to the vault's public key, so that nobody need be asked to keep it. */
export async function sealTo(publicKey: JsonWebKey, name: string, pkcs8: ArrayBuffer): Promise<SealedTo> {
  const own = await crypto.subtle.generateKey(curve, false, ["deriveBits"]);
  const other = await crypto.subtle.importKey("jwk", publicKey, curve, false, []);
  const ephemeral = await crypto.subtle.exportKey("raw", own.publicKey);
  const by = await agreedKey(own.privateKey, other, ephemeral, ["encrypt"]);
  const iv = randomBytes(12);
  return { iv, ephemeral, data: await crypto.subtle.encrypt(algorithm(iv, name), by, pkcs8) };
}

/** What `seal` or `wrap` made under one key, under another; the name stays. */
export async function resealed(
  by: CryptoKey,
  next: CryptoKey,
  name: string,
  sealed: Sealed,
): Promise<Sealed> {
  const plain = await crypto.subtle.decrypt(algorithm(sealed.iv, name), by, sealed.data);
  const iv = randomBytes(12);
  const data = await crypto.subtle.encrypt(algorithm(iv, name), next, plain);
  new Uint8Array(plain).fill(0);
  return { iv, data };
}

/** What `sealTo` made for one key, for another. */
export async function resealedTo(
  sealingKey: CryptoKey,
  next: JsonWebKey,
  name: string,
  sealed: SealedTo,
): Promise<SealedTo> {
  const other = await crypto.subtle.importKey("raw", sealed.ephemeral, curve, false, []);
  const by = await agreedKey(sealingKey, other, sealed.ephemeral, ["decrypt"]);
  const pkcs8 = await crypto.subtle.decrypt(algorithm(sealed.iv, name), by, sealed.data);
  const again = await sealTo(next, name, pkcs8);
  new Uint8Array(pkcs8).fill(0);
  return again;
}

/** The private key comes out non-extractable; its bytes are never this program's. */
export async function openSealed(
  sealingKey: CryptoKey,
  name: string,
  sealed: SealedTo,
  as: EcKeyImportParams | Algorithm,
  usages: KeyUsage[],
): Promise<CryptoKey> {
  const other = await crypto.subtle.importKey("raw", sealed.ephemeral, curve, false, []);
  const by = await agreedKey(sealingKey, other, sealed.ephemeral, ["unwrapKey"]);
  return crypto.subtle.unwrapKey("pkcs8", sealed.data, by, algorithm(sealed.iv, name), as, false, usages);
}

async function agreedKey(
  own: CryptoKey,
  other: CryptoKey,
  ephemeral: ArrayBuffer,
  usages: KeyUsage[],
): Promise<CryptoKey> {
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: other }, own, 256);
  const material = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const info = text.encode("holdfast vault sealed key v1");
  return crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: ephemeral, info },
    material,
    aes,
    false,
    usages,
  );
}

function algorithm(iv: Uint8Array<ArrayBuffer>, name: string): AesGcmParams {
  return { name: "AES-GCM", iv, additionalData: text.encode(`holdfast vault v1|${name}`) };
}
