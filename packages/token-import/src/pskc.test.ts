import { createCipheriv, createHmac } from "node:crypto";
import { hotp } from "@holdfast/core/oath/hotp";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readTokenFile } from "./read-token-file.ts";
import * as rfc from "./testing/rfc6030.ts";
import type { FileKey, TokenFile } from "./token-file.ts";

const read = (content: string, key: FileKey | null = null) => readTokenFile("pskc", content, key);
const preShared: FileKey = { kind: "pre-shared", key: rfc.figure6Key };

async function entriesOf(file: Promise<TokenFile>) {
  const answer = await file;
  if (answer.kind === "refused") throw new Error(`${answer.why.code}: ${answer.why.message}`);
  return answer.entries;
}
async function codeOf(file: Promise<TokenFile>) {
  const answer = await file;
  return answer.kind === "refused" ? answer.why.code : answer.kind;
}
/** How the only package came out: "token" or why it was refused. */
async function outcome(inside: string, key: FileKey | null = null) {
  const [entry] = await entriesOf(read(rfc.container(inside), key));
  return entry?.kind === "refused" ? entry.why.code : entry?.kind;
}

describe("the examples of RFC 6030", () => {
  const secret = new TextEncoder().encode("12345678901234567890");
  const token = {
    serial: "987654321",
    kind: "hotp",
    secret,
    digits: 8,
    algorithm: "SHA-1",
    periodSeconds: null,
    counter: 0,
    userName: null,
  } as const;

  test("figure 2: a secret of four bytes is refused", async () => {
    expect(await entriesOf(read(rfc.figure2))).toMatchObject([
      { serial: "12345678", kind: "refused", why: { code: "secret-too-short" } },
    ]);
  });
  test("figure 4: a reference is no secret", async () => {
    expect(await entriesOf(read(rfc.figure4))).toMatchObject([
      { kind: "refused", why: { code: "no-secret" } },
    ]);
  });
  test("figure 5: a token with a PIN of its own, and the PIN", async () => {
    expect(await entriesOf(read(rfc.figure5))).toMatchObject([
      { kind: "token", token: { ...token, maker: "Manufacturer" }, warnings: [{ code: "pin-policy" }] },
      { kind: "refused", why: { code: "pin-of-a-token" } },
    ]);
  });
  test("figure 6: AES-128-CBC under a pre-shared key", async () => {
    const [entry] = await entriesOf(read(rfc.figure6, preShared));
    expect(entry).toMatchObject({ kind: "token", token, warnings: [] });
    // RFC 4226 appendix D, with the two digits more that eight have.
    if (entry?.kind === "token") expect(hotp({ ...entry.token, counter: 0 })).toBe("84755224");
  });
  test("figure 7: under a passphrase", async () => {
    expect(await entriesOf(read(rfc.figure7, { kind: "passphrase", passphrase: "qwerty" }))).toMatchObject([
      { kind: "token", token: { ...token, maker: "TokenVendorAcme" } },
    ]);
  });
  test("figure 10: several packages, two of them of one device", async () => {
    expect(await entriesOf(read(rfc.figure10))).toMatchObject([
      { serial: "654321", kind: "token", warnings: [{ code: "validity" }, { code: "validity" }] },
      { serial: "123456", kind: "token" },
      { serial: "9999999", kind: "token", place: expect.stringContaining("key package 3") },
      { serial: "9999999", kind: "refused", why: { code: "serial-twice" } },
    ]);
  });
});

