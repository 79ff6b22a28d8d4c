import { queryClient } from "@holdfast/web-calls/calls";
import { sessionOrNull } from "@holdfast/web-calls/session";
import { createRootRoute, createRoute, createRouter, redirect } from "@tanstack/react-router";
import { type ComponentType, lazy } from "react";
import { ConsoleFrame } from "./frame/console-frame.tsx";
import { FaultPage, NotFoundPage } from "./frame/fault-page.tsx";
import { PendingPage } from "./frame/pending-page.tsx";

/** The whole console. A page is loaded when somebody goes there; what it shows is in its URL. */

const root = createRootRoute({ notFoundComponent: NotFoundPage });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: texts("next"),
  component: page(() => import("./sign-in/sign-in-page.tsx"), "SignInPage"),
});
const setup = createRoute({
  getParentRoute: () => root,
  path: "/setup",
  component: page(() => import("./setup/setup-page.tsx"), "SetupPage"),
});

/** Everything for administrators who are signed in. */
const inside = createRoute({
  getParentRoute: () => root,
  id: "inside",
  component: ConsoleFrame,
  beforeLoad: async ({ location }) => {
    if ((await sessionOrNull(queryClient)) !== null) return;
    throw redirect({ to: "/sign-in", search: location.href === "/" ? {} : { next: location.href } });
  },
});

const dashboard = createRoute({
  getParentRoute: () => inside,
  path: "/",
  component: page(() => import("./dashboard/dashboard-page.tsx"), "DashboardPage"),
});
const outages = createRoute({
  getParentRoute: () => inside,
  path: "/outages",
  component: page(() => import("./outages/outages-page.tsx"), "OutagesPage"),
});
const outagePeople = createRoute({
  getParentRoute: () => inside,
  path: "/outages/people",
  validateSearch: texts("obstacle"),
  component: page(() => import("./outages/people-page.tsx"), "OutagePeoplePage"),
});
const outage = createRoute({
  getParentRoute: () => inside,
  path: "/outages/$windowId",
  component: page(() => import("./outages/outage-page.tsx"), "OutagePage"),
});

const users = createRoute({
  getParentRoute: () => inside,
  path: "/users",
  validateSearch: texts("prefix", "policyId", "status"),
  component: page(() => import("./users/users-page.tsx"), "UsersPage"),
});
const manageUsers = createRoute({
  getParentRoute: () => inside,
  path: "/users/manage",
  component: page(() => import("./account-management/manage-users-page.tsx"), "ManageUsersPage"),
});
const user = createRoute({
  getParentRoute: () => inside,
  path: "/users/$userId",
  validateSearch: texts("tab"),
  component: page(() => import("./users/user-page.tsx"), "UserPage"),
});
const stolen = createRoute({
  getParentRoute: () => inside,
  path: "/users/$userId/stolen",
  validateSearch: texts("saved"),
  component: page(() => import("./lock-user/stolen-page.tsx"), "StolenPage"),
});
const tokens = createRoute({
  getParentRoute: () => inside,
  path: "/tokens",
  validateSearch: texts("offlineCapable", "status"),
  component: page(() => import("./tokens/tokens-page.tsx"), "TokensPage"),
});
const token = createRoute({
  getParentRoute: () => inside,
  path: "/tokens/$tokenId",
  component: page(() => import("./tokens/token-page.tsx"), "TokenPage"),
});
const hardwareTokens = createRoute({
  getParentRoute: () => inside,
  path: "/hardware-tokens",
  validateSearch: texts("serial", "state"),
  component: page(() => import("./hardware-tokens/hardware-tokens-page.tsx"), "HardwareTokensPage"),
});
const cacheSize = createRoute({
  getParentRoute: () => inside,
  path: "/cache-size",
  component: page(() => import("./cache-size/cache-size-page.tsx"), "CacheSizePage"),
});
const groups = createRoute({
  getParentRoute: () => inside,
  path: "/groups",
  component: page(() => import("./groups/groups-page.tsx"), "GroupsPage"),
});
const group = createRoute({
  getParentRoute: () => inside,
  path: "/groups/$groupId",
  component: page(() => import("./groups/group-page.tsx"), "GroupPage"),
});

