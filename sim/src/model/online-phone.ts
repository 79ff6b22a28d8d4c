import { createECDH } from "node:crypto";
import type { PhoneRegistration } from "@holdfast/core/registration/phone-side";
import type { PublicKey } from "@holdfast/protocol/primitives";
import type { Random } from "../kernel/random.ts";

/** What a phone keeps through being switched off: the seed that it shows codes of, and a registration on its way. */
export class OnlinePhone {
  profile: { readonly phoneId: string; readonly secret: string } | null = null;
  registration: OpenRegistration | null = null;
}

export type Configuration = { readonly phoneId: string; readonly secret: string };

export type OpenRegistration = {
  readonly id: string;
  readonly token: string;
  readonly keys: Keys;
  state: PhoneRegistration<Configuration>;
};

export type Keys = {
  readonly requestKey: PublicKey;
  readonly approvalKey: PublicKey;
  readonly challengeKey: string;
};

export function newKeys(random: Random): Keys {
  return {
    requestKey: pointOf(random),
    approvalKey: pointOf(random),
    challengeKey: Buffer.from(random.bytes(32)).toString("base64url"),
  };
}

function pointOf(random: Random): PublicKey {
  const pair = createECDH("prime256v1");
  pair.setPrivateKey(Buffer.from(random.bytes(32)));
  const point = pair.getPublicKey();
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString("base64url"));
  return { kty: "EC", crv: "P-256", x: x ?? "", y: y ?? "" };
}
