import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { type HotpToken, ReferenceToken } from "../../rig/oathtool.ts";
import { base32Of, tokenSeed } from "../../rig/token-seed.ts";

/** Somebody with a password in his head and a token in his hand. */
export interface Person {
  readonly userName: string;
  readonly userId: string;
  readonly password: string;
  readonly tokenId: string;
  readonly token: ReferenceToken;
  /** The token's seed, for tests that look for it where it must not be. */
  readonly seed: Uint8Array;
}

/** What kind of token somebody is given; default: 6 digits, SHA-1. */
export type TokenKind = Pick<HotpToken, "digits" | "algorithm">;

export interface NewToken {
  readonly seed: Uint8Array;
  /** In base32, as it is typed. */
  readonly secret: string;
  readonly token: ReferenceToken;
}

export function newToken(kind: TokenKind = {}): NewToken {
  const seed = tokenSeed(kind);
  return { seed, secret: base32Of(seed), token: new ReferenceToken({ secret: seed, ...kind }) };
}

/** The token that an authenticator app makes of an `otpauth://hotp` URI, read without the product's own parser. */
export function tokenFromUri(text: string): ReferenceToken {
  const uri = new URL(text);
  if (uri.protocol !== "otpauth:" || uri.host !== "hotp") throw new Error("not an otpauth://hotp URI");
  const parameter = (name: string) => uri.searchParams.get(name);
  const secret = parameter("secret") ?? "";
  const padded = secret.padEnd(Math.ceil(secret.length / 8) * 8, "=");
  const token = {
    secret: new Uint8Array(execFileSync("base32", ["--decode"], { input: padded })),
    digits: Number(parameter("digits") ?? 6) as 6 | 7 | 8,
    algorithm: (parameter("algorithm") ?? "SHA1") as "SHA1" | "SHA256" | "SHA512",
  };
  return new ReferenceToken(token, Number(parameter("counter")));
}

export function newPassword(): string {
  return `${randomBytes(9).toString("base64url")} Grüße`;
}
