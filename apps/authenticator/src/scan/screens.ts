import ScanLine from "lucide-react/icons/scan-line";
import type { Screen } from "../frame/screens.ts";
import { ScanScreen } from "./scan-screen.tsx";
import { ScannedScreen } from "./scanned-screen.tsx";

export const scanScreens: readonly Screen[] = [
  { path: "/scan", element: ScanScreen, tab: { label: "Scan", icon: ScanLine, order: 3 } },
  { path: "/scanned", element: ScannedScreen },
];
