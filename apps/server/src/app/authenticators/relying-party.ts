import { isIP } from "node:net";
import type { RelyingParty } from "./passkeys.ts";

/**
 * The relying party of a web app that is reached at these origins, the one that people are told first: its host name.
 * Null where there is none but addresses, which passkeys cannot be made for (Web Authentication Level 3 §5.1.2).
 */
export function relyingPartyOf(origins: readonly string[], name: string): RelyingParty | null {
  const named = origins.filter((origin) => isIP(hostOf(origin)) === 0);
  const [first] = named;
  if (first === undefined) return null;
  const id = hostOf(first);
  return { id, name, origins: named.filter((origin) => hostOf(origin) === id) };
}

function hostOf(origin: string): string {
  return new URL(origin).hostname.replace(/^\[|\]$/g, "");
}
