import {
  createHash,
  createHmac,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
  scryptSync,
  sign,
} from "node:crypto";
import { request } from "node:https";
import { referenceHotp } from "./reference-hotp.ts";

/**
 * A phone without a screen: real keys and real proofs, straight from the RFCs and the documented formats, so that it
 * shares no mistake with the product's own app. What it scans is a registration link.
 */
export class TestPhone {
  readonly link: ScannedLink;
  readonly name: string;
  readonly requestKey = signingKey();
  readonly approvalKey = signingKey();
  readonly challengeKey = generateKeyPairSync("x25519");
  phoneId: string | null = null;
  codes: readonly PhoneCodes[] = [];
  /** The old profile, which a rescan leaves alone until it has ended. */
  readonly #counters = new Map<string, number>();

  constructor(scanned: string, name = "Test phone") {
    this.link = readLink(scanned);
    this.name = name;
  }

  /** Draws, shows what is to be typed, and has its codes from now on (REG-1, REG-2). */
  registerOffline(): string {
    const { content } = this.link;
    const seed = Buffer.from(String(content.s), "base64url");
    const drawn = randomBytes(5);
    const types = content.t as readonly string[];
    const algorithm = String(content.alg);
    const salt = Buffer.concat([Buffer.from(`holdfast offline registration v1${String(content.r)}`), drawn]);
    const secret = scryptSync(seed, salt, 32, { N: 2 ** 15, r: 8, p: 1, maxmem: 2 ** 26 });
    const length = algorithm === "SHA-1" ? 20 : algorithm === "SHA-256" ? 32 : 64;
    this.codes = (["totp", "hotp"] as const)
      .filter((kind) => types.includes(kind))
      .map((kind) => ({
        tokenId: kind,
        kind,
        secret: Buffer.from(hkdfSync("sha256", secret, "", `holdfast ${kind} v1`, length)).toString(
          "base64url",
        ),
        digits: Number(content.d),
        algorithm,
        periodSeconds: kind === "totp" ? Number(content.p) : null,
        counter: 0,
      }));
    const mac = createHmac("sha256", seed)
      .update("holdfast device id v1")
      .update(String(content.r))
      .update(drawn)
      .digest();
    const value = (BigInt(`0x${drawn.toString("hex")}`) << 20n) | BigInt(mac.readUInt32BE(0) >>> 12);
    const symbols = Array.from(
      { length: 12 },
      (_, place) => "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[Number((value >> BigInt(5 * (11 - place))) & 31n)],
    ).join("");
    return `${symbols.slice(0, 4)}-${symbols.slice(4, 8)}-${symbols.slice(8)}`;
  }

  /** What this scan stands for; the six digits that the phone would show, worked out by itself. */
  async claim(changes: object = {}): Promise<Answer & { readonly shownDigits: string }> {
    const { content } = this.link;
    const [requestJwk, approvalJwk] = [publicJwk(this.requestKey), publicJwk(this.approvalKey)];
    const challengeKey = String(this.challengeKey.publicKey.export({ format: "jwk" }).x);
    const answer = await this.call("POST", `/phone-registrations/${content.r}/claim`, {
      token: content.k,
      requestKey: requestJwk,
      approvalKey: approvalJwk,
      challengeKey,
      biometric: null,
      phoneName: this.name,
      appVersion: "0.1.0",
      ...changes,
    });
    const parts = ["holdfast pairing v1", content.r, content.k, requestJwk.x, requestJwk.y];
    const message = [...parts, approvalJwk.x, approvalJwk.y, challengeKey].map(
      (part) => `${String(part).length}:${part}`,
    );
    const mac = createHmac("sha256", Buffer.from(String(answer.body.nonce ?? ""), "base64url"))
      .update(message.join(""))
      .digest();
    return { ...answer, shownDigits: String(mac.readUInt32BE(0) % 1_000_000).padStart(6, "0") };
  }

  complete(): Promise<Answer> {
    return this.call("POST", `/phone-registrations/${this.link.content.r}/complete`, {});
  }

  finish(): Promise<Answer> {
    return this.call("POST", `/phone-registrations/${this.link.content.r}/finish`, {});
  }

