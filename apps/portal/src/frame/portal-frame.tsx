import { Logo } from "@holdfast/ui/logo";
import { Shell } from "@holdfast/ui/shell";
import { FreshSignInGate } from "@holdfast/web-calls/fresh-gate.tsx";
import { useSession } from "@holdfast/web-calls/session";
import { Outlet, useRouterState } from "@tanstack/react-router";
import { Suspense } from "react";
import { AccountMenu } from "./account-menu.tsx";
import { Navigation } from "./navigation.tsx";
import { PendingPage } from "./pending-page.tsx";

/** What stands around every page: brand, navigation, who is signed in. */
export function PortalFrame() {
  const { productName } = useSession();
  const place = useRouterState({ select: (state) => state.location.pathname });
  return (
    <FreshSignInGate>
      <Shell
        place={place}
        brand={
          <>
            <Logo />
            <span>{productName}</span>
          </>
        }
        navigation={<Navigation />}
        account={<AccountMenu />}
      >
        <Suspense fallback={<PendingPage />}>
          <Outlet />
        </Suspense>
      </Shell>
    </FreshSignInGate>
  );
}
