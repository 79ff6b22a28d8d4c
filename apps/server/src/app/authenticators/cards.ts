import type { LookupMac } from "../../keys/lookup-key.ts";

/** What a reader types: letters and digits, in whatever grouping and case it writes them. Null: no card number. */
export function cardNumber(typed: string): string | null {
  const number = typed.replace(/[\s:.-]/g, "").toUpperCase();
  return /^[0-9A-Z]{4,64}$/.test(number) ? number : null;
}

/** Cards are found by this: the number itself is nowhere. */
export function cardLookup(mac: LookupMac, number: string): string {
  return mac("card number", number);
}
