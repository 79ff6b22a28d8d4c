import type { Signer as EnvelopeSigner, SignedContent, SignedKind } from "@holdfast/envelope/documents";
import { signDocument } from "@holdfast/envelope/documents";
import { exportPrivateKey, generateSigningKey, importSigningKey, thumbprint } from "@holdfast/envelope/keys";
import type { Manifest } from "@holdfast/protocol/endpoint-api";
import type { SigningPublicKey } from "@holdfast/protocol/primitives";
import type { Store, Transaction } from "../store/store.ts";
import type { Secrets } from "./secrets.ts";

/** Signs what endpoints believe. Root and bundle keys are the enterprise's: every server on one store has them. */
export type Signer = {
  readonly rootKey: SigningPublicKey;
  sign<Kind extends Exclude<SignedKind, "manifest">>(
    kind: Kind,
    content: SignedContent<Kind>,
  ): Promise<string>;
};

type KeptKey = {
  kid: string;
  key: SigningPublicKey;
  notBeforeMs: number;
  notAfterMs: number | null;
  sealed: string;
};
type KeptManifest = { number: number; epoch: number; document: string; content: Manifest };

const rootSetting = "keys.root";
const bundleSetting = "keys.bundle";
const manifestSetting = "manifest";
const epochSetting = "epoch";

/**
 * Opens the signing keys, making them on the very first start. Two servers starting at once on one store agree: the
 * transaction that lands first makes the keys, the other reads them.
 */
export async function openServerKeys(
  store: Store,
  secrets: Secrets,
  authorityPins: readonly string[],
): Promise<Signer> {
  const fresh = { root: await newKey(secrets, rootSetting), bundle: await newKey(secrets, bundleSetting) };
  const kept = await store.transaction(async (tx) => {
    const root = await settingOr(tx, rootSetting, () => ({
      ...fresh.root,
      notBeforeMs: tx.now(),
      notAfterMs: null,
    }));
    const bundles = await settingOr(tx, bundleSetting, () => [
      { ...fresh.bundle, notBeforeMs: 0, notAfterMs: null },
    ]);
    await settingOr(tx, epochSetting, () => 1);
    return { root, bundles };
  });
  const root = await openKey(secrets, rootSetting, kept.root);
  const [newest] = [...kept.bundles].sort((a, b) => b.notBeforeMs - a.notBeforeMs);
  if (!newest) throw new Error("the store holds no bundle key");
  const bundle = await openKey(secrets, bundleSetting, newest);
  await keepManifest(store, root, kept.bundles, authorityPins);
  return { rootKey: kept.root.key, sign: (kind, content) => signDocument(kind, content, bundle) };
}

/** The manifest in force, as every server on this store hands it out. */
export async function currentManifest(tx: Transaction): Promise<{ number: number; document: string }> {
  const kept = await readSetting<KeptManifest>(tx, manifestSetting);
  if (!kept) throw new Error("the store holds no key manifest");
  return { number: kept.number, document: kept.document };
}

/** Rises when a backup was restored (SECURITY §7). */
export async function currentEpoch(tx: Transaction): Promise<number> {
  return (await readSetting<number>(tx, epochSetting)) ?? 1;
}

/** Settings whose text holds sealed keys, for a rotation of the master key. */
export async function rewrapServerKeys(tx: Transaction, secrets: Secrets): Promise<number> {
  let rewrapped = 0;
  const rewrap = (setting: string, key: KeptKey): KeptKey => {
    const sealed = secrets.rewrap("setting", `${setting}.${key.kid}`, key.sealed);
    if (sealed === null) return key;
    rewrapped++;
    return { ...key, sealed };
  };
  const root = await readSetting<KeptKey>(tx, rootSetting);
  if (root) await tx.settings.set(rootSetting, JSON.stringify(rewrap(rootSetting, root)));
  const bundles = await readSetting<KeptKey[]>(tx, bundleSetting);
  if (bundles)
    await tx.settings.set(bundleSetting, JSON.stringify(bundles.map((key) => rewrap(bundleSetting, key))));
  return rewrapped;
}

/** Signs a new manifest, numbered one higher, where what it says is no longer what is so. */
async function keepManifest(
  store: Store,
  root: EnvelopeSigner,
  bundles: readonly KeptKey[],
  authorityPins: readonly string[],
) {
  const bundleKeys = bundles.map(({ kid, key, notBeforeMs, notAfterMs }) => ({
    kid,
    key,
    notBeforeMs,
    notAfterMs,
  }));
  await store.transaction(async (tx) => {
    const epoch = await currentEpoch(tx);
    const kept = await readSetting<KeptManifest>(tx, manifestSetting);
    // Servers with certificates of their own add their pins; none takes another's away.
    const pins = [...new Set([...(kept?.content.authorityPins ?? []), ...authorityPins])].slice(-16);
    const same =
      kept !== null &&
      kept.epoch === epoch &&
      JSON.stringify(kept.content.bundleKeys) === JSON.stringify(bundleKeys) &&
      JSON.stringify(kept.content.authorityPins) === JSON.stringify(pins);
    if (same) return;
    const number = (kept?.number ?? 0) + 1;
    const content: Manifest = {
      version: 1,
      number,
      issuedAtMs: tx.now(),
      epoch,
      bundleKeys,
      authorityPins: pins,
    };
    const document = await signDocument("manifest", content, root);
    await tx.settings.set(
      manifestSetting,
      JSON.stringify({ number, epoch, document, content } satisfies KeptManifest),
    );
    await tx.audit({
      atMs: tx.now(),
      type: "manifest-issued",
      actor: "server",
      subjectUserId: null,
      endpointId: null,
      attemptId: null,
      outcome: "info",
      reason: null,
      mode: null,
      detail: { number, epoch },
    });
  });
}

async function newKey(
  secrets: Secrets,
  setting: string,
): Promise<{ kid: string; key: SigningPublicKey; sealed: string }> {
  const pair = await generateSigningKey();
  const kid = await thumbprint(pair.publicKey);
  const pkcs8 = await exportPrivateKey(pair.privateKey);
  const sealed = secrets.seal("setting", `${setting}.${kid}`, pkcs8);
  pkcs8.fill(0);
  return { kid, key: pair.publicKey, sealed };
}

async function openKey(secrets: Secrets, setting: string, kept: KeptKey): Promise<EnvelopeSigner> {
  const pkcs8 = secrets.open("setting", `${setting}.${kept.kid}`, kept.sealed);
  const pair = await importSigningKey(pkcs8);
  pkcs8.fill(0);
  if (!pair) throw new Error(`the key ${kept.kid} in the store is damaged`);
  return { kid: kept.kid, privateKey: pair.privateKey };
}

async function settingOr<T>(tx: Transaction, name: string, make: () => T): Promise<T> {
  const kept = await readSetting<T>(tx, name);
  if (kept !== null) return kept;
  const made = make();
  await tx.settings.set(name, JSON.stringify(made));
  return made;
}

async function readSetting<T>(tx: Transaction, name: string): Promise<T | null> {
  const text = await tx.settings.get(name);
  return text === null ? null : (JSON.parse(text) as T);
}
