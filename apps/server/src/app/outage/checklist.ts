import { superadministrator } from "@holdfast/core/authorization/built-in-roles";
import { heldState } from "@holdfast/core/outage-planning/held-bundle";
import type { ChecklistItem } from "@holdfast/core/outage-planning/setup-checklist";
import { setupChecklist } from "@holdfast/core/outage-planning/setup-checklist";
import type { Actor } from "../actor.ts";
import type { AppPorts } from "../ports.ts";
import { reachOf } from "../reach.ts";
import { howManyPeople, kindsOfPeople } from "./kinds-of-people.ts";
import type { HeldSnapshot } from "./snapshot.ts";

/** What is left to set up (MDA-32), from what is there. */
export async function readChecklist(
  ports: AppPorts,
  actor: Actor,
  snapshot: HeldSnapshot,
): Promise<ChecklistItem[]> {
  let offlineRights = 0;
  for (const there of snapshot.byEndpoint.values())
    for (const held of there) if (heldState(held, snapshot.asOfMs) === "may-sign-in") offlineRights += 1;
  const [lastBackup] = (await ports.store.audit({ type: "backup-made", limit: 1 })).items;
  return ports.store.read(async (tx) => {
    const kinds = await kindsOfPeople(ports.store, tx, reachOf(actor));
    const policies = (await tx.policies.list()).filter(({ document }) => document.offline.enabled);
    let peopleAllowedOffline = 0;
    for (const { id } of policies) {
      const page = await tx.users.list({ policyId: id, status: "active", limit: 1 });
      peopleAllowedOffline += page.items.length;
    }
    return setupChecklist({
      administrators: (await tx.authorization.administrators.list({ limit: 500 })).items.length,
      superadministrators: await tx.authorization.administrators.count({
        roleId: superadministrator.id,
        activeOnly: true,
      }),
      people: howManyPeople(kinds),
      peopleWithEventToken: howManyPeople(kinds.filter(({ hasEventToken }) => hasEventToken)),
      policiesWithOffline: policies.length,
      peopleAllowedOffline,
      endpoints: await tx.outage.activeEndpoints(reachOf(actor)),
      signInsAtEndpoints: snapshot.byEndpoint.size > 0,
      offlineRights,
      lastBackupAtMs: lastBackup?.atMs ?? null,
    });
  });
}
