/** The part of the reference that a path belongs to: its first segment under /api/v1, in words. */
export function sectionOf(url: string): string {
  if (!url.startsWith(base)) return "Operations";
  const path = url.slice(base.length);
  if (path.startsWith("endpoints/self")) return "Endpoint agents";
  const [segment = ""] = path.split("/");
  return named.get(segment) ?? words(segment);
}

const base = "/api/v1/";
const named: ReadonlyMap<string, string> = new Map([
  ["api-keys", "API keys"],
  ["me", "Own account"],
  ["openapi.json", "Reference"],
  ["certificate-authority", "Trust"],
  ["manifest", "Trust"],
  ["sign-ins", "Sign-ins"],
  ["keys", "Trust"],
  ["radius", "Remote access"],
]);

function words(segment: string): string {
  const text = segment.replaceAll("-", " ");
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
