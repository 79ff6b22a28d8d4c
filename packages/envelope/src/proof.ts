import type { PublicKey } from "@holdfast/protocol/primitives";
import { publicKey } from "@holdfast/protocol/primitives";
import { CompactSign, compactVerify } from "jose";
import { z } from "zod";
import { hasExactly, parseCompact, parseJson } from "./compact.ts";
import type { KeyPair } from "./keys.ts";
import { thumbprint } from "./keys.ts";
import type { EnvelopeRefusal, Refused } from "./refusal.ts";
import { refused } from "./refusal.ts";

/** Longest proof that is looked at. */
const maxProofLength = 4_096;

const claims = z.strictObject({
  jti: z.string().regex(/^[A-Za-z0-9_-]{16,64}$/),
  htm: z.string().min(1).max(16),
  htu: z.string().min(1).max(2_048),
  iat: z.number().int().nonnegative().max(100_000_000_000),
  nonce: z.string().min(1).max(128).optional(),
});

export type ProofRefusal = EnvelopeRefusal | "wrong-method" | "wrong-url" | "stale" | "from-the-future";

/** A DPoP proof (RFC 9449 §4.2) for one request with the device's key, ES256. */
export async function makeProof(request: {
  readonly method: string;
  readonly url: string;
  readonly key: KeyPair<PublicKey>;
  /** Names the request; 16 to 64 characters of base64url, never used twice. */
  readonly jti: string;
  /** The last nonce that the server gave, where there is one. */
  readonly nonce?: string | null | undefined;
  readonly iatSeconds: number;
}): Promise<string> {
  const target = httpTarget(request.url);
  if (target === null) throw new TypeError("envelope: a proof is for an http or https URL");
  const payload = claims.parse({
    jti: request.jti,
    htm: request.method,
    htu: target,
    iat: Math.floor(request.iatSeconds),
    ...(request.nonce == null ? {} : { nonce: request.nonce }),
  });
  return new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
    .setProtectedHeader({ typ: "dpop+jwt", alg: "ES256", jwk: publicKey.parse(request.key.publicKey) })
    .sign(request.key.privateKey);
}

export type VerifiedProof = {
  readonly kind: "ok";
  readonly jti: string;
  readonly nonce: string | null;
  readonly iatSeconds: number;
  readonly publicKey: PublicKey;
  /** RFC 7638, by which the caller finds the endpoint. */
  readonly thumbprint: string;
};

/**
 * Checks a proof as RFC 9449 §4.3 lists it. Whether `jti` was seen before, whether the nonce is current and whose key
 * it is remain for the caller. `window` bounds `iat`; null leaves it to the nonce (RFC 9449 §11.1), for endpoints
 * whose clock is wrong.
 */
export async function verifyProof(
  proof: string,
  expected: {
    readonly method: string;
    readonly url: string;
    readonly nowSeconds: number;
    readonly window: { readonly pastSeconds: number; readonly futureSeconds: number } | null;
  },
): Promise<VerifiedProof | Refused<ProofRefusal>> {
  if (proof.length > maxProofLength) return refused("too-large");
  const parts = parseCompact(proof, 3);
  if (!parts) return refused("malformed");
  const { header } = parts;
  if (header.typ !== "dpop+jwt") return refused("wrong-type");
  if (header.alg !== "ES256") return refused("algorithm-refused");
  if (!hasExactly(header, ["typ", "alg", "jwk"])) return refused("unexpected-header");
  // Strict, so a header that carries a private key (`d`) is refused too.
  const key = publicKey.safeParse(header.jwk);
  if (!key.success) return refused("unexpected-header");
  let payload: Uint8Array;
  try {
    payload = (await compactVerify(proof, { ...key.data }, { algorithms: ["ES256"] })).payload;
  } catch {
    return refused("signature-invalid");
  }
  const content = claims.safeParse(parseJson(payload));
  if (!content.success) return refused("payload-invalid");
  const { jti, htm, htu, iat, nonce = null } = content.data;
  if (htm !== expected.method) return refused("wrong-method");
  const target = httpTarget(expected.url);
  if (target === null || httpTarget(htu) !== target) return refused("wrong-url");
  if (expected.window) {
    if (iat < expected.nowSeconds - expected.window.pastSeconds) return refused("stale");
    if (iat > expected.nowSeconds + expected.window.futureSeconds) return refused("from-the-future");
  }
  return {
    kind: "ok",
    jti,
    nonce,
    iatSeconds: iat,
    publicKey: key.data,
    thumbprint: await thumbprint(key.data),
  };
}

// RFC 9449 §4.3: compared without query and fragment, after syntax-based normalisation.
function httpTarget(text: string): string | null {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return null;
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") return null;
  return `${url.protocol}//${url.host}${url.pathname}`;
}
