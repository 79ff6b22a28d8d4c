import type { Signer as EnvelopeSigner, SignedContent, SignedKind } from "@holdfast/envelope/documents";
import { signDocument } from "@holdfast/envelope/documents";
import type { SigningPublicKey } from "@holdfast/protocol/primitives";
import type { Store } from "../store/store.ts";
import { signsNow } from "./bundle-key-rotation.ts";
import {
  bundleKeys,
  bundleSetting,
  type KeptKey,
  newKey,
  openKey,
  readSetting,
  rootKey,
  rootSetting,
  writeSetting,
} from "./kept-keys.ts";
import { addAuthorityPins, issueManifest, manifestIsDue } from "./key-manifest.ts";
import type { Secrets } from "./secrets.ts";

/** Signs what endpoints believe. Root and bundle keys are the enterprise's: every server on one store has them. */
export type Signer = {
  readonly rootKey: SigningPublicKey;
  sign<Kind extends Exclude<SignedKind, "manifest" | "signing-statement">>(
    kind: Kind,
    content: SignedContent<Kind>,
  ): Promise<string>;
  /** Takes up bundle keys that were announced since; for a timer, well within the time they are announced ahead. */
  reload(): Promise<void>;
  /** A manifest is due, and the root key that would sign it is not here. */
  manifestWaits(): Promise<boolean>;
};

type OpenedKey = { readonly kept: KeptKey; readonly signer: EnvelopeSigner };

/**
 * Opens the signing keys, making them on the very first start. Two servers starting at once on one store agree: the
 * transaction that lands first makes the keys, the other reads them.
 */
export async function openServerKeys(
  store: Store,
  secrets: Secrets,
  authorityPins: readonly string[],
  now: () => number,
): Promise<Signer> {
  const fresh = { root: await newKey(secrets, rootSetting), bundle: await newKey(secrets, bundleSetting) };
  const root = await store.transaction(async (tx) => {
    const unlimited = { notBeforeMs: 0, notAfterMs: null };
    if ((await readSetting(tx, rootSetting)) === null)
      await writeSetting<KeptKey>(tx, rootSetting, { ...fresh.root, ...unlimited });
    if ((await readSetting(tx, bundleSetting)) === null)
      await writeSetting<KeptKey[]>(tx, bundleSetting, [{ ...fresh.bundle, ...unlimited }]);
    await addAuthorityPins(tx, authorityPins);
    return rootKey(tx);
  });
  const signer = await openKey(secrets, rootSetting, root);
  if (signer !== null) await store.transaction((tx) => issueManifest(tx, signer));

  const open = async (): Promise<OpenedKey[]> => {
    const opened: OpenedKey[] = [];
    for (const kept of await store.read(bundleKeys)) {
      const key = await openKey(secrets, bundleSetting, kept);
      if (key !== null) opened.push({ kept, signer: key });
    }
    return opened;
  };
  let keys = await open();

  return {
    rootKey: root.key,
    sign: (kind, content) => {
      const inUse = signsNow(keys, ({ kept }) => kept, now());
      if (!inUse) throw new Error("no bundle key is in force");
      return signDocument(kind, content, inUse.signer);
    },
    async reload() {
      keys = await open();
    },
    manifestWaits: () =>
      store.read(async (tx) => (await rootKey(tx)).sealed === null && (await manifestIsDue(tx))),
  };
}
