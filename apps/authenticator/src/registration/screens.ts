import type { Screen } from "../frame/screens.ts";
import { OfflineScreen } from "./offline-screen.tsx";
import { StandardScreen } from "./standard-screen.tsx";

/** Where a scanned registration leads; `/register/online` is server-link's. */
export const registrationScreens: readonly Screen[] = [
  { path: "/register/offline", element: OfflineScreen },
  { path: "/register/standard", element: StandardScreen },
];
