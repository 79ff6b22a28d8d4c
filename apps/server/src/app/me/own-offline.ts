import type { OfflineOutlookEntry } from "@holdfast/protocol/admin-api";
import { offlineOutlook } from "../offline-outlook.ts";
import type { AppPorts } from "../ports.ts";
import { serverActor } from "../ports.ts";
import type { Self } from "./self.ts";

/** What each endpoint holds of oneself, in the words that administrators read, too (DESIGN §7, promise 4). */
export async function ownOffline(
  ports: AppPorts,
  { userId }: Self,
): Promise<{ items: Omit<OfflineOutlookEntry, "userId" | "userName">[] }> {
  const { items } = await offlineOutlook(ports, serverActor, { userId, limit: 500 });
  return { items: items.map(({ userId: _id, userName: _name, ...entry }) => entry) };
}
