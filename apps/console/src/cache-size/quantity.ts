/** What the calculator's questions take: "15", "2.5", or a range, "15-20" or "15–20". Null: neither. */
export function quantityOf(text: string): number | { from: number; to: number } | null {
  const parts = text
    .trim()
    .split(/\s*[-–]\s*/)
    .map((part) => (/^\d+(?:[.,]\d+)?$/.test(part) ? Number(part.replace(",", ".")) : Number.NaN));
  const [from, to] = parts;
  if (parts.length > 2 || from === undefined || parts.some(Number.isNaN)) return null;
  return to === undefined ? from : { from, to };
}
