import { parseChallenge, type QrChallenge } from "@holdfast/core/qr-challenge/message";
import { type ScanReader, type ScanResult, told } from "../scan/scan-result.ts";

/** A challenge as it was scanned: its bytes are what the answer is made of. */
export type ScannedChallenge = { readonly message: Uint8Array; readonly challenge: QrChallenge };

const again =
  "Scan the QR code that the computer shows now; hold the phone so that all of it is in the picture.";

/** The QR code of an endpoint without a network: raw bytes, no link (SECURITY §4). */
export const readChallenge: ScanReader = ({ bytes }): ScanResult | null => {
  const parsed = parseChallenge(bytes);
  switch (parsed.kind) {
    case "challenge":
      return { kind: "open", path: "/answer", given: { message: bytes, challenge: parsed.challenge } };
    case "newer":
      return told("This QR code needs a newer version of this app.", "Open the app once with a network.");
    case "damaged":
      return told("This is no whole QR code of an endpoint: it was changed, or a part is missing.", again);
    case "foreign":
      return null;
  }
};