const endpoints = createRoute({
  getParentRoute: () => inside,
  path: "/endpoints",
  validateSearch: texts("name", "site", "status"),
  component: page(() => import("./endpoints/endpoints-page.tsx"), "EndpointsPage"),
});
const enrolment = createRoute({
  getParentRoute: () => inside,
  path: "/endpoints/enrol",
  component: page(() => import("./endpoints/enrolment-page.tsx"), "EnrolmentPage"),
});
const endpoint = createRoute({
  getParentRoute: () => inside,
  path: "/endpoints/$endpointId",
  component: page(() => import("./endpoints/endpoint-page.tsx"), "EndpointPage"),
});

const policies = createRoute({
  getParentRoute: () => inside,
  path: "/policies",
  component: page(() => import("./policies/policies-page.tsx"), "PoliciesPage"),
});
const policy = createRoute({
  getParentRoute: () => inside,
  path: "/policies/$policyId",
  component: page(() => import("./policies/policy-page.tsx"), "PolicyPage"),
});
const workflows = createRoute({
  getParentRoute: () => inside,
  path: "/workflows",
  component: page(() => import("./workflows/workflows-page.tsx"), "WorkflowsPage"),
});
const roles = createRoute({
  getParentRoute: () => inside,
  path: "/roles",
  component: page(() => import("./roles/roles-page.tsx"), "RolesPage"),
});
const role = createRoute({
  getParentRoute: () => inside,
  path: "/roles/$roleId",
  component: page(() => import("./roles/role-page.tsx"), "RolePage"),
});

const alerts = createRoute({
  getParentRoute: () => inside,
  path: "/alerts",
  validateSearch: texts("status"),
  component: page(() => import("./alerts/alerts-page.tsx"), "AlertsPage"),
});
const audit = createRoute({
  getParentRoute: () => inside,
  path: "/audit",
  validateSearch: texts("userId", "endpointId", "type", "mode", "from", "to"),
  component: page(() => import("./audit/audit-page.tsx"), "AuditPage"),
});

const apiKeys = createRoute({
  getParentRoute: () => inside,
  path: "/api-keys",
  component: page(() => import("./api-keys/api-keys-page.tsx"), "ApiKeysPage"),
});
const keys = createRoute({
  getParentRoute: () => inside,
  path: "/keys",
  component: page(() => import("./keys/keys-page.tsx"), "KeysPage"),
});
const restoreReport = createRoute({
  getParentRoute: () => inside,
  path: "/restore-report",
  component: page(() => import("./restore-report/restore-page.tsx"), "RestorePage"),
});
const radius = createRoute({
  getParentRoute: () => inside,
  path: "/radius",
  component: page(() => import("./radius/radius-page.tsx"), "RadiusPage"),
});
const senders = createRoute({
  getParentRoute: () => inside,
  path: "/senders",
  component: page(() => import("./senders/senders-page.tsx"), "SendersPage"),
});
const settings = createRoute({
  getParentRoute: () => inside,
  path: "/settings",
  validateSearch: texts("tab"),
  component: page(() => import("./settings/settings-page.tsx"), "SettingsPage"),
});

const routeTree = root.addChildren([
  signIn,
  setup,
  inside.addChildren([
    dashboard,
    outages,
    outagePeople,
    outage,
    users,
    manageUsers,
    user,
    stolen,
    tokens,
    token,
    hardwareTokens,
    cacheSize,
    groups,
    group,
    endpoints,
    enrolment,
    endpoint,
    policies,
    policy,
    workflows,
    roles,
    role,
    alerts,
    audit,
    apiKeys,
    keys,
    restoreReport,
    radius,
    senders,
    settings,
  ]),
]);

export const router = createRouter({
  routeTree,
  defaultPreload: "intent",
  defaultPendingComponent: PendingPage,
  defaultErrorComponent: FaultPage,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

/**
 * A page whose code is loaded when somebody points at a link to it or goes there. Unlike the router's own, it never
 * loads the whole app again by itself: while the server is away that would leave nothing on the screen.
 */
function page<Name extends string>(
  load: () => Promise<{ readonly [name in Name]: ComponentType }>,
  name: Name,
) {
  const Page = lazy(async () => ({ default: (await load())[name] }));
  return Object.assign(Page, { preload: async () => void (await load()) });
}

/** Of a URL's search, these and nothing else, as text. */
function texts<Name extends string>(...names: readonly Name[]) {
  return (search: Record<string, unknown>): { [name in Name]?: string | undefined } => {
    const found: { [name in Name]?: string | undefined } = {};
    for (const name of names) {
      const value = search[name];
      if (value !== undefined && value !== "") found[name] = String(value);
    }
    return found;
  };
}
