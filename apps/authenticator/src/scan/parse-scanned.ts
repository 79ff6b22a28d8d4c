import { readers } from "./readers.ts";
import { type ScanResult, told } from "./scan-result.ts";

const mostLength = 4096;

export function parseScanned(given: string | Uint8Array): ScanResult {
  const bytes = typeof given === "string" ? new TextEncoder().encode(given) : given;
  const text = typeof given === "string" ? given.trim() : textOf(given);
  if (bytes.length === 0) return told("Nothing is in it.", "Scan the code again, or paste the link.");
  if (bytes.length > mostLength)
    return told("This is too long for a registration or a challenge.", "Scan another code.");
  for (const read of readers) {
    const result = read({ text, bytes });
    if (result !== null) return result;
  }
  return stranger(text);
}

function stranger(text: string | null): ScanResult {
  const next = "Scan the QR code on the portal’s page, or on the screen of the endpoint.";
  if (text === null) return told("This code holds data that this app does not know.", next);
  if (/^https?:\/\//i.test(text)) return told("This is a web address, not a registration.", next);
  if (/^otpauth-migration:/i.test(text))
    return told("This is the export of another app, which this one does not take.", next);
  if (/^WIFI:/i.test(text)) return told("This is the code of a wireless network, not a registration.", next);
  if (/^(?:BEGIN:VCARD|MECARD:)/i.test(text))
    return told("This is somebody’s card, not a registration.", next);
  if (/^FIDO:/i.test(text))
    return told("This is a passkey’s code.", "Scan it with the phone’s own camera, not with this app.");
  return told("This is no registration and no challenge.", next);
}

/** Null where the bytes are no text. */
function textOf(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what tells data from text
    return /[\u0000-\u0008\u000e-\u001f]/.test(text) ? null : text.trim();
  } catch {
    return null;
  }
}
