import jsQR from "jsqr";

type Decode = typeof import("jsqr")["default"];
// A CommonJS module, whose one export Node hands on a level deeper.
const decode = (
  typeof jsQR === "function" ? jsQR : (jsQR as unknown as { default: Decode }).default
) as Decode;

const pixels = 3;

/** What a phone's camera reads off a terminal: the bytes of the QR code that stands there in half blocks. */
export function readTerminal(rows: readonly string[]): Uint8Array | null {
  const [columns, halves] = [Math.max(0, ...rows.map((row) => row.length)) + 8, rows.length * 2 + 8];
  const width = columns * pixels;
  const image = new Uint8ClampedArray(width * halves * pixels * 4);
  const light = (column: number, half: number) => {
    for (let y = half * pixels; y < (half + 1) * pixels; y += 1)
      image.fill(255, (y * width + column * pixels) * 4, (y * width + (column + 1) * pixels) * 4);
  };
  for (const [row, text] of rows.entries())
    for (const [column, character] of [...text].entries()) {
      if ("█▀".includes(character)) light(column + 4, row * 2 + 4);
      if ("█▄".includes(character)) light(column + 4, row * 2 + 5);
    }
  const seen = decode(image, width, halves * pixels, { inversionAttempts: "dontInvert" });
  return seen === null ? null : Uint8Array.from(seen.binaryData);
}
