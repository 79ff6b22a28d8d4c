import type { Bundle } from "@holdfast/protocol/bundle";
import { defaultUserPolicy } from "@holdfast/protocol/policy";
import fc from "fast-check";
import { CompactEncrypt, CompactSign, generateKeyPair } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import type { SignedKind, Signer, TrustedKeys } from "./documents.ts";
import {
  decryptDocument,
  encryptDocument,
  openBundle,
  openInner,
  sealBundle,
  sealInner,
  signDocument,
  signedDocuments,
  trustedKeys,
  trustOnly,
  verifyDocument,
} from "./documents.ts";
import { generateDeviceKey, generateSigningKey, thumbprint } from "./keys.ts";
import { sampleStatement } from "./testing/sample-statement.ts";

const contents = {
  revocation: {
    version: 1,
    id: "revocation-1",
    endpointId: "endpoint-1",
    userId: "user-1",
    tokenId: null,
    reason: "user-disabled",
    issuedAtMs: 1_700_000_000_000,
  },
  time: { version: 1, endpointId: "endpoint-1", nonce: "0123456789abcdef", serverTimeMs: 1_700_000_000_000 },
  "chain-head": { version: 1, endpointId: "endpoint-1", sequence: 0, mac: "", atMs: 1_700_000_000_000 },
  manifest: {
    version: 1,
    number: 3,
    issuedAtMs: 1_700_000_000_000,
    epoch: 1,
    bundleKeys: [
      {
        kid: "bundle-key",
        key: { kty: "OKP", crv: "Ed25519", x: "A".repeat(43) },
        notBeforeMs: 1_000,
        notAfterMs: 2_000,
      },
    ],
    authorityPins: ["A".repeat(43)],
  },
  "signing-statement": sampleStatement,
  bundle: {
    version: 1,
    endpointId: "endpoint-1",
    userId: "user-1",
    userName: "anna",
    epoch: 1,
    sequence: 1,
    issuedAtMs: 1_700_000_000_000,
    serverTimeMs: 1_700_000_000_000,
    notAfterMs: 1_700_600_000_000,
    maxSignIns: 25,
    policy: defaultUserPolicy,
    token: { id: "token-1", digits: 6, algorithm: "SHA-1", nextCounter: 0, handedThrough: 24 },
    onlineOnly: [],
    bypass: null,
    phones: [],
    failures: { count: 0, sinceLock: 0, lockedUntilMs: null },
    offlineSalt: "A".repeat(22),
    credentialEpoch: 1,
    minimumAgentVersion: "0.1.0",
    inner: null,
  } satisfies Bundle,
} as const;

let signer: Signer;
let trusted: TrustedKeys;
beforeAll(async () => {
  const pair = await generateSigningKey();
  signer = { kid: await thumbprint(pair.publicKey), privateKey: pair.privateKey };
  trusted = await trustOnly(pair.publicKey);
});

const kinds = Object.keys(signedDocuments) as SignedKind[];

