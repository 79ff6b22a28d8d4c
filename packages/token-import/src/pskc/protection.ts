import { pbkdf2 } from "node:crypto";
import { promisify } from "node:util";
import { wholeNumber } from "../candidate.ts";
import type { FileKey, FileRefusal, Notice } from "../token-file.ts";
import type { XmlElement } from "../xml.ts";
import { childOf, childrenOf } from "../xml.ts";
import type { Encrypted } from "./ciphers.ts";
import { base64, macHash, open, readEncrypted } from "./ciphers.ts";
import { dsig, pkcs5, pskc, xenc11 } from "./names.ts";

/** What opens the encrypted values of a container, and what proves that they are what was put there. */
export type Protection = {
  readonly key: Uint8Array;
  readonly mac: { readonly hash: string; readonly key: Uint8Array } | null;
};

type Derivation = {
  readonly salt: Uint8Array;
  readonly iterations: number;
  readonly keyBytes: number;
  readonly hash: string;
};

/** A file that asks for more work than this is not read (RFC 8018 §4.2 speaks of ten million for what matters most). */
const mostIterations = 10_000_000;

/** Null: nothing in the container is encrypted. */
export async function protectionOf(
  container: XmlElement,
  given: FileKey | null,
): Promise<Protection | null | Notice<FileRefusal>> {
  const encryption = childOf(container, pskc, "EncryptionKey");
  if (encryption === null) {
    return given === null
      ? null
      : no("key-not-needed", "Nothing in this file is encrypted: import it without key and passphrase.");
  }
  const derived = childOf(encryption, xenc11, "DerivedKey");
  const named = childOf(encryption, dsig, "KeyName");
  if (!derived && !named)
    return no(
      "unsupported-protection",
      "The file is encrypted for a certificate. Ask its maker for one under a pre-shared key or a passphrase.",
    );
  const wanted = derived ? "passphrase" : "pre-shared";
  if (given?.kind !== wanted) {
    const name = derived ? childOf(derived, xenc11, "MasterKeyName")?.text : named?.text;
    const what = derived ? "passphrase" : "pre-shared key";
    const called = name ? ` that its maker calls "${printable(name)}"` : "";
    return no(
      derived ? "passphrase-needed" : "key-needed",
      `The file is encrypted: give the ${what}${called}.`,
    );
  }
  const key = derived && given.kind === "passphrase" ? await derive(derived, given.passphrase) : keyOf(given);
  return key instanceof Uint8Array ? withMac(container, key) : key;
}

function keyOf(given: FileKey): Uint8Array {
  if (given.kind !== "pre-shared") throw new Error("a passphrase is derived first");
  return new Uint8Array(given.key);
}

async function derive(derived: XmlElement, passphrase: string): Promise<Uint8Array | Notice<FileRefusal>> {
  const derivation = derivationOf(childOf(derived, xenc11, "KeyDerivationMethod"));
  if (!derivation)
    return no(
      "unsupported-protection",
      "Its key is not derived by PBKDF2 with a salt in the file and at most 10,000,000 rounds (RFC 6030 §6.2).",
    );
  const { salt, iterations, keyBytes, hash } = derivation;
  return new Uint8Array(await promisify(pbkdf2)(passphrase, salt, iterations, keyBytes, hash));
}

/** PBKDF2-params of PKCS #5 (RFC 8018 appendix A.2). Some files write its parts without a namespace, as the RFC does. */
function derivationOf(method: XmlElement | null): Derivation | null {
  if (method?.attributes.get("Algorithm") !== `${pkcs5}pbkdf2` && !isPbkdf2OfXmlEncryption(method))
    return null;
  const parameters = method?.children.find(({ name }) => name === "PBKDF2-params");
  const part = (...path: string[]) =>
    path.reduce<XmlElement | undefined>(
      (at, wanted) => at?.children.find(({ name }) => name === wanted),
      parameters,
    );
  const salt = base64(part("Salt", "Specified")?.text ?? "");
  const iterations = wholeNumber(part("IterationCount")?.text ?? "");
  const keyBytes = wholeNumber(part("KeyLength")?.text ?? "");
  const prf = part("PRF")?.attributes.get("Algorithm") ?? "";
  const hash = prf === "" ? "sha1" : prfHash(prf);
  if (!salt?.length || salt.length > 1024 || hash === null) return null;
  if (iterations === null || iterations < 1 || iterations > mostIterations) return null;
  if (keyBytes !== 16 && keyBytes !== 24 && keyBytes !== 32) return null;
  return { salt, iterations, keyBytes, hash };
}

function isPbkdf2OfXmlEncryption(method: XmlElement | null): boolean {
  return method?.attributes.get("Algorithm") === `${xenc11}pbkdf2`;
}

function prfHash(algorithm: string): string | null {
  const [, bits] = /hmac-?sha-?(1|256|384|512)$/i.exec(algorithm) ?? [];
  return bits === undefined ? null : `sha${bits}`;
}

/** RFC 6030 §6.1.1: the MAC key lies in the file, encrypted; older files use the key of the encryption. */
function withMac(container: XmlElement, key: Uint8Array): Protection | Notice<FileRefusal> {
  const method = childOf(container, pskc, "MACMethod");
  if (!method) return { key, mac: null };
  const hash = macHash(method.attributes.get("Algorithm") ?? "");
  if (hash === null) return no("unsupported-protection", "Its MACMethod is no HMAC with SHA-1 or SHA-2.");
  const [element] = childrenOf(method, pskc, "MACKey");
  if (!element) return { key, mac: { hash, key } };
  const encrypted = readEncrypted(element);
  if (typeof encrypted === "string")
    return no(
      "unsupported-protection",
      "Its MAC key is encrypted by something else than AES-CBC and AES key wrap, or damaged.",
    );
  if (encrypted.cipher.keyBytes !== key.length) return unfit(encrypted, key);
  const opened = open(encrypted, key);
  return opened ? { key, mac: { hash, key: opened } } : wrongKey;
}

function unfit({ cipher }: Encrypted, key: Uint8Array): Notice<FileRefusal> {
  return no(
    "key-unfit",
    `The file needs a key of ${cipher.keyBytes} bytes; the one that was given has ${key.length}.`,
  );
}

export const wrongKey: Notice<FileRefusal> = {
  code: "wrong-key",
  message:
    "This is not the key of this file, or the file was changed on its way. Nothing was taken from it. Compare key and file with what the maker sent.",
};

/** Names of the file go into messages: short, and nothing that a terminal would obey. */
export function printable(text: string): string {
  return text
    .replace(/[^\x20-\x7e]+/g, " ")
    .slice(0, 60)
    .trim();
}

function no(code: FileRefusal, message: string): Notice<FileRefusal> {
  return { code, message };
}
