import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { OtpauthToken } from "./otpauth-uri.ts";
import { buildOtpauthUri, MAXIMUM_OTPAUTH_URI_LENGTH, parseOtpauthUri } from "./otpauth-uri.ts";
import { rfcToken } from "./testing/reference-hotp.ts";

const secret32 = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"; // RFC 4226 appendix D's, by `base32`
const token = {
  ...rfcToken,
  kind: "hotp",
  issuer: "Ward 7",
  account: "ada@example.org",
  counter: 42,
} as const satisfies OtpauthToken;

const name = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 30 })
  .filter(
    (text) =>
      text === text.trim() && text !== "" && !text.includes(":") && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text),
  );
const anyMoving: fc.Arbitrary<{ kind: "hotp"; counter: number } | { kind: "totp"; periodSeconds: 30 | 60 }> =
  fc.oneof(
    fc.maxSafeNat().map((counter) => ({
      kind: "hotp" as const,
      counter: Math.min(counter, Number.MAX_SAFE_INTEGER - 1),
    })),
    fc
      .constantFrom(30 as const, 60 as const)
      .map((periodSeconds) => ({ kind: "totp" as const, periodSeconds })),
  );
const anyNamed = fc.record({
  issuer: fc.option(name),
  account: name,
  secret: fc.uint8Array({ minLength: 16, maxLength: 128 }),
  algorithm: fc.constantFrom("SHA-1" as const, "SHA-256" as const, "SHA-512" as const),
  digits: fc.constantFrom(6 as const, 7 as const, 8 as const),
});
const anyOtpauthToken: fc.Arbitrary<OtpauthToken> = fc
  .tuple(anyNamed, anyMoving)
  .map(([named, moving]) => ({ ...named, ...moving }));

function uriOf(any: OtpauthToken): string {
  const built = buildOtpauthUri(any);
  if (built.kind === "refused") throw new Error(built.reason);
  return built.uri;
}

describe("building an enrolment URI", () => {
  test("OTP-33 writes issuer, account, secret, algorithm, digits and counter", () => {
    expect(uriOf(token)).toBe(
      `otpauth://hotp/Ward%207:ada%40example.org?secret=${secret32}&issuer=Ward%207&algorithm=SHA1&digits=6&counter=42`,
    );
  });

  test("OTP-33 any token comes back, read by this parser and by the platform's own", async () => {
    await fc.assert(
      fc.property(anyOtpauthToken, (any) => {
        const built = buildOtpauthUri(any);
        if (built.kind === "refused") {
          expect(built.reason).toBe("too-long");
          return;
        }
        expect(parseOtpauthUri(built.uri)).toEqual({
          kind: "ok",
          token: any,
          warning: any.secret.length < 20 ? "secret-shorter-than-recommended" : null,
        });
        const url = new URL(built.uri);
        expect([url.protocol, url.host]).toEqual(["otpauth:", any.kind]);
        const label = any.issuer === null ? any.account : `${any.issuer}:${any.account}`;
        expect(decodeURIComponent(url.pathname)).toBe(`/${label}`);
        expect(Object.fromEntries(url.searchParams)).toMatchObject({
          algorithm: any.algorithm.replace("-", ""),
          digits: String(any.digits),
          ...(any.kind === "hotp" ? { counter: String(any.counter) } : { period: String(any.periodSeconds) }),
          ...(any.issuer === null ? {} : { issuer: any.issuer }),
        });
      }),
    );
  });

  test.each([
    ["malformed-label", { account: "" }],
    ["malformed-label", { account: "a:b" }],
    ["malformed-label", { issuer: "" }],
    ["malformed-label", { issuer: "Ward:7" }],
    ["malformed-label", { account: " ada" }],
    ["malformed-label", { account: "ada\nroot" }],
    ["malformed-label", { account: "ada\u202egro" }],
    ["malformed-label", { account: "ada\ud800" }],
    ["secret-too-short", { secret: new Uint8Array(15) }],
    ["secret-too-long", { secret: new Uint8Array(129) }],
    ["malformed-counter", { counter: -1 }],
    ["malformed-counter", { counter: 1.5 }],
    ["malformed-counter", { counter: Number.MAX_SAFE_INTEGER }],
    ["too-long", { account: "ü".repeat(400) }],
  ] as const)("refuses with %s: %j", (reason, change) => {
    expect(buildOtpauthUri({ ...token, ...change })).toEqual({ kind: "refused", reason });
  });
});

