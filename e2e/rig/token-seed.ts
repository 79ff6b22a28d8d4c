import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import type { HotpToken } from "./oathtool.ts";
import { referenceHotp } from "./reference-hotp.ts";

/** A new seed's first values, and those around the present time step, differ from each other and from what tests guess. */
const distinctCodes = 800;

/**
 * A random seed for a test's token. Of 300 values of six digits that an endpoint holds, one in three thousand is also that
 * of the code just used or guessed; a test that says "refused" would be wrong about it. (RFC 4226 §E.2 has the odds.)
 */
export function tokenSeed(kind: Omit<HotpToken, "secret"> = {}): Uint8Array {
  for (;;) {
    const secret = new Uint8Array(randomBytes(32));
    if (isUnmistakable({ ...kind, secret })) return secret;
  }
}

/** RFC 4648 §6, without padding; by coreutils, not by the product's own code. */
export function base32Of(seed: Uint8Array): string {
  return execFileSync("base32", ["--wrap=0"], { input: seed, encoding: "utf8" }).replace(/=+$/, "");
}

function isUnmistakable(token: HotpToken): boolean {
  const step = Math.floor(Date.now() / timeStepMs);
  const counters = [
    ...Array.from({ length: distinctCodes }, (_, counter) => counter),
    ...Array.from({ length: 2 * timeStepsAround }, (_, index) => step - timeStepsAround + index),
  ];
  const seen = new Set<string>();
  for (const counter of counters) {
    const code = referenceHotp(token, counter);
    if (seen.has(code) || guesses.test(code)) return false;
    seen.add(code);
  }
  return true;
}

/** RFC 6238 §4. */
const timeStepMs = 30_000;
const timeStepsAround = 40;
/** 000000, 111111 and so on, 00000001, 123456, 654321. */
const guesses = /^(\d)\1+$|^0{5,}\d+$|^12345|54321$/;
