import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { TrustedKeys } from "@holdfast/envelope/documents";
import { type SignatureFinding, verifySigningStatement } from "@holdfast/envelope/signing-statement";
import { option } from "@holdfast/options/declaration";
import { defineOptions } from "@holdfast/options/define-options";
import { type SigningStatement, signingKeySet, signingStatement } from "@holdfast/protocol/signing-statement";
import { z } from "zod";
import { command } from "../frame/command.ts";
import type { Answer, Refused } from "../frame/outcome.ts";
import { done, ok, refused, usage } from "../frame/outcome.ts";
import { printable } from "../output/printable.ts";
import { facts } from "../output/table.ts";
import { dateTime } from "../output/time.ts";

const verifiedStatement = z.strictObject({
  verified: z.literal(true),
  /** Of the key that signed the statement. */
  kid: z.string(),
  /** Where the passkey was used; null: a phone signed. */
  origin: z.string().nullable(),
  /** Whether the file given by --document is the one that was signed; null: none was given. */
  documentIsTheSame: z.literal(true).nullable(),
  statement: signingStatement,
});

export const verifyCommand = command({
  words: ["verify-signing"],
  summary: "Verify the statement of a signed order, without any server",
  about: [
    "Checks the server's signature over the statement, and the signer's own passkey's or phone's over the order. Needs the public keys of the server, which it publishes at /.well-known/holdfast-signing-keys; get them once over a connection that you trust, and keep them.",
    "It says that the statement is genuine, not that the passkey or phone was never lost: the identity proofing named in it says who vouched for the signer.",
  ],
  arguments: [{ name: "FILE", help: "The statement; - reads it from standard input.", required: true }],
  options: defineOptions({
    keys: option({
      type: "string",
      flag: "--keys",
      default: null,
      help: "The file with the server's public keys, a JWK set.",
    }),
    document: option({
      type: "string",
      flag: "--document",
      default: null,
      help: "The document itself: its SHA-256 must be the one that was signed.",
    }),
  }),
  examples: ["holdfast verify-signing order.jws --keys keys.json --document order.pdf"],
  json: verifiedStatement,
  run: async ({ values, arguments: [file = ""], ports }) => {
    if (values.keys === null)
      return usage("Nothing was verified.", "--keys says whom to believe.", "holdfast verify-signing --help");
    const keys = keysFrom(values.keys);
    if (keys.kind === "refused") return keys;
    const text = file === "-" ? ok((await ports.readInput()) ?? "") : textOf(file);
    if (text.kind === "refused") return text;
    const verified = await verifySigningStatement(text.value.trim(), keys.value);
    if (verified.kind === "refused") return notVerified(verified.why);
    const { statement, kid, origin } = verified;
    const document = values.document === null ? null : sameDocument(values.document, statement);
    if (document?.kind === "refused") return document;
    const answer = { verified: true, kid, origin, documentIsTheSame: document?.value ?? null, statement };
    return done(answer, statementText(statement, origin, document !== null));
  },
});

function keysFrom(file: string): Answer<TrustedKeys> {
  const text = textOf(file);
  if (text.kind === "refused") return text;
  const keys = signingKeySet.safeParse(jsonOf(text.value));
  if (!keys.success)
    return refused(
      "refused",
      "keys-unreadable",
      "Nothing was verified.",
      `${file} is no JWK set of signing keys.`,
    );
  return ok(new Map(keys.data.keys.map(({ kid, kty, crv, x }) => [kid, { kty, crv, x }])));
}

function sameDocument(file: string, { order }: SigningStatement): Answer<true> {
  const bytes = bytesOf(file);
  if (bytes.kind === "refused") return bytes;
  const digest = createHash("sha256").update(bytes.value).digest("base64url");
  return digest === order.document.sha256
    ? ok(true)
    : refused(
        "refused",
        "another-document",
        "This document was not signed.",
        `The SHA-256 of ${file} is ${digest}; what was signed is ${order.document.sha256}.`,
      );
}

function textOf(file: string): Answer<string> {
  const bytes = bytesOf(file);
  return bytes.kind === "refused" ? bytes : ok(bytes.value.toString("utf8"));
}

function bytesOf(file: string): Answer<Buffer> {
  try {
    return ok(readFileSync(file));
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : "it cannot be read";
    return refused("refused", "file-unreadable", "Nothing was verified.", `${file}: ${why}.`);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const findings: Readonly<Record<SignatureFinding, string>> = {
  "phone-signed-another-order": "The phone signed another order than the one in this statement.",
  "phone-signed-no-approval": "What the phone signed is no approval.",
  "phone-signature-invalid": "The phone's signature does not fit its public key.",
  "passkey-signed-another-order": "The passkey signed another order than the one in this statement.",
  "passkey-signed-no-assertion": "What the passkey signed is no answer to a request for a signature.",
  "passkey-of-another-relying-party": "The passkey's signature was made for another site.",
  "passkey-user-not-verified": "The passkey did not verify its user.",
  "passkey-signature-invalid": "The passkey's signature does not fit its public key.",
  "statement-inconsistent": "The parts of this statement do not fit together.",
};

function notVerified(why: string): Refused {
  const text =
    why in findings
      ? findings[why as SignatureFinding]
      : (others[why] ?? "It is no statement of a signed order.");
  return refused("refused", why, "This statement is not genuine.", text);
}

const others: Readonly<Record<string, string>> = {
  "unknown-key": "It was signed by a key that is not in the key set. Fetch the server's keys again.",
  "signature-invalid": "The server's signature does not fit: it was changed, or is somebody else's.",
  "wrong-type": "It is another kind of document.",
};

function statementText(
  { order, signedAtMs, factors, proofing }: SigningStatement,
  origin: string | null,
  compared: boolean,
) {
  const { signer, application, document, policy } = order;
  return `Genuine.\n\n${facts([
    ["Signed by", `${printable(signer.displayName)} (${printable(signer.userName)}, ${signer.id})`],
    ["Signed", dateTime(signedAtMs)],
    ["Document", printable(document.title)],
    ["SHA-256", compared ? `${document.sha256}, that of the file given` : document.sha256],
    ["Asked by", `${printable(application.name)}, request ${order.requestId}`],
    ["Proven by", factors.map(({ factor }) => factor).join(", ")],
    ["At", origin === null ? "the signer's phone" : printable(origin)],
    ["Under policy", `${printable(policy.name)}, version ${policy.version}`],
    [
      "Identity",
      `proofed ${proofing.method}, recorded by ${proofing.recordedBy}, confirmed by ${proofing.confirmedBy} on ${dateTime(proofing.confirmedAtMs)}`,
    ],
  ])}`;
}
