import type { VerifiedStatement } from "@holdfast/envelope/signing-statement";
import { verifySigningStatement } from "@holdfast/envelope/signing-statement";
import type {
  Order,
  PasskeyPublicKey,
  PasskeySignature,
  PhoneSignature,
  SigningStatement,
} from "@holdfast/protocol/signing-statement";
import { passkeyPublicKey } from "@holdfast/protocol/signing-statement";
import { z } from "zod";
import type { StatementSigner } from "../../keys/statement-keys.ts";
import type { PhoneRow } from "../../store/phones-store.ts";
import type { PasskeyData } from "../authenticators/data.ts";
import type { Signed } from "../sign-in/sign-in.ts";
import type { SignerFacts } from "./signer.ts";

const assertion = z.object({
  id: z.string(),
  response: z.object({
    clientDataJSON: z.string(),
    authenticatorData: z.string(),
    signature: z.string(),
  }),
});

/** Everything that a statement says besides the server's signature. */
export async function composeStatement(
  order: Order,
  signed: Signed,
  { proofing }: SignerFacts,
  by: SignedBy,
  signedAtMs: number,
): Promise<SigningStatement> {
  if (proofing === null || proofing.confirmedBy === null || proofing.confirmedAtMs === null)
    throw new Error("a statement for somebody whose identity nobody vouches for");
  return {
    version: 1,
    order,
    signedAtMs,
    factors: [...signed.factors],
    proofing: {
      id: proofing.id,
      method: proofing.method,
      recordedBy: proofing.recordedBy,
      recordedAtMs: proofing.recordedAtMs,
      confirmedBy: proofing.confirmedBy,
      confirmedAtMs: proofing.confirmedAtMs,
    },
    ...(by.kind === "phone"
      ? { phone: ofPhone(by.phone, signed.approval) }
      : { passkey: await ofPasskey(by.passkey, signed.assertion) }),
  };
}

/** Whose own signature is over the order. */
export type SignedBy =
  | { readonly kind: "passkey"; readonly passkey: SignerFacts["passkeys"][number] }
  | { readonly kind: "phone"; readonly phone: PhoneRow };

async function ofPasskey(
  passkey: SignerFacts["passkeys"][number],
  text: string | null,
): Promise<PasskeySignature> {
  const { id, response } = assertion.parse(JSON.parse(text ?? "null"));
  return {
    authenticatorId: passkey.row.id,
    credentialId: id,
    relyingPartyId: passkey.data.relyingPartyId,
    publicKey: await publicKeyOf(passkey.data),
    clientDataJSON: response.clientDataJSON,
    authenticatorData: response.authenticatorData,
    signature: response.signature,
  };
}

function ofPhone({ id, approvalKey }: PhoneRow, statement: string | null): PhoneSignature {
  if (approvalKey === null || statement === null)
    throw new Error("a phone signed an order and left no signature");
  return { authenticatorId: id, publicKey: approvalKey, statement };
}

/** Signs it, and lets nothing out that others would not take. */
export async function issueStatement(signer: StatementSigner, statement: SigningStatement): Promise<string> {
  const text = await signer.sign(statement);
  const keys = new Map((await signer.publicKeys()).map(({ kid, key }) => [kid, key]));
  const verified: VerifiedStatement = await verifySigningStatement(text, keys);
  if (verified.kind === "refused")
    throw new Error(`a statement that would not be taken was made: ${verified.why}`);
  return text;
}

/** The kinds of keys that passkeys are made with here (authenticators/passkeys.ts): RFC 9053 §7.1, §7.2; RFC 8230 §4. */
async function publicKeyOf({ publicKey }: PasskeyData): Promise<PasskeyPublicKey> {
  const { decodeCredentialPublicKey, cose } = await import("@simplewebauthn/server/helpers");
  const key = decodeCredentialPublicKey(new Uint8Array(Buffer.from(publicKey, "base64url")));
  const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString("base64url");
  if (cose.isCOSEPublicKeyEC2(key)) {
    const [x, y] = [key.get(cose.COSEKEYS.x), key.get(cose.COSEKEYS.y)];
    return passkeyPublicKey.parse({ kty: "EC", crv: "P-256", x: text(x), y: text(y) });
  }
  if (cose.isCOSEPublicKeyOKP(key))
    return passkeyPublicKey.parse({ kty: "OKP", crv: "Ed25519", x: text(key.get(cose.COSEKEYS.x)) });
  if (cose.isCOSEPublicKeyRSA(key)) {
    const [n, e] = [key.get(cose.COSEKEYS.n), key.get(cose.COSEKEYS.e)];
    return passkeyPublicKey.parse({ kty: "RSA", n: text(n), e: text(e) });
  }
  throw new Error("a passkey has a key of a kind that none is made with");
}
