import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import type { PublicKey } from "@holdfast/protocol/primitives";
import type { PushStatement } from "@holdfast/protocol/push-api";
import type { PasskeyPublicKey, SigningStatement } from "@holdfast/protocol/signing-statement";
import { canonicalOrder } from "@holdfast/protocol/signing-statement";
import { beforeAll, describe, expect, test } from "vitest";
import { type Signer, signDocument, type TrustedKeys, trustOnly } from "./documents.ts";
import { generateSigningKey, thumbprint } from "./keys.ts";
import { signPushStatement } from "./push-statement.ts";
import { orderChallenge, verifySigningStatement } from "./signing-statement.ts";
import { samplePasskey, sampleStatement } from "./testing/sample-statement.ts";

let signer: Signer;
let trusted: TrustedKeys;
beforeAll(async () => {
  const pair = await generateSigningKey();
  signer = { kid: await thumbprint(pair.publicKey), privateKey: pair.privateKey };
  trusted = await trustOnly(pair.publicKey);
});

type Bend = {
  readonly challenge?: string;
  readonly type?: string;
  readonly origin?: string;
  readonly flags?: number;
  readonly rpId?: string;
  readonly change?: (statement: SigningStatement) => SigningStatement;
};
type Kind = "EC" | "OKP" | "RSA";

/** A statement whose passkey is made of the specification alone, by node:crypto (Web Authentication Level 3 §6.3.3). */
async function statementBy(kind: Kind, bend: Bend = {}): Promise<string> {
  const { privateKey, publicKey } = keyPair(kind);
  const { order } = sampleStatement;
  const challenge = bend.challenge ?? Buffer.from(await orderChallenge(order)).toString("base64url");
  const origin = bend.origin ?? "https://id.example.org:8443";
  const client = Buffer.from(JSON.stringify({ type: bend.type ?? "webauthn.get", challenge, origin }));
  const rpIdHash = await sha256(Buffer.from(bend.rpId ?? "id.example.org"));
  const data = Buffer.concat([rpIdHash, Buffer.from([bend.flags ?? 0x05, 0, 0, 0, 7])]);
  const signed = Buffer.concat([data, await sha256(client)]);
  const signature = sign(kind === "OKP" ? null : "sha256", signed, privateKey);
  const jwk = publicKey.export({ format: "jwk" }) as PasskeyPublicKey;
  const statement: SigningStatement = {
    ...sampleStatement,
    passkey: {
      ...samplePasskey,
      publicKey: jwk,
      clientDataJSON: client.toString("base64url"),
      authenticatorData: data.toString("base64url"),
      signature: signature.toString("base64url"),
    },
  };
  return signDocument("signing-statement", bend.change?.(statement) ?? statement, signer);
}

