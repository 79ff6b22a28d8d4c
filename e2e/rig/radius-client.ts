import { createHash, createHmac, randomBytes, randomInt, timingSafeEqual } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

/** RFC 2865 §4, §5; RFC 2869 §5.14. Written from the RFCs alone, so that it shares no mistake with the server. */
export const codes = { accessRequest: 1, accessAccept: 2, accessReject: 3, accessChallenge: 11 } as const;
export const types = {
  userName: 1,
  userPassword: 2,
  chapPassword: 3,
  nasIpAddress: 4,
  replyMessage: 18,
  state: 24,
  callingStationId: 31,
  nasIdentifier: 32,
  messageAuthenticator: 80,
} as const;

export type Attribute = readonly [type: number, value: Uint8Array];

export type Reply = {
  readonly verdict: "accept" | "reject" | "challenge";
  readonly identifier: number;
  readonly attributes: readonly Attribute[];
  readonly message: string | null;
  readonly state: Buffer | null;
};

export type Ask = {
  readonly userName?: string;
  readonly password?: string;
  readonly state?: Uint8Array;
  readonly station?: string;
  /** Further attributes, before the Message-Authenticator. */
  readonly further?: readonly Attribute[];
};

/** One gateway: a socket, a shared secret. Replies are checked before anybody sees them. */
export class RadiusClient implements AsyncDisposable {
  readonly #socket: Socket;
  readonly #port: number;
  readonly #host: string;
  readonly secret: string;
  #identifier = randomInt(256);

  private constructor(socket: Socket, host: string, port: number, secret: string) {
    this.#socket = socket;
    this.#host = host;
    this.#port = port;
    this.secret = secret;
  }

  /** `from`: the address it sends from. */
  static async create(
    port: number,
    secret: string,
    { host = "127.0.0.1", from = "127.0.0.1" }: { host?: string; from?: string } = {},
  ): Promise<RadiusClient> {
    const socket = createSocket("udp4");
    socket.bind(0, from);
    socket.setMaxListeners(0);
    await once(socket, "listening");
    return new RadiusClient(socket, host, port, secret);
  }

