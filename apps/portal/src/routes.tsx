import { queryClient } from "@holdfast/web-calls/calls";
import { sessionOrNull } from "@holdfast/web-calls/session";
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { FaultPage, NotFoundPage } from "./frame/fault-page.tsx";
import { PendingPage } from "./frame/pending-page.tsx";
import { PortalFrame } from "./frame/portal-frame.tsx";

/** The whole portal. */

const root = createRootRoute({ notFoundComponent: NotFoundPage });

/** An order's page is where links from elsewhere lead; whoever has to sign in first comes back to it. */
const orderPath = /^\/sign\/[A-Za-z0-9_-]{1,64}$/;

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: ({ next }: Record<string, unknown>): { next?: string } =>
    typeof next === "string" && orderPath.test(next) ? { next } : {},
  component: lazyRouteComponent(() => import("./sign-in/sign-in-page.tsx"), "SignInPage"),
});

/** A second factor is due before anything else (TC-46). */
const enrolFirst = createRoute({
  getParentRoute: () => root,
  path: "/enrol-first",
  component: lazyRouteComponent(() => import("./sign-in/enrol-first-page.tsx"), "EnrolFirstPage"),
  beforeLoad: async () => {
    if ((await sessionOrNull(queryClient)) === null) throw redirect({ to: "/sign-in" });
  },
});

const newPin = createRoute({
  getParentRoute: () => root,
  path: "/new-pin",
  component: lazyRouteComponent(() => import("./sign-in/new-pin-page.tsx"), "NewPinPage"),
  beforeLoad: async () => {
    if ((await sessionOrNull(queryClient)) === null) throw redirect({ to: "/sign-in" });
  },
});

const reported = createRoute({
  getParentRoute: () => root,
  path: "/reported",
  component: lazyRouteComponent(() => import("./sign-ins/reported-page.tsx"), "ReportedPage"),
});

/** Everything for who is signed in. */
const inside = createRoute({
  getParentRoute: () => root,
  id: "inside",
  component: PortalFrame,
  beforeLoad: async ({ location: { pathname } }) => {
    const session = await sessionOrNull(queryClient);
    if (session === null)
      throw redirect({ to: "/sign-in", search: orderPath.test(pathname) ? { next: pathname } : {} });
    if (session.enrolmentDue) throw redirect({ to: "/enrol-first" });
    if (session.renewalDue) throw redirect({ to: "/new-pin" });
  },
});

const home = createRoute({
  getParentRoute: () => inside,
  path: "/",
  component: lazyRouteComponent(() => import("./home/home-page.tsx"), "HomePage"),
});
const methods = createRoute({
  getParentRoute: () => inside,
  path: "/methods",
  component: lazyRouteComponent(() => import("./methods/methods-page.tsx"), "MethodsPage"),
});
const signIns = createRoute({
  getParentRoute: () => inside,
  path: "/sign-ins",
  component: lazyRouteComponent(() => import("./sign-ins/sign-ins-page.tsx"), "SignInsPage"),
});
const sessions = createRoute({
  getParentRoute: () => inside,
  path: "/sessions",
  component: lazyRouteComponent(() => import("./sessions/sessions-page.tsx"), "SessionsPage"),
});
const order = createRoute({
  getParentRoute: () => inside,
  path: "/sign/$signingId",
  component: lazyRouteComponent(() => import("./orders/order-page.tsx"), "OrderPage"),
});
const appPasswords = createRoute({
  getParentRoute: () => inside,
  path: "/passwords",
  component: lazyRouteComponent(() => import("./app-passwords/app-passwords-page.tsx"), "AppPasswordsPage"),
});

const routeTree = root.addChildren([
  signIn,
  enrolFirst,
  newPin,
  reported,
  inside.addChildren([home, methods, signIns, sessions, appPasswords, order]),
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
