import type { PublicKey } from "@holdfast/protocol/primitives";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";

/** What a phone brings to its registration, and what the six digits stand for. */
export type PairingTranscript = {
  readonly registrationId: string;
  /** The QR code's one-time token, base64url. */
  readonly token: string;
  readonly requestKey: PublicKey;
  readonly approvalKey: PublicKey;
  /** base64url. */
  readonly challengeKey: string;
};

/**
 * Six digits that both screens show at the end of an online registration (SECURITY, "Online pairing ends by comparing six
 * digits"). The server draws the nonce after the phone has shown its keys, so that nobody can look for keys whose digits
 * are the same as another phone's: one try in a million.
 */
export function pairingDigits(nonce: Uint8Array, transcript: PairingTranscript): string {
  const mac = hmac(sha256, nonce, bytesOf("holdfast pairing v1", transcript));
  return String(new DataView(mac.buffer, mac.byteOffset).getUint32(0) % 1_000_000).padStart(6, "0");
}

/**
 * What the credential that guards the phone's keys signs, with its user verified, when it is told to the server. The token was
 * drawn for this registration and never seen before: no answer that was made earlier, or for other keys, fits.
 */
export function biometricChallenge(transcript: PairingTranscript): Uint8Array<ArrayBuffer> {
  return new Uint8Array(sha256(bytesOf("holdfast pairing biometric v1", transcript)));
}

function bytesOf(purpose: string, transcript: PairingTranscript): Uint8Array {
  const { registrationId, token, requestKey, approvalKey, challengeKey } = transcript;
  const parts = [purpose, registrationId, token, requestKey.x, requestKey.y];
  const message = [...parts, approvalKey.x, approvalKey.y, challengeKey].map(
    (part) => `${part.length}:${part}`,
  );
  return utf8ToBytes(message.join(""));
}
