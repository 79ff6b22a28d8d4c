import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { toBase64url } from "../encoding/base64url.ts";

/**
 * Bypass codes (SECURITY §3): what the help desk reads out to a user at an endpoint without a network, in place of his
 * second factor there. One is derived for a user, an endpoint and a number that rises with each rotation, so that the
 * server keeps none and the endpoint only a hash.
 */

/** Letters and digits that nobody takes for another, seen or heard: no 0 O, 1 I L, 5 S, 8 B, 2 Z, U V. */
const symbols = "34679ACDEFGHJKMNPQRTWXY";
/** 81 bits: a bare hash of it needs no stretching. Longer than any temporary code, so that neither is taken for the other. */
const length = 18;
const form = new RegExp(`^[${symbols}]{${length}}$`);

/** For whom, where, and which of the codes one after another. */
export type BypassPlace = { readonly endpointId: string; readonly userId: string; readonly number: number };

/** Sign-ins with one code: it goes on until the next contact, and not for ever (OTP-24). */
export const mostUsesOfBypassCode = 10;

/** What a server's MAC key is applied to; the same place always has the same text, and no two places share one. */
export function bypassDerivation({ endpointId, userId, number }: BypassPlace): string {
  return JSON.stringify([endpointId, userId, number]);
}

/** The code that 256 derived bits stand for. */
export function bypassCodeOf(derived: Uint8Array): string {
  if (derived.length !== 32) throw new RangeError("a bypass code is made of 256 derived bits");
  let value = derived.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  let code = "";
  for (let at = 0; at < length; at++) {
    code += symbols[Number(value % BigInt(symbols.length))];
    value /= BigInt(symbols.length);
  }
  return code;
}

/** What was typed, without what does not count (spaces, hyphens, case), where it has the form of a bypass code. */
export function bypassCodeForm(typed: string): string | null {
  const plain = typed.replace(/[\s-]/g, "").toUpperCase();
  return form.test(plain) ? plain : null;
}

/** As it is read out: `7KQ4MX-W3NA9C-TRH6EF`. */
export function groupedBypassCode(code: string): string {
  return code.replace(/(.{6})(?=.)/g, "$1-");
}

/** What the endpoint keeps of a code: good at its place only. */
export function bypassCodeHash(place: BypassPlace, code: string): string {
  return toBase64url(sha256(utf8ToBytes(`holdfast bypass code v1\0${bypassDerivation(place)}\0${code}`)));
}
