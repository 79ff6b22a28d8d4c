import { toBase64url } from "@holdfast/core/encoding/base64url";
import type { PushRequestView, PushStatement } from "@holdfast/protocol/push-api";

/** What the phone signs (protocol/push-api, `pushStatement`): a JWS by its approval key, ES256. */

export type Decision =
  | { readonly decision: "approve"; readonly number: string }
  | { readonly decision: "deny"; readonly reason: "not-now" | "mistake" }
  | { readonly decision: "report" };

/** Everything but the signature; SHA-256 of it is what a fingerprint or face signs besides. */
export type Unsigned = { readonly input: string; readonly challenge: Uint8Array<ArrayBuffer> };

export async function composeStatement(
  request: PushRequestView,
  phoneId: string,
  decided: Decision,
): Promise<Unsigned> {
  const content: PushStatement = {
    v: 1,
    id: request.id,
    phoneId,
    challenge: request.challenge,
    decision: decided.decision,
    number: decided.decision === "approve" ? decided.number : null,
    reason: decided.decision === "deny" ? decided.reason : decided.decision === "report" ? "not-me" : null,
    digest: request.order?.digest ?? null,
  };
  const header = { alg: "ES256", typ: "holdfast-push-answer+jws" };
  const input = `${textOf(header)}.${textOf(content)}`;
  return { input, challenge: new Uint8Array(await crypto.subtle.digest("SHA-256", bytesOf(input))) };
}

export async function signStatement({ input }: Unsigned, key: CryptoKey): Promise<string> {
  const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, bytesOf(input));
  return `${input}.${toBase64url(new Uint8Array(signature))}`;
}

function textOf(content: object): string {
  return toBase64url(bytesOf(JSON.stringify(content)));
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
