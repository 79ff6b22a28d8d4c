import type { SigningPublicKey } from "@holdfast/protocol/primitives";
import { currentManifest } from "../keys/key-manifest.ts";
import type { AppPorts } from "./ports.ts";

/** The key manifest in force, and the root key that signed it. */
export async function publicManifest(
  ports: AppPorts,
): Promise<{ number: number; document: string; rootKey: SigningPublicKey }> {
  const { number, document } = await ports.store.read(currentManifest);
  return { number, document, rootKey: ports.signer.rootKey };
}
