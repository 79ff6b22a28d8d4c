import type { TemporaryCodeSettings } from "@holdfast/protocol/temporary-codes-api";

/**
 * Temporary codes as they are written: made, shown in groups, and told by their form from everything else that is typed
 * at the same prompt.
 */

/** Letters and digits that nobody takes for another, seen or heard: no 0 O, 1 I L, 5 S, 8 B, 2 Z, U V. */
const lettersAndDigits = "34679ACDEFGHJKMNPQRTWXY";
const digits = "0123456789";

/** Fewest digits of a code without letters. One-time codes have 6 to 8 (RFC 4226 §5.3). */
const fewestDigits = 10;
const [shortest, longest] = [8, 16];
const withLetters = new RegExp(`^(?=.*[A-Z])[${lettersAndDigits}]{${shortest},${longest}}$`);
const ofDigits = new RegExp(`^[0-9]{${fewestDigits},${longest}}$`);

/**
 * What was typed, without what does not count (spaces, hyphens, case), where it has the form of a temporary code; else
 * null. Settings play no part: codes that were given out before a change of them stay what they are, and the form alone
 * decides what a sign-in costs. No one-time code of a token has it.
 */
export function temporaryCodeForm(typed: string): string | null {
  const plain = typed.replace(/[\s-]/g, "").toUpperCase();
  return withLetters.test(plain) || ofDigits.test(plain) ? plain : null;
}

/** Every symbol equally likely; at least 33 bits (ten digits), 45 by default (ten symbols of 23). */
export function newTemporaryCode(
  { length, alphabet }: Pick<TemporaryCodeSettings, "length" | "alphabet">,
  entropy: (bytes: number) => Uint8Array,
): string {
  const symbols = alphabet === "digits" ? digits : lettersAndDigits;
  for (let tries = 0; tries < mostTries; tries++) {
    const code = pick(symbols, length, entropy);
    // One in 200,000 of the shortest has no letter, and could be a one-time code.
    if (temporaryCodeForm(code) !== null) return code;
  }
  throw new Error("the source of randomness gives the same again and again");
}

const mostTries = 100;

function pick(symbols: string, length: number, entropy: (bytes: number) => Uint8Array): string {
  // The largest multiple of the alphabet's length: what lies above would make some symbols likelier.
  const end = 256 - (256 % symbols.length);
  let code = "";
  while (code.length < length) {
    for (const byte of entropy(32)) {
      if (byte < end && code.length < length) code += symbols[byte % symbols.length];
    }
  }
  return code;
}

/** In groups of five at most, as even as can be: `7KQ4M-XW3NA`. */
export function groupedCode(code: string): string {
  const groups = Math.ceil(code.length / 5);
  const [each, longer] = [Math.floor(code.length / groups), code.length % groups];
  const parts: string[] = [];
  for (let at = 0; at < code.length; ) {
    const end = at + each + (parts.length < longer ? 1 : 0);
    parts.push(code.slice(at, end));
    at = end;
  }
  return parts.join("-");
}
