/** Day and minute, as this phone writes them. */
export function dateTimeOf(atMs: number): string {
  return new Date(atMs).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}
