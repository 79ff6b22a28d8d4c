/**
 * A note beside the vault that there is one. Browsers that run short of space clear IndexedDB and leave this; then the app can
 * say what happened instead of looking new.
 */

const name = "holdfast.kept";

export type KeptMark = { readonly sinceMs: number; readonly profiles: number };

export function readKeptMark(): KeptMark | null {
  try {
    const mark: unknown = JSON.parse(localStorage.getItem(name) ?? "null");
    if (typeof mark !== "object" || mark === null) return null;
    const { sinceMs, profiles } = mark as Partial<KeptMark>;
    return typeof sinceMs === "number" && typeof profiles === "number" ? { sinceMs, profiles } : null;
  } catch {
    return null;
  }
}

export function keepMark(mark: KeptMark): void {
  localStorage.setItem(name, JSON.stringify(mark));
}

export function forgetMark(): void {
  localStorage.removeItem(name);
}
