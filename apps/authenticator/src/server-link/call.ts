import type { PublicKey } from "@holdfast/protocol/primitives";
import type { Problem, ProblemCode } from "@holdfast/protocol/problem";
import type { Profile } from "../profiles/profile.ts";
import { vault } from "../vault/vault.ts";
import { proofOf } from "./proof.ts";

/** Whose key signs: a profile's, or that of a registration on its way. */
export type Signer = { readonly keysOf: string; readonly requestKey: PublicKey };

export type Answer<T> =
  | { readonly kind: "ok"; readonly value: T }
  /** The server said no, in a sentence. */
  | { readonly kind: "refused"; readonly code: ProblemCode; readonly detail: string }
  /** No answer, or none of a server: there is no network, or it is in trouble. */
  | { readonly kind: "unreachable" };

/** What the server's clock is ahead of this phone's, once a proof was refused for its time. */
let aheadMs = 0;

/** A request of the server that this app came from, signed with the profile's request key. */
export async function callServer<T>(
  signer: Signer,
  method: "GET" | "POST" | "PUT" | "DELETE",
  path: string,
  body?: unknown,
): Promise<Answer<T>> {
  const first = await send(signer, method, path, body);
  if (first === null) return { kind: "unreachable" };
  const again = first.status === 401 && (await learnTime(first.clone()));
  const response = again ? await send(signer, method, path, body) : first;
  return response === null ? { kind: "unreachable" } : read<T>(response);
}

/** A proof for one request, and the URL that it is for. */
export async function proofFor(
  { keysOf, requestKey }: Signer,
  method: string,
  path: string,
): Promise<{ readonly url: string; readonly proof: string }> {
  const url = `${location.origin}${path}`;
  const privateKey = await vault.requestKey(keysOf);
  const nowMs = Date.now() + aheadMs;
  return { url, proof: await proofOf({ method, url, privateKey, publicKey: requestKey, nowMs }) };
}

export function signerOf({ id, server }: Profile): Signer | null {
  return server && { keysOf: id, requestKey: server.requestKey };
}

async function send(signer: Signer, method: string, path: string, body?: unknown): Promise<Response | null> {
  const { url, proof: dpop } = await proofFor(signer, method, path);
  const content = body === undefined ? {} : { "content-type": "application/json" };
  try {
    return await fetch(url, {
      method,
      headers: { dpop, ...content },
      cache: "no-store",
      credentials: "omit",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    return null;
  }
}

/** A phone's clock may be hours off: the server's own is in its answer (RFC 9110 §6.6.1). True: worth another try. */
async function learnTime(response: Response): Promise<boolean> {
  const problem = (await response.json().catch(() => null)) as Problem | null;
  const serverMs = Date.parse(response.headers.get("date") ?? "");
  if (problem?.code !== "proof-invalid" || Number.isNaN(serverMs)) return false;
  aheadMs = serverMs - Date.now();
  return true;
}

async function read<T>(response: Response): Promise<Answer<T>> {
  const content: unknown = await response.json().catch(() => null);
  if (response.ok) return { kind: "ok", value: content as T };
  const { code, detail } = (content ?? {}) as Partial<Problem>;
  // A gateway's page is no word of the server.
  return code === undefined || detail === undefined || response.status >= 500
    ? { kind: "unreachable" }
    : { kind: "refused", code, detail };
}
