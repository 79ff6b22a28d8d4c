import { useSyncExternalStore } from "react";

/** The browser's own offer to put the app on the home screen, kept until its user wants it. */
type InstallOffer = Event & { prompt(): Promise<unknown> };

let offer: InstallOffer | null = null;
const listeners = new Set<() => void>();

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  set(event as InstallOffer);
});
addEventListener("appinstalled", () => set(null));

export type Installable =
  | "ready"
  /** This browser has the app added by its own menu. */
  | "by-menu"
  | "installed";

export function useInstallable(): Installable {
  const ready = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => offer !== null,
  );
  if (matchMedia("(display-mode: standalone)").matches) return "installed";
  return ready ? "ready" : "by-menu";
}

export async function install(): Promise<void> {
  const once = offer;
  set(null);
  await once?.prompt();
}

function set(next: InstallOffer | null): void {
  offer = next;
  for (const listener of listeners) listener();
}
