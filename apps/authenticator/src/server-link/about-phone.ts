import packageFile from "../../package.json" with { type: "json" };

export const appVersion: string = packageFile.version;

type Hints = { readonly platform?: string; readonly mobile?: boolean };

/** What its owner will know it by in lists: as much as the browser tells without being asked. */
export function phoneName(): string {
  const hints = (navigator as { userAgentData?: Hints }).userAgentData;
  const model = /iPhone|iPad|Android/.exec(navigator.userAgent)?.[0];
  if (model === "Android") return hints?.mobile === false ? "Android tablet" : "Android phone";
  return model ?? `Browser${hints?.platform ? ` on ${hints.platform}` : ""}`;
}
