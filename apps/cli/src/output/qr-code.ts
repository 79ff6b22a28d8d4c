import type { Screen } from "./screen.ts";

const options = { errorCorrectionLevel: "M", margin: 2 } as const;

/** A QR code of half blocks, dark on light whatever the terminal's own colours are: scanners expect that. */
export async function qrCodeText(content: string, screen: Screen): Promise<string> {
  const { default: QRCode } = await import("qrcode");
  const drawn = await QRCode.toString(content, { ...options, type: "utf8" });
  if (!screen.isTerminal) return drawn;
  // Black on bright white (ECMA-48 §8.3.117, aixterm's bright colours).
  return drawn
    .split("\n")
    .map((line) => (line === "" ? line : `\u001b[30;107m${line}\u001b[0m`))
    .join("\n");
}

export async function qrCodeSvg(content: string): Promise<string> {
  const { default: QRCode } = await import("qrcode");
  return QRCode.toString(content, { ...options, type: "svg" });
}
