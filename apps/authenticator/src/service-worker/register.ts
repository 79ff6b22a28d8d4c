import { trustedWorkerUrl } from "../frame/trusted-worker-url.ts";

let waiting: ServiceWorker | null = null;
const listeners = new Set<() => void>();

/** From the second visit on the app needs no network. Where it cannot be registered the app works all the same, online. */
export async function registerServiceWorker(): Promise<void> {
  if (!("serviceWorker" in navigator) || !import.meta.env.PROD) return;
  const url = trustedWorkerUrl("/sw.js") as string;
  const registration = await navigator.serviceWorker.register(url, { scope: "/", updateViaCache: "none" });
  const look = () => {
    // With no controller this is the first visit: nothing older is in use.
    waiting = navigator.serviceWorker.controller === null ? null : registration.waiting;
    for (const listener of listeners) listener();
  };
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", look);
  });
  look();
}

export function newVersionWaits(): boolean {
  return waiting !== null;
}

export function onNewVersion(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export async function takeNewVersion(): Promise<void> {
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  waiting?.postMessage({ take: "over" });
}
