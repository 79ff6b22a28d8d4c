import type { KeyObject } from "node:crypto";
import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, randomBytes } from "node:crypto";
import type { MasterKey, MasterKeys } from "./master-key.ts";

/** What a sealed record belongs to; both go into the authenticated data, so that no record passes for another. */
export type SecretKind = "token-secret" | "chain-key" | "setting";

/**
 * Secrets at rest (DESIGN §5): AES-256-GCM under a data key of the record's own, which is wrapped under the master key.
 * A rotation rewraps data keys and touches no secret.
 */
export type Secrets = {
  /** Of the one in force. */
  masterKeyId(): string;
  /** From here on this one wraps and seals; those before it still open. */
  useMasterKey(key: MasterKey): void;
  seal(kind: SecretKind, id: string, plaintext: Uint8Array): string;
  /**
   * A copy that the caller wipes. Throws where the text was not sealed here for this record: the store was tampered with
   * or a key is missing.
   */
  open(kind: SecretKind, id: string, sealed: string): Uint8Array;
  /** The same secret wrapped under the key in force, or null where it is already. */
  rewrap(kind: SecretKind, id: string, sealed: string): string | null;
  /** For what leaves the server and comes back: sealed, bound to a purpose, never stored. */
  sealTicket(purpose: string, content: Uint8Array): string;
  /** Null for anything but a ticket of this purpose; whatever comes back is somebody else's input. */
  openTicket(purpose: string, ticket: string): Uint8Array | null;
  /** A key for MACs of this purpose, the same until the master key rotates. */
  derive(purpose: string): KeyObject;
};

const version = "s1";
/** Some 20 MB when full. Opening a secret takes as long as a tenth of all else that a sign-in by code costs. */
const mostOpened = 50_000;

/** `epoch` rises when a backup was restored: tickets of before are then good for nothing (SECURITY §7). */
export function createSecrets(keys: MasterKeys, epoch = 1): Secrets {
  const ticketKey = (key: MasterKey, purpose: string) => keyFor(key, `${purpose} in epoch ${epoch}`);
  let [current] = keys;
  const byId = new Map(keys.map((key) => [key.id, key]));
  const derived = new Map<string, KeyObject>();

  const keyFor = (key: MasterKey, purpose: string): KeyObject => {
    const name = `${key.id}\0${purpose}`;
    let made = derived.get(name);
    if (!made) {
      const bytes = hkdfSync("sha256", key.key, Buffer.alloc(0), `holdfast server ${purpose} v1`, 32);
      made = secretKey(new Uint8Array(bytes));
      derived.set(name, made);
    }
    return made;
  };

  // Tokens' secrets in use: opening one takes longer than checking a code. In this process's memory they are as safe as
  // the master key beside them, which opens them all.
  const opened = new Map<string, { kind: SecretKind; sealed: string; secret: Uint8Array }>();
  const keep = (id: string, entry: { kind: SecretKind; sealed: string; secret: Uint8Array }) => {
    opened.delete(id);
    for (const [oldest, { secret }] of opened) {
      if (opened.size < mostOpened) break;
      secret.fill(0);
      opened.delete(oldest);
    }
    opened.set(id, entry);
  };

  const split = (kind: SecretKind, id: string, sealed: string) => {
    const [mark, keyId, wrapped, content, ...rest] = sealed.split(".");
    if (mark !== version || !keyId || !wrapped || !content || rest.length > 0) {
      throw new Error(`the sealed ${kind} of ${id} is damaged`);
    }
    const master = byId.get(keyId);
    if (!master) throw new Error(`the sealed ${kind} of ${id} needs master key ${keyId}, which is not here`);
    const dataKey = secretKey(
      decrypt(keyFor(master, "wrapping"), aad("data key", kind, id), Buffer.from(wrapped, "base64url")),
    );
    return { keyId, dataKey, content };
  };
  const wrap = (kind: SecretKind, id: string, dataKey: KeyObject) =>
    encrypt(keyFor(current, "wrapping"), aad("data key", kind, id), dataKey.export()).toString("base64url");

  return {
    masterKeyId: () => current.id,
    useMasterKey(key) {
      byId.set(key.id, key);
      current = key;
    },
    seal(kind, id, plaintext) {
      const dataKey = secretKey(randomBytes(32));
      const content = encrypt(dataKey, aad("record", kind, id), plaintext).toString("base64url");
      return `${version}.${current.id}.${wrap(kind, id, dataKey)}.${content}`;
    },
    open(kind, id, sealed) {
      const known = opened.get(id);
      if (known?.kind === kind && known.sealed === sealed) return new Uint8Array(known.secret);
      const { dataKey, content } = split(kind, id, sealed);
      const secret = decrypt(dataKey, aad("record", kind, id), Buffer.from(content, "base64url"));
      if (kind === "token-secret") keep(id, { kind, sealed, secret: new Uint8Array(secret) });
      return secret;
    },
    rewrap(kind, id, sealed) {
      const { keyId, dataKey, content } = split(kind, id, sealed);
      return keyId === current.id ? null : `${version}.${current.id}.${wrap(kind, id, dataKey)}.${content}`;
    },
    sealTicket(purpose, content) {
      return `${current.id}.${encrypt(ticketKey(current, purpose), Buffer.from(purpose), content).toString("base64url")}`;
    },
    openTicket(purpose, ticket) {
      const [keyId, sealed, ...rest] = ticket.split(".");
      const master = keyId ? byId.get(keyId) : undefined;
      if (!master || !sealed || rest.length > 0) return null;
      try {
        return decrypt(ticketKey(master, purpose), Buffer.from(purpose), Buffer.from(sealed, "base64url"));
      } catch {
        return null;
      }
    },
    derive: (purpose) => keyFor(current, purpose),
  };
}

/** Node takes bytes as keys too, but some 9 µs slower each time: it asks by a thrown error what it was given. */
function secretKey(bytes: Uint8Array): KeyObject {
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
}

const nonceBytes = 12;
const tagBytes = 16;

function encrypt(key: KeyObject, associated: Uint8Array, plaintext: Uint8Array): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(associated);
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: KeyObject, associated: Uint8Array, sealed: Buffer): Buffer {
  if (sealed.length < nonceBytes + tagBytes) throw new Error("a sealed text is too short");
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(associated);
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
  return Buffer.concat([
    decipher.update(sealed.subarray(nonceBytes, sealed.length - tagBytes)),
    decipher.final(),
  ]);
}

function aad(part: string, kind: SecretKind, id: string): Uint8Array {
  return Buffer.from(`holdfast ${part} v1\0${kind}\0${id}`);
}
