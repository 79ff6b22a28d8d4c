import type { OwnPhoneList } from "@holdfast/protocol/phones-api";
import { ownerForReading } from "../authenticators/rights.ts";
import type { Self } from "../me/self.ts";
import type { Outcome } from "../outcome.ts";
import { ok } from "../outcome.ts";
import type { AppPorts } from "../ports.ts";
import { settingsOf } from "../settings.ts";
import { mostPhones } from "./registrations.ts";
import { mayRegister } from "./rights.ts";
import { phoneView } from "./view.ts";

export function listOwnPhones(ports: AppPorts, self: Self): Promise<Outcome<OwnPhoneList>> {
  return ports.store.read(async (tx) => {
    const owner = await ownerForReading(tx, self.actor, self.userId);
    if (owner.kind === "refused") return owner;
    const rows = await tx.phones.ofUser(self.userId);
    const { onlineAccess } = (await settingsOf(ports, tx)).authenticatorApp;
    return ok({
      items: rows.map((row) => phoneView(row, tx.now())),
      next: null,
      registers: onlineAccess ? "online" : "offline",
      mayRegister:
        mayRegister(owner.value.policy.enrolment.rights) &&
        ports.phones.origin() !== null &&
        rows.length < mostPhones,
    });
  });
}
