import { newSecretBytes } from "@holdfast/core/oath/token-secret";
import type { PhoneCodes } from "@holdfast/protocol/phone-api";
import type { PhoneType } from "@holdfast/protocol/phone-types";
import type { HotpAlgorithm, HotpDigits } from "@holdfast/protocol/primitives";
import type { PhoneRow } from "../../store/phones-store.ts";
import type { Transaction } from "../../store/store.ts";
import type { TokenRow } from "../../store/tokens-store.ts";
import type { Actor } from "../actor.ts";
import { report } from "../audit.ts";
import type { AppPorts } from "../ports.ts";
import { newId } from "../ports.ts";

/** A seed that is made for a phone and no row of the store yet. */
export type NewSeed = {
  readonly tokenId: string;
  readonly kind: TokenRow["kind"];
  /** base64url. */
  readonly secret: string;
  readonly digits: HotpDigits;
  readonly algorithm: HotpAlgorithm;
  readonly periodSeconds: 30 | 60 | null;
};

export const codeKinds = ["totp", "hotp"] as const;

/** How codes of phones are: what every app understands (RFC 6238, RFC 4226). */
export const codeShape = { digits: 6, algorithm: "SHA-1", periodSeconds: 30 } as const;

export function newSeeds(ports: AppPorts, types: readonly PhoneType[]): NewSeed[] {
  return codeKinds
    .filter((kind) => types.includes(kind))
    .map((kind) => seedOf(ports, kind, ports.entropy(newSecretBytes(codeShape.algorithm))));
}

export function seedOf(ports: AppPorts, kind: TokenRow["kind"], secret: Uint8Array): NewSeed {
  const { digits, algorithm, periodSeconds } = codeShape;
  return {
    tokenId: newId(ports, "tok"),
    kind,
    secret: Buffer.from(secret).toString("base64url"),
    digits,
    algorithm,
    periodSeconds: kind === "totp" ? periodSeconds : null,
  };
}

/** `pending`: the phone has not said yet that it keeps the seed. */
export async function insertToken(
  ports: AppPorts,
  tx: Transaction,
  actor: Actor,
  phone: Pick<PhoneRow, "id" | "userId" | "label">,
  seed: NewSeed,
  status: "enabled" | "pending",
): Promise<TokenRow> {
  const before = await tx.tokens.ofUser(phone.userId);
  const { tokenId: id, kind, digits, algorithm, periodSeconds } = seed;
  const row: TokenRow = {
    id,
    userId: phone.userId,
    kind,
    label: phone.label,
    digits,
    algorithm,
    sealedSecret: ports.secrets.seal("token-secret", id, Buffer.from(seed.secret, "base64url")),
    nextCounter: 0,
    periodSeconds,
    windowSize: null,
    cacheSize: null,
    status,
    exposed: [],
    // Which token came first decides which is used (OTP-28), so that no two share a moment.
    createdAtMs: Math.max(tx.now(), ...before.map((token) => token.createdAtMs + 1)),
    phoneId: phone.id,
  };
  await tx.tokens.insert(row);
  await report(tx, actor, "token-enrolled", {
    userId: phone.userId,
    detail: { tokenId: id, kind, label: row.label, digits, algorithm, phoneId: phone.id },
  });
  return row;
}

/** Those that are not revoked. */
export async function tokensOfPhone(
  tx: Transaction,
  { id, userId }: Pick<PhoneRow, "id" | "userId">,
): Promise<TokenRow[]> {
  return (await tx.tokens.ofUser(userId)).filter((row) => row.phoneId === id && row.status !== "revoked");
}

/** The seed goes to a phone that does not have it yet, and to no other. */
export function codesOf(ports: AppPorts, row: TokenRow): PhoneCodes {
  const { id, kind, digits, algorithm, periodSeconds, nextCounter } = row;
  const secret = row.status === "pending" ? ports.secrets.open("token-secret", id, row.sealedSecret) : null;
  return {
    tokenId: id,
    kind,
    secret: secret && Buffer.from(secret).toString("base64url"),
    digits,
    algorithm,
    periodSeconds,
    counter: nextCounter,
  };
}