  /** An Access-Request as a well-behaved gateway sends it. */
  request(ask: Ask): { packet: Buffer; authenticator: Buffer } {
    const authenticator = randomBytes(16);
    const attributes: Attribute[] = [];
    if (ask.userName !== undefined) attributes.push([types.userName, Buffer.from(ask.userName)]);
    if (ask.password !== undefined)
      attributes.push([types.userPassword, hide(Buffer.from(ask.password), this.secret, authenticator)]);
    if (ask.state !== undefined) attributes.push([types.state, ask.state]);
    attributes.push([types.callingStationId, Buffer.from(ask.station ?? "198.51.100.7")]);
    attributes.push([types.nasIdentifier, Buffer.from("raw gateway")]);
    attributes.push(...(ask.further ?? []));
    return {
      packet: sign(encode(this.#identifier++ % 256, authenticator, attributes), this.secret),
      authenticator,
    };
  }

  async ask(ask: Ask, timeoutMs = 10_000): Promise<Reply> {
    const { packet, authenticator } = this.request(ask);
    const reply = await this.exchange(packet, authenticator, timeoutMs);
    if (reply === null) throw new Error("no reply");
    return reply;
  }

  /** Null: silence. */
  async exchange(packet: Uint8Array, authenticator: Uint8Array, timeoutMs: number): Promise<Reply | null> {
    const identifier = packet[1] ?? 0;
    return new Promise((resolve, reject) => {
      const end = (done: () => void) => {
        clearTimeout(timer);
        this.#socket.off("message", heard);
        done();
      };
      const heard = (bytes: Buffer) => {
        if (bytes[1] !== identifier) return;
        end(() => {
          try {
            resolve(readReply(bytes, authenticator, this.secret));
          } catch (error) {
            reject(error as Error);
          }
        });
      };
      const timer = setTimeout(() => end(() => resolve(null)), timeoutMs);
      this.#socket.on("message", heard);
      this.#socket.send(packet, this.#port, this.#host);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()));
  }
}

export function encode(
  identifier: number,
  authenticator: Uint8Array,
  attributes: readonly Attribute[],
): Buffer {
  const body = Buffer.concat(
    attributes.map(([type, value]) => Buffer.concat([Buffer.from([type, value.length + 2]), value])),
  );
  const packet = Buffer.concat([
    Buffer.from([codes.accessRequest, identifier, 0, 0]),
    Buffer.from(authenticator),
    body,
  ]);
  packet.writeUInt16BE(packet.length, 2);
  return packet;
}

/** Appends a Message-Authenticator: HMAC-MD5 over the packet with zeros in its place (RFC 3579 §3.2). */
export function sign(packet: Buffer, secret: string): Buffer {
  const signed = Buffer.concat([packet, Buffer.from([types.messageAuthenticator, 18]), Buffer.alloc(16)]);
  signed.writeUInt16BE(signed.length, 2);
  createHmac("md5", secret)
    .update(signed)
    .digest()
    .copy(signed, signed.length - 16);
  return signed;
}

/** RFC 2865 §5.2. */
export function hide(password: Uint8Array, secret: string, authenticator: Uint8Array): Buffer {
  const padded = Buffer.alloc(Math.max(16, Math.ceil(password.length / 16) * 16));
  padded.set(password);
  let previous: Uint8Array = authenticator;
  for (let at = 0; at < padded.length; at += 16) {
    const pad = createHash("md5").update(secret).update(previous).digest();
    for (let index = 0; index < 16; index++)
      padded[at + index] = (padded[at + index] ?? 0) ^ (pad[index] ?? 0);
    previous = padded.subarray(at, at + 16);
  }
  return padded;
}

/** Throws where anything about it is not as it must be (UNI-8): the Message-Authenticator is there, first, and right. */
function readReply(bytes: Buffer, requestAuthenticator: Uint8Array, secret: string): Reply {
  const length = bytes.readUInt16BE(2);
  if (length !== bytes.length || length < 20)
    throw new Error(`a reply of ${bytes.length} bytes says ${length}`);
  const expected = createHash("md5")
    .update(bytes.subarray(0, 4))
    .update(requestAuthenticator)
    .update(bytes.subarray(20))
    .update(secret)
    .digest();
  if (!timingSafeEqual(expected, bytes.subarray(4, 20))) throw new Error("a wrong response authenticator");
  const attributes: Attribute[] = [];
  for (let at = 20; at < length; ) {
    const size = bytes[at + 1] ?? 0;
    if (size < 2 || at + size > length) throw new Error("an attribute of a wrong length");
    attributes.push([bytes[at] ?? 0, bytes.subarray(at + 2, at + size)]);
    at += size;
  }
  const [first] = attributes;
  if (first?.[0] !== types.messageAuthenticator) throw new Error("the Message-Authenticator is not first");
  const unsigned = Buffer.from(bytes);
  unsigned.set(requestAuthenticator, 4);
  unsigned.fill(0, 22, 38);
  const mac = createHmac("md5", secret).update(unsigned).digest();
  if (!timingSafeEqual(mac, first[1])) throw new Error("a wrong Message-Authenticator");
  const text = attributes.filter(([type]) => type === types.replyMessage).map(([, value]) => value);
  const state = attributes.find(([type]) => type === types.state)?.[1];
  return {
    verdict: verdictOf(bytes[0]),
    identifier: bytes[1] ?? 0,
    attributes,
    message: text.length === 0 ? null : Buffer.concat(text).toString("utf8"),
    state: state === undefined ? null : Buffer.from(state),
  };
}

function verdictOf(code: number | undefined): Reply["verdict"] {
  if (code === codes.accessAccept) return "accept";
  if (code === codes.accessReject) return "reject";
  if (code === codes.accessChallenge) return "challenge";
  throw new Error(`a reply with the code ${code}`);
}
