import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { ReferenceToken } from "../../rig/oathtool.ts";

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

export interface NewToken {
  readonly seed: Uint8Array;
  /** Base32 (RFC 4648 §6) by coreutils, not by the product's own code. */
  readonly secret: string;
  readonly token: ReferenceToken;
}

export function newToken(): NewToken {
  const seed = new Uint8Array(randomBytes(20));
  const secret = execFileSync("base32", ["--wrap=0"], { input: seed, encoding: "utf8" }).replace(/=+$/, "");
  return { seed, secret, token: new ReferenceToken({ secret: seed }) };
}

export function newPassword(): string {
  return `${randomBytes(9).toString("base64url")} Grüße`;
}
