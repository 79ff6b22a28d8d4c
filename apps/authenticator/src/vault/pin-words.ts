/** "40 seconds", "1 minute", "1 hour": rounded up, so that nobody tries too early. */
export function waitWords(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return counted(seconds, "second");
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? counted(minutes, "minute") : counted(Math.ceil(minutes / 60), "hour");
}

/** Of tries since the last right PIN, to who now gave it: he knows whether they were his. */
export function wrongPinsText(wrong: number): string {
  return `${counted(wrong, "wrong PIN")} since the app was last unlocked. Not you? Then choose another PIN in the settings.`;
}

function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
