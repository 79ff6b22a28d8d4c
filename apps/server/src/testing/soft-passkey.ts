import type { KeyObject } from "node:crypto";
import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";

/**
 * A passkey in software, made of the specification alone: real keys, CBOR, COSE and signatures (Web Authentication
 * Level 3 §6). What it says can be bent, to see that the server notices.
 */
export type SoftPasskey = {
  readonly id: string;
  counter: number;
  /** Answers `navigator.credentials.get` with these options at this origin. */
  assertion(options: unknown, origin: string, bend?: Bend): string;
};

export type Bend = {
  readonly userVerified?: boolean;
  readonly rpId?: string;
  readonly challenge?: string;
  readonly type?: string;
  readonly userHandle?: string;
  readonly signWith?: KeyObject;
};

type CreationOptions = {
  readonly rp: { readonly id: string };
  readonly user: { readonly id: string };
  readonly challenge: string;
};
type RequestOptions = { readonly rpId: string; readonly challenge: string };

/** Answers `navigator.credentials.create`. */
export function createSoftPasskey(
  creation: unknown,
  origin: string,
  bend: Bend & { readonly countsUses?: boolean } = {},
): { passkey: SoftPasskey; response: Record<string, unknown> } {
  const options = creation as CreationOptions;
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const credentialId = randomBytes(32);
  const id = credentialId.toString("base64url");
  const countsUses = bend.countsUses ?? true;

  const clientData = (type: string, challenge: string) =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  const authenticatorData = (rpId: string, counter: number, verified: boolean, attested: Buffer | null) => {
    const flags = 0x01 | (verified ? 0x04 : 0) | (attested ? 0x40 : 0);
    const head = Buffer.alloc(5);
    head.writeUInt8(flags, 0);
    head.writeUInt32BE(countsUses ? counter : 0, 1);
    return Buffer.concat([sha256(Buffer.from(rpId)), head, attested ?? Buffer.alloc(0)]);
  };

  const length = Buffer.alloc(2);
  length.writeUInt16BE(credentialId.length);
  const attested = Buffer.concat([Buffer.alloc(16), length, credentialId, coseKey(publicKey)]);
  const rpId = bend.rpId ?? options.rp.id;
  const authData = authenticatorData(rpId, 1, bend.userVerified ?? true, attested);
  const attestationObject = cborMap([
    [cborText("fmt"), cborText("none")],
    [cborText("attStmt"), cborMap([])],
    [cborText("authData"), cborBytes(authData)],
  ]);
  const created = clientData(bend.type ?? "webauthn.create", bend.challenge ?? options.challenge);

  const passkey: SoftPasskey = {
    id,
    counter: 1,
    assertion(asked, at, bent = {}) {
      const request = asked as RequestOptions;
      passkey.counter += 1;
      const data = authenticatorData(
        bent.rpId ?? request.rpId,
        passkey.counter,
        bent.userVerified ?? true,
        null,
      );
      const challenge = bent.challenge ?? request.challenge;
      const client = Buffer.from(
        JSON.stringify({ type: bent.type ?? "webauthn.get", challenge, origin: at, crossOrigin: false }),
      );
      const signature = sign("sha256", Buffer.concat([data, sha256(client)]), bent.signWith ?? privateKey);
      return JSON.stringify({
        id,
        rawId: id,
        type: "public-key",
        clientExtensionResults: {},
        response: {
          clientDataJSON: client.toString("base64url"),
          authenticatorData: data.toString("base64url"),
          signature: signature.toString("base64url"),
          userHandle: bent.userHandle ?? options.user.id,
        },
      });
    },
  };
  const response = {
    id,
    rawId: id,
    type: "public-key",
    clientExtensionResults: {},
    response: {
      clientDataJSON: created.toString("base64url"),
      attestationObject: attestationObject.toString("base64url"),
      transports: ["internal"],
    },
  };
  return { passkey, response };
}

/** EC2 key, ES256, P-256 (RFC 9053 §7.1.1, §2.1). */
function coseKey(publicKey: KeyObject): Buffer {
  const { x = "", y = "" } = publicKey.export({ format: "jwk" });
  return cborMap([
    [cborInteger(1), cborInteger(2)],
    [cborInteger(3), cborInteger(-7)],
    [cborInteger(-1), cborInteger(1)],
    [cborInteger(-2), cborBytes(Buffer.from(x, "base64url"))],
    [cborInteger(-3), cborBytes(Buffer.from(y, "base64url"))],
  ]);
}

/** CBOR of RFC 8949 §3, as much of it as this needs. */
function cborHead(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value]);
  if (value < 0x100) return Buffer.from([(major << 5) | 24, value]);
  const head = Buffer.from([(major << 5) | 25, 0, 0]);
  head.writeUInt16BE(value, 1);
  return head;
}
function cborInteger(value: number): Buffer {
  return value >= 0 ? cborHead(0, value) : cborHead(1, -1 - value);
}
function cborBytes(bytes: Buffer): Buffer {
  return Buffer.concat([cborHead(2, bytes.length), bytes]);
}
function cborText(text: string): Buffer {
  return Buffer.concat([cborHead(3, Buffer.byteLength(text)), Buffer.from(text)]);
}
function cborMap(entries: readonly (readonly [Buffer, Buffer])[]): Buffer {
  return Buffer.concat([cborHead(5, entries.length), ...entries.flat()]);
}

function sha256(bytes: Buffer): Buffer {
  return createHash("sha256").update(bytes).digest();
}
