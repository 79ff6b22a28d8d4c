import type { Schema } from "@holdfast/api-client/client";
import { PageHeader } from "@holdfast/ui/page";
import { StateBadge } from "@holdfast/ui/state-badge";
import { ErrorState, LoadingPage, LoadingRows } from "@holdfast/ui/states";
import { TabRow } from "@holdfast/ui/tab-row";
import { api, useRead } from "@holdfast/web-calls/calls";
import { Tabs } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { AuditList } from "../audit/audit-list.tsx";
import { useCan } from "../frame/session.ts";
import { useLockView } from "../lock-user/held-at-endpoints.tsx";
import { UserActions } from "./user-actions.tsx";
import { UserMethods } from "./user-methods.tsx";
import { UserOffline } from "./user-offline.tsx";
import { UserOverview } from "./user-overview.tsx";
import { UserState } from "./user-state.tsx";

const route = getRouteApi("/inside/users/$userId");

const UserPush = lazy(async () => ({ default: (await import("../phones/user-push.tsx")).UserPush }));

/** Everything about one person on one page (UNI-1). */
export function UserPage() {
  const { userId } = route.useParams();
  const { tab = "overview" } = route.useSearch();
  const navigate = route.useNavigate();
  const can = useCan();
  const {
    data: user,
    problem,
    retry,
  } = useRead(["user", userId], "read the user", () =>
    api.GET("/api/v1/users/{id}", { params: { path: { id: userId } } }),
  );
  if (problem !== null) return <ErrorState problem={problem} onRetry={retry} />;
  if (user === undefined) return <LoadingPage what="the user" />;
  return (
    <>
      <PageHeader
        title={user.displayName}
        trail={
          <>
            <Link to="/users">Users</Link> / {user.userName}
          </>
        }
        state={<PageState user={user} />}
        actions={<UserActions user={user} />}
      />
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(next) =>
          void navigate({
            search: next === "overview" || next === null ? {} : { tab: next },
            resetScroll: false,
          })
        }
      >
        <TabRow chosen={tab}>
          <Tabs.Tab value="overview">Overview</Tabs.Tab>
          <Tabs.Tab value="methods">Authentication methods</Tabs.Tab>
          <Tabs.Tab value="push">Push</Tabs.Tab>
          {(can("endpoints.read") || can("users.bypass-codes")) && (
            <Tabs.Tab value="offline">Endpoints and offline data</Tabs.Tab>
          )}
          {can("audit.read") && <Tabs.Tab value="audit">Audit</Tabs.Tab>}
        </TabRow>
        <Tabs.Panel value="overview">
          <UserOverview user={user} />
        </Tabs.Panel>
        <Tabs.Panel value="methods">
          <UserMethods user={user} />
        </Tabs.Panel>
        <Tabs.Panel value="push">
          <Suspense fallback={<LoadingRows rows={3} what="Mobile Push" />}>
            <UserPush user={user} />
          </Suspense>
        </Tabs.Panel>
        <Tabs.Panel value="offline">
          <UserOffline user={user} />
        </Tabs.Panel>
        <Tabs.Panel value="audit">
          <AuditList filter={{ userId: user.id }} about="user" />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

/** Locked by an administrator is more than disabled. */
function PageState({ user }: { readonly user: Schema<"UserView"> }) {
  const { data } = useLockView(user.id, { enabled: user.status === "disabled" });
  return data?.lock != null ? <StateBadge tone="bad">Locked</StateBadge> : <UserState user={user} />;
}
