import BellRing from "lucide-react/icons/bell-ring";
import type { Screen } from "../frame/screens.ts";
import { ApprovalsScreen } from "./approvals-screen.tsx";
import { useWaiting } from "./waiting.ts";

export const approvalScreens: readonly Screen[] = [
  {
    path: "/approvals",
    element: ApprovalsScreen,
    tab: { label: "Approvals", icon: BellRing, order: 2, useCount: () => useWaiting().length },
  },
];
