import type { TrustedKeys } from "@holdfast/envelope/documents";
import { openBundle, openInner, sealInner, verifyDocument } from "@holdfast/envelope/documents";
import type { CryptoKey } from "@holdfast/envelope/keys";
import { exportPrivateKey, generateDeviceKey, importDeviceKey } from "@holdfast/envelope/keys";
import type { BundleTrust } from "./types.ts";

/** What the server signed, opened with this endpoint's decryption key and the bundle keys of the moment. */
export function envelopeTrust(ports: {
  readonly decryptionKey: CryptoKey;
  /** Read at each use: a new manifest changes them. */
  readonly trustedKeys: () => TrustedKeys;
  /** Of the manifest in force: bundles of an older one were issued by what a restored backup took the place of. */
  readonly epoch?: () => number;
}): BundleTrust {
  return {
    openBundle: async (document) => {
      const opened = await openBundle(document, ports.decryptionKey, ports.trustedKeys());
      if (opened.kind === "refused") return opened;
      if (opened.content.epoch < (ports.epoch?.() ?? 0)) return { kind: "refused", why: "epoch-over" };
      return { kind: "ok", bundle: opened.content };
    },
    openRevocation: async (document) => {
      const opened = await verifyDocument("revocation", document, ports.trustedKeys());
      return opened.kind === "ok" ? { kind: "ok", revocation: opened.content } : opened;
    },
    openInner: async (document, privateKey) => {
      const pair = await importDeviceKey(privateKey, "decrypt");
      if (!pair) return { kind: "refused", why: "refill-key-unreadable" };
      const opened = await openInner(document, pair.privateKey);
      return opened.kind === "ok" ? { kind: "ok", inner: opened.content } : opened;
    },
    sealInner,
    newRefillKey: async () => {
      const pair = await generateDeviceKey("decrypt");
      return { publicKey: pair.publicKey, privateKey: await exportPrivateKey(pair.privateKey) };
    },
  };
}
