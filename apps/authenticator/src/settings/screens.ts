import Settings from "lucide-react/icons/settings";
import type { Screen } from "../frame/screens.ts";
import { ChangeLockScreen } from "./change-lock-screen.tsx";
import { SettingsScreen } from "./settings-screen.tsx";

export const settingsScreens: readonly Screen[] = [
  { path: "/settings", element: SettingsScreen, tab: { label: "Settings", icon: Settings, order: 4 } },
  { path: "/settings/lock", element: ChangeLockScreen },
];
