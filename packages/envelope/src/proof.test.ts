import fc from "fast-check";
import { CompactSign } from "jose";
import { describe, expect, test } from "vitest";
import {
  exportPrivateKey,
  generateDeviceKey,
  generateSigningKey,
  importDeviceKey,
  importSigningKey,
  thumbprint,
} from "./keys.ts";
import { makeProof, verifyProof } from "./proof.ts";

const nowSeconds = 1_700_000_000;
const url = "https://server.example:8443/api/v1/sign-ins";
const expected = { method: "POST", url, nowSeconds, window: { pastSeconds: 60, futureSeconds: 5 } };
const key = await generateDeviceKey("sign-requests");
const request = {
  method: "POST",
  url,
  key,
  jti: "abcdefghijklmnop",
  nonce: "nonce-from-the-server",
  iatSeconds: nowSeconds,
};

describe("request proofs (RFC 9449)", () => {
  test("a proof names its key, request and nonce", async () => {
    expect(await verifyProof(await makeProof(request), expected)).toEqual({
      kind: "ok",
      jti: request.jti,
      nonce: request.nonce,
      iatSeconds: nowSeconds,
      publicKey: key.publicKey,
      thumbprint: await thumbprint(key.publicKey),
    });
  });

  test("query and fragment do not count, path and host do", async () => {
    const proof = await makeProof({ ...request, url: `${url}?a=1#b` });
    expect((await verifyProof(proof, { ...expected, url: `${url}?other` })).kind).toBe("ok");
    for (const wrong of [
      "https://server.example:8443/api/v1/sign-ins/steps",
      "https://server.example/api/v1/sign-ins",
      "http://server.example:8443/api/v1/sign-ins",
      "nonsense",
    ]) {
      expect(await verifyProof(proof, { ...expected, url: wrong })).toEqual({
        kind: "refused",
        why: "wrong-url",
      });
    }
    expect(await verifyProof(proof, { ...expected, method: "GET" })).toEqual({
      kind: "refused",
      why: "wrong-method",
    });
  });

  test("time is bounded, unless the nonce stands for it", async () => {
    const old = await makeProof({ ...request, iatSeconds: nowSeconds - 61 });
    expect(await verifyProof(old, expected)).toEqual({ kind: "refused", why: "stale" });
    expect((await verifyProof(old, { ...expected, window: null })).kind).toBe("ok");
    const early = await makeProof({ ...request, iatSeconds: nowSeconds + 6 });
    expect(await verifyProof(early, expected)).toEqual({ kind: "refused", why: "from-the-future" });
  });

  test("every changed character and every truncation is refused", async () => {
    const proof = await makeProof(request);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(proof.length - 1),
        fc.constantFrom(..."AQgw_-.z9"),
        fc.boolean(),
        async (at, character, cut) => {
          const changed = cut ? proof.slice(0, at) : proof.slice(0, at) + character + proof.slice(at + 1);
          fc.pre(changed !== proof);
          expect((await verifyProof(changed, expected)).kind).toBe("refused");
        },
      ),
      { numRuns: 300 },
    );
    expect(await verifyProof("x".repeat(5_000), expected)).toEqual({ kind: "refused", why: "too-large" });
  });

  test("a header with a private key, another algorithm or no DPoP type is refused", async () => {
    const payload = new TextEncoder().encode(
      JSON.stringify({ jti: request.jti, htm: "POST", htu: url, iat: nowSeconds }),
    );
    const jwk = key.publicKey;
    const sign = (header: object) =>
      new CompactSign(payload).setProtectedHeader(header as never).sign(key.privateKey);
    expect(
      await verifyProof(
        await sign({ typ: "dpop+jwt", alg: "ES256", jwk: { ...jwk, d: "A".repeat(43) } }),
        expected,
      ),
    ).toEqual({ kind: "refused", why: "unexpected-header" });
    expect(await verifyProof(await sign({ typ: "JWT", alg: "ES256", jwk }), expected)).toEqual({
      kind: "refused",
      why: "wrong-type",
    });
    expect(await verifyProof(await sign({ typ: "dpop+jwt", alg: "ES256", jwk, kid: "x" }), expected)).toEqual(
      { kind: "refused", why: "unexpected-header" },
    );
    const other = await generateDeviceKey("sign-requests");
    expect(
      await verifyProof(await sign({ typ: "dpop+jwt", alg: "ES256", jwk: other.publicKey }), expected),
    ).toEqual({ kind: "refused", why: "signature-invalid" });
  });
});

describe("keys", () => {
  test("survive export and import", async () => {
    const signing = await generateSigningKey();
    const pkcs8 = await exportPrivateKey(signing.privateKey);
    expect((await importSigningKey(pkcs8))?.publicKey).toEqual(signing.publicKey);
    const decrypting = await generateDeviceKey("decrypt");
    const exported = await exportPrivateKey(decrypting.privateKey);
    const imported = await importDeviceKey(exported, "decrypt");
    expect(imported?.publicKey).toEqual(decrypting.publicKey);
    expect(imported?.privateKey.extractable).toBe(false);
    expect(await importDeviceKey(pkcs8, "sign-requests")).toBeNull();
    expect(await importSigningKey(exported)).toBeNull();
  });

  test("any bytes whatever are no key and no throw", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        expect(await importDeviceKey(bytes, "decrypt")).toBeNull();
      }),
      { numRuns: 50 },
    );
  });

  test("a thumbprint is RFC 7638's", async () => {
    // RFC 8037 appendix A.3.
    expect(
      await thumbprint({ kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }),
    ).toBe("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
  });
});
