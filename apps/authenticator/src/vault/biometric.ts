/**
 * The phone's biometric as the vault's lock: a WebAuthn credential of this app's own host whose PRF extension
 * (WebAuthn Level 3 §10.1.4) gives a secret for each salt, and only after the phone has verified its user.
 */
import { randomBytes } from "./sealing.ts";

export type BiometricSlot = {
  readonly credentialId: ArrayBuffer;
  /** What a server is told of it at an online registration. */
  readonly credential: RegistrationResponseJSON;
  /** One unlocks the codes, the other opens the keys that ask anew. */
  readonly salts: { readonly codes: Uint8Array<ArrayBuffer>; readonly keys: Uint8Array<ArrayBuffer> };
};

export type BiometricFailure = {
  readonly kind: "refused";
  readonly reason: "declined" | "no-prf" | "not-verified" | "not-here";
};

type Secrets = { readonly codes: Uint8Array<ArrayBuffer>; readonly keys: Uint8Array<ArrayBuffer> };

/** Whether this phone says that it has one; whether it can keep secrets is seen when it is set up. */
export async function mayHaveBiometric(): Promise<boolean> {
  const known = globalThis.PublicKeyCredential;
  if (known?.isUserVerifyingPlatformAuthenticatorAvailable === undefined) return false;
  return known.isUserVerifyingPlatformAuthenticatorAvailable().catch(() => false);
}

export async function setUpBiometric(): Promise<
  { readonly kind: "ok"; readonly slot: BiometricSlot; readonly secrets: Secrets } | BiometricFailure
> {
  const salts = { codes: randomBytes(32), keys: randomBytes(32) };
  const made = await asked(() =>
    navigator.credentials.create({
      publicKey: {
        rp: { id: location.hostname, name: "Holdfast" },
        user: { id: randomBytes(16), name: "Holdfast app", displayName: "Holdfast app on this phone" },
        challenge: randomBytes(32),
        pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: "public-key", alg })),
        authenticatorSelection: {
          authenticatorAttachment: "platform",
          residentKey: "preferred",
          userVerification: "required",
        },
        timeout: 120_000,
        extensions: { prf: { eval: { first: salts.codes, second: salts.keys } } },
      },
    }),
  );
  if (made.kind === "refused") return made;
  const { credential } = made;
  const response = credential.response as AuthenticatorAttestationResponse;
  if (!userVerified(response.getAuthenticatorData())) return { kind: "refused", reason: "not-verified" };
  const { prf } = credential.getClientExtensionResults();
  const slot: BiometricSlot = {
    credentialId: credential.rawId,
    credential: withoutSecrets(credential.toJSON() as RegistrationResponseJSON),
    salts,
  };
  const given = secretsOf(prf?.results);
  if (given !== null) return { kind: "ok", slot, secrets: given };
  if (prf?.enabled !== true) return { kind: "refused", reason: "no-prf" };
  // Some authenticators answer only to an assertion.
  const read = await askBiometric(slot, ["codes", "keys"], randomBytes(32));
  if (read.kind === "refused") return read;
  const [codes, keys] = read.secrets;
  return codes && keys
    ? { kind: "ok", slot, secrets: { codes, keys } }
    : { kind: "refused", reason: "no-prf" };
}

export async function askBiometric(
  { credentialId, salts }: Pick<BiometricSlot, "credentialId" | "salts">,
  which: readonly ("codes" | "keys")[],
  challenge: Uint8Array<ArrayBuffer>,
): Promise<
  | {
      readonly kind: "ok";
      readonly secrets: readonly Uint8Array<ArrayBuffer>[];
      readonly assertion: AuthenticationResponseJSON;
    }
  | BiometricFailure
> {
  const [first, second] = which.map((name) => salts[name]);
  if (first === undefined) throw new Error("nothing was asked for");
  const answer = await asked(() =>
    navigator.credentials.get({
      publicKey: {
        rpId: location.hostname,
        challenge,
        allowCredentials: [{ type: "public-key", id: credentialId }],
        userVerification: "required",
        timeout: 60_000,
        extensions: { prf: { eval: { first, ...(second === undefined ? {} : { second }) } } },
      },
    }),
  );
  if (answer.kind === "refused") return answer;
  const { credential } = answer;
  const { authenticatorData } = credential.response as AuthenticatorAssertionResponse;
  if (!userVerified(authenticatorData)) return { kind: "refused", reason: "not-verified" };
  const results = credential.getClientExtensionResults().prf?.results;
  const secrets = [results?.first, results?.second].flatMap((value) => (value ? [bytesOf(value)] : []));
  if (secrets.length !== which.length) return { kind: "refused", reason: "no-prf" };
  const assertion = withoutSecrets(credential.toJSON() as AuthenticationResponseJSON);
  return { kind: "ok", secrets, assertion };
}

export const biometricFailureText: Readonly<Record<BiometricFailure["reason"], string>> = {
  declined: "The phone did not confirm that it is you. It was cancelled, or took too long.",
  "no-prf": "This phone’s biometric cannot keep the app’s key. Use a PIN instead.",
  "not-verified": "The phone answered without checking that it is you. Set up a screen lock, or use a PIN.",
  "not-here": "Biometrics do not work at this address: it must be a host name over HTTPS. Use a PIN instead.",
};

async function asked(
  ask: () => Promise<Credential | null>,
): Promise<{ readonly kind: "ok"; readonly credential: PublicKeyCredential } | BiometricFailure> {
  try {
    const credential = await ask();
    return credential instanceof PublicKeyCredential
      ? { kind: "ok", credential }
      : { kind: "refused", reason: "declined" };
  } catch (error) {
    const name = error instanceof DOMException ? error.name : "";
    if (name === "SecurityError") return { kind: "refused", reason: "not-here" };
    if (name === "NotSupportedError") return { kind: "refused", reason: "no-prf" };
    // NotAllowedError stands for cancelled, timed out and not verified alike, on purpose (§13.4.2).
    return { kind: "refused", reason: "declined" };
  }
}

/** What goes to a server must not carry the secrets (§10.1.4: the client extension's output has them). */
function withoutSecrets<T extends { clientExtensionResults: unknown }>(answer: T): T {
  const { prf: _secrets, ...others } = answer.clientExtensionResults as Record<string, unknown>;
  return { ...answer, clientExtensionResults: others };
}

/** Flag UV of authenticator data (§6.1). */
function userVerified(authenticatorData: ArrayBuffer): boolean {
  const flags = new Uint8Array(authenticatorData)[32] ?? 0;
  return (flags & 0x04) !== 0;
}

function secretsOf(results: AuthenticationExtensionsPRFValues | undefined): Secrets | null {
  if (!results?.first || !results.second) return null;
  return { codes: bytesOf(results.first), keys: bytesOf(results.second) };
}

function bytesOf(value: BufferSource): Uint8Array<ArrayBuffer> {
  const view = ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(value);
  return new Uint8Array(view);
}