describe("reading an enrolment URI", () => {
  const good = `otpauth://hotp/ada?secret=${secret32}&counter=0`;

  test("OTP-33 takes the defaults of the format: no issuer, SHA1, six digits", () => {
    expect(parseOtpauthUri(good)).toEqual({
      kind: "ok",
      token: { ...rfcToken, kind: "hotp", issuer: null, account: "ada", counter: 0 },
      warning: null,
    });
  });

  test.each([
    ["issuer only in the label", `otpauth://hotp/Ward:ada?secret=${secret32}&counter=0`],
    ["issuer only as a parameter", `otpauth://hotp/ada?secret=${secret32}&counter=0&issuer=Ward`],
    ["an encoded colon and blanks after it", `otpauth://hotp/Ward%3A%20%20ada?secret=${secret32}&counter=0`],
    ["scheme and type in capitals", `OTPAUTH://HOTP/Ward:ada?secret=${secret32}&counter=0`],
  ])("OTP-33 reads %s", (_, uri) => {
    expect(parseOtpauthUri(uri)).toMatchObject({ kind: "ok", token: { issuer: "Ward", account: "ada" } });
  });

  test("a time-based token's period is 30 seconds where none is given", () => {
    const uri = `otpauth://totp/ada?secret=${secret32}`;
    const token = { ...rfcToken, kind: "totp", issuer: null, account: "ada" };
    expect(parseOtpauthUri(uri)).toMatchObject({ kind: "ok", token: { ...token, periodSeconds: 30 } });
    expect(parseOtpauthUri(`${uri}&period=60`)).toMatchObject({ token: { ...token, periodSeconds: 60 } });
  });

  test("a plus is a plus, not a blank", () => {
    expect(parseOtpauthUri(`otpauth://hotp/a+b?secret=${secret32}&counter=0&issuer=C+D`)).toMatchObject({
      kind: "ok",
      token: { issuer: "C+D", account: "a+b" },
    });
  });

  test.each([
    ["not-otpauth", ""],
    ["not-otpauth", "https://hotp/ada"],
    ["not-otpauth", ` ${good}`],
    ["not-otpauth", `otpauth:hotp/ada?secret=${secret32}&counter=0`],
    ["not-otpauth", `otpauth://hotp/a/b?secret=${secret32}&counter=0`],
    ["not-otpauth", `otpauth://yaotp/ada?secret=${secret32}&counter=0`],
    ["not-otpauth", `otpauth://hotp:80/ada?secret=${secret32}&counter=0`],
    ["not-otpauth", `${good}#rest`],
    ["malformed-label", `otpauth://hotp/?secret=${secret32}&counter=0`],
    ["malformed-label", `otpauth://hotp/Ward:?secret=${secret32}&counter=0`],
    ["malformed-label", `otpauth://hotp/:ada?secret=${secret32}&counter=0`],
    ["malformed-label", `otpauth://hotp/a:b:c?secret=${secret32}&counter=0`],
    ["malformed-label", `otpauth://hotp/ada%0Aroot?secret=${secret32}&counter=0`],
    ["malformed-label", `otpauth://hotp/ada%20?secret=${secret32}&counter=0`],
    ["malformed-encoding", `otpauth://hotp/ada lovelace?secret=${secret32}&counter=0`],
    ["malformed-encoding", `otpauth://hotp/%?secret=${secret32}&counter=0`],
    ["malformed-encoding", `otpauth://hotp/%C3?secret=${secret32}&counter=0`],
    ["malformed-encoding", `otpauth://hotp/%ED%A0%80?secret=${secret32}&counter=0`],
    ["malformed-encoding", `${good}&issuer=%zz`],
    ["malformed-encoding", `${good}\n`],
    ["malformed-parameter", `${good}&`],
    ["malformed-parameter", `${good}&issuer`],
    ["malformed-parameter", `${good}&issuer=`],
    ["malformed-parameter", `${good}&issuer=a%3Ab`],
    ["duplicate-parameter", `${good}&counter=0`],
    ["duplicate-parameter", `${good}&secret=${secret32}`],
    ["unknown-parameter", `${good}&period=30`],
    ["unknown-parameter", `${good}&Digits=8`],
    ["unknown-parameter", `${good}&=1`],
    ["unknown-parameter", `${good}&__proto__=1`],
    ["issuer-mismatch", `otpauth://hotp/Ward:ada?secret=${secret32}&counter=0&issuer=ward`],
    ["missing-secret", "otpauth://hotp/ada?counter=0"],
    ["missing-secret", "otpauth://hotp/ada?secret=&counter=0"],
    ["malformed-secret", `otpauth://hotp/ada?secret=${secret32.toLowerCase()}&counter=0`],
    ["malformed-secret", "otpauth://hotp/ada?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY======&counter=0"],
    ["malformed-secret", `otpauth://hotp/ada?secret=${secret32}B&counter=0`],
    ["secret-too-short", "otpauth://hotp/ada?secret=GEZDGNBVGY3TQOJQGEZDGNBV&counter=0"],
    ["secret-too-long", `otpauth://hotp/ada?secret=${"A".repeat(216)}&counter=0`],
    ["unknown-algorithm", `${good}&algorithm=SHA-1`],
    ["unknown-algorithm", `${good}&algorithm=sha1`],
    ["unknown-algorithm", `${good}&algorithm=MD5`],
    ["unsupported-digits", `${good}&digits=5`],
    ["unsupported-digits", `${good}&digits=06`],
    ["missing-counter", `otpauth://hotp/ada?secret=${secret32}`],
    ["missing-counter", "otpauth://hotp/ada"],
    ["unsupported-period", `otpauth://totp/ada?secret=${secret32}&period=15`],
    ["unsupported-period", `otpauth://totp/ada?secret=${secret32}&period=`],
    ["unknown-parameter", `otpauth://totp/ada?secret=${secret32}&counter=0`],
    ["malformed-counter", `otpauth://hotp/ada?secret=${secret32}&counter=`],
    ["malformed-counter", `otpauth://hotp/ada?secret=${secret32}&counter=-1`],
    ["malformed-counter", `otpauth://hotp/ada?secret=${secret32}&counter=01`],
    ["malformed-counter", `otpauth://hotp/ada?secret=${secret32}&counter=1e3`],
    ["malformed-counter", `otpauth://hotp/ada?secret=${secret32}&counter=9007199254740991`],
    ["malformed-counter", `otpauth://hotp/ada?secret=${secret32}&counter=99999999999999999`],
    ["too-long", `${good}&issuer=${"a".repeat(MAXIMUM_OTPAUTH_URI_LENGTH)}`],
  ])("OTP-33 refuses with %s: %j", (reason, uri) => {
    expect(parseOtpauthUri(uri)).toEqual({ kind: "refused", reason });
  });

  test("never throws, and what it takes it would write again to the same token", async () => {
    const texts = fc.oneof(
      fc.string({ unit: "binary", maxLength: 80 }),
      // A good URI with one piece cut out and another put in.
      fc
        .tuple(
          anyOtpauthToken,
          fc.nat(),
          fc.nat(6),
          fc.string({ unit: fc.constantFrom(..."&=%:?#/ A2z0+"), maxLength: 3 }),
        )
        .map(([any, at, cut, put]) => {
          const built = buildOtpauthUri(any);
          const uri = built.kind === "ok" ? built.uri : good;
          const place = at % uri.length;
          return uri.slice(0, place) + put + uri.slice(place + cut);
        }),
    );
    await fc.assert(
      fc.property(texts, (text) => {
        const parsed = parseOtpauthUri(text);
        if (parsed.kind === "ok") {
          expect(parseOtpauthUri(uriOf(parsed.token))).toEqual(parsed);
        } else {
          // The reason is a word of ours, never a piece of the URI.
          expect(Object.keys(parsed)).toEqual(["kind", "reason"]);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
