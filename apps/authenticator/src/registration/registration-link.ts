import { parseRegistrationLink } from "@holdfast/core/registration/link";
import { type ScanReader, told } from "../scan/scan-result.ts";

/** A phone's clock may be hours off, and the server judges anyway; what is older than this is old by any clock. */
const clockMayBeOffMs = 24 * 3_600_000;

/** A QR code or link of the portal. */
export const readRegistrationLink: ScanReader = ({ text }) => {
  if (text === null) return null;
  const parsed = parseRegistrationLink(text);
  if (parsed.kind === "refused") {
    if (parsed.reason === "foreign") return null;
    return parsed.reason === "newer"
      ? told(
          "This registration is for a newer version of the app.",
          "Load the app again while there is a network, then scan again.",
        )
      : told(
          "This registration is incomplete, or was changed on its way.",
          "Have the portal show a new QR code, and scan the whole of it.",
        );
  }
  const { link } = parsed;
  if (link.origin !== location.origin)
    return told(
      `This registration is for the app at ${new URL(link.origin).host}, and this is the one at ${location.host}.`,
      "Open it with the phone’s own camera: that leads to the right app.",
    );
  if (link.kind === "online" && link.expiresAtMs + clockMayBeOffMs < Date.now())
    return told("This QR code has expired.", "Have the portal show a new one.");
  return { kind: "open", path: `/register/${link.kind}`, given: link };
};
