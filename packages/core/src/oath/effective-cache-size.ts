/**
 * How many codes an endpoint really gets, and how cache and look-ahead window go together (OTP-16 to OTP-19).
 *
 * What the token says rules, else what the user's policy says, else the client profile's default; the window
 * caps them all, because the server would not accept a later code (AMB-OTP-4). Into the window's slack only an
 * administrator's size reaches: a buffer is the client's own word, which may only ask for fewer codes.
 */

import { MAXIMUM_WINDOW_SIZE } from "./look-ahead-window.ts";

/** What kind of client asks; a `ClientProfile` of the protocol fits. */
export type CacheProfile =
  /** Workstation logon manager: 30 codes (OTP-16). */
  | { readonly name: "wlm" }
  /** PAM: the window less a buffer, default 5; less than `WINDOW_SLACK` counts as that (OTP-17, OTP-18). */
  | { readonly name: "pam"; readonly buffer?: number };

/** Default number of offline sign-ins of the workstation logon manager profile (OTP-16). */
export const WLM_CACHE_SIZE = 30;

/** Codes of the window that the PAM profile leaves out of the cache by default (OTP-17). */
export const DEFAULT_BUFFER = 5;

/** Codes a window should have beyond the cache: room for presses of the button that no sign-in followed. */
export const WINDOW_SLACK = 5;

export interface EffectiveCacheSize {
  /** Codes to hand out; 0 where a buffer leaves nothing of the window. */
  readonly size: number;
  /** What decided before the cap. */
  readonly source: "token" | "user" | "profile";
  readonly cappedBy: "window" | null;
  readonly warnings: readonly CacheWarning[];
}

export type CacheWarning =
  /** Asked for more than the window accepts. */
  | { readonly code: "cache-capped-by-window"; readonly asked: number; readonly windowSize: number }
  /** Fewer than `wanted` codes of the window lie beyond the cache (AMB-OTP-1). */
  | { readonly code: "window-leaves-little-slack"; readonly slack: number; readonly wanted: number }
  /** No offline sign-in is possible. */
  | { readonly code: "cache-empty" };

export function effectiveCacheSize(input: {
  /** Explicit size for the token, 1 or more; null or absent where none is set. */
  readonly tokenCacheSize?: number | null;
  /** Size of the user's policy, likewise. */
  readonly userCacheSize?: number | null;
  readonly profile: CacheProfile;
  /** Look-ahead window of the token, in counters. */
  readonly windowSize: number;
}): EffectiveCacheSize {
  const { profile, windowSize } = input;
  const tokenCacheSize = input.tokenCacheSize ?? null;
  const userCacheSize = input.userCacheSize ?? null;
  wholeNumber(windowSize, 1);
  const source = tokenCacheSize !== null ? "token" : userCacheSize !== null ? "user" : "profile";
  const explicit = tokenCacheSize ?? userCacheSize;
  const asked = explicit !== null ? wholeNumber(explicit, 1) : profileDefault(profile, windowSize);

  const size = Math.min(asked, windowSize);
  const slack = windowSize - size;
  const warnings: CacheWarning[] = [];
  if (asked > windowSize) warnings.push({ code: "cache-capped-by-window", asked, windowSize });
  if (size === 0) warnings.push({ code: "cache-empty" });
  else if (slack < WINDOW_SLACK) {
    warnings.push({ code: "window-leaves-little-slack", slack, wanted: WINDOW_SLACK });
  }
  return { size, source, cappedBy: asked > windowSize ? "window" : null, warnings };
}

/** The smallest window that leaves the slack beyond a cache: 59 for 54 codes, 125 for 120 (AMB-OTP-2). */
export function windowForCache(cacheSize: number): number {
  return wholeNumber(cacheSize, 1) + WINDOW_SLACK;
}

export type WindowPlan =
  | { readonly kind: "fits"; readonly windowSize: number }
  /**
   * Setting this cache raises the token's window. A larger window makes a guess more likely (RFC 4226
   * §7.1: `raiseTo / 10^digits` per try), so a person confirms it.
   */
  | { readonly kind: "confirm"; readonly windowSize: number; readonly raiseTo: number }
  | { readonly kind: "refused"; readonly reason: "window-too-large"; readonly limit: number };

/** What setting a cache size does to a token's window (AMB-OTP-2); a window is never lowered by it. */
export function planWindow(input: { readonly cacheSize: number; readonly windowSize: number }): WindowPlan {
  const windowSize = wholeNumber(input.windowSize, 1);
  const raiseTo = windowForCache(input.cacheSize);
  if (raiseTo <= windowSize) return { kind: "fits", windowSize };
  if (raiseTo > MAXIMUM_WINDOW_SIZE) {
    return { kind: "refused", reason: "window-too-large", limit: MAXIMUM_WINDOW_SIZE };
  }
  return { kind: "confirm", windowSize, raiseTo };
}

function profileDefault(profile: CacheProfile, windowSize: number): number {
  if (profile.name === "wlm") return WLM_CACHE_SIZE;
  const buffer = Math.max(wholeNumber(profile.buffer ?? DEFAULT_BUFFER, 0), WINDOW_SLACK);
  return Math.max(0, windowSize - buffer);
}

function wholeNumber(value: number, least: number): number {
  if (!Number.isSafeInteger(value) || value < least) throw new RangeError("not a number of codes");
  return value;
}
