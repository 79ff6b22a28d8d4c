import type { PhoneType } from "@holdfast/protocol/phone-types";
import type { HotpAlgorithm, HotpDigits, PublicKey } from "@holdfast/protocol/primitives";

/**
 * What this phone holds for one account: registered at a Holdfast server without or with the network, or taken from any
 * otpauth QR code (`standard`), which gives codes and nothing else.
 */
export type Profile = {
  readonly id: string;
  readonly kind: "offline" | "online" | "standard";
  readonly issuer: string;
  readonly account: string;
  /** As its user named it on this phone; empty: not named. */
  readonly label: string;
  /** As the server's lists call this phone, which is not what its user types; null: at no server. */
  readonly deviceId: string | null;
  readonly types: readonly PhoneType[];
  readonly codes: readonly CodeSource[];
  /** The public half of the key that answers endpoints without network (base64url, X25519); null: it has none. */
  readonly challengeKey: string | null;
  readonly lastSyncMs: number | null;
  /** The server's clock less this phone's, as the last sync found it; null: no sync yet. */
  readonly clockDriftMs: number | null;
  /** A registration that is not finished, and what an offline one has to be told: the business of registration/ alone. */
  readonly staged: unknown;
  /** What its user has to know, as a sentence. */
  readonly notice: string | null;
  /** Of an online registration: where its server is, and how it calls this phone. */
  readonly server: {
    readonly origin: string;
    readonly phoneId: string;
    /** The public half of the key that signs the phone's requests. */
    readonly requestKey: PublicKey;
  } | null;
};

export type CodeSource = {
  readonly tokenId: string;
  readonly kind: "totp" | "hotp";
  /** Base64url. */
  readonly secret: string;
  readonly digits: HotpDigits;
  readonly algorithm: HotpAlgorithm;
  readonly periodSeconds: number | null;
  /** Of the next code; of a TOTP always 0. */
  readonly counter: number;
};

/** "Ward laptop", or the account where it was not named. */
export function nameOf({ label, account }: Pick<Profile, "label" | "account">): string {
  return label === "" ? account : label;
}
