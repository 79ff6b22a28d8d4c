import { challengeAnswer } from "@holdfast/core/help-desk-codes/bypass-challenge";
import { bypassCodeHash, bypassCodeOf } from "@holdfast/core/help-desk-codes/bypass-code";
import type { Signer, TrustedKeys } from "@holdfast/envelope/documents";
import { sealBundle, sealInner, signDocument, trustOnly } from "@holdfast/envelope/documents";
import type { KeyPair } from "@holdfast/envelope/keys";
import { generateDeviceKey, generateSigningKey, thumbprint } from "@holdfast/envelope/keys";
import type { Bundle, BundleInner, Revocation } from "@holdfast/protocol/bundle";
import type { ContactAnswer } from "@holdfast/protocol/endpoint-api";
import { defaultUserPolicy } from "@holdfast/protocol/policy";
import type { PublicKey, SigningPublicKey } from "@holdfast/protocol/primitives";
import { sha256, toBase64url, utf8ToBytes } from "../bytes.ts";
import { envelopeTrust } from "../envelope-trust.ts";
import type { BundleTrust } from "../types.ts";

export const hourMs = 3_600_000;

/** The server's part for tests of the store: real signatures and encryption, codes that anyone can compute. */
export class Issuer {
  readonly endpointId = "endpoint-1";
  readonly chainKey = toBase64url(sha256(utf8ToBytes("chain key")));
  readonly #endpointKey: KeyPair<PublicKey>;
  readonly #signer: Signer;
  readonly #trusted: TrustedKeys;

  private constructor(endpointKey: KeyPair<PublicKey>, signer: Signer, trusted: TrustedKeys) {
    this.#endpointKey = endpointKey;
    this.#signer = signer;
    this.#trusted = trusted;
  }

  static async create(): Promise<Issuer> {
    const endpointKey = await generateDeviceKey("decrypt");
    const signing: KeyPair<SigningPublicKey> = await generateSigningKey();
    const kid = await thumbprint(signing.publicKey);
    return new Issuer(
      endpointKey,
      { kid, privateKey: signing.privateKey },
      await trustOnly(signing.publicKey),
    );
  }

  trust(): BundleTrust {
    return envelopeTrust({ decryptionKey: this.#endpointKey.privateKey, trustedKeys: () => this.#trusted });
  }

  /** The salt of a user's slot, which the server keeps with his password. */
  saltOf(userId: string): string {
    return toBase64url(sha256(utf8ToBytes(`salt of ${userId}`)).slice(0, 16));
  }

  async bundle(
    what: {
      userId: string;
      sequence: number;
      codes: readonly number[];
      refillKey: PublicKey | null;
      tokenId?: string;
      nowMs: number;
    },
    changes: Partial<Bundle> = {},
    innerChanges: Partial<Parameters<typeof sealInner>[0]> = {},
  ): Promise<string> {
    const { userId, sequence, refillKey, codes, nowMs, tokenId = "token-1" } = what;
    const epoch = changes.epoch ?? 1;
    const inner = refillKey
      ? await sealInner(
          {
            version: 1,
            endpointId: this.endpointId,
            userId,
            tokenId,
            epoch,
            sequence,
            codes: codes.map((counter) => ({ counter, code: codeOf(tokenId, counter) })),
            bypass: bypassAt(changes.bypass?.number ?? null, this.endpointId, userId),
            ...innerChanges,
          },
          refillKey,
        )
      : null;
    const content: Bundle = {
      version: 1,
      endpointId: this.endpointId,
      userId,
      userName: userId,
      epoch,
      sequence,
      issuedAtMs: nowMs,
      serverTimeMs: nowMs,
      notAfterMs: nowMs + 72 * hourMs,
      maxSignIns: 1000,
      policy: { ...defaultUserPolicy, offline: { ...defaultUserPolicy.offline, enabled: true } },
      token: {
        id: tokenId,
        digits: 6,
        algorithm: "SHA-1",
        nextCounter: codes[0] ?? 0,
        handedThrough: codes.at(-1) ?? -1,
      },
      onlineOnly: [],
      bypass: null,
      phones: [],
      failures: { count: 0, sinceLock: 0, lockedUntilMs: null },
      offlineSalt: this.saltOf(userId),
      credentialEpoch: 1,
      minimumAgentVersion: "0.1.0",
      inner,
      ...changes,
    };
    return sealBundle(content, this.#signer, this.#endpointKey.publicKey);
  }

  revocation(changes: Partial<Revocation>): Promise<string> {
    const content: Revocation = {
      version: 1,
      id: "revocation-1",
      endpointId: this.endpointId,
      userId: null,
      tokenId: null,
      reason: "user-disabled",
      issuedAtMs: 1,
      ...changes,
    };
    return signDocument("revocation", content, this.#signer);
  }

  contact(eventsThrough: number, users: readonly Partial<ContactAnswer["users"][number]>[]): ContactAnswer {
    return {
      holdfast: 1,
      inReplyTo: null,
      time: "",
      eventsThrough,
      headSignature: "",
      users: users.map((user) => ({
        userId: "anna",
        userName: user.userId ?? "anna",
        status: "active",
        failures: 0,
        failuresSinceLock: 0,
        lockedUntilMs: null,
        credentialEpoch: 1,
        floors: [],
        bypassFloor: 0,
        refillDue: false,
        freshSignInNeeded: false,
        ...user,
      })),
      revocations: [],
      manifest: null,
      servers: [{ url: "https://server.example", site: "Main" }],
      failoverBetweenSites: false,
      retryAfterSeconds: 0,
      nonce: "0123456789abcdef",
    };
  }
}

/** Six digits that are never the same for two counters below a thousand, so that a test's "wrong" is wrong. */
export function codeOf(tokenId: string, counter: number): string {
  const base = sha256(utf8ToBytes(tokenId));
  const salt = ((base[0] ?? 0) % 9) + 1;
  return String(salt * 100_000 + ((counter * 7919 + 13) % 100_000)).padStart(6, "0");
}

/** The bypass code that a test's server would read out. */
export function bypassCodeAt(number: number, userId = "anna"): string {
  return bypassCodeOf(sha256(utf8ToBytes(`bypass ${number} of ${userId}`)));
}

/** The answer that it would give to a challenge. */
export function answerTo(challenge: string, endpointId = "endpoint-1", userId = "anna"): string {
  return challengeAnswer(challengeKey, { endpointId, userId }, challenge);
}

const challengeKey = sha256(utf8ToBytes("challenge key"));

function bypassAt(number: number | null, endpointId: string, userId: string): BundleInner["bypass"] {
  if (number === null) return null;
  const codeHash = bypassCodeHash({ endpointId, userId, number }, bypassCodeAt(number, userId));
  return { number, codeHash, challengeKey: toBase64url(challengeKey) };
}

export const wrongCode = "000000";
