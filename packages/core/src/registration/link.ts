import type { PhoneType } from "@holdfast/protocol/phone-types";
import type { HotpAlgorithm, HotpDigits } from "@holdfast/protocol/primitives";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { fromBase64url, toBase64url } from "../encoding/base64url.ts";

/**
 * The link in the QR code by which a phone is registered: `https://<authenticator>/add#offline.<base64url of JSON>` or
 * `…#online.…`. What is behind the # stays on the phone whatever opens the link (RFC 3986 §3.5).
 */
export type OfflineLink = {
  readonly kind: "offline";
  readonly origin: string;
  readonly registrationId: string;
  readonly enterprise: string;
  readonly account: string;
  /** Thirty-two bytes that phone and server derive everything from, together with what the phone draws. */
  readonly seed: Uint8Array;
  readonly types: readonly PhoneType[];
  readonly digits: HotpDigits;
  readonly algorithm: HotpAlgorithm;
  readonly periodSeconds: 30 | 60;
  /**
   * Of a rescan: how the app that has this phone knows its profile, by the registration that it came from, or by the
   * phone's id where it was registered online. Null: a new phone.
   */
  readonly replaces: string | null;
};

export type OnlineLink = {
  readonly kind: "online";
  readonly origin: string;
  readonly registrationId: string;
  readonly enterprise: string;
  readonly account: string;
  /** base64url of 32 bytes; good for one phone. */
  readonly token: string;
  readonly expiresAtMs: number;
  readonly purpose: "new" | "rescan";
  /** Which profile a rescan turns over. */
  readonly phoneId: string | null;
};

export type RegistrationLink = OfflineLink | OnlineLink;
export type LinkRefusal =
  /** No link of this product. */
  | "foreign"
  /** One of this product, changed or cut on its way. */
  | "damaged"
  /** Made by a newer server than this app knows. */
  | "newer";
export type ParsedLink =
  | { readonly kind: "ok"; readonly link: RegistrationLink }
  | { readonly kind: "refused"; readonly reason: LinkRefusal };

export const registrationPath = "/add";
/** Far above the longest that a server writes. */
const longest = 2048;

export function buildRegistrationLink(link: RegistrationLink): string {
  const content =
    link.kind === "offline"
      ? {
          v: 1,
          r: link.registrationId,
          n: link.enterprise,
          a: link.account,
          s: toBase64url(link.seed),
          t: link.types,
          d: link.digits,
          alg: link.algorithm,
          p: link.periodSeconds,
          ...(link.replaces === null ? {} : { o: link.replaces }),
        }
      : {
          v: 1,
          r: link.registrationId,
          n: link.enterprise,
          a: link.account,
          k: link.token,
          x: link.expiresAtMs,
          m: link.purpose,
          i: link.phoneId,
        };
  const text = toBase64url(utf8ToBytes(JSON.stringify(content)));
  return `${link.origin}${registrationPath}#${link.kind}.${text}`;
}

/** Never throws, whatever was scanned. */
export function parseRegistrationLink(text: string): ParsedLink {
  const parts =
    text.length > longest ? null : /^(https?:\/\/[^/?#]+)\/add#(offline|online)\.(.*)$/s.exec(text);
  const origin = parts?.[1] === undefined ? null : originOf(parts[1]);
  if (!parts || origin === null) return { kind: "refused", reason: "foreign" };
  const bytes = fromBase64url(parts[3] ?? "");
  const content = bytes && objectOf(bytes);
  if (!content) return damaged;
  if (typeof content.v === "number" && content.v > 1) return { kind: "refused", reason: "newer" };
  const link = parts[2] === "offline" ? offline(origin, content) : online(origin, content);
  return link === null ? damaged : { kind: "ok", link };
}

const damaged = { kind: "refused", reason: "damaged" } as const;
type Content = Readonly<Record<string, unknown>>;

function offline(origin: string, content: Content): OfflineLink | null {
  const { v, r, n, a, s, t, d, alg, p, o = null, ...rest } = content;
  const seed = typeof s === "string" ? fromBase64url(s) : null;
  if (v !== 1 || Object.keys(rest).length > 0 || !isIdentifier(r) || !isText(n) || !isText(a)) return null;
  if (seed === null || seed.length !== 32 || !isTypes(t)) return null;
  if (!isOneOf(d, [6, 7, 8]) || !isOneOf(alg, ["SHA-1", "SHA-256", "SHA-512"]) || !isOneOf(p, [30, 60]))
    return null;
  if (o !== null && !isIdentifier(o)) return null;
  const what = { registrationId: r, enterprise: n, account: a, replaces: o };
  return { kind: "offline", origin, ...what, seed, types: t, digits: d, algorithm: alg, periodSeconds: p };
}

function online(origin: string, content: Content): OnlineLink | null {
  const { v, r, n, a, k, x, m, i, ...rest } = content;
  if (v !== 1 || Object.keys(rest).length > 0 || !isIdentifier(r) || !isText(n) || !isText(a)) return null;
  if (typeof k !== "string" || k.length !== 43 || fromBase64url(k) === null) return null;
  if (!Number.isSafeInteger(x) || (x as number) < 0 || !isOneOf(m, ["new", "rescan"])) return null;
  if (m === "rescan" ? !isIdentifier(i) : i !== null) return null;
  return {
    kind: "online",
    origin,
    registrationId: r,
    enterprise: n,
    account: a,
    token: k,
    expiresAtMs: x as number,
    purpose: m,
    phoneId: i as string | null,
  };
}

/** Written as a browser writes an origin, so that no two texts mean one server; in the clear only to this machine itself. */
function originOf(text: string): string | null {
  const parts = /^(https?):\/\/([a-z0-9.-]+|\[[0-9a-f:]+\])(?::(\d{1,5}))?$/.exec(text);
  if (!parts) return null;
  const [, scheme, host, port] = parts;
  if (port === (scheme === "https" ? "443" : "80") || port?.startsWith("0")) return null;
  const own = host === "localhost" || host === "127.0.0.1" || host === "[::1]";
  return scheme === "https" || own ? text : null;
}

function objectOf(bytes: Uint8Array): Content | null {
  try {
    // The only strict decoder of UTF-8 that the language itself has; it throws where the bytes are none.
    const escaped = Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
    const value: unknown = JSON.parse(decodeURIComponent(escaped));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Content) : null;
  } catch {
    return null;
  }
}

function isIdentifier(value: unknown): value is string {
  return typeof value === "string" && /^[A-Za-z0-9_-]{1,64}$/.test(value);
}

/** What a screen can show: no control characters. */
function isText(value: unknown): value is string {
  return typeof value === "string" && /^[^\p{Cc}]{1,200}$/u.test(value);
}

const types: readonly PhoneType[] = ["totp", "hotp", "push", "qr-challenge"];

function isTypes(value: unknown): value is PhoneType[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    new Set(value).size === value.length &&
    value.every((one) => isOneOf(one, types))
  );
}

function isOneOf<const T>(value: unknown, of: readonly T[]): value is T {
  return (of as readonly unknown[]).includes(value);
}
