/** What came out of the camera or was pasted: the text, where it is one, and the bytes as they stood in the QR code. */
export type Scanned = { readonly text: string | null; readonly bytes: Uint8Array };

/** Where it leads, or what it is instead, in a sentence that is true and says what to do. */
export type ScanResult =
  | { readonly kind: "open"; readonly path: string; readonly given: unknown }
  | { readonly kind: "told"; readonly what: string; readonly next: string };

/** Null: this is none of mine. The first that knows it decides; scan/readers.ts lists them. */
export type ScanReader = (scanned: Scanned) => ScanResult | null;

export function told(what: string, next: string): ScanResult {
  return { kind: "told", what, next };
}
