import type { Revocation } from "@holdfast/protocol/bundle";
import type { PhoneRow } from "../../store/phones-store.ts";
import type { Transaction } from "../../store/store.ts";
import { report } from "../audit.ts";
import type { Actor, AppPorts } from "../ports.ts";
import { endTemporaryCode } from "../temporary-codes/ending.ts";
import { tokenCounts } from "../token-enrolment.ts";
import { dropToken } from "../tokens.ts";
import { markStale, policyOf } from "../users.ts";
import { insertToken, type NewSeed, tokensOfPhone } from "./tokens-of-phone.ts";

type Order = Omit<Revocation, "version" | "id" | "issuedAtMs">;

/** Orders the codes that a phone had so far off the endpoints; a time-based token's codes are at none. */
export async function ordersFor(
  ports: AppPorts,
  phoneId: string | null,
): Promise<(endpointId: string) => Order | null> {
  const hotp = await ports.store.read(async (tx) => {
    const phone = phoneId === null ? null : await tx.phones.get(phoneId);
    return phone && (await tokensOfPhone(tx, phone)).find(({ kind }) => kind === "hotp");
  });
  return (endpointId) =>
    hotp ? { endpointId, userId: hotp.userId, tokenId: hotp.id, reason: "token-revoked" } : null;
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
