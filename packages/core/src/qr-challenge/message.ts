import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";

/**
 * M, what the QR code of an endpoint without a network carries (SECURITY §4): one byte of version, then eight fields, each
 * behind one byte with its length. About 120 bytes, so that the code fits on a terminal of 24 lines.
 */
export type QrChallenge = {
  /** The phone that is to answer, by the name of its profile. */
  readonly profileId: string;
  /** The endpoint's public X25519 key for this challenge alone (RFC 7748). */
  readonly ephemeralKey: Uint8Array;
  readonly endpointId: string;
  /** The name that the server gave the endpoint. */
  readonly endpointName: string;
  readonly account: string;
  readonly workflow: QrWorkflow;
  /** By the endpoint's effective time; seconds are kept. */
  readonly issuedAtMs: number;
};

/** A workflow's place is its number in a message, from 1 on: they are only added at the end. */
const workflows = ["workstation"] as const;
export type QrWorkflow = (typeof workflows)[number];

export type ParsedChallenge =
  | { readonly kind: "challenge"; readonly challenge: QrChallenge }
  /** A challenge for a later version of this app. */
  | { readonly kind: "newer" }
  /** It begins as a challenge and is none: cut, changed or made by somebody else. */
  | { readonly kind: "damaged" }
  /** Whatever it is, it is no challenge. */
  | { readonly kind: "foreign" };

const version = 1;
/** No text begins with these: they are control characters below tab. */
const latestVersion = 8;
export const keyBytes = 32;
const timeBytes = 5;
/** Of endpoint name and account; longer ones are cut, with an ellipsis to say so. */
const mostTextBytes = 64;
export const mostMessageBytes = 1 + 2 * 65 + (1 + keyBytes) + 2 * (1 + mostTextBytes) + 2 + (1 + timeBytes);

/** @throws RangeError where an id or a key is none: they come from the server, never from people. */
export function encodeChallenge(challenge: QrChallenge): Uint8Array {
  const { profileId, ephemeralKey, endpointId, endpointName, account, workflow, issuedAtMs } = challenge;
  if (!idPattern.test(profileId) || !idPattern.test(endpointId) || ephemeralKey.length !== keyBytes)
    throw new RangeError("qr challenge: profile, endpoint or key do not fit the message");
  const time = new Uint8Array(timeBytes);
  let seconds = Math.max(0, Math.floor(issuedAtMs / 1000));
  for (let at = timeBytes - 1; at >= 0; at -= 1) {
    time[at] = seconds % 256;
    seconds = Math.floor(seconds / 256);
  }
  const fields = [
    utf8ToBytes(profileId),
    ephemeralKey,
    utf8ToBytes(endpointId),
    utf8ToBytes(shownText(endpointName)),
    utf8ToBytes(shownText(account)),
    Uint8Array.of(workflows.indexOf(workflow) + 1),
    time,
  ];
  return concatBytes(
    Uint8Array.of(version),
    ...fields.flatMap((field) => [Uint8Array.of(field.length), field]),
  );
}

/** Strict: what is taken is what `encodeChallenge` makes, byte by byte. */
export function parseChallenge(bytes: Uint8Array): ParsedChallenge {
  const [first = 0] = bytes;
  if (first < version || first > latestVersion) return { kind: "foreign" };
  if (first !== version) return { kind: "newer" };
  const challenge = bytes.length > mostMessageBytes ? null : challengeIn(bytes.subarray(1));
  return challenge === null ? { kind: "damaged" } : { kind: "challenge", challenge };
}

/** Fit for a screen on which somebody decides: nothing unseen in it, nothing that turns what follows around. */
export function shownText(text: string): string {
  const clean = text.toWellFormed().replace(unseen, " ").trim() || "?";
  if (utf8ToBytes(clean).length <= mostTextBytes) return clean;
  let fit = "";
  for (const character of clean) {
    if (utf8ToBytes(`${fit}${character}…`).length > mostTextBytes) break;
    fit += character;
  }
  return `${fit.trimEnd()}…`;
}

const idPattern = /^[A-Za-z0-9_-]{1,64}$/;
/** Control and format characters, separators of lines, what is not assigned. */
const unseen = /[\p{C}\u2028\u2029]/gu;

function challengeIn(bytes: Uint8Array): QrChallenge | null {
  const fields = fieldsIn(bytes);
  if (fields?.length !== 7) return null;
  const [profile, ephemeralKey, endpoint, name, accountText, workflowNumber, time] = fields as Seven;
  const [profileId, endpointId, endpointName, account] = [profile, endpoint, name, accountText].map(textOf);
  const workflow = workflowNumber.length === 1 ? workflows[(workflowNumber[0] ?? 0) - 1] : undefined;
  if (!profileId || !endpointId || !endpointName || !account || workflow === undefined) return null;
  if (!idPattern.test(profileId) || !idPattern.test(endpointId)) return null;
  if (shownText(endpointName) !== endpointName || shownText(account) !== account) return null;
  if (ephemeralKey.length !== keyBytes || time.length !== timeBytes) return null;
  const issuedAtMs = time.reduce((sum, byte) => sum * 256 + byte, 0) * 1000;
  return {
    profileId,
    ephemeralKey: ephemeralKey.slice(),
    endpointId,
    endpointName,
    account,
    workflow,
    issuedAtMs,
  };
}

type Seven = [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];

function fieldsIn(bytes: Uint8Array): Uint8Array[] | null {
  const fields: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 1 + (bytes[at] ?? 0);
    if (end > bytes.length) return null;
    fields.push(bytes.subarray(at + 1, end));
    at = end;
  }
  return fields;
}

// Every runtime has it (WHATWG Encoding), no ECMAScript library of TypeScript declares it.
declare const TextDecoder: new (
  label: "utf-8",
  options: { fatal: true; ignoreBOM: true },
) => { decode(bytes: Uint8Array): string };

function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
