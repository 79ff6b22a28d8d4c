/**
 * OCRA, the OATH challenge-response algorithm: RFC 6287, one-way. Every data input of §6.3 is there; a suite with anything
 * else, or of another version, is none. Mutual challenge-response and signatures (§7.2, §7.3) are this same computation
 * with questions put together by the caller.
 */

import { hmac } from "@noble/hashes/hmac.js";
import { sha1 } from "@noble/hashes/legacy.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";

const hashes = { SHA1: sha1, SHA256: sha256, SHA512: sha512 } as const;
type HashName = keyof typeof hashes;

export type OcraSuite = {
  readonly text: string;
  readonly hash: HashName;
  /** Digits of the answer; 0: the whole HMAC in hexadecimal (RFC 6287 §6.2). */
  readonly digits: number;
  readonly counter: boolean;
  readonly question: { readonly format: "A" | "N" | "H"; readonly length: number };
  readonly pin: HashName | null;
  /** Bytes of session information. */
  readonly sessionBytes: number | null;
  readonly timeStepSeconds: number | null;
};

export type OcraInput = {
  readonly key: Uint8Array;
  readonly question: string;
  readonly counter?: bigint;
  /** Hashed here as the suite says. */
  readonly pin?: string;
  /** Exactly as many bytes as the suite says. */
  readonly session?: Uint8Array;
  /** Time steps since 1970, of the suite's length. */
  readonly timeStep?: bigint;
};

const suitePattern =
  /^OCRA-1:HOTP-(SHA1|SHA256|SHA512)-(0|[4-9]|10):(C-)?Q([ANH])(\d\d)(?:-P(SHA1|SHA256|SHA512))?(?:-S(\d{3}))?(?:-T([1-9]\d?)([SMH]))?$/;
const secondsOf = { S: 1, M: 60, H: 3600 } as const;

/** Null for what is no suite of RFC 6287 §6. */
export function parseOcraSuite(text: string): OcraSuite | null {
  const match = suitePattern.exec(text);
  if (!match) return null;
  const [, hash, digits, counter, format, length, pin, session, steps, unit] = match;
  const questionLength = Number(length);
  const sessionBytes = session === undefined ? null : Number(session);
  // Challenges have 4 to 64 characters (§6.3); steps up to 59 seconds or minutes, or 48 hours.
  if (questionLength < 4 || questionLength > 64 || sessionBytes === 0) return null;
  if (steps !== undefined && Number(steps) > (unit === "H" ? 48 : 59)) return null;
  return {
    text,
    hash: hash as HashName,
    digits: Number(digits),
    counter: counter !== undefined,
    question: { format: format as "A" | "N" | "H", length: questionLength },
    pin: (pin as HashName | undefined) ?? null,
    sessionBytes,
    timeStepSeconds: steps === undefined ? null : Number(steps) * secondsOf[unit as keyof typeof secondsOf],
  };
}

/** The answer (RFC 6287 §5). Throws where an input is missing, too much or of another form than the suite says. */
export function ocra(suite: OcraSuite, input: OcraInput): string {
  if (input.key.length === 0) throw new RangeError("an empty OCRA key");
  const parts = [
    utf8ToBytes(suite.text),
    Uint8Array.of(0),
    ...optional("counter", suite.counter, input.counter, eightBytes),
    questionBytes(suite, input.question),
    ...optional("PIN", suite.pin !== null, input.pin, (pin) => hashes[suite.pin ?? "SHA1"](utf8ToBytes(pin))),
    ...optional("session", suite.sessionBytes !== null, input.session, (session) => {
      if (session.length !== suite.sessionBytes)
        throw new RangeError("OCRA session information of another length");
      return session;
    }),
    ...optional("time", suite.timeStepSeconds !== null, input.timeStep, eightBytes),
  ];
  const mac = hmac.create(hashes[suite.hash], input.key);
  for (const part of parts) mac.update(part);
  return truncated(mac.digest(), suite.digits);
}

function optional<T>(
  name: string,
  wanted: boolean,
  value: T | undefined,
  encode: (value: T) => Uint8Array,
): Uint8Array[] {
  if (wanted !== (value !== undefined))
    throw new TypeError(`the OCRA suite ${wanted ? "wants a" : "takes no"} ${name}`);
  return value === undefined ? [] : [encode(value)];
}

const questionField = 128;

/** 128 bytes, the question at their beginning; a number as the hexadecimal digits of its value (§6.3, appendix A). */
function questionBytes({ question }: OcraSuite, text: string): Uint8Array {
  const field = new Uint8Array(questionField);
  if (question.format === "A") {
    if (!/^[\x20-\x7e]{4,128}$/.test(text)) throw new RangeError("no OCRA question of printable characters");
    field.set(utf8ToBytes(text));
    return field;
  }
  const pattern = question.format === "N" ? /^\d{4,128}$/ : /^[0-9a-fA-F]{4,128}$/;
  if (!pattern.test(text)) throw new RangeError("no OCRA question of this format");
  const hexadecimal = question.format === "N" ? BigInt(text).toString(16) : text;
  const digits = hexadecimal.length % 2 === 0 ? hexadecimal : `${hexadecimal}0`;
  for (let at = 0; at < digits.length; at += 2) field[at / 2] = Number.parseInt(digits.slice(at, at + 2), 16);
  return field;
}

function eightBytes(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
}

/** RFC 4226 §5.3, with the offset in the last byte for the longer hashes, too. */
function truncated(mac: Uint8Array, digits: number): string {
  if (digits === 0) return [...mac].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const offset = (mac.at(-1) ?? 0) & 0x0f;
  const value = new DataView(mac.buffer, mac.byteOffset).getUint32(offset) & 0x7fffffff;
  return String(value % 10 ** digits).padStart(digits, "0");
}
