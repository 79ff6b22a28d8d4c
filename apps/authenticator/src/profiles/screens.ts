import type { Screen } from "../frame/screens.ts";
import { ProfileScreen } from "./profile-screen.tsx";

export const profileScreens: readonly Screen[] = [{ path: "/profiles/*", element: ProfileScreen }];
