import type { Candidate } from "../candidate.ts";
import { algorithmOf, wholeNumber } from "../candidate.ts";
import type { EntryRefusal, Notice, Warning } from "../token-file.ts";
import type { XmlElement } from "../xml.ts";
import { childOf } from "../xml.ts";
import { base64, macFits, open, readEncrypted } from "./ciphers.ts";
import { pskc } from "./names.ts";
import type { Protection } from "./protection.ts";
import { printable } from "./protection.ts";

type Refused = Notice<EntryRefusal>;
type Read = { readonly serial: string | null; readonly found: Candidate | Refused };

/** One KeyPackage (RFC 6030 §4.2, §4.3): its device's serial number, or else the key's id, and what makes the codes. */
export function readPackage(element: XmlElement, protection: Protection | null): Read {
  const key = childOf(element, pskc, "Key");
  const device = childOf(element, pskc, "DeviceInfo");
  const serial = childOf(device, pskc, "SerialNo")?.text || key?.attributes.get("Id")?.trim() || null;
  if (!key) return { serial, found: no("no-secret", "It has no key.") };
  return { serial, found: readKey(key, device, protection) };
}

function readKey(
  key: XmlElement,
  device: XmlElement | null,
  protection: Protection | null,
): Candidate | Refused {
  const algorithm = key.attributes.get("Algorithm") ?? "";
  // Registered with a colon (§12.4); files of before write a number sign.
  const profile = /^urn:ietf:params:xml:ns:keyprov:pskc[:#](.+)$/i.exec(algorithm)?.[1]?.toLowerCase() ?? "";
  if (profile === "pin")
    return no("pin-of-a-token", "It is the PIN of another token, which Holdfast has no use for.");
  if (profile.startsWith("ocra"))
    return no(
      "unsupported-kind",
      "It is a challenge-response key (OCRA); only HOTP and TOTP tokens can be used.",
    );
  if (profile !== "hotp" && profile !== "totp")
    return no("unsupported-kind", "Its key is neither for HOTP nor for TOTP: other tokens cannot be used.");

  const parameters = childOf(key, pskc, "AlgorithmParameters");
  const suite = childOf(parameters, pskc, "Suite")?.text ?? "";
  const hash = algorithmOf(suite || "SHA-1");
  if (hash === null)
    return no("unsupported-algorithm", "Its algorithm is none of HMAC-SHA1, HMAC-SHA256 and HMAC-SHA512.");
  const digits = digitsOf(childOf(parameters, pskc, "ResponseFormat"));
  if (typeof digits === "object" && digits !== null) return digits;
  const policy = policyOf(childOf(key, pskc, "Policy"));
  if (!Array.isArray(policy)) return policy;

  const data = childOf(key, pskc, "Data");
  const counter = numberOf(data, "Counter", protection);
  const interval = numberOf(data, "TimeInterval", protection);
  const drift = numberOf(data, "TimeDrift", protection);
  for (const number of [counter, interval, drift])
    if (typeof number === "object" && number !== null) return number;
  const secret = secretOf(childOf(data, pskc, "Secret"), protection);
  if (!(secret instanceof Uint8Array)) return secret;
  const maker = childOf(device, pskc, "Manufacturer")?.text || childOf(key, pskc, "Issuer")?.text || "";
  return {
    kind: profile,
    secret,
    digits,
    algorithm: hash,
    periodSeconds: interval as number | null,
    counter: (counter as number | null) ?? 0,
    maker: printable(maker) || null,
    userName: userOf(childOf(key, pskc, "UserId") ?? childOf(device, pskc, "UserId")),
    warnings: [...policy, ...driftOf(drift as number | null)],
  };
}

/** Codes that Holdfast can check are decimal and without a check digit (§4.3.4). */
function digitsOf(format: XmlElement | null): number | null | Refused {
  if (!format) return null;
  const encoding = format.attributes.get("Encoding") ?? "DECIMAL";
  if (encoding !== "DECIMAL")
    return no("unsupported-format", "Its codes are not decimal digits; only those can be used.");
  if (["true", "1"].includes(format.attributes.get("CheckDigits") ?? "false"))
    return no("unsupported-format", "Its codes end in a check digit, which Holdfast does not know.");
  const length = format.attributes.get("Length");
  if (length === undefined) return null;
  return wholeNumber(length) ?? no("number-malformed", "The length of its codes is no whole number.");
}

/** §5: what the file asks for and Holdfast does not enforce is told; what is unknown forbids every use. */
function policyOf(policy: XmlElement | null): Notice<Warning>[] | Refused {
  const warnings: Notice<Warning>[] = [];
  const usages: string[] = [];
  for (const { name, namespace, text, attributes } of policy?.children ?? []) {
    const known = namespace === pskc ? name : "";
    switch (known) {
      case "StartDate":
        warnings.push({ code: "validity", message: `The file has it begin at ${printable(text)}.` });
        break;
      case "ExpiryDate":
        warnings.push({
          code: "validity",
          message: `The file has it end at ${printable(text)}; Holdfast goes on.`,
        });
        break;
      case "NumberOfTransactions":
        warnings.push({
          code: "usage-limit",
          message: `The file limits it to ${printable(text)} uses; Holdfast does not count them.`,
        });
        break;
      case "KeyUsage":
        usages.push(text);
        break;
      case "PINPolicy": {
        const mode = attributes.get("PINUsageMode") ?? "";
        if (mode !== "" && mode !== "Local")
          return no(
            "unsupported-policy",
            `Its PIN goes into what is typed (PINUsageMode ${printable(mode)}); only PINs that the token itself asks for are possible.`,
          );
        warnings.push({
          code: "pin-policy",
          message: "The token asks for a PIN of its own before it shows a code.",
        });
        break;
      }
      default:
        return no(
          "unsupported-policy",
          `Its policy has "${printable(name)}", which is not known; such a key may not be used (RFC 6030 §5).`,
        );
    }
  }
  if (usages.length > 0 && !usages.includes("OTP"))
    return no("not-for-one-time-codes", "Its policy allows other uses than one-time codes only.");
  return warnings;
}

function driftOf(steps: number | null): Notice<Warning>[] {
  return steps === null || steps === 0
    ? []
    : [{ code: "clock-drift", message: `Its clock was ${steps} steps off when the file was made.` }];
}

/** The common name of a distinguished name, or the whole where it is none (§4.2: a string as in RFC 4514). */
function userOf(element: XmlElement | null): string | null {
  const text = element?.text ?? "";
  const common = /(?:^|,)\s*(?:uid|cn)\s*=\s*([^,+]+)/i.exec(text)?.[1] ?? (text.includes("=") ? "" : text);
  return printable(common) || null;
}

function secretOf(element: XmlElement | null, protection: Protection | null): Uint8Array | Refused {
  if (!element)
    return no(
      "no-secret",
      "The file has no secret of it, only a reference. Ask the maker for one with secrets.",
    );
  const plain = childOf(element, pskc, "PlainValue");
  if (!plain) return decrypted(element, protection);
  return base64(plain.text) ?? no("secret-malformed", "Its secret is no base64.");
}

/** In the plain a decimal number; encrypted, its bytes, the highest first (§4.3.3). Null: the file does not say. */
function numberOf(
  data: XmlElement | null,
  name: string,
  protection: Protection | null,
): number | null | Refused {
  const element = childOf(data, pskc, name);
  if (!element) return null;
  const malformed = no("number-malformed", `Its ${name} is no whole number that can be used.`);
  const plain = childOf(element, pskc, "PlainValue");
  if (plain) return wholeNumber(plain.text) ?? malformed;
  const bytes = decrypted(element, protection);
  if (!(bytes instanceof Uint8Array)) return bytes;
  if (bytes.length < 1 || bytes.length > 8) return malformed;
  const number = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  return Number.isSafeInteger(number) ? number : malformed;
}

/** §6.1.1: nothing without a MAC is opened that could not be told from rubbish; the MAC is checked first. */
function decrypted(element: XmlElement, protection: Protection | null): Uint8Array | Refused {
  const value = childOf(element, pskc, "EncryptedValue");
  if (!value) return no("no-secret", "A value of it is missing.");
  const encrypted = readEncrypted(value);
  if (encrypted === "unsupported-cipher")
    return no("unsupported-cipher", "It is encrypted by something else than AES-CBC and AES key wrap.");
  if (encrypted === "malformed") return no("secret-malformed", "Its encrypted value cannot be read.");
  if (!protection) return no("wrong-key", "It is encrypted, but the file does not say under which key.");
  const mac = base64(childOf(element, pskc, "ValueMAC")?.text ?? "");
  if (encrypted.cipher.mode === "cbc" && (!protection.mac || !mac?.length))
    return no(
      "mac-missing",
      "Its encrypted value has no MAC, so that nobody can say whether it was changed (RFC 6030 §6.1.1). Ask the maker for a file with MACs.",
    );
  if (protection.mac && mac?.length && !macFits(protection.mac.hash, protection.mac.key, encrypted, mac))
    return no("mac-mismatch", "Its MAC does not fit: the value was changed, or the key is another.");
  return open(encrypted, protection.key) ?? no("wrong-key", "It cannot be opened with this key.");
}

function no(code: EntryRefusal, message: string): Refused {
  return { code, message };
}
