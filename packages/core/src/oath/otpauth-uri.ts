/**
 * Enrolment of a token by `otpauth://hotp/Issuer:account?secret=…&counter=…` (OTP-33) or `otpauth://totp/…&period=…`,
 * the "Key URI Format" that authenticator apps read from QR codes. It has no RFC; this is the subset spoken here:
 *
 * - `secret` (base32 without padding) is mandatory, and `counter` of an event-based token; `issuer`, `algorithm` (SHA1,
 *   SHA256, SHA512), `digits` (6, 7, 8) and a time-based token's `period` (30, 60) default to none, SHA1, 6 and 30;
 *   nothing else is known, so `image` refuses, and so does the other type's parameter;
 * - characters outside RFC 3986 must be percent-encoded UTF-8; `+` is a plus, never a blank;
 * - scheme and type are read in any case (RFC 3986 §3.1, §3.2.2), everything else exactly.
 *
 * A URI carries the token's secret. No refusal repeats any part of it.
 */

import type { HotpAlgorithm, HotpDigits } from "@holdfast/protocol/primitives";
import { decodeBase32, encodeBase32 } from "./base32.ts";
import { END_OF_COUNTERS } from "./counter-ranges.ts";
import { checkSecretLength } from "./token-secret.ts";
import { type TotpPeriod, totpPeriods } from "./verify-totp.ts";

export type OtpauthToken = {
  /** Who issues the token, or null; shown by the app. No colon. */
  readonly issuer: string | null;
  /** Whose token it is. No colon. */
  readonly account: string;
  /** 16 to 128 bytes. */
  readonly secret: Uint8Array;
  readonly algorithm: HotpAlgorithm;
  readonly digits: HotpDigits;
} & (
  | {
      readonly kind: "hotp";
      /** The counter of the first code the token will show. */
      readonly counter: number;
    }
  | { readonly kind: "totp"; readonly periodSeconds: TotpPeriod }
);

export type BuiltOtpauthUri =
  | { readonly kind: "ok"; readonly uri: string }
  | { readonly kind: "refused"; readonly reason: OtpauthRefusal };

export type ParsedOtpauthUri =
  | {
      readonly kind: "ok";
      readonly token: OtpauthToken;
      readonly warning: "secret-shorter-than-recommended" | null;
    }
  | { readonly kind: "refused"; readonly reason: OtpauthRefusal };

export type OtpauthRefusal =
  | "too-long"
  | "not-otpauth"
  | "malformed-encoding"
  | "malformed-label"
  | "malformed-parameter"
  | "duplicate-parameter"
  | "unknown-parameter"
  | "issuer-mismatch"
  | "missing-secret"
  | "malformed-secret"
  | "secret-too-short"
  | "secret-too-long"
  | "unknown-algorithm"
  | "unsupported-digits"
  | "missing-counter"
  | "malformed-counter"
  | "unsupported-period";

/** Longest URI read or written, in characters: well within what a version 40 QR code holds at level M. */
export const MAXIMUM_OTPAUTH_URI_LENGTH = 2048;

/** Writes every parameter out, defaults too: apps disagree about defaults. */
export function buildOtpauthUri(token: OtpauthToken): BuiltOtpauthUri {
  const { issuer, account, secret, algorithm, digits } = token;
  if (!isName(account) || (issuer !== null && !isName(issuer))) return refused("malformed-label");
  const length = checkSecretLength(secret);
  if (length.kind === "refused") return length;
  if (token.kind === "hotp") {
    const { counter } = token;
    if (!Number.isSafeInteger(counter) || counter < 0 || counter >= END_OF_COUNTERS)
      return refused("malformed-counter");
  }
  const label =
    issuer === null
      ? encodeURIComponent(account)
      : `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`;
  const parameters = [
    `secret=${encodeBase32(secret)}`,
    ...(issuer === null ? [] : [`issuer=${encodeURIComponent(issuer)}`]),
    `algorithm=${uriNameOf[algorithm]}`,
    `digits=${digits}`,
    token.kind === "hotp" ? `counter=${token.counter}` : `period=${token.periodSeconds}`,
  ];
  const uri = `otpauth://${token.kind}/${label}?${parameters.join("&")}`;
  return uri.length > MAXIMUM_OTPAUTH_URI_LENGTH ? refused("too-long") : { kind: "ok", uri };
}

