import type { SealedUser } from "@holdfast/protocol/stored-files";
import { decoyBypass } from "./bypass.ts";
import type { Binding, Random } from "./sealing.ts";
import { countersOf, sealBypass, sealCodes, sealRefillKey } from "./sealing.ts";
import type { BundleTrust } from "./types.ts";

/**
 * What a wrong password opens: codes, refill key and waiting refill as large as the true ones, under a store key made
 * for them. So the code is looked for by the very same steps whatever the password was, and time tells nothing.
 */
export type Decoy = { readonly storeKey: Uint8Array; readonly sealed: SealedUser };

/** As many as an inner document may bring. */
const mostCodes = 1000;

/** Tells its maker nothing either: call it before anything typed is looked at. */
export async function makeDecoy(
  binding: Binding,
  sealed: SealedUser,
  trust: Pick<BundleTrust, "newRefillKey" | "sealInner">,
  random: Random,
): Promise<Decoy> {
  const storeKey = random(32);
  const { codes } = sealed;
  const noCodes = (counters: readonly number[]) =>
    counters.map((counter) => ({ counter, code: "0".repeat(sealed.bundle.token?.digits ?? 6) }));
  const { bypass } = sealed;
  return {
    storeKey,
    sealed: {
      ...sealed,
      ...(await decoyRefill(binding, sealed, storeKey, noCodes, trust, random)),
      bypass: bypass && (await sealBypass(binding, storeKey, decoyBypass(bypass.number), random)),
      codes: codes && (await sealCodes(binding, storeKey, codes, noCodes(countersOf(codes.ranges)), random)),
    },
  };
}

async function decoyRefill(
  binding: Binding,
  { bundle, refill, waiting }: SealedUser,
  storeKey: Uint8Array,
  noCodes: (counters: readonly number[]) => { counter: number; code: string }[],
  trust: Pick<BundleTrust, "newRefillKey" | "sealInner">,
  random: Random,
): Promise<Pick<SealedUser, "refill" | "waiting">> {
  const { epoch, sequence, token } = bundle;
  if (waiting === null || !refill || !token) return { refill, waiting };
  const pair = await trust.newRefillKey();
  const counters = countersOf([[token.nextCounter, token.handedThrough]]).slice(0, mostCodes);
  const inner = {
    version: 1,
    ...binding,
    tokenId: token.id,
    epoch,
    sequence,
    codes: noCodes(counters),
    bypass: bundle.bypass && decoyBypass(bundle.bypass.number),
  } as const;
  const decoy = {
    refill: await sealRefillKey(binding, storeKey, pair, random),
    waiting: await trust.sealInner(inner, pair.publicKey),
  };
  pair.privateKey.fill(0);
  return decoy;
}
