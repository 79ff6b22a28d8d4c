import type { AlertRow } from "./alerts-store.ts";
import type { ApiKeyRow } from "./api-keys-store.ts";
import type { BundleRow } from "./bundles-store.ts";
import type { EnrolmentRow } from "./enrolments-store.ts";
import type { Page } from "./page.ts";
import type { PolicyRow } from "./policies-store.ts";

type Paging = { after?: string; limit: number };
/** Only what these groups reach; absent: the whole enterprise. */
type Reach = { groupIds?: readonly string[] };

/** What people look through page by page, in an order that new rows do not disturb. */
export type ListsStore = {
  /** By name. */
  policies(query: Paging): Promise<Page<PolicyRow>>;
  /** Newest first. */
  enrolments(
    query: Paging & Reach & { status?: "open" | "used" | "ended"; atMs: number },
  ): Promise<Page<EnrolmentRow>>;
  /** Oldest first. */
  apiKeys(query: Paging & { status?: "active" | "revoked" }): Promise<Page<ApiKeyRow>>;
  /** Newest first. An alert is reached by its user or by its endpoint. */
  alerts(
    query: Paging &
      Reach & {
        status?: AlertRow["status"];
        kind?: string;
        userId?: string;
        endpointId?: string;
      },
  ): Promise<Page<AlertRow>>;
  /** What endpoints hold, by endpoint and user. A bundle is reached where its user or its endpoint is. */
  bundles(query: Paging & Reach & { userId?: string; endpointId?: string }): Promise<Page<BundleRow>>;
};
