import type { Screen } from "../frame/screens.ts";
import { DeviceIdScreen, OfflineScreen } from "./offline-screen.tsx";
import { OnlineScreen, UnfinishedScreen } from "./online-screen.tsx";
import { StandardScreen } from "./standard-screen.tsx";

/** Where a scanned registration leads. */
export const registrationScreens: readonly Screen[] = [
  { path: "/register/offline", element: OfflineScreen },
  { path: "/register/offline/*", element: DeviceIdScreen },
  { path: "/register/online", element: OnlineScreen },
  { path: "/register/online/*", element: UnfinishedScreen },
  { path: "/register/standard", element: StandardScreen },
];
