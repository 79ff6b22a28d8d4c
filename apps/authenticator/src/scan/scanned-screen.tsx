import { openScreen } from "../frame/navigation.ts";
import { Actions, Button, Note, ScreenTitle } from "../frame/parts.tsx";
import type { ScreenProps } from "../frame/screens.ts";
import type { ScanResult } from "./scan-result.ts";

/** What was scanned led nowhere: what it was, and what to do. */
export function ScannedScreen({ given }: ScreenProps) {
  const result = given as Extract<ScanResult, { kind: "told" }> | undefined;
  return (
    <>
      <ScreenTitle title="That was something else" />
      <Note tone="caution" title={result?.what ?? "What was scanned is not kept."}>
        {result?.next ?? "Scan it again."}
      </Note>
      <Actions>
        <Button wide look="main" onClick={() => openScreen("/scan", undefined, { replace: true })}>
          Scan again
        </Button>
        <Button wide onClick={() => openScreen("/", undefined, { replace: true })}>
          Cancel
        </Button>
      </Actions>
    </>
  );
}