describe("a key", () => {
  test.each<[string, string, FileKey | null, string]>([
    ["none is given", rfc.figure6, null, "key-needed"],
    ["the wrong kind is given", rfc.figure6, { kind: "passphrase", passphrase: "x" }, "key-needed"],
    ["another is given", rfc.figure6, { kind: "pre-shared", key: Buffer.alloc(16, 7) }, "wrong-key"],
    ["a longer one is given", rfc.figure6, { kind: "pre-shared", key: Buffer.alloc(32) }, "key-unfit"],
    ["another passphrase", rfc.figure7, { kind: "passphrase", passphrase: "Qwerty" }, "wrong-key"],
    ["one is given for nothing", rfc.figure5, preShared, "key-not-needed"],
    [
      "rounds without end",
      rfc.figure7.replace(">1000<", ">10000001<"),
      { kind: "passphrase", passphrase: "qwerty" },
      "unsupported-protection",
    ],
    [
      "a certificate",
      rfc.figure6.replace("<ds:KeyName>Pre-shared-key</ds:KeyName>", "<ds:X509Data/>"),
      preShared,
      "unsupported-protection",
    ],
  ])("%s: says so", async (_name, content, key, code) => {
    expect(await codeOf(read(content, key))).toBe(code);
  });

  test("leaves out a value that was changed, and takes the others", async () => {
    const changed = rfc.figure6Secret.replace("AAECAwQ", "AAECAwU");
    const two = rfc.keyPackage({ data: rfc.figure6Secret }) + rfc.keyPackage({ serial: "2", data: changed });
    expect(await entriesOf(read(rfc.container(rfc.figure6Head + two), preShared))).toMatchObject([
      { kind: "token" },
      { kind: "refused", why: { code: "mac-mismatch" } },
    ]);
  });

  test("opens nothing without a MAC that would need one", async () => {
    const bare = rfc.figure6Secret.replace(/<ValueMAC>[\s\S]*<\/ValueMAC>/, "");
    expect(await outcome(rfc.figure6Head + rfc.keyPackage({ data: bare }), preShared)).toBe("mac-missing");
    const noMethod = rfc.figure6Head.replace(/<MACMethod[\s\S]*<\/MACMethod>/, "");
    expect(await outcome(noMethod + rfc.keyPackage({ data: rfc.figure6Secret }), preShared)).toBe(
      "mac-missing",
    );
    const tripleDes = rfc.figure6Secret.replace("aes128-cbc", "tripledes-cbc");
    expect(await outcome(rfc.figure6Head + rfc.keyPackage({ data: tripleDes }), preShared)).toBe(
      "unsupported-cipher",
    );
  });

  test.each([
    ["aes128-cbc", "sha1"],
    ["aes192-cbc", "sha256"],
    ["aes256-cbc", "sha512"],
    ["kw-aes128", "sha256"],
    ["kw-aes256", "sha1"],
  ] as const)("of %s with an HMAC of %s opens secrets and counters", async (cipher, hash) => {
    const bits = Number(/\d+/.exec(cipher)?.[0]);
    const key = Buffer.alloc(bits / 8, 0x5a);
    const secret = Buffer.from("a secret of 24 bytes....");
    const seal = (plain: Buffer) => {
      if (cipher.startsWith("kw-")) {
        const wrap = createCipheriv(`id-aes${bits}-wrap`, key, Buffer.alloc(8, 0xa6));
        return Buffer.concat([wrap.update(plain), wrap.final()]);
      }
      const iv = Buffer.alloc(16, 3);
      const cbc = createCipheriv(`aes-${bits}-cbc`, key, iv);
      return Buffer.concat([iv, cbc.update(plain), cbc.final()]);
    };
    const sealed = (plain: Buffer) => {
      const value = seal(plain);
      const mac = createHmac(hash, key).update(value).digest("base64");
      const data = rfc.encryptedData(value.toString("base64"), cipher);
      return `<EncryptedValue>${data}</EncryptedValue><ValueMAC>${mac}</ValueMAC>`;
    };
    const counter = Buffer.alloc(16);
    counter.writeUInt32BE(70_000, 4);
    const head = `<EncryptionKey><ds:KeyName>k</ds:KeyName></EncryptionKey>
      <MACMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#hmac-${hash}"/>`;
    // AES key wrap takes no fewer than 16 bytes, so that beside it a counter is written in the plain.
    const written = cipher.startsWith("kw-")
      ? "<PlainValue>70000</PlainValue>"
      : sealed(counter.subarray(0, 8));
    const data = `<Secret>${sealed(secret)}</Secret><Counter>${written}</Counter>`;
    const content = rfc.container(head + rfc.keyPackage({ data }));
    expect(await entriesOf(read(content, { kind: "pre-shared", key }))).toMatchObject([
      { kind: "token", token: { secret: new Uint8Array(secret), counter: 70_000 } },
    ]);
  });
});