describe("signed documents", () => {
  test.each(kinds)("a %s comes back as it was signed", async (kind) => {
    const text = await signDocument(kind, contents[kind] as never, signer);
    expect(await verifyDocument(kind, text, trusted)).toEqual({
      kind: "ok",
      content: contents[kind],
      kid: signer.kid,
    });
  });

  test("no kind passes for another", async () => {
    for (const made of kinds) {
      const text = await signDocument(made, contents[made] as never, signer);
      for (const wanted of kinds.filter((kind) => kind !== made)) {
        expect(await verifyDocument(wanted, text, trusted), `${made} as ${wanted}`).toEqual({
          kind: "refused",
          why: text.length > signedDocuments[wanted].maxLength ? "too-large" : "wrong-type",
        });
      }
    }
  });

  test("any changed character and any truncation is refused", async () => {
    const text = await signDocument("revocation", contents.revocation, signer);
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.= +/\u0000é";
    await fc.assert(
      fc.asyncProperty(
        fc.nat(text.length - 1),
        fc.constantFrom(...alphabet),
        fc.boolean(),
        async (at, character, cut) => {
          const changed = cut ? text.slice(0, at) : text.slice(0, at) + character + text.slice(at + 1);
          fc.pre(changed !== text);
          expect((await verifyDocument("revocation", changed, trusted)).kind).toBe("refused");
        },
      ),
      { numRuns: 400 },
    );
  });

  test("every flip of one bit is refused", async () => {
    const bytes = new TextEncoder().encode(await signDocument("time", contents.time, signer));
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const flipped = bytes.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const text = String.fromCharCode(...flipped);
      expect((await verifyDocument("time", text, trusted)).kind, `bit ${bit}`).toBe("refused");
    }
  });

  test("a stranger's key is refused, under its own name and under a trusted one", async () => {
    const stranger = await generateSigningKey();
    const own = { kid: await thumbprint(stranger.publicKey), privateKey: stranger.privateKey };
    const text = await signDocument("time", contents.time, own);
    expect(await verifyDocument("time", text, trusted)).toEqual({ kind: "refused", why: "unknown-key" });
    const borrowed = await signDocument("time", contents.time, { ...own, kid: signer.kid });
    expect(await verifyDocument("time", borrowed, trusted)).toEqual({
      kind: "refused",
      why: "signature-invalid",
    });
  });

  test("other algorithms and further header members are refused", async () => {
    const payload = new TextEncoder().encode(JSON.stringify(contents.time));
    const typ = signedDocuments.time.typ;
    const shared = await new CompactSign(payload)
      .setProtectedHeader({ alg: "HS256", typ, kid: signer.kid })
      .sign(new Uint8Array(32));
    expect(await verifyDocument("time", shared, trusted)).toEqual({
      kind: "refused",
      why: "algorithm-refused",
    });
    const unsecured = `${Buffer.from(JSON.stringify({ alg: "none", typ, kid: signer.kid })).toString("base64url")}.${Buffer.from(payload).toString("base64url")}.`;
    expect(await verifyDocument("time", unsecured, trusted)).toEqual({
      kind: "refused",
      why: "algorithm-refused",
    });
    for (const surprise of [
      { jku: "https://x.example/keys" },
      { x5u: "https://x.example" },
      { b64: true, crit: ["b64"] },
      { jwk: {} },
    ]) {
      const text = await new CompactSign(payload)
        .setProtectedHeader({ alg: "EdDSA", typ, kid: signer.kid, ...surprise } as never)
        .sign(signer.privateKey);
      expect(await verifyDocument("time", text, trusted)).toEqual({
        kind: "refused",
        why: "unexpected-header",
      });
    }
  });

  test("a signed payload that does not fit its schema is refused", async () => {
    for (const payload of [
      JSON.stringify({ ...contents.time, extra: 1 }),
      JSON.stringify({ ...contents.time, version: 2 }),
      "null",
      "[",
      "",
    ]) {
      const text = await new CompactSign(new TextEncoder().encode(payload))
        .setProtectedHeader({ alg: "EdDSA", typ: signedDocuments.time.typ, kid: signer.kid })
        .sign(signer.privateKey);
      expect(await verifyDocument("time", text, trusted)).toEqual({
        kind: "refused",
        why: "payload-invalid",
      });
    }
  });

  test("size is checked before anything else", async () => {
    for (const kind of kinds) {
      const text = "x".repeat(signedDocuments[kind].maxLength + 1);
      expect(await verifyDocument(kind, text, trusted)).toEqual({ kind: "refused", why: "too-large" });
    }
  });

  test("any text whatever is refused without a throw", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string({ unit: "binary" }),
          fc.array(fc.base64String()).map((a) => a.join(".")),
        ),
        async (text) => {
          expect((await verifyDocument("bundle", text, trusted)).kind).toBe("refused");
          expect((await verifyDocument("manifest", text, trusted)).kind).toBe("refused");
        },
      ),
    );
  });

  test("content that does not fit cannot be signed", async () => {
    await expect(signDocument("time", { ...contents.time, nonce: "?" }, signer)).rejects.toThrow();
  });

  test("only keys in force are trusted", () => {
    expect(trustedKeys(contents.manifest as never, 999).size).toBe(0);
    expect(trustedKeys(contents.manifest as never, 1_000).size).toBe(1);
    expect(trustedKeys(contents.manifest as never, 2_000).size).toBe(0);
  });
});