function keyPair(kind: Kind): { privateKey: KeyObject; publicKey: KeyObject } {
  if (kind === "EC") return generateKeyPairSync("ec", { namedCurve: "P-256" });
  return kind === "OKP"
    ? generateKeyPairSync("ed25519")
    : generateKeyPairSync("rsa", { modulusLength: 2048 });
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Buffer> {
  return Buffer.from(await crypto.subtle.digest("SHA-256", bytes));
}

const verdict = async (text: string, keys = trusted) => {
  const verified = await verifySigningStatement(text, keys);
  return verified.kind === "ok" ? "ok" : verified.why;
};

describe("a signed order is verified without the server that issued it", () => {
  test.each(["EC", "OKP", "RSA"] as const)("by a passkey of kind %s, many times over", async (kind) => {
    // DER shortens numbers that begin with zeros: some of these do.
    for (let round = 0; round < (kind === "RSA" ? 1 : 40); round++)
      expect(await verdict(await statementBy(kind))).toBe("ok");
  });

  test("and says who signed what, and where", async () => {
    const verified = await verifySigningStatement(await statementBy("EC"), trusted);
    expect(verified).toMatchObject({
      kind: "ok",
      origin: "https://id.example.org:8443",
      statement: { order: sampleStatement.order },
    });
  });

  test.each<[string, Bend, string]>([
    ["another challenge", { challenge: "A".repeat(43) }, "passkey-signed-another-order"],
    ["no assertion", { type: "webauthn.create" }, "passkey-signed-no-assertion"],
    ["another relying party", { rpId: "evil.example.org" }, "passkey-of-another-relying-party"],
    ["another origin", { origin: "https://id.example.org.evil.net" }, "passkey-of-another-relying-party"],
    ["a look-alike", { origin: "https://evilid.example.org" }, "passkey-of-another-relying-party"],
    ["nobody verified", { flags: 0x01 }, "passkey-user-not-verified"],
    ["nobody present", { flags: 0x04 }, "passkey-user-not-verified"],
  ])("not where the passkey signed %s", async (_what, bend, why) => {
    expect(await verdict(await statementBy("EC", bend))).toBe(why);
  });

  type Changed = readonly [string, (statement: SigningStatement) => SigningStatement, string];
  const otherOrder = (order: Partial<SigningStatement["order"]>) => (statement: SigningStatement) => ({
    ...statement,
    order: { ...statement.order, ...order },
  });
  test.each<Changed>([
    [
      "another document",
      otherOrder({ document: { title: "Morphine 5 mg i. v. for bed 7", sha256: `${"E".repeat(42)}A` } }),
      "passkey-signed-another-order",
    ],
    [
      "another title",
      otherOrder({ document: { ...sampleStatement.order.document, title: "Morphine 50 mg" } }),
      "passkey-signed-another-order",
    ],
    [
      "another signer",
      otherOrder({ signer: { id: "user-9", userName: "eve", displayName: "Eve" } }),
      "passkey-signed-another-order",
    ],
    ["another nonce", otherOrder({ nonce: `${"O".repeat(42)}A` }), "passkey-signed-another-order"],
    ["another proofing", otherOrder({ proofingId: "proofing-9" }), "statement-inconsistent"],
    [
      "one administrator twice",
      (statement) => ({ ...statement, proofing: { ...statement.proofing, confirmedBy: "user-2" } }),
      "statement-inconsistent",
    ],
    [
      "the same factor twice",
      ({ factors: [, passkey], ...rest }) => ({ ...rest, factors: passkey ? [passkey, passkey] : [] }),
      "statement-inconsistent",
    ],
    ["a signature before the order", (all) => ({ ...all, signedAtMs: 1 }), "statement-inconsistent"],
    [
      "another passkey's signature",
      (statement) => ({
        ...statement,
        passkey: { ...samplePasskey, ...statement.passkey, publicKey: samplePasskey.publicKey },
      }),
      "passkey-signature-invalid",
    ],
  ])("not where the server itself put %s into it", async (_what, change, why) => {
    expect(await verdict(await statementBy("EC", { change }))).toBe(why);
  });

  test("not by another server's key, nor with a changed character", async () => {
    const text = await statementBy("EC");
    const { publicKey } = await generateSigningKey();
    expect(await verdict(text, await trustOnly(publicKey))).toBe("unknown-key");
    const [header, payload = "", signature] = text.split(".");
    const flipped = payload[100] === "A" ? "B" : "A";
    const changed = `${header}.${payload.slice(0, 100)}${flipped}${payload.slice(101)}.${signature}`;
    expect(["signature-invalid", "malformed"]).toContain(await verdict(changed));
  });
});

test("RFC 8785: an order has one text, whatever the order of its members", () => {
  const { order } = sampleStatement;
  const reversed = Object.fromEntries(Object.entries(order).toReversed()) as typeof order;
  expect(canonicalOrder(reversed)).toBe(canonicalOrder(order));
  expect(canonicalOrder(order)).toMatch(
    /^\{"application":\{"id":"key-1","name":"Order entry"\},"attemptId":/,
  );
  expect(canonicalOrder(order)).toContain("Dr. Anna Ågren");
});

describe("an order that a phone signed", () => {
  const phoneKey = keyPair("EC");
  const publicKey = phoneKey.publicKey.export({ format: "jwk" }) as PublicKey;

  async function byPhone(
    said: Partial<PushStatement> = {},
    change: (all: SigningStatement) => SigningStatement = (all) => all,
  ) {
    const digest = Buffer.from(await orderChallenge(sampleStatement.order)).toString("base64url");
    const content: PushStatement = {
      ...{ v: 1, id: "psh_1", phoneId: "phn_1", challenge: "C".repeat(43) },
      ...{ decision: "approve", number: "47", reason: null, digest },
      ...said,
    };
    const key = await crypto.subtle.importKey(
      "jwk",
      phoneKey.privateKey.export({ format: "jwk" }),
      { name: "ECDSA", namedCurve: "P-256" },
      false,
      ["sign"],
    );
    const { passkey: _, ...rest } = sampleStatement;
    const { statement } = await signPushStatement(content, key);
    const whole: SigningStatement = {
      ...rest,
      factors: [
        { factor: "password", authenticatorId: null },
        { factor: "push", authenticatorId: "phn_1" },
      ],
      phone: { authenticatorId: "phn_1", publicKey, statement },
    };
    return verdict(await signDocument("signing-statement", change(whole), signer));
  }

  test("is verified by the phone's public key", async () => {
    expect(await byPhone()).toBe("ok");
  });

  test.each<[string, Partial<PushStatement>, string]>([
    ["another order", { digest: "E".repeat(43) }, "phone-signed-another-order"],
    ["a sign-in", { digest: null }, "phone-signed-another-order"],
    ["another phone's", { phoneId: "phn_2" }, "phone-signed-another-order"],
    ["a denial", { decision: "deny", number: null, reason: "not-now" }, "phone-signed-no-approval"],
  ])("not where the phone signed %s", async (_what, said, why) => {
    expect(await byPhone(said)).toBe(why);
  });

  test("not where the server itself put another document or another key into it", async () => {
    const other = { title: "Morphine 50 mg", sha256: sampleStatement.order.document.sha256 };
    expect(await byPhone({}, (all) => ({ ...all, order: { ...all.order, document: other } }))).toBe(
      "phone-signed-another-order",
    );
    const strange = keyPair("EC").publicKey.export({ format: "jwk" }) as PublicKey;
    expect(
      await byPhone({}, (all) => ({
        ...all,
        ...(all.phone && { phone: { ...all.phone, publicKey: strange } }),
      })),
    ).toBe("phone-signature-invalid");
  });
});
