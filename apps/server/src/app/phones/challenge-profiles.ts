import { profileIdOf } from "@holdfast/core/qr-challenge/profile";
import { type Bundle, mostBundlePhones } from "@holdfast/protocol/bundle";
import type { PhoneRow } from "../../store/phones-store.ts";
import type { Transaction } from "../../store/store.ts";

/** What an endpoint is told of a phone so that it can answer challenges there (SECURITY §4). */
export type ChallengeProfile = Bundle["phones"][number];

/** Of a user's phones that answer now, the one registered last first. */
export async function challengeProfiles(tx: Transaction, userId: string): Promise<ChallengeProfile[]> {
  const phones = (await tx.phones.ofUser(userId)).toReversed();
  return phones
    .flatMap((phone) => (answers(phone) ? (profileOf(phone) ?? []) : []))
    .slice(0, mostBundlePhones);
}

/** A disabled phone answers nothing, nor does one that an administrator has taken this from. */
export function answers({ status, types, challengeKey }: PhoneRow): boolean {
  return status === "enabled" && challengeKey !== null && types.includes("qr-challenge");
}

/** Of the key that the phone has now; null: it has none. */
export function profileOf({ challengeKey }: PhoneRow): ChallengeProfile | null {
  return challengeKey === null
    ? null
    : { profileId: profileIdOf(Buffer.from(challengeKey, "base64url")), publicKey: challengeKey };
}
