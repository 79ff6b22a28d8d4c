import { useSyncExternalStore } from "react";

export type Toast = { readonly id: number; readonly text: string; readonly atMs: number };

const shownForMs = 4_500;
let toasts: readonly Toast[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

/** Says briefly what has happened; read out by screen readers. Never the only place where somebody has to act on it. */
export function showToast(text: string): void {
  lastId += 1;
  const id = lastId;
  set([{ id, text, atMs: Date.now() }]);
  setTimeout(() => dismissToast(id), shownForMs);
}

/** The app is locked: what was said is not for whoever takes it up next. */
export function dismissToasts(): void {
  set([]);
}

/** Another screen was opened: what it was opened with stays, what was said before has been read. */
export function dismissOlderToasts(): void {
  const recentMs = 1_000;
  set(toasts.filter(({ atMs }) => Date.now() - atMs < recentMs));
}

export function dismissToast(id: number): void {
  set(toasts.filter((toast) => toast.id !== id));
}

export function useToasts(): readonly Toast[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
}

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}
