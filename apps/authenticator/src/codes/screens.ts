import KeyRound from "lucide-react/icons/key-round";
import type { Screen } from "../frame/screens.ts";
import { CodesScreen } from "./codes-screen.tsx";

export const codeScreens: readonly Screen[] = [
  { path: "/", element: CodesScreen, tab: { label: "Codes", icon: KeyRound, order: 1 } },
];
