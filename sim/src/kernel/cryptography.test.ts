import { expect, test } from "vitest";
import { inPlace } from "./cryptography.ts";

const { subtle } = crypto;
const message = new TextEncoder().encode("the same bytes");

test.each([
  ["ES256", { name: "ECDSA", namedCurve: "P-256" }, { name: "ECDSA", hash: "SHA-256" }],
  ["EdDSA", { name: "Ed25519" }, { name: "Ed25519" }],
] as const)("%s made in place is what WebCrypto takes, and the other way round", async (_name, make, use) => {
  const pair = (await subtle.generateKey(make as never, false, ["sign", "verify"])) as unknown as {
    privateKey: never;
    publicKey: never;
  };
  const mine = inPlace("sign", [use, pair.privateKey, message])?.value as ArrayBuffer;
  expect(await subtle.verify(use as never, pair.publicKey, mine, message)).toBe(true);
  const theirs = await subtle.sign(use as never, pair.privateKey, message);
  expect(inPlace("verify", [use, pair.publicKey, theirs, message])).toEqual({ value: true });
  expect(inPlace("verify", [use, pair.publicKey, theirs, message.subarray(1)])).toEqual({ value: false });
});

test("digests are WebCrypto's", async () => {
  for (const name of ["SHA-256", "SHA-512"])
    expect(inPlace("digest", [name, message])?.value).toEqual(await subtle.digest(name, message));
});

test("A256GCM and ECDH are WebCrypto's, and what is forged is left to it", async () => {
  const key = await subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const how = { name: "AES-GCM", iv: new Uint8Array(12), additionalData: message };
  const sealed = inPlace("encrypt", [how, key, message])?.value as ArrayBuffer;
  expect(sealed).toEqual(await subtle.encrypt(how, key, message));
  expect(inPlace("decrypt", [how, key, sealed])?.value).toEqual(await subtle.decrypt(how, key, sealed));
  const forged = new Uint8Array(sealed.slice(0)).map((byte, at) => (at === 0 ? byte ^ 1 : byte));
  expect(inPlace("decrypt", [how, key, forged])).toBeUndefined();

  const pair = () => subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, false, ["deriveBits"]);
  const [mine, theirs] = [await pair(), await pair()];
  const agreed = { name: "ECDH", public: theirs.publicKey };
  expect(inPlace("deriveBits", [agreed, mine.privateKey, 256])?.value).toEqual(
    await subtle.deriveBits(agreed, mine.privateKey, 256),
  );
});

test("everything else is left to WebCrypto", () => {
  expect(inPlace("generateKey", [])).toBeUndefined();
  expect(inPlace("sign", ["HMAC", {}, message])).toBeUndefined();
});
