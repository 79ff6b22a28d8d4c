import { vault } from "../vault/vault.ts";
import { readPreferences } from "./preferences.ts";

/** Out of sight for so long, the app is locked: as when the phone is put away or handed on. */
const hiddenMs = 30_000;

/** Locks after a while without a touch, and soon after the app is out of sight. Returns how to stop that. */
export function keepLocking(): () => void {
  let lastTouchMs = Date.now();
  let hiddenSinceMs: number | null = null;
  const touched = () => {
    lastTouchMs = Date.now();
  };
  // Timers of hidden pages are held back, so the time that has passed is looked at besides.
  const look = () => {
    const now = Date.now();
    const idleMs = readPreferences().lockAfterSeconds * 1000;
    const hiddenTooLong = hiddenSinceMs !== null && now - hiddenSinceMs >= hiddenMs;
    if (hiddenTooLong || now - lastTouchMs >= idleMs) vault.lock();
  };
  const seen = () => {
    look();
    hiddenSinceMs = document.visibilityState === "hidden" ? Date.now() : null;
    if (hiddenSinceMs === null) touched();
  };
  const timer = setInterval(look, 1_000);
  const touches = ["pointerdown", "keydown", "wheel", "touchmove"] as const;
  for (const name of touches) addEventListener(name, touched, { passive: true, capture: true });
  document.addEventListener("visibilitychange", seen);
  return () => {
    clearInterval(timer);
    for (const name of touches) removeEventListener(name, touched, { capture: true });
    document.removeEventListener("visibilitychange", seen);
  };
}
