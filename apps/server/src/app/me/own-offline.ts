import type { OfflineOutlookEntry } from "@holdfast/protocol/admin-api";
import type { OwnOfflineQuery } from "@holdfast/protocol/me-api";
import type { Page } from "../../store/page.ts";
import { serverActor } from "../actor.ts";
import { offlineOutlook } from "../offline-outlook.ts";
import type { AppPorts } from "../ports.ts";
import type { Self } from "./self.ts";

/** What each endpoint holds of oneself, in the words that administrators read, too (DESIGN §7, promise 4). */
export async function ownOffline(
  ports: AppPorts,
  { userId }: Self,
  query: OwnOfflineQuery,
): Promise<Page<Omit<OfflineOutlookEntry, "userId" | "userName">>> {
  const { items, next } = await offlineOutlook(ports, serverActor, { userId, ...query });
  return { items: items.map(({ userId: _id, userName: _name, ...entry }) => entry), next };
}
