import type { Signer as EnvelopeSigner } from "@holdfast/envelope/documents";
import { exportPrivateKey, generateSigningKey, importSigningKey, thumbprint } from "@holdfast/envelope/keys";
import type { SigningPublicKey } from "@holdfast/protocol/primitives";
import type { Transaction } from "../store/store.ts";
import type { Secrets } from "./secrets.ts";

/** Who has a key changed, as the audit names him. */
export type KeyActor = { readonly name: string };

/** The enterprise's signing keys as its store keeps them: every server on one store has them. */
export type KeptKey = {
  kid: string;
  key: SigningPublicKey;
  notBeforeMs: number;
  notAfterMs: number | null;
  /** Null for a root key that was taken away to be kept offline. */
  sealed: string | null;
};

export const rootSetting = "keys.root";
export const bundleSetting = "keys.bundle";
/** The keys of statements of signed orders, oldest first; see statement-keys.ts. */
export const statementSetting = "keys.statement";
/** The key of MACs by which short secrets are compared and found; see lookup-key.ts. */
export const lookupSetting = "keys.lookup";

/** The key by which browsers' push services know the servers; see vapid-key.ts. */
export const vapidSetting = "keys.vapid";

export async function newKey(
  secrets: Secrets,
  setting: string,
): Promise<{ kid: string; key: SigningPublicKey; sealed: string }> {
  const pair = await generateSigningKey();
  const kid = await thumbprint(pair.publicKey);
  const pkcs8 = await exportPrivateKey(pair.privateKey);
  const sealed = secrets.seal("setting", sealedAs(setting, kid), pkcs8);
  pkcs8.fill(0);
  return { kid, key: pair.publicKey, sealed };
}

/** Null where the private half is not here. */
export async function openKey(
  secrets: Secrets,
  setting: string,
  { kid, sealed }: KeptKey,
): Promise<EnvelopeSigner | null> {
  if (sealed === null) return null;
  const pkcs8 = secrets.open("setting", sealedAs(setting, kid), sealed);
  const pair = await importSigningKey(pkcs8);
  pkcs8.fill(0);
  if (!pair) throw new Error(`the key ${kid} in the store is damaged`);
  return { kid, privateKey: pair.privateKey };
}

export async function rootKey(tx: Transaction): Promise<KeptKey> {
  const kept = await readSetting<KeptKey>(tx, rootSetting);
  if (!kept) throw new Error("the store holds no root key");
  return kept;
}

export async function bundleKeys(tx: Transaction): Promise<KeptKey[]> {
  const kept = await readSetting<KeptKey[]>(tx, bundleSetting);
  if (!kept || kept.length === 0) throw new Error("the store holds no bundle key");
  return kept;
}

/** Settings whose text holds sealed keys, for a rotation of the master key. */
export async function rewrapServerKeys(tx: Transaction, secrets: Secrets): Promise<number> {
  let rewrapped = 0;
  const rewrap = (setting: string, key: KeptKey): KeptKey => {
    const sealed =
      key.sealed === null ? null : secrets.rewrap("setting", sealedAs(setting, key.kid), key.sealed);
    if (sealed === null) return key;
    rewrapped++;
    return { ...key, sealed };
  };
  const root = await readSetting<KeptKey>(tx, rootSetting);
  if (root) await writeSetting(tx, rootSetting, rewrap(rootSetting, root));
  for (const setting of [bundleSetting, statementSetting]) {
    const keys = await readSetting<KeptKey[]>(tx, setting);
    if (keys)
      await writeSetting(
        tx,
        setting,
        keys.map((key) => rewrap(setting, key)),
      );
  }
  for (const setting of [lookupSetting, vapidSetting]) {
    const key = await readSetting<KeptKey>(tx, setting);
    if (key) await writeSetting(tx, setting, rewrap(setting, key));
  }
  return rewrapped;
}

export async function readSetting<T>(tx: Transaction, name: string): Promise<T | null> {
  const text = await tx.settings.get(name);
  return text === null ? null : (JSON.parse(text) as T);
}

export async function writeSetting<T>(tx: Transaction, name: string, value: T): Promise<void> {
  await tx.settings.set(name, JSON.stringify(value));
}

export function sealedAs(setting: string, kid: string): string {
  return `${setting}.${kid}`;
}
