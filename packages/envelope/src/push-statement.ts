import type { PublicKey } from "@holdfast/protocol/primitives";
import type { PushStatement } from "@holdfast/protocol/push-api";
import { pushStatement } from "@holdfast/protocol/push-api";
import { CompactSign, compactVerify } from "jose";
import { hasExactly, parseCompact, parseJson } from "./compact.ts";
import type { CryptoKey } from "./keys.ts";
import type { EnvelopeRefusal, Refused } from "./refusal.ts";
import { refused } from "./refusal.ts";

/** What a phone signs by its approval key (ES256): its owner's answer to one push request. */

const typ = "holdfast-push-answer+jws";
const maxLength = 4_096;

export async function signPushStatement(
  content: PushStatement,
  approvalKey: CryptoKey,
): Promise<{ readonly statement: string; readonly assertionChallenge: Uint8Array }> {
  const payload = new TextEncoder().encode(JSON.stringify(pushStatement.parse(content)));
  const statement = await new CompactSign(payload)
    .setProtectedHeader({ alg: "ES256", typ })
    .sign(approvalKey);
  return { statement, assertionChallenge: await assertionChallenge(statement) };
}

/**
 * What the phone's credential signs where a biometric is required: SHA-256 of the statement's signing input (RFC 7515
 * §5.1), which is known before the approval key has signed.
 */
export async function assertionChallengeOf(content: PushStatement): Promise<Uint8Array> {
  const header = base64urlOf(JSON.stringify({ alg: "ES256", typ }));
  return digest(`${header}.${base64urlOf(JSON.stringify(pushStatement.parse(content)))}`);
}

export function assertionChallenge(statement: string): Promise<Uint8Array> {
  return digest(statement.slice(0, statement.lastIndexOf(".")));
}

export async function verifyPushStatement(
  text: string,
  approvalKey: PublicKey,
): Promise<{ readonly kind: "ok"; readonly content: PushStatement } | Refused<EnvelopeRefusal>> {
  if (text.length > maxLength) return refused("too-large");
  const parts = parseCompact(text, 3);
  if (!parts) return refused("malformed");
  const { header } = parts;
  if (header.typ !== typ) return refused("wrong-type");
  if (header.alg !== "ES256") return refused("algorithm-refused");
  if (!hasExactly(header, ["alg", "typ"])) return refused("unexpected-header");
  let payload: Uint8Array;
  try {
    payload = (await compactVerify(text, { ...approvalKey }, { algorithms: ["ES256"] })).payload;
  } catch {
    return refused("signature-invalid");
  }
  const content = pushStatement.safeParse(parseJson(payload));
  return content.success ? { kind: "ok", content: content.data } : refused("payload-invalid");
}

async function digest(signingInput: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(signingInput)));
}

function base64urlOf(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}
