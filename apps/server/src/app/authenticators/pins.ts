import { createHash, timingSafeEqual } from "node:crypto";
import type { UserPolicy } from "@holdfast/protocol/policy";
import { durationSeconds } from "@holdfast/protocol/primitives";
import type { PasswordPlace } from "../password-queue.ts";
import type { PinData } from "./data.ts";

/** Longest PIN: a longer one is a password. */
export const longestPin = 16;

/** Why a PIN cannot be, in words for who chooses it; null: it can. */
export function pinProblem(pin: string, { minimumLength }: UserPolicy["pin"]): string | null {
  if (!/^[0-9]+$/.test(pin)) return "A PIN has digits only.";
  if (pin.length < minimumLength) return `A PIN has at least ${minimumLength} digits.`;
  if (pin.length > longestPin) return `A PIN has at most ${longestPin} digits.`;
  const digits = Array.from(pin, Number);
  const steps = new Set(digits.slice(1).map((digit, index) => digit - (digits[index] ?? 0)));
  if (steps.size === 1 && [0, 1, -1].includes([...steps][0] ?? 9))
    return "This PIN is the first that anybody would try: all digits the same, or one after the other.";
  return null;
}

export async function pinDataOf(
  place: PasswordPlace,
  entropy: (bytes: number) => Uint8Array,
  pin: string,
  nowMs: number,
): Promise<PinData> {
  const salt = Buffer.from(entropy(16));
  const derived = await place.derive(pin, salt);
  const verifier = verifierOf(derived).toString("base64url");
  derived.fill(0);
  return { salt: salt.toString("base64url"), verifier, setAtMs: nowMs };
}

export async function pinFits(
  place: PasswordPlace,
  { salt, verifier }: PinData,
  pin: string,
): Promise<boolean> {
  const derived = await place.derive(pin, Buffer.from(salt, "base64url"));
  const mine = verifierOf(derived);
  derived.fill(0);
  return timingSafeEqual(mine, Buffer.from(verifier, "base64url"));
}

/** By the policy's `pin.maxAge`. */
export function pinExpiresAtMs({ setAtMs }: PinData, { maxAge }: UserPolicy["pin"]): number | null {
  const seconds = maxAge === null ? null : durationSeconds(maxAge);
  return seconds === null ? null : setAtMs + seconds * 1000;
}

function verifierOf(derived: Uint8Array): Buffer {
  return createHash("sha256").update("holdfast PIN verifier v1").update(derived).digest();
}
