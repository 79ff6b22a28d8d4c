import type { Revocation } from "@holdfast/protocol/bundle";
import type { PhoneType } from "@holdfast/protocol/phone-types";
import type { PhoneRow } from "../../store/phones-store.ts";
import type { Transaction } from "../../store/store.ts";
import type { Actor } from "../actor.ts";
import { report } from "../audit.ts";
import type { AppPorts } from "../ports.ts";
import { endProofingOf } from "../signing/proofing.ts";
import { endTemporaryCode } from "../temporary-codes/ending.ts";
import { tokenCounts } from "../token-enrolment.ts";
import { dropToken } from "../tokens.ts";
import { markStale, policyOf } from "../users.ts";
import { answers, profileOf } from "./challenge-profiles.ts";
import { insertToken, type NewSeed, tokensOfPhone } from "./tokens-of-phone.ts";

type Order = Omit<Revocation, "version" | "id" | "issuedAtMs">;

/**
 * Orders off the endpoints what a phone did there so far, but for what it `keeps` doing: its codes and its answers to
 * challenges. A time-based token's codes are at none.
 */
export async function ordersFor(
  ports: AppPorts,
  phoneId: string | null,
  keeps: readonly PhoneType[] = [],
): Promise<(endpointId: string) => Order | null> {
  const { hotp, phone } = await ports.store.read(async (tx) => {
    const phone = phoneId === null ? null : await tx.phones.get(phoneId);
    const tokens = phone === null || keeps.includes("hotp") ? [] : await tokensOfPhone(tx, phone);
    return { phone, hotp: tokens.find(({ kind }) => kind === "hotp") };
  });
  if (phone === null) return () => null;
  const profile = answers(phone) && !keeps.includes("qr-challenge") ? profileOf(phone) : null;
  const about = { userId: phone.userId, tokenId: hotp?.id ?? null };
  if (profile !== null) {
    const order = { ...about, profileId: profile.profileId, reason: "phone-revoked" } as const;
    return (endpointId) => ({ endpointId, ...order });
  }
  return (endpointId) => (hotp ? { endpointId, ...about, reason: "token-revoked" } : null);
}

/**
 * In one transaction a phone's new keys come into force and its old ones end: there is no moment at which both work, and
 * none at which neither does (AMB-REG-5, REG-22).
 */
export async function putInForce(
  ports: AppPorts,
  tx: Transaction,
  actor: Actor,
  {
    before,
    phone,
    seeds,
  }: { readonly before: PhoneRow | null; readonly phone: PhoneRow; readonly seeds: readonly NewSeed[] },
): Promise<void> {
  const { id: phoneId, userId, label, mode, deviceId, types } = phone;
  if (before !== null)
    for (const token of await tokensOfPhone(tx, before)) await dropToken(ports, tx, actor, token);
  await (before === null ? tx.phones.insert(phone) : tx.phones.update(phone));
  // The browser that it wakes may be another phone's by now; the app subscribes again.
  if (before !== null) {
    await tx.push.subscriptions.remove(phoneId);
    // Nobody has looked at the new keys, whoever holds them.
    await endProofingOf(tx, actor, { userId, id: before.registrationId });
  }
  const user = await tx.users.get(userId);
  if (user === null) throw new Error("a phone of nobody");
  const { document: policy } = await policyOf(tx, user);
  for (const seed of seeds) {
    const row = await insertToken(ports, tx, actor, phone, seed, "enabled");
    await tokenCounts(ports, tx, actor, row, policy);
  }
  await endTemporaryCode(tx, actor, userId, "method-enrolled");
  await markStale(tx, userId);
  await report(tx, actor, before === null ? "phone-registered" : "phone-rescanned", {
    userId,
    detail: { phoneId, label, mode, deviceId, types, ...(before && { modeBefore: before.mode }) },
  });
}
