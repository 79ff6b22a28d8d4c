/** A QR code as characters of a terminal. */

/** Dark modules, row by row; `size` is their number each way. */
export type QrModules = { readonly size: number; isDark(row: number, column: number): boolean };

/** Modules of light around the code; terminals have no room for the four that ISO/IEC 18004 §5.3.8 asks for. */
const quietZone = 2;

/**
 * Half blocks: each character stands for two modules, one above the other, which makes them square. What is light is drawn
 * in the terminal's own ink, so that the code is dark on light where letters are light on dark; the other way round it is
 * inverted, which readers of challenges try as well.
 */
export function terminalRows(modules: QrModules): string[] {
  const { size } = modules;
  const light = (row: number, column: number) =>
    row < 0 || column < 0 || row >= size || column >= size || !modules.isDark(row, column);
  const last = size + quietZone;
  const rows: string[] = [];
  for (let row = -quietZone; row < last; row += 2) {
    let text = "";
    for (let column = -quietZone; column < last; column += 1) {
      const [above, below] = [light(row, column), row + 1 < last && light(row + 1, column)];
      text += above ? (below ? "█" : "▀") : below ? "▄" : " ";
    }
    rows.push(text);
  }
  return rows;
}

/** As few texts of whole rows as fit, none longer than `mostBytes` in UTF-8. */
export function inTexts(rows: readonly string[], mostBytes: number): string[] {
  const texts: string[] = [];
  let [text, length] = ["", 0];
  for (const row of rows) {
    // Of a block character UTF-8 takes three bytes.
    const bytes = [...row].reduce((sum, character) => sum + (character === " " ? 1 : 3), 0);
    if (text !== "" && length + 1 + bytes > mostBytes) {
      texts.push(text);
      [text, length] = ["", 0];
    }
    [text, length] = text === "" ? [row, bytes] : [`${text}\n${row}`, length + 1 + bytes];
  }
  return text === "" ? texts : [...texts, text];
}
