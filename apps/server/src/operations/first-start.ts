import { defaultUserPolicy } from "@holdfast/protocol/policy";
import { report } from "../app/audit.ts";
import { insertRoleTemplates } from "../app/roles.ts";
import { setFreshSettings } from "../app/settings.ts";
import type { Store } from "../store/store.ts";

const demoSetting = "demo";
const openedSetting = "opened";

/**
 * Makes what every store needs, once, and marks it: a demonstration's store is never opened by a production start, nor
 * the other way round (SECURITY §7).
 */
export async function prepareStore(
  store: Store,
  demo: boolean,
): Promise<{ kind: "ready" } | { kind: "refused"; why: string }> {
  return store.transaction(async (tx) => {
    const marked = (await tx.settings.get(demoSetting)) !== null;
    const opened = (await tx.settings.get(openedSetting)) !== null;
    if (marked && !demo)
      return {
        kind: "refused",
        why: "This store belongs to a demonstration; a production server does not open it.",
      };
    if (opened && !marked && demo)
      return {
        kind: "refused",
        why: "This store belongs to a production server; the demo does not open it.",
      };
    if (opened) return { kind: "ready" };
    if (demo) await tx.settings.set(demoSetting, "1");
    await tx.settings.set(openedSetting, String(tx.now()));
    await tx.policies.insert({
      id: "default",
      name: "Default",
      isDefault: true,
      version: 1,
      document: defaultUserPolicy,
    });
    await insertRoleTemplates(tx);
    await setFreshSettings(tx);
    await report(tx, { name: "server" }, "store-opened-first", { detail: { demo } });
    return { kind: "ready" };
  });
}
