import { createECDH } from "node:crypto";
import type { Store } from "../store/store.ts";
import { readSetting, sealedAs, vapidSetting, writeSetting } from "./kept-keys.ts";
import type { Secrets } from "./secrets.ts";

/**
 * The key by which push services know this enterprise's servers (RFC 8292 §3): P-256, made once and for good, because every
 * browser's subscription names it. Both halves base64url, as web-push takes them.
 */
export type VapidKey = { readonly publicKey: string; readonly privateKey: string };

/** Of two servers starting at once the first one's is kept. */
export async function openVapidKey(store: Store, secrets: Secrets): Promise<VapidKey> {
  const fresh = made();
  const kid = "vapid-1";
  const sealed = secrets.seal(
    "setting",
    sealedAs(vapidSetting, kid),
    Buffer.from(fresh.privateKey, "base64url"),
  );
  const kept = await store.transaction(async (tx) => {
    const before = await readSetting<KeptVapidKey>(tx, vapidSetting);
    if (before !== null) return before;
    const first = { kid, publicKey: fresh.publicKey, sealed };
    await writeSetting<KeptVapidKey>(tx, vapidSetting, first);
    return first;
  });
  const bytes = secrets.open("setting", sealedAs(vapidSetting, kept.kid), kept.sealed);
  const privateKey = Buffer.from(bytes).toString("base64url");
  bytes.fill(0);
  return { publicKey: kept.publicKey, privateKey };
}

type KeptVapidKey = { readonly kid: string; readonly publicKey: string; readonly sealed: string };

function made(): VapidKey {
  const pair = createECDH("prime256v1");
  const publicKey = pair.generateKeys("base64url", "uncompressed");
  // A private key that begins with zeros comes out shorter.
  const privateKey = pair.getPrivateKey("hex").padStart(64, "0");
  return { publicKey, privateKey: Buffer.from(privateKey, "hex").toString("base64url") };
}
