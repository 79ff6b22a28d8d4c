/** What its user has set about the app itself. Nothing secret: it is there before the app is unlocked. */
export type Preferences = {
  readonly lockAfterSeconds: number;
  readonly scheme: "auto" | "light" | "dark";
};

export const lockChoices = [30, 60, 120, 300, 600] as const;
const names = { lock: "holdfast.lock-after", scheme: "holdfast.scheme" } as const;

export function readPreferences(): Preferences {
  const seconds = Number(read(names.lock));
  const scheme = read(names.scheme);
  return {
    lockAfterSeconds: lockChoices.find((choice) => choice === seconds) ?? 120,
    scheme: scheme === "light" || scheme === "dark" ? scheme : "auto",
  };
}

export function setLockAfter(seconds: number): void {
  localStorage.setItem(names.lock, String(seconds));
}

/** public/scheme.js shows it. */
export function setScheme(scheme: Preferences["scheme"]): void {
  localStorage.setItem(names.scheme, scheme);
  dispatchEvent(new Event("holdfast-scheme"));
}

function read(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}