describe("encrypted documents", () => {
  test("a bundle opens with the endpoint's key alone", async () => {
    const endpoint = await generateDeviceKey("decrypt");
    const other = await generateDeviceKey("decrypt");
    const text = await sealBundle(contents.bundle, signer, endpoint.publicKey);
    expect(await openBundle(text, endpoint.privateKey, trusted)).toEqual({
      kind: "ok",
      content: contents.bundle,
      kid: signer.kid,
    });
    expect(await openBundle(text, other.privateKey, trusted)).toEqual({
      kind: "refused",
      why: "decryption-failed",
    });
  });

  test("a bundle that holds another signed document is refused", async () => {
    const endpoint = await generateDeviceKey("decrypt");
    const signed = await signDocument("revocation", contents.revocation, signer);
    const text = await encryptDocument("bundle", new TextEncoder().encode(signed), endpoint.publicKey);
    expect(await openBundle(text, endpoint.privateKey, trusted)).toEqual({
      kind: "refused",
      why: "wrong-type",
    });
  });

  test("inner and outer documents never stand for each other", async () => {
    const key = await generateDeviceKey("decrypt");
    const inner = await sealInner(
      {
        version: 1,
        endpointId: "e",
        userId: "u",
        tokenId: "t",
        epoch: 1,
        sequence: 1,
        codes: [{ counter: 1, code: "123456" }],
        bypass: null,
      },
      key.publicKey,
    );
    expect(await openInner(inner, key.privateKey)).toMatchObject({
      kind: "ok",
      content: { codes: [{ counter: 1, code: "123456" }] },
    });
    expect(await decryptDocument("bundle", inner, key.privateKey)).toEqual({
      kind: "refused",
      why: "wrong-type",
    });
  });

  test("every changed character is refused", async () => {
    const key = await generateDeviceKey("decrypt");
    const text = await encryptDocument("bundle-inner", new TextEncoder().encode("{}"), key.publicKey);
    for (let at = 0; at < text.length; at += 1) {
      for (const character of ["A", "B", "_", ".", "="]) {
        if (text[at] === character) continue;
        const changed = text.slice(0, at) + character + text.slice(at + 1);
        expect((await decryptDocument("bundle-inner", changed, key.privateKey)).kind, `at ${at}`).toBe(
          "refused",
        );
      }
      expect((await decryptDocument("bundle-inner", text.slice(0, at), key.privateKey)).kind).toBe("refused");
    }
  }, 30_000);

  test("compression, other algorithms and surprises in the header are refused", async () => {
    const key = await generateDeviceKey("decrypt");
    const typ = "holdfast-bundle-inner+jwe";
    const zipped = await new CompactEncrypt(new TextEncoder().encode("{}"))
      .setProtectedHeader({ alg: "ECDH-ES", enc: "A256GCM", typ, kid: "x", zip: "DEF" })
      .encrypt({ ...key.publicKey });
    expect(await decryptDocument("bundle-inner", zipped, key.privateKey)).toEqual({
      kind: "refused",
      why: "unexpected-header",
    });
    const wrapped = await new CompactEncrypt(new TextEncoder().encode("{}"))
      .setProtectedHeader({ alg: "ECDH-ES+A256KW", enc: "A256GCM", typ, kid: "x" })
      .encrypt({ ...key.publicKey });
    expect(await decryptDocument("bundle-inner", wrapped, key.privateKey)).toEqual({
      kind: "refused",
      why: "algorithm-refused",
    });
    const rsa = await generateKeyPair("RSA-OAEP-256");
    const other = await new CompactEncrypt(new TextEncoder().encode("{}"))
      .setProtectedHeader({ alg: "RSA-OAEP-256", enc: "A256GCM", typ, kid: "x" })
      .encrypt(rsa.publicKey);
    expect(await decryptDocument("bundle-inner", other, key.privateKey)).toEqual({
      kind: "refused",
      why: "algorithm-refused",
    });
  });

  test("any text whatever is refused without a throw", async () => {
    const key = await generateDeviceKey("decrypt");
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.array(fc.base64String(), { minLength: 5, maxLength: 5 }).map((a) => a.join(".")),
        ),
        async (text) => {
          expect((await decryptDocument("bundle", text, key.privateKey)).kind).toBe("refused");
        },
      ),
    );
  });
});
