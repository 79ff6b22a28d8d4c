type Decode = typeof import("jsqr").default;

let decode: Decode | null = null;
let canvas: HTMLCanvasElement | null = null;

/** The decoder is as big as the rest of the app, and only wanted here. */
export async function loadReader(): Promise<void> {
  if (decode !== null) return;
  const { default: loaded } = await import("jsqr");
  // A CommonJS module, whose one export some bundlers hand on a level deeper.
  decode = typeof loaded === "function" ? loaded : (loaded as { default: Decode }).default;
}

/** Longer edges are drawn smaller: what a QR code needs is three pixels a module. */
const mostPixels = 1000;

/** The bytes of the QR code in this picture; null: none is seen. `loadReader` comes first. */
export function readFrame(source: CanvasImageSource, width: number, height: number): Uint8Array | null {
  if (decode === null || width === 0 || height === 0) return null;
  const scale = Math.min(1, mostPixels / Math.max(width, height));
  const [across, down] = [Math.round(width * scale), Math.round(height * scale)];
  canvas ??= document.createElement("canvas");
  if (canvas.width !== across || canvas.height !== down)
    Object.assign(canvas, { width: across, height: down });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) return null;
  context.drawImage(source, 0, 0, across, down);
  const { data } = context.getImageData(0, 0, across, down);
  const code = decode(data, across, down, { inversionAttempts: "attemptBoth" });
  return code === null ? null : Uint8Array.from(code.binaryData);
}
