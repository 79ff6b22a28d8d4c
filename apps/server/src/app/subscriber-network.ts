import { isIPv6 } from "node:net";

/**
 * What one subscriber's addresses have in common: whoever has a whole /64 of IPv6 addresses (RFC 6177) could use each
 * once. What is no IPv6 address is itself.
 */
export function subscriberNetwork(text: string): string {
  const address = text.trim().toLowerCase();
  if (!isIPv6(address) || address.startsWith("::ffff:")) return address;
  // A zone names an interface of the machine that saw the address, and is no part of it.
  const written = new URL(`http://[${address.split("%", 1)[0]}]`).hostname.slice(1, -1);
  const [head = "", tail = ""] = written.split("::");
  const groups = head === "" ? [] : head.split(":");
  const last = tail === "" ? [] : tail.split(":");
  const missing = written.includes("::") ? 8 - groups.length - last.length : 0;
  return [...groups, ...Array<string>(Math.max(0, missing)).fill("0"), ...last].slice(0, 4).join(":");
}
