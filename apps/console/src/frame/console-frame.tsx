import { Logo } from "@holdfast/ui/logo";
import { ProductName } from "@holdfast/ui/page";
import { Shell } from "@holdfast/ui/shell";
import { FreshSignInGate } from "@holdfast/web-calls/fresh-gate.tsx";
import { useSession } from "@holdfast/web-calls/session";
import { Outlet, useRouterState } from "@tanstack/react-router";
import { Suspense } from "react";
import { AdministratorAccount } from "./administrator-account.tsx";
import { HeldDialog } from "./held-dialog.tsx";
import { useLive } from "./live.ts";
import { Navigation } from "./navigation.tsx";
import { PendingPage } from "./pending-page.tsx";
import { ServerGone } from "./server-gone.tsx";

/** What stands around every page: brand, navigation, who is signed in. */
export function ConsoleFrame() {
  const { productName, rights } = useSession();
  const goneSinceMs = useLive(rights.includes("endpoints.read"));
  const place = useRouterState({ select: (state) => state.location.pathname });
  return (
    <ProductName value={productName}>
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
          account={<AdministratorAccount />}
          notice={goneSinceMs !== null && <ServerGone sinceMs={goneSinceMs} />}
        >
          <HeldDialog>
            <Suspense fallback={<PendingPage />}>
              <Outlet />
            </Suspense>
          </HeldDialog>
        </Shell>
      </FreshSignInGate>
    </ProductName>
  );
}
