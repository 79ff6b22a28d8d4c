import { useSyncExternalStore } from "react";

/** Where the app is: the browser's history, so that the phone's own back gesture works. */
export type Place = { readonly path: string; readonly given: unknown };

let place: Place = { path: location.pathname, given: undefined };
/** What screens were opened with, by the key of their history entry: secrets have no place in an address. */
const givenByKey = new Map<string, unknown>();
const listeners = new Set<() => void>();

window.addEventListener("popstate", ({ state }) => {
  place = { path: location.pathname, given: givenByKey.get(keyIn(state)) };
  tell();
});

export function openScreen(path: string, given?: unknown, { replace = false } = {}): void {
  const key = crypto.randomUUID();
  if (given !== undefined) givenByKey.set(key, given);
  history[replace ? "replaceState" : "pushState"]({ key }, "", path);
  place = { path, given };
  tell();
}

/** Forgets what this screen was opened with: it has been dealt with. */
export function forgetGiven(): void {
  givenByKey.delete(keyIn(history.state));
  place = { path: place.path, given: undefined };
}

export function usePlace(): Place {
  return useSyncExternalStore(subscribe, () => place);
}

/**
 * The address that the app was opened with, without what is behind its #: that is a registration, and must not stay in
 * the browser's history.
 */
export function takeOpeningLink(): string | null {
  const { href, hash, pathname } = location;
  if (pathname !== "/add" || hash === "") return null;
  openScreen("/", undefined, { replace: true });
  return href;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function keyIn(state: unknown): string {
  const key = typeof state === "object" && state !== null ? (state as { key?: unknown }).key : undefined;
  return typeof key === "string" ? key : "";
}

function tell(): void {
  for (const listener of listeners) listener();
}
