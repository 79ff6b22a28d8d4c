import { createHmac } from "node:crypto";
import type { Store } from "../store/store.ts";
import { type KeptKey, lookupSetting, readSetting, sealedAs, writeSetting } from "./kept-keys.ts";
import type { Secrets } from "./secrets.ts";

/**
 * HMAC-SHA-256 of a short secret under a key of the server's own, base64url: it can be compared and searched for, and a
 * copy of the store alone tells nothing about it. `purpose` keeps equal texts of different uses apart.
 */
export type LookupMac = (purpose: string, text: string) => string;

type KeptLookupKey = Pick<KeptKey, "kid"> & { readonly sealed: string };

/** Opens the key, made on the very first start; of two servers starting at once the first one's is kept. */
export async function openLookupMac(
  store: Store,
  secrets: Secrets,
  entropy: (bytes: number) => Uint8Array,
): Promise<LookupMac> {
  const kid = "lookup-1";
  const fresh: KeptLookupKey = {
    kid,
    sealed: secrets.seal("setting", sealedAs(lookupSetting, kid), entropy(32)),
  };
  const kept = await store.transaction(async (tx) => {
    const before = await readSetting<KeptLookupKey>(tx, lookupSetting);
    if (before === null) await writeSetting(tx, lookupSetting, fresh);
    return before ?? fresh;
  });
  const key = secrets.open("setting", sealedAs(lookupSetting, kept.kid), kept.sealed);
  return (purpose, text) =>
    createHmac("sha256", key).update(`holdfast ${purpose} v1\0`).update(text).digest("base64url");
}
