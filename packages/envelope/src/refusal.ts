/** Why a document was not taken. Stable codes: they reach logs and endpoint events, never with any content. */
export type EnvelopeRefusal =
  | "too-large"
  | "malformed"
  | "wrong-type"
  | "algorithm-refused"
  | "unexpected-header"
  | "unknown-key"
  | "signature-invalid"
  | "decryption-failed"
  | "payload-invalid";

export type Refused<Why extends string = EnvelopeRefusal> = { readonly kind: "refused"; readonly why: Why };

export function refused<Why extends string>(why: Why): Refused<Why> {
  return { kind: "refused", why };
}
