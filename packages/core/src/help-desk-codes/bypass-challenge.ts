import { sha512 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { ocra, parseOcraSuite } from "./ocra.ts";

/**
 * Challenge and answer (OTP-23): an endpoint without a network shows a challenge, the help desk reads out the answer. The
 * key is of one user at one endpoint; user and endpoint are in the answer's data besides, so that a key in the wrong place
 * answers nothing; the challenge is of one attempt.
 */

/** Eight digits each way: short enough for a phone call, too many for three tries (RFC 6287 §6, §7.1). */
export const bypassChallengeSuite = "OCRA-1:HOTP-SHA256-8:QN08-S064";
const suite = parseOcraSuite(bypassChallengeSuite);

const challengeDigits = 8;
export const challengeLifetimeMs = 600_000;
export const mostTriesOfChallenge = 3;

/** A challenge as an endpoint keeps it: shown again until it is answered, tried three times, or over. */
export type BypassChallenge = {
  readonly text: string;
  readonly expiresAtMs: number;
  readonly tries: number;
};

export type ChallengePlace = { readonly endpointId: string; readonly userId: string };

export function newChallenge(entropy: (bytes: number) => Uint8Array, nowMs: number): BypassChallenge {
  return { text: randomDigits(entropy), expiresAtMs: nowMs + challengeLifetimeMs, tries: 0 };
}

/** Whether it may still be shown and tried. */
export function challengeHolds(
  challenge: BypassChallenge | null,
  nowMs: number,
): challenge is BypassChallenge {
  if (challenge === null || challenge.tries >= mostTriesOfChallenge) return false;
  // A clock that was put back, or right, must not keep one for longer than it was made for.
  return nowMs < challenge.expiresAtMs && challenge.expiresAtMs <= nowMs + challengeLifetimeMs;
}

export function challengeAnswer(
  key: Uint8Array,
  { endpointId, userId }: ChallengePlace,
  challenge: string,
): string {
  if (suite === null) throw new Error(`${bypassChallengeSuite} is no suite`);
  const session = sha512(
    utf8ToBytes(`holdfast bypass challenge v1\0${JSON.stringify([endpointId, userId])}`),
  );
  return ocra(suite, { key, question: challenge, session });
}

/** Eight digits as typed or read out, spaces and hyphens aside; else null. Of a challenge as of an answer. */
export function eightDigits(typed: string): string | null {
  const plain = typed.replace(/[\s-]/g, "");
  return /^[0-9]{8}$/.test(plain) ? plain : null;
}

/** `1234 5678` */
export function grouped(digits: string): string {
  return digits.replace(/(.{4})(?=.)/g, "$1 ");
}

function randomDigits(entropy: (bytes: number) => Uint8Array): string {
  let text = "";
  while (text.length < challengeDigits) {
    // 250 is the largest multiple of ten in a byte: what lies above would make some digits likelier.
    for (const byte of entropy(16)) if (byte < 250 && text.length < challengeDigits) text += byte % 10;
  }
  return text;
}
