import { type OtpauthRefusal, parseOtpauthUri } from "@holdfast/core/oath/otpauth-uri";
import { type ScanReader, told } from "../scan/scan-result.ts";

/** The QR code that any service shows for codes: taken as a profile with codes and nothing else. */
export const readOtpauth: ScanReader = ({ text }) => {
  if (text === null || !/^otpauth:\/\//i.test(text)) return null;
  const parsed = parseOtpauthUri(tidied(text));
  if (parsed.kind === "ok") return { kind: "open", path: "/register/standard", given: parsed.token };
  return told(
    reasonText[parsed.reason] ?? "This code for one-time codes is incomplete or damaged.",
    "Have the service show the code again, and scan the whole of it.",
  );
};

/** Many services add a picture's address, write the secret in small letters or groups, or pad it. */
function tidied(text: string): string {
  const [before, query] = text.split("?", 2);
  if (before === undefined || query === undefined) return text;
  const pairs = query
    .split("&")
    .filter((pair) => !/^(?:image|color|icon)=/.test(pair))
    .map((pair) => {
      const secret = /^secret=(.*)$/i.exec(pair)?.[1];
      return secret === undefined ? pair : `secret=${secret.replace(/%20|%3D|[\s=-]/gi, "").toUpperCase()}`;
    });
  return `${before.replaceAll("+", "%20")}?${pairs.join("&")}`;
}

const reasonText: Partial<Readonly<Record<OtpauthRefusal, string>>> = {
  "secret-too-short":
    "The secret in this code is shorter than RFC 4226 allows (128 bits), so it is not taken.",
  "unknown-algorithm": "This code wants a way of making codes that this app does not know.",
  "unsupported-digits":
    "This code wants one-time codes of a length that this app does not show: six to eight digits.",
  "unsupported-period": "This code wants one-time codes that change at another pace than 30 or 60 seconds.",
};
