import type { PhoneSync, PhoneSyncAnswer } from "@holdfast/protocol/phone-api";
import type { PhoneRow } from "../../store/phones-store.ts";
import { report } from "../audit.ts";
import type { Outcome } from "../outcome.ts";
import { ok, refused } from "../outcome.ts";
import type { AppPorts } from "../ports.ts";
import { settingsOf } from "../settings.ts";
import { tokenCounts } from "../token-enrolment.ts";
import { markStale, policyOf } from "../users.ts";
import { phoneActor } from "./claims.ts";
import { codesOf, tokensOfPhone } from "./tokens-of-phone.ts";

export const phoneRevoked = refused(
  "phone-revoked",
  "This phone is not registered here any more. Register it again at the portal.",
);

/** What the phone should look like now. Seeds that it says it keeps count from now on, and are told to nobody again. */
export function syncPhone(
  ports: AppPorts,
  { id }: Pick<PhoneRow, "id">,
  { have, appVersion }: PhoneSync,
): Promise<Outcome<PhoneSyncAnswer>> {
  return ports.store.transaction(async (tx) => {
    const phone = await tx.phones.get(id);
    const user = phone && (await tx.users.get(phone.userId));
    if (phone === null || user === null || phone.status === "revoked") return phoneRevoked;
    const actor = phoneActor(phone, id);
    const policy = await policyOf(tx, user);
    // What was stopped gets no seed, which would count once it goes on.
    const goesOn = phone.status === "enabled" && user.status === "active";
    const kept = (await tokensOfPhone(tx, phone)).filter(
      (row) => row.status === "pending" && have.includes(row.id) && goesOn,
    );
    for (const row of kept) {
      await tx.tokens.update({ ...row, status: "enabled" });
      await tokenCounts(ports, tx, actor, row, policy.document);
      await report(tx, actor, "token-changed", {
        userId: user.id,
        detail: { tokenId: row.id, phoneId: id, after: { status: "enabled" } },
      });
    }
    if (kept.length > 0) await markStale(tx, user.id);
    await tx.phones.synced(id, tx.now(), appVersion);
    const push = await tx.push.users.get(user.id);
    const codes = (await tokensOfPhone(tx, phone))
      .filter((row) => goesOn || row.status !== "pending")
      .map((row) => codesOf(ports, row));
    const { deviceId, label, mode, types } = phone;
    return ok({
      serverTimeMs: tx.now(),
      phoneId: id,
      ...{ deviceId, label, mode, types, codes },
      enterprise: (await settingsOf(ports, tx)).productName,
      account: user.name,
      status: phone.status === "enabled" ? "enabled" : "disabled",
      push: {
        enabled: (push?.enabled ?? false) && phone.types.includes("push"),
        requireBiometric: push?.requireBiometric ?? false,
      },
    });
  });
}
