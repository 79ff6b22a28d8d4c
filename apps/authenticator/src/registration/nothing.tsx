import { openScreen } from "../frame/navigation.ts";
import { Actions, Button, ScreenTitle } from "../frame/parts.tsx";

/** After a reload: what was scanned was in memory only. */
export function Nothing() {
  return (
    <>
      <ScreenTitle title="Scan it again">
        What was scanned is not kept when the app is loaded again. Nothing was changed.
      </ScreenTitle>
      <Actions>
        <Button wide look="main" onClick={() => openScreen("/scan", undefined, { replace: true })}>
          Scan
        </Button>
      </Actions>
    </>
  );
}
