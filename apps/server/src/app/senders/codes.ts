import { timingSafeEqual } from "node:crypto";
import type { AppPorts } from "../ports.ts";

/** A code of so many digits, each as likely as the others. */
export function newCode(entropy: AppPorts["entropy"], digits: number): string {
  const range = 10 ** digits;
  // Nothing above the last whole range: else low codes came more often.
  const limit = Math.floor(2 ** 48 / range) * range;
  for (;;) {
    const drawn = Buffer.from(entropy(6)).readUIntBE(0, 6);
    if (drawn < limit) return String(drawn % range).padStart(digits, "0");
  }
}

/** What is kept of a code: whoever has the store alone cannot find it by trying. `id` is of this one sending. */
export function macOfCode(mac: AppPorts["lookupMac"], id: string, code: string): string {
  return mac("sent code", `${id}\0${code}`);
}

export function codeFits(mac: AppPorts["lookupMac"], id: string, typed: string): (kept: string) => boolean {
  const given = Buffer.from(macOfCode(mac, id, typed.replace(/\s/g, "")));
  return (kept) => {
    const wanted = Buffer.from(kept);
    return wanted.length === given.length && timingSafeEqual(wanted, given);
  };
}
