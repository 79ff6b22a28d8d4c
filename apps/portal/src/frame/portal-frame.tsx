import { Logo } from "@holdfast/ui/logo";
import { Shell } from "@holdfast/ui/shell";
import { FreshSignInGate } from "@holdfast/web-calls/fresh-gate.tsx";
import { useSession } from "@holdfast/web-calls/session";
import { Outlet, useRouterState } from "@tanstack/react-router";
import { Suspense } from "react";
import { Navigation } from "./navigation.tsx";
import { OwnAccount } from "./own-account.tsx";
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
        account={<OwnAccount />}
      >
        <Suspense fallback={<PendingPage />}>
          <Outlet />
        </Suspense>
      </Shell>
    </FreshSignInGate>
  );
}