  /** From the comparison on: asks until the person has compared, stores, finishes. */
  async registerOnline(): Promise<void> {
    for (;;) {
      const { status, body } = await this.complete();
      if (status !== 200) throw new Error(`complete: ${status} ${JSON.stringify(body)}`);
      if (body.state === "ended") throw new Error(`the registration ended: ${body.why}`);
      if (body.state === "ready") {
        const configuration = body.configuration as Configuration;
        const finished = await this.finish();
        if (finished.body.state !== "done") throw new Error(`finish: ${JSON.stringify(finished.body)}`);
        this.#take(configuration);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  /** Takes over what the server says; a seed that comes is acknowledged, so that it counts. */
  async sync(): Promise<Answer> {
    const have = () => this.codes.map(({ tokenId }) => tokenId);
    const first = await this.call("POST", "/phone/sync", { have: have(), appVersion: "0.1.0" });
    if (first.status !== 200) return first;
    this.#take(first.body as unknown as Configuration);
    return this.call("POST", "/phone/sync", { have: have(), appVersion: "0.1.0" });
  }

  pushRequests(): Promise<Answer> {
    return this.call("GET", "/phone/push-requests");
  }

  /** Signs the owner's decision; waits for the request to come first. */
  async answerPush(decision: {
    readonly decision: "approve" | "deny" | "report";
    readonly number?: string;
    readonly reason?: string;
  }): Promise<Answer> {
    const { items } = (await until(async () => {
      const { body } = await this.pushRequests();
      return (body.items as readonly unknown[] | undefined)?.length ? body : null;
    })) as { items: readonly { id: string; challenge: string; order: { digest: string } | null }[] };
    const asked = items[0];
    const statement = jws(
      { alg: "ES256", typ: "holdfast-push-answer+jws" },
      {
        v: 1,
        id: asked?.id,
        phoneId: this.phoneId,
        challenge: asked?.challenge,
        decision: decision.decision,
        number: decision.number ?? null,
        reason: decision.reason ?? null,
        digest: asked?.order?.digest ?? null,
      },
      this.approvalKey.privateKey,
    );
    return this.call("POST", `/phone/push-requests/${asked?.id}/answers`, { statement, assertion: null });
  }

  /** The code that it shows now (RFC 6238), or the next one (RFC 4226). */
  code(kind: "totp" | "hotp", nowMs = Date.now()): string {
    const found = this.codes.find((one) => one.kind === kind);
    if (found === undefined) throw new Error(`this phone has no ${kind}`);
    const counter =
      found.periodSeconds === null
        ? Math.max(this.#counters.get(found.tokenId) ?? 0, found.counter)
        : Math.floor(nowMs / (found.periodSeconds * 1_000));
    if (found.periodSeconds === null) this.#counters.set(found.tokenId, counter + 1);
    const secret = Buffer.from(found.secret ?? "", "base64url");
    const algorithm = found.algorithm.replace("-", "") as "SHA1";
    return referenceHotp(
      { secret, digits: found.digits, algorithm } as Parameters<typeof referenceHotp>[0],
      counter,
    );
  }

  /** With a proof of the request key (RFC 9449 §4.2). */
  call(method: "GET" | "POST" | "PUT", path: string, body?: object): Promise<Answer> {
    const url = `${this.link.origin}/api/v1${path}`;
    const proof = jws(
      { typ: "dpop+jwt", alg: "ES256", jwk: publicJwk(this.requestKey) },
      {
        jti: randomBytes(16).toString("base64url"),
        htm: method,
        htu: url,
        iat: Math.floor(Date.now() / 1_000),
      },
      this.requestKey.privateKey,
    );
    return send(method, url, { dpop: proof, origin: this.link.origin }, body);
  }

  #take(configuration: Configuration): void {
    this.phoneId = configuration.phoneId;
    const known = new Map(this.codes.map((code) => [code.tokenId, code.secret]));
    this.codes = configuration.codes.map((code) => ({
      ...code,
      secret: code.secret ?? known.get(code.tokenId) ?? null,
    }));
  }
}

export type Answer = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };

type PhoneCodes = {
  readonly tokenId: string;
  readonly kind: "totp" | "hotp";
  readonly secret: string | null;
  readonly digits: number;
  readonly algorithm: string;
  readonly periodSeconds: number | null;
  readonly counter: number;
};
type Configuration = { readonly phoneId: string; readonly codes: readonly PhoneCodes[] };
type ScannedLink = {
  readonly kind: "offline" | "online";
  readonly origin: string;
  readonly content: Readonly<Record<string, unknown>>;
};
type SigningKey = { readonly publicKey: KeyObject; readonly privateKey: KeyObject };

export function readLink(text: string): ScannedLink {
  const parts = /^(https?:\/\/[^/]+)\/add#(offline|online)\.([A-Za-z0-9_-]+)$/.exec(text);
  if (parts === null) throw new Error(`no registration link: ${text.slice(0, 40)}…`);
  const [, origin, kind, content] = parts as unknown as [string, string, "offline" | "online", string];
  return { kind, origin, content: JSON.parse(Buffer.from(content, "base64url").toString("utf8")) };
}

function signingKey(): SigningKey {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

function publicJwk(key: SigningKey): { kty: string; crv: string; x: string; y: string } {
  const { x, y } = key.publicKey.export({ format: "jwk" });
  return { kty: "EC", crv: "P-256", x: String(x), y: String(y) };
}

/** RFC 7515 §7.1, ES256 (RFC 7518 §3.4). */
function jws(header: object, payload: object, key: KeyObject): string {
  const input = [header, payload]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  const signature = sign("sha256", Buffer.from(input), { key, dsaEncoding: "ieee-p1363" });
  return `${input}.${signature.toString("base64url")}`;
}

/** The SHA-256 thumbprint of the request key (RFC 7638), by which the server finds the phone. */
export function thumbprintOf(phone: TestPhone): string {
  const { crv, kty, x, y } = publicJwk(phone.requestKey);
  return createHash("sha256").update(JSON.stringify({ crv, kty, x, y })).digest("base64url");
}

/** Like a browser on the phone, but for the certificate, which is the server's own here. */
function send(method: string, url: string, headers: Record<string, string>, body?: object): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const sent = request(
    url,
    {
      method,
      rejectUnauthorized: false,
      headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    },
    (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        resolve({ status: response.statusCode ?? 0, body: text === "" ? {} : JSON.parse(text) });
      });
    },
  );
  sent.on("error", reject);
  sent.end(body === undefined ? undefined : JSON.stringify(body));
  return promise;
}

async function until<T>(look: () => Promise<T | null>, mostMs = 5_000): Promise<T> {
  const endMs = Date.now() + mostMs;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (Date.now() > endMs) throw new Error("nothing came in time");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