describe("a key package", () => {
  const plain = (text: string) => `<PlainValue>${text}</PlainValue>`;
  const secretOf = (bytes: number) => `<Secret>${plain(Buffer.alloc(bytes, 1).toString("base64"))}</Secret>`;
  const urn = "urn:ietf:params:xml:ns:keyprov:pskc";

  test.each<[string, rfc.PackageParts, string]>([
    ["OCRA", { algorithm: `${urn}:OCRA-1:HOTP-SHA512-8:C-QN08` }, "unsupported-kind"],
    ["another algorithm", { algorithm: "http://www.example.com/securid-aes" }, "unsupported-kind"],
    ["HMAC-MD5", { parameters: `<Suite>HMAC-MD5</Suite>${rfc.eightDigits}` }, "unsupported-algorithm"],
    ["five digits", { parameters: '<ResponseFormat Length="5" Encoding="DECIMAL"/>' }, "unsupported-digits"],
    [
      "hexadecimal codes",
      { parameters: '<ResponseFormat Length="8" Encoding="HEXADECIMAL"/>' },
      "unsupported-format",
    ],
    [
      "a check digit",
      { parameters: '<ResponseFormat Length="8" Encoding="DECIMAL" CheckDigits="true"/>' },
      "unsupported-format",
    ],
    ["nine bytes", { data: secretOf(9) }, "secret-too-short"],
    ["129 bytes", { data: secretOf(129) }, "secret-too-long"],
    ["no base64", { data: `<Secret>${plain("!!!!")}</Secret>` }, "secret-malformed"],
    [
      "a counter below zero",
      { data: `${rfc.plainSecret}<Counter>${plain("-1")}</Counter>` },
      "number-malformed",
    ],
    [
      "a counter beyond all",
      { data: `${rfc.plainSecret}<Counter>${plain("9".repeat(17))}</Counter>` },
      "number-malformed",
    ],
    [
      "a period of 45 seconds",
      { algorithm: `${urn}:totp`, data: `${rfc.plainSecret}<TimeInterval>${plain("45")}</TimeInterval>` },
      "unsupported-period",
    ],
    ["use for signatures only", { policy: "<KeyUsage>Sign</KeyUsage>" }, "not-for-one-time-codes"],
    ["a policy that nobody knows", { policy: "<PlanetaryAlignment/>" }, "unsupported-policy"],
    ["a PIN within the code", { policy: '<PINPolicy PINUsageMode="Append"/>' }, "unsupported-policy"],
    ["a serial number with a line break", { serial: "12\n34" }, "serial-malformed"],
    ["a serial number of 65 characters", { serial: "1".repeat(65) }, "serial-malformed"],
    ["a counter that is encrypted without a key", { data: rfc.figure6Secret }, "wrong-key"],
  ])("with %s is refused", async (_name, parts, code) => {
    const whole = await read(rfc.container(rfc.keyPackage(parts)));
    const [entry] = whole.kind === "read" ? whole.entries : [];
    const got =
      whole.kind === "refused" ? whole.why.code : entry?.kind === "refused" ? entry.why.code : "token";
    expect(got).toBe(code);
  });

  test("of a time-based token has period and hash, and tells of a short secret and a clock that was off", async () => {
    const data = `${secretOf(10)}<Time>${plain("0")}</Time><TimeInterval>${plain("60")}</TimeInterval><TimeDrift>${plain("4")}</TimeDrift>`;
    const parameters = `<Suite>HMAC-SHA256</Suite>`;
    const [entry] = await entriesOf(
      read(rfc.container(rfc.keyPackage({ algorithm: `${urn}:totp`, parameters, data }))),
    );
    expect(entry).toMatchObject({
      kind: "token",
      token: { kind: "totp", periodSeconds: 60, algorithm: "SHA-256", digits: 6, counter: 0 },
      warnings: [{ code: "clock-drift" }, { code: "digits-assumed" }, { code: "secret-short" }],
    });
  });

  test("names whom it is for", async () => {
    const named = rfc.keyPackage().replace("</Key>", "<UserId>UID=anna,DC=ward</UserId></Key>");
    expect(await entriesOf(read(rfc.container(named)))).toMatchObject([{ token: { userName: "anna" } }]);
  });
});

