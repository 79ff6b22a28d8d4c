import { useEffect } from "react";
import { routes } from "../routes.ts";
import { openScanned } from "../scan/open-scanned.ts";
import { parseScanned } from "../scan/parse-scanned.ts";
import { SetUp } from "../vault/set-up.tsx";
import { Unlock } from "../vault/unlock.tsx";
import { useVaultState } from "../vault/use-vault.ts";
import { keepLocking } from "./lock-by-itself.ts";
import { openScreen, takeOpeningLink, usePlace } from "./navigation.ts";
import { Overlays } from "./overlays.tsx";
import { Actions, Button, Note, ScreenTitle, Waiting } from "./parts.tsx";
import { screenAt } from "./screens.ts";
import { Shell } from "./shell.tsx";
import { Update } from "./update.tsx";

export function App() {
  return (
    <Shell screens={routes}>
      <Update />
      <Inside />
      <Overlays />
    </Shell>
  );
}

/** A link with a registration that the phone's own camera opened: kept until the app is unlocked. */
let openingLink = takeOpeningLink();

function Inside() {
  const state = useVaultState();
  const { path, given } = usePlace();
  const unlocked = state.at === "unlocked";
  useEffect(keepLocking, []);
  useEffect(() => {
    if (!unlocked || openingLink === null) return;
    const link = openingLink;
    openingLink = null;
    openScanned(parseScanned(link));
  }, [unlocked]);
  switch (state.at) {
    case "opening":
      return <Waiting what="Opening" />;
    case "absent":
      return <SetUp cleared={null} />;
    case "cleared":
      return <SetUp cleared={state} />;
    case "unavailable":
      return <Unavailable />;
    case "damaged":
      return <Damaged />;
    case "locked":
      return <Unlock by={state.by} />;
    case "unlocked": {
      const found = screenAt(routes, path);
      return found ? <found.screen.element key={path} rest={found.rest} given={given} /> : <NotFound />;
    }
  }
}

function NotFound() {
  return (
    <>
      <ScreenTitle title="Nothing is here">This app has no such page.</ScreenTitle>
      <Actions>
        <Button wide look="main" onClick={() => openScreen("/")}>
          Show my codes
        </Button>
      </Actions>
    </>
  );
}

function Unavailable() {
  return (
    <>
      <ScreenTitle title="This browser keeps nothing" />
      <Note tone="caution">
        The app needs to store its keys, and this window does not let it: it is a private one, storage is
        switched off for this site, or the address does not begin with https. Open the app in an ordinary
        window.
      </Note>
      <Actions>
        <Button wide look="main" onClick={() => location.reload()}>
          Try again
        </Button>
      </Actions>
    </>
  );
}

function Damaged() {
  return (
    <>
      <ScreenTitle title="What is stored here cannot be read" />
      <Note tone="bad">
        It was written by a newer version of the app, or the phone’s storage is damaged. Load the app again
        while there is a network. If that does not help, ask your help desk before you delete anything.
      </Note>
      <Actions>
        <Button wide look="main" onClick={() => location.reload()}>
          Load again
        </Button>
      </Actions>
    </>
  );
}
