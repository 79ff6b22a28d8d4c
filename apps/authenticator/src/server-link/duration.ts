/** Seconds of a heartbeat as the server writes it (`PT25S`, `PT1M`); one minute where it is written otherwise. */
export function durationSeconds(text: string): number {
  const parts = /^PT(?:(\d{1,3})M)?(?:(\d{1,5})S)?$/.exec(text);
  return parts === null ? 60 : Number(parts[1] ?? 0) * 60 + Number(parts[2] ?? 0);
}