describe("a file that is none", () => {
  const entities = Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join(
    "",
  );
  const bomb = `<!DOCTYPE x [<!ENTITY l0 "ha">${entities}]>${rfc.container("&l9;")}`;
  test.each<[string, string, string]>([
    ["a bomb of entities", bomb, "document-type"],
    ["an entity from elsewhere", `<!DOCTYPE x SYSTEM "file:///etc/passwd">${rfc.figure5}`, "document-type"],
    ["an entity that is not declared", rfc.container("&passwd;"), "not-xml"],
    ["nested without end", "<a>".repeat(1_000_000), "not-xml"],
    [
      "attributes without end",
      `<a ${Array.from({ length: 300_000 }, (_, n) => `b${n}=""`).join(" ")}/>`,
      "not-xml",
    ],
    ["nothing", "", "not-xml"],
    ["text", "serial,secret", "not-xml"],
    ["cut off", rfc.figure6.slice(0, 900), "not-xml"],
    ["two roots", `${rfc.figure5}<x/>`, "not-xml"],
    ["an attribute twice", rfc.figure5.replace('Version="1.0"', 'Version="1.0" Version="1.1"'), "not-xml"],
    ["another document", "<html/>", "not-pskc"],
    ["a draft of PSKC", rfc.figure5.replaceAll("keyprov:pskc", "keyprov:pskc:1.0"), "not-pskc"],
    ["version 2", rfc.container(rfc.keyPackage(), "2.0"), "unsupported-version"],
    ["without packages", rfc.container(""), "empty"],
    ["too large", "x".repeat(8 * 1024 * 1024 + 1), "too-large"],
  ])("%s is refused", async (_name, content, code) => {
    expect(await codeOf(read(content))).toBe(code);
  });

  test.each([
    ["of the container", `${rfc.keyPackage()}<ds:Signature/>`],
    ["under PSKC's own name", `${rfc.keyPackage()}<Signature><ds:SignedInfo/></Signature>`],
    [
      "of one package",
      rfc.keyPackage({ policy: "" }).replace("</KeyPackage>", "<ds:Signature/></KeyPackage>"),
    ],
  ])("tells of a signature that it did not check: %s", async (_name, inside) => {
    const answer = await read(rfc.container(inside));
    expect(answer).toMatchObject({ kind: "read", warnings: [{ code: "signature-not-checked" }] });
    expect(await read(rfc.container(rfc.keyPackage()))).toMatchObject({ kind: "read", warnings: [] });
  });

  test("whatever bytes come, in whatever place, they end in an answer", async () => {
    const content = fc
      .tuple(
        fc.constantFrom(rfc.figure5, rfc.figure6, rfc.figure7),
        fc.nat(),
        fc.nat({ max: 40 }),
        fc.string({ unit: "binary", maxLength: 12 }),
      )
      .map(([file, at, cut, put]) => {
        const place = at % file.length;
        return file.slice(0, place) + put + file.slice(place + cut);
      });
    await fc.assert(
      fc.asyncProperty(fc.oneof(content, fc.string({ unit: "binary" })), async (text) => {
        for (const key of [null, preShared, { kind: "passphrase", passphrase: "qwerty" } as const])
          expect(["read", "refused"]).toContain((await read(text, key)).kind);
      }),
      { numRuns: 60 },
    );
  });
});
