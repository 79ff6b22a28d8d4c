import type { HotpAlgorithm, HotpDigits } from "@holdfast/protocol/primitives";
import type { EntryRefusal, FileEntry, Notice, Warning } from "./token-file.ts";

/** What a format has found of one token, before what holds for all formats was asked. */
export type Candidate = {
  readonly kind: "hotp" | "totp";
  readonly secret: Uint8Array;
  /** Null: the file does not say. */
  readonly digits: number | null;
  readonly algorithm: HotpAlgorithm;
  readonly periodSeconds: number | null;
  readonly counter: number;
  readonly maker: string | null;
  readonly userName: string | null;
  readonly warnings: readonly Notice<Warning>[];
};

export type Found = {
  readonly place: string;
  readonly serial: string | null;
  readonly found: Candidate | Notice<EntryRefusal>;
};

/** 80 bits: what tokens of before RFC 4226 have; nobody can lengthen the secret of one that is made. */
const leastSecretBytes = 10;
/** RFC 4226 §4, R6. */
const standardSecretBytes = 16;
const mostSecretBytes = 128;
/** As they are printed on tokens and typed by people: visible ASCII. */
const serialForm = /^[\x21-\x7e]{1,64}$/;

/** What becomes of a long number in a spreadsheet: "2.60022E+12". */
const roundedForm = /^\d+(?:[.,]\d+)?E\+\d+$/i;

/** Serial numbers are the same whatever the case that somebody typed. */
export function serialKey(serial: string): string {
  return serial.trim().toUpperCase();
}

/** Asks of everything that was found what holds for tokens of all formats; a serial number counts once. */
export function finish(all: readonly Found[]): FileEntry[] {
  const places = new Map<string, string>();
  return all.map(({ place, serial, found }): FileEntry => {
    const no = (code: EntryRefusal, message: string): FileEntry => {
      if ("secret" in found) found.secret.fill(0);
      return { place, serial, kind: "refused", why: { code, message } };
    };
    if (serial === null)
      return "message" in found
        ? no(found.code, found.message)
        : no("no-serial", "It has no serial number. Give each token the number that is printed on it.");
    if (roundedForm.test(serial))
      return no(
        "serial-malformed",
        "A spreadsheet has rounded this serial number. Take the maker's own file, or keep the column as text.",
      );
    if (!serialForm.test(serial))
      return {
        ...no("serial-malformed", "A serial number has 1 to 64 visible ASCII characters and no blanks."),
        serial: null,
      };
    if ("message" in found) return no(found.code, found.message);
    const before = places.get(serialKey(serial));
    if (before !== undefined)
      return no("serial-twice", `The same serial number is at ${before} already; that one is taken.`);
    places.set(serialKey(serial), place);
    const { secret, digits, periodSeconds, kind, counter } = found;
    if (secret.length < leastSecretBytes)
      return no(
        "secret-too-short",
        `Its secret has ${secret.length * 8} bits; fewer than ${leastSecretBytes * 8} are not taken. Ask the maker for another token.`,
      );
    if (secret.length > mostSecretBytes)
      return no("secret-too-long", `Its secret has more than ${mostSecretBytes} bytes.`);
    if (digits !== null && !isDigits(digits))
      return no("unsupported-digits", `Its codes have ${digits} digits; 6, 7 and 8 are possible.`);
    const period = kind === "hotp" ? null : (periodSeconds ?? 30);
    if (!isPeriod(period))
      return no("unsupported-period", `Its codes change every ${period} seconds; 30 and 60 are possible.`);
    const warnings = [...found.warnings];
    if (digits === null)
      warnings.push({
        code: "digits-assumed",
        message: "The file does not say how many digits: 6 are assumed.",
      });
    if (secret.length < standardSecretBytes)
      warnings.push({
        code: "secret-short",
        message: `Its secret has ${secret.length * 8} bits; RFC 4226 asks for 128 at least.`,
      });
    const { algorithm, maker, userName } = found;
    const ofKind = { kind, periodSeconds: period, counter: kind === "hotp" ? counter : 0 } as const;
    const token = { serial, secret, algorithm, digits: digits ?? 6, ...ofKind, maker, userName } as const;
    return { place, serial, kind: "token", token, warnings };
  });
}

function isDigits(digits: number): digits is HotpDigits {
  return digits === 6 || digits === 7 || digits === 8;
}

function isPeriod(seconds: number | null): seconds is 30 | 60 | null {
  return seconds === null || seconds === 30 || seconds === 60;
}

/** A whole number of zero or more, that JSON carries exactly; null: it is none. */
export function wholeNumber(text: string): number | null {
  if (!/^\d{1,16}$/.test(text)) return null;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : null;
}

/** "HMAC-SHA256", "sha256", "SHA-256": files write all of these. Null: another. */
export function algorithmOf(text: string): HotpAlgorithm | null {
  switch (
    text
      .toUpperCase()
      .replace(/[\s_-]/g, "")
      .replace(/^HMAC/, "")
  ) {
    case "SHA1":
      return "SHA-1";
    case "SHA256":
      return "SHA-256";
    case "SHA512":
      return "SHA-512";
    default:
      return null;
  }
}
