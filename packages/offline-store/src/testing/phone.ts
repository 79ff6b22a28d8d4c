import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject, randomBytes } from "node:crypto";
import { answerTo } from "@holdfast/core/qr-challenge/answer";
import { parseChallenge } from "@holdfast/core/qr-challenge/message";
import { profileIdOf } from "@holdfast/core/qr-challenge/profile";
import { x25519Pkcs8 } from "@holdfast/envelope/x25519";

/** X25519 public keys (RFC 8410 §4): what stands before the thirty-two bytes. */
const spkiPrefix = Buffer.from("302a300506032b656e032100", "hex");

/** A phone that answers challenges, on OpenSSL's X25519 instead of the store's. */
export class TestPhone {
  readonly #privateKey: KeyObject;

  constructor(privateBytes: Uint8Array = randomBytes(32)) {
    const key = Buffer.from(x25519Pkcs8(privateBytes));
    this.#privateKey = createPrivateKey({ key, format: "der", type: "pkcs8" });
  }

  get publicKey(): Uint8Array {
    const spki = createPublicKey(this.#privateKey).export({ format: "der", type: "spki" });
    return new Uint8Array(spki.subarray(-32));
  }

  get profileId(): string {
    return profileIdOf(this.publicKey);
  }

  get inBundle(): { profileId: string; publicKey: string } {
    return { profileId: this.profileId, publicKey: Buffer.from(this.publicKey).toString("base64url") };
  }

  /** `asKey`: whose public key it takes for its own. */
  answerTo(message: Uint8Array, asKey = this.publicKey): string {
    const parsed = parseChallenge(message);
    if (parsed.kind !== "challenge") throw new Error(`this is no challenge: ${parsed.kind}`);
    const der = Buffer.concat([spkiPrefix, parsed.challenge.ephemeralKey]);
    const publicKey = createPublicKey({ key: der, format: "der", type: "spki" });
    const shared = diffieHellman({ privateKey: this.#privateKey, publicKey });
    const answer = answerTo(new Uint8Array(shared), message, asKey);
    if (answer === null) throw new Error("a key of low order");
    return answer;
  }
}
