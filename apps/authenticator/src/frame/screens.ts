import type { LucideIcon } from "lucide-react";
import type { ComponentType } from "react";

/** A page of the app. Each folder has its own in `screens.ts`; `routes.ts` lists them all. */
export type Screen = {
  /** Exact ("/scan"), or with one changing part at its end ("/profiles/*"). */
  readonly path: string;
  readonly element: ComponentType<ScreenProps>;
  /** Its place in the bar at the bottom. */
  readonly tab?: Tab;
};

export type ScreenProps = {
  /** What stands for the `*`; otherwise empty. */
  readonly rest: string;
  /** What `openScreen` was given: it is in memory only, and gone after a reload. */
  readonly given: unknown;
};

export type Tab = {
  readonly label: string;
  readonly icon: LucideIcon;
  /** From left to right. */
  readonly order: number;
  /** How many wait there: a number beside the icon, and a word for screen readers ("2 waiting"). */
  readonly useCount?: () => number;
};

export function screenAt(
  screens: readonly Screen[],
  path: string,
): { readonly screen: Screen; readonly rest: string } | null {
  for (const screen of screens) {
    if (screen.path === path) return { screen, rest: "" };
    const stem = screen.path.endsWith("/*") ? screen.path.slice(0, -1) : null;
    if (stem !== null && path.startsWith(stem) && path.length > stem.length)
      return { screen, rest: decodeURIComponent(path.slice(stem.length)) };
  }
  return null;
}
