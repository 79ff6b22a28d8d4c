import { generateKeyPairSync, randomBytes } from "node:crypto";
import { parseRegistrationLink, type RegistrationLink } from "@holdfast/core/registration/link";
import { pairingDigits } from "@holdfast/core/registration/pairing-digits";
import type { KeyPair } from "@holdfast/envelope/keys";
import { generateDeviceKey } from "@holdfast/envelope/keys";
import { makeProof } from "@holdfast/envelope/proof";
import { type PhoneStreamMessage, phoneStreamMessage } from "@holdfast/protocol/phone-api";
import { phoneStreamProtocol, proofProtocolPrefix } from "@holdfast/protocol/phone-stream";
import type { PublicKey } from "@holdfast/protocol/primitives";
import type { WebAnswer, WebRig } from "./web-rig.ts";

/** What an authenticator app is to the server, without anything of an app: keys and proofs. */
export type TestPhone = {
  readonly link: RegistrationLink;
  readonly keys: { readonly request: KeyPair<PublicKey>; readonly approval: KeyPair<PublicKey> };
  readonly challengeKey: string;
  /** The same phone, asking another server. */
  readonly at: (rig: WebRig) => Promise<TestPhone>;
  claim(changes?: object): Promise<WebAnswer>;
  /** Worked out by the phone. */
  digits(claimed: WebAnswer): string;
  complete(): Promise<WebAnswer>;
  finish(): Promise<WebAnswer>;
  call(method: string, path: string, body?: unknown, proof?: { iatSeconds?: number }): Promise<WebAnswer>;
  /** What its stream's handshake offers; a proof for one use. */
  streamProtocols(): Promise<string[]>;
  /** As the app follows the server. */
  follow(): Promise<TestStream>;
};

export type TestStream = {
  readonly socket: WebSocket;
  readonly heard: PhoneStreamMessage[];
  /** By which it was closed (RFC 6455 §7.4.1). */
  readonly closed: Promise<number>;
};

export const phoneStreamPath = "/api/v1/phone/stream";

export async function newPhone(
  rig: WebRig,
  scanned: string,
  known?: Pick<TestPhone, "keys" | "challengeKey">,
): Promise<TestPhone> {
  const parsed = parseRegistrationLink(scanned);
  if (parsed.kind === "refused") throw new Error(parsed.reason);
  const { link } = parsed;
  const app = rig.browser("authenticator");
  const keys = known?.keys ?? {
    request: await generateDeviceKey("sign-requests"),
    approval: await generateDeviceKey("sign-requests"),
  };
  const challengeKey =
    known?.challengeKey ?? String(generateKeyPairSync("x25519").publicKey.export({ format: "jwk" }).x);
  const proofOf = (method: string, path: string, proof: { iatSeconds?: number } = {}) =>
    makeProof({
      method,
      url: `${app.origin}${path}`,
      key: keys.request,
      jti: randomBytes(16).toString("base64url"),
      iatSeconds: Math.floor(rig.clock.now() / 1000),
      ...proof,
    });
  const call: TestPhone["call"] = async (method, path, body, proof) =>
    app.call(method, path, body, { dpop: await proofOf(method, path, proof) });
  const streamProtocols = async () => [
    phoneStreamProtocol,
    `${proofProtocolPrefix}${await proofOf("GET", phoneStreamPath)}`,
  ];
  const at = `/api/v1/phone-registrations/${link.registrationId}`;
  const token = link.kind === "online" ? link.token : "A".repeat(43);
  return {
    link,
    keys,
    challengeKey,
    call,
    streamProtocols,
    async follow() {
      const socket = new WebSocket(`${app.origin}${phoneStreamPath}`, await streamProtocols());
      const heard: PhoneStreamMessage[] = [];
      socket.addEventListener("message", ({ data }) =>
        heard.push(phoneStreamMessage.parse(JSON.parse(data))),
      );
      const closed = new Promise<number>((resolve) =>
        socket.addEventListener("close", ({ code }) => resolve(code)),
      );
      return { socket, heard, closed };
    },
    at: (other) => newPhone(other, scanned, { keys, challengeKey }),
    claim: (changes = {}) =>
      call("POST", `${at}/claim`, {
        token,
        requestKey: keys.request.publicKey,
        approvalKey: keys.approval.publicKey,
        challengeKey,
        biometric: null,
        phoneName: "Test phone",
        appVersion: "0.1.0",
        ...changes,
      }),
    digits: ({ body }) =>
      pairingDigits(Buffer.from(String(body.nonce), "base64url"), {
        registrationId: link.registrationId,
        token,
        requestKey: keys.request.publicKey,
        approvalKey: keys.approval.publicKey,
        challengeKey,
      }),
    complete: () => call("POST", `${at}/complete`),
    finish: () => call("POST", `${at}/finish`),
  };
}
