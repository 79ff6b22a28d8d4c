import { toBase64url } from "@holdfast/core/encoding/base64url";
import type { PushRequestView } from "@holdfast/protocol/push-api";
import type { Order } from "@holdfast/protocol/signing-statement";

export const notWhatItSays = "This request is not what it says it is";

/**
 * Whether what the screen shows of an order is what the signature will be about: the digest to be signed is that of the
 * order's text (RFC 8785, as protocol/signing-statement makes it), and that text says the same document, application and
 * signer. A sign-in shows nothing that is signed but its own id and challenge.
 */
export async function isWhatItSays({ order, details }: PushRequestView): Promise<boolean> {
  if (order === null) return true;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(order.text));
  if (toBase64url(new Uint8Array(digest)) !== order.digest) return false;
  const said = readOrder(order.text);
  return (
    said?.purpose === "holdfast order v1" &&
    said.document?.title === order.title &&
    said.document.sha256 === order.documentSha256 &&
    said.signer?.userName === details.account &&
    said.application?.name?.trim() === details.application
  );
}

type Said = {
  readonly [Part in keyof Order]?: Order[Part] extends object ? Partial<Order[Part]> : Order[Part];
};

function readOrder(text: string): Said | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
