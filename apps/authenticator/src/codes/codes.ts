import { fromBase64url } from "@holdfast/core/encoding/base64url";
import { hotp } from "@holdfast/core/oath/hotp";
import type { CodeSource } from "../profiles/profile.ts";

/** The code of this moment (RFC 6238 §4.2), and how long it is good by this phone's clock. */
export function timeCode(
  source: CodeSource,
  nowMs: number,
): { readonly code: string; readonly leftMs: number } {
  const periodMs = (source.periodSeconds ?? 30) * 1000;
  const step = Math.floor(nowMs / periodMs);
  return { code: codeAt(source, step), leftMs: (step + 1) * periodMs - nowMs };
}

export function codeAt(source: CodeSource, counter: number): string {
  const secret = fromBase64url(source.secret);
  if (secret === null) throw new Error("a secret that is not base64url");
  const { digits, algorithm } = source;
  return hotp({ secret, digits, algorithm, counter });
}

/** "123 456", "1234 5678", "123 4567": in two groups, as people read them out. */
export function grouped(code: string): string {
  const middle = Math.floor(code.length / 2);
  return `${code.slice(0, middle)} ${code.slice(middle)}`;
}

/** A clock that is off by more than this makes codes that the server does not take. */
const driftThatMattersMs = 45_000;

/** "This phone's clock is 3 minutes behind …", as the server found at the last sync; null: near enough. */
export function driftText(clockDriftMs: number | null): string | null {
  if (clockDriftMs === null || Math.abs(clockDriftMs) < driftThatMattersMs) return null;
  const minutes = Math.max(1, Math.round(Math.abs(clockDriftMs) / 60_000));
  const span =
    minutes < 120
      ? `${minutes} ${minutes === 1 ? "minute" : "minutes"}`
      : `${Math.round(minutes / 60)} hours`;
  return `This phone’s clock is ${span} ${clockDriftMs > 0 ? "behind" : "ahead"}.`;
}
