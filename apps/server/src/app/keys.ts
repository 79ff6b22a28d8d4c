import type { KeysView } from "@holdfast/protocol/admin-answers";
import { signsNow } from "../keys/bundle-key-rotation.ts";
import { bundleKeys, rootKey } from "../keys/kept-keys.ts";
import { currentManifest, manifestIsDue } from "../keys/key-manifest.ts";
import type { AppPorts } from "./ports.ts";

/** Where the keys stand that endpoints trust; their private halves are nobody's to see. */
export function readKeys(ports: AppPorts): Promise<KeysView> {
  return ports.store.read(async (tx) => {
    const [root, bundles] = [await rootKey(tx), await bundleKeys(tx)];
    const signing = signsNow(bundles, (key) => key, ports.clock.now());
    return {
      rootKey: { kid: root.kid, onServer: root.sealed !== null },
      manifest: { number: (await currentManifest(tx)).number, due: await manifestIsDue(tx) },
      bundleKeys: bundles.map(({ kid, notBeforeMs, notAfterMs }) => ({
        kid,
        notBeforeMs,
        notAfterMs,
        signing: kid === signing?.kid,
      })),
    };
  });
}
