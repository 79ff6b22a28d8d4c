import { openScreen } from "../frame/navigation.ts";
import type { ScanResult } from "./scan-result.ts";

/** Goes where it leads; otherwise to the page that says what it was. */
export function openScanned(result: ScanResult): void {
  if (result.kind === "open")
    openScreen(result.path, result.given, { replace: location.pathname === "/scan" });
  else openScreen("/scanned", result, { replace: location.pathname === "/scan" });
}
