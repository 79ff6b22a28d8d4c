import { base64url } from "jose";

export type CompactParts = { readonly header: Record<string, unknown>; readonly segments: readonly string[] };

/**
 * Splits a compact serialisation (RFC 7515 §7.1, RFC 7516 §7.1) into its segments and parses the protected header, or
 * null. Stricter than the RFCs in one point: every segment must be the canonical base64url text of its bytes, so that
 * no two texts are the same document.
 */
export function parseCompact(text: string, segmentCount: 3 | 5): CompactParts | null {
  const segments = text.split(".");
  if (segments.length !== segmentCount) return null;
  for (const segment of segments) {
    if (!isCanonicalBase64url(segment)) return null;
  }
  const header = parseJson(base64url.decode(segments[0] ?? ""));
  if (typeof header !== "object" || header === null || Array.isArray(header)) return null;
  return { header: header as Record<string, unknown>, segments };
}

/** The value of strictly decoded UTF-8 JSON, or undefined. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/** True where the header has exactly these members: no `crit`, `jku`, `x5u`, `zip` or other surprise gets in. */
export function hasExactly(header: Record<string, unknown>, members: readonly string[]): boolean {
  const names = Object.keys(header);
  return names.length === members.length && members.every((member) => Object.hasOwn(header, member));
}

function isCanonicalBase64url(segment: string): boolean {
  if (!/^[A-Za-z0-9_-]*$/.test(segment)) return false;
  const over = segment.length % 4;
  if (over === 1) return false;
  if (over === 0) return true;
  // The last character of a partial group has 4 (of 2) or 2 (of 3) bits that carry nothing and must be zero.
  const last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".indexOf(
    segment.at(-1) ?? "",
  );
  return over === 2 ? (last & 0b1111) === 0 : (last & 0b11) === 0;
}