export function parseOtpauthUri(text: string): ParsedOtpauthUri {
  if (text.length > MAXIMUM_OTPAUTH_URI_LENGTH) return refused("too-long");
  const parts = /^otpauth:\/\/([^/?#]*)\/([^/?#]*)(?:\?([^#]*))?$/i.exec(text);
  if (!parts) return refused("not-otpauth");
  const [, type = "", rawLabel = "", rawQuery = ""] = parts;
  const kind = type.toLowerCase();
  if (kind !== "hotp" && kind !== "totp") return refused("not-otpauth");

  const label = parseLabel(rawLabel);
  if (label.kind === "refused") return label;
  const query = parseQuery(rawQuery, kind);
  if (query.kind === "refused") return query;
  const { values } = query;

  const issuer = values.get("issuer") ?? label.issuer;
  if (issuer !== null && !isName(issuer)) return refused("malformed-parameter");
  if (label.issuer !== null && label.issuer !== issuer) return refused("issuer-mismatch");

  const algorithm = algorithmNamed.get(values.get("algorithm") ?? "SHA1");
  if (!algorithm) return refused("unknown-algorithm");
  const digits = digitsNamed.get(values.get("digits") ?? "6");
  if (!digits) return refused("unsupported-digits");

  const moving = kind === "hotp" ? parseCounter(values.get("counter")) : parsePeriod(values.get("period"));
  if (moving.kind === "refused") return moving;

  const secretText = values.get("secret");
  if (secretText === undefined || secretText === "") return refused("missing-secret");
  const secret = decodeBase32(secretText);
  if (!secret) return refused("malformed-secret");
  const length = checkSecretLength(secret);
  if (length.kind === "refused") return length;

  const token = { issuer, account: label.account, secret, algorithm, digits, ...moving };
  return { kind: "ok", token, warning: length.warning };
}

type Refused = { readonly kind: "refused"; readonly reason: OtpauthRefusal };

function parseCounter(
  text: string | undefined,
): { readonly kind: "hotp"; readonly counter: number } | Refused {
  if (text === undefined) return refused("missing-counter");
  if (!/^(0|[1-9][0-9]{0,15})$/.test(text)) return refused("malformed-counter");
  const counter = Number(text);
  return counter < END_OF_COUNTERS ? { kind: "hotp", counter } : refused("malformed-counter");
}

function parsePeriod(text = "30"): { readonly kind: "totp"; readonly periodSeconds: TotpPeriod } | Refused {
  const periodSeconds = totpPeriods.find((period) => String(period) === text);
  return periodSeconds === undefined ? refused("unsupported-period") : { kind: "totp", periodSeconds };
}

/** `account`, or `issuer:account` with the colon plain or encoded and encoded blanks allowed after it. */
function parseLabel(
  raw: string,
): { readonly kind: "ok"; readonly issuer: string | null; readonly account: string } | Refused {
  const label = decode(raw);
  if (label === null) return refused("malformed-encoding");
  const [first = "", second, ...more] = label.split(":");
  if (more.length > 0) return refused("malformed-label");
  const issuer = second === undefined ? null : first;
  const account = second === undefined ? first : second.replace(/^ +/, "");
  if (!isName(account) || (issuer !== null && !isName(issuer))) return refused("malformed-label");
  return { kind: "ok", issuer, account };
}

function parseQuery(
  raw: string,
  type: OtpauthToken["kind"],
): { readonly kind: "ok"; readonly values: ReadonlyMap<string, string> } | Refused {
  const values = new Map<string, string>();
  if (raw === "") return { kind: "ok", values };
  for (const pair of raw.split("&")) {
    const equals = pair.indexOf("=");
    if (equals < 0) return refused("malformed-parameter");
    const name = pair.slice(0, equals);
    const value = decode(pair.slice(equals + 1));
    if (value === null) return refused("malformed-encoding");
    if (!knownParameters.has(name) && name !== movingParameter[type]) return refused("unknown-parameter");
    if (values.has(name)) return refused("duplicate-parameter");
    values.set(name, value);
  }
  return { kind: "ok", values };
}

const knownParameters: ReadonlySet<string> = new Set(["secret", "issuer", "algorithm", "digits"]);
const movingParameter = { hotp: "counter", totp: "period" } as const;

const uriNameOf = { "SHA-1": "SHA1", "SHA-256": "SHA256", "SHA-512": "SHA512" } as const;

const algorithmNamed: ReadonlyMap<string, HotpAlgorithm> = new Map([
  ["SHA1", "SHA-1"],
  ["SHA256", "SHA-256"],
  ["SHA512", "SHA-512"],
]);

const digitsNamed: ReadonlyMap<string, HotpDigits> = new Map([
  ["6", 6],
  ["7", 7],
  ["8", 8],
]);

/** What may stand unencoded in a path segment or query (RFC 3986 §3.3, §3.4), and whole percent triplets. */
const uriCharacters = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*$/;

/** Percent-decoded UTF-8, or null. */
function decode(raw: string): string | null {
  if (!uriCharacters.test(raw)) return null;
  try {
    return decodeURIComponent(raw);
  } catch {
    return null; // triplets that are not UTF-8
  }
}

/** Line breaks and controls would forge a line on a terminal, bidirectional overrides a name on a screen. */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;

/** Whether a text can stand as issuer or account and come back the same. */
function isName(text: string): boolean {
  return (
    text !== "" &&
    text === text.trim() &&
    text.isWellFormed() &&
    !text.includes(":") &&
    !unprintable.test(text)
  );
}

function refused(reason: OtpauthRefusal): Refused {
  return { kind: "refused", reason };
}
