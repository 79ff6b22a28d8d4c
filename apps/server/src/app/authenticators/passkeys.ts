import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from "@simplewebauthn/server";
import type { PasskeyData } from "./data.ts";

/** A web app as passkeys know it (Web Authentication Level 3 §1.2). Each app has one of its own (SECURITY §6). */
export type RelyingParty = {
  /** A host name that is, or is a parent of, that of every origin. */
  readonly id: string;
  readonly name: string;
  readonly origins: readonly string[];
};

/** As long as an attempt may take. */
const timeoutMs = 120_000;

/**
 * EdDSA, ES256 and RS256 (RFC 9053 §2, RFC 8812 §2): what anybody can verify who keeps a signed order. ML-DSA, which the
 * library would ask for first, is an experiment in the runtimes of today.
 */
const algorithms = [-8, -7, -257] as const;

/** Loaded with the first passkey: most servers start without needing it. */
const library = () => import("@simplewebauthn/server");

/**
 * What a browser is asked for to make a passkey: one that is found without naming it, so that no sign-in has to tell
 * which passkeys a user has, and that verifies its user, so that it is two factors.
 */
export async function registrationOptions(
  party: RelyingParty,
  user: { readonly id: string; readonly name: string; readonly displayName: string },
  challenge: Uint8Array,
  known: readonly { readonly credentialId: string; readonly transports: readonly string[] }[],
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { generateRegistrationOptions } = await library();
  return generateRegistrationOptions({
    rpName: party.name,
    rpID: party.id,
    userName: user.name,
    userDisplayName: user.displayName,
    userID: new TextEncoder().encode(user.id),
    challenge: new Uint8Array(challenge),
    timeout: timeoutMs,
    attestationType: "none",
    supportedAlgorithmIDs: [...algorithms],
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
    excludeCredentials: known.map(({ credentialId, transports }) => ({
      id: credentialId,
      transports: [...transports],
    })),
  });
}

/** `allowed`: only these, where it is known already who answers; empty: any that the browser finds. */
export async function authenticationOptions(
  party: RelyingParty,
  challenge: Uint8Array,
  allowed: readonly string[] = [],
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const { generateAuthenticationOptions } = await library();
  return generateAuthenticationOptions({
    rpID: party.id,
    challenge: new Uint8Array(challenge),
    timeout: timeoutMs,
    userVerification: "required",
    ...(allowed.length === 0 ? {} : { allowCredentials: allowed.map((id) => ({ id })) }),
  });
}

/** Null where the answer is no passkey made here for this challenge; `challenge` null: whichever it was. */
export async function registeredPasskey(
  party: RelyingParty,
  challenge: string | null,
  answer: unknown,
): Promise<{ readonly credentialId: string; readonly data: PasskeyData } | null> {
  const { verifyRegistrationResponse } = await library();
  const verified = await verifyRegistrationResponse({
    response: answer as RegistrationResponseJSON,
    expectedChallenge: challenge ?? (() => true),
    expectedOrigin: [...party.origins],
    expectedRPID: party.id,
    requireUserVerification: true,
  }).catch(() => null);
  if (verified?.verified !== true) return null;
  const { credential, credentialDeviceType } = verified.registrationInfo;
  return {
    credentialId: credential.id,
    data: {
      publicKey: Buffer.from(credential.publicKey).toString("base64url"),
      counter: credential.counter,
      transports: [...(credential.transports ?? [])],
      relyingPartyId: party.id,
      synchronised: credentialDeviceType === "multiDevice",
    },
  };
}

/** The credential that an assertion names; null where it is none. It proves nothing yet. */
export function assertedCredential(
  assertion: string,
): { id: string; response: AuthenticationResponseJSON } | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(assertion);
  } catch {
    return null;
  }
  if (typeof parsed !== "object" || parsed === null || !("id" in parsed)) return null;
  const { id } = parsed;
  return typeof id === "string" ? { id, response: parsed as AuthenticationResponseJSON } : null;
}

/**
 * Whether the passkey answered this challenge here with its user verified. The new counter comes back; one that did not
 * rise is a copy of the passkey (Web Authentication Level 3 §6.1.1).
 */
export async function passkeyFits(
  party: RelyingParty,
  challenge: string,
  credentialId: string,
  data: PasskeyData,
  userId: string,
  response: AuthenticationResponseJSON,
): Promise<PasskeyData | null> {
  if (data.relyingPartyId !== party.id) return null;
  const { verifyAuthenticationResponse } = await library();
  const verified = await verifyAuthenticationResponse({
    response,
    expectedChallenge: challenge,
    expectedOrigin: [...party.origins],
    expectedRPID: party.id,
    requireUserVerification: true,
    credential: {
      id: credentialId,
      publicKey: new Uint8Array(Buffer.from(data.publicKey, "base64url")),
      counter: data.counter,
    },
  }).catch(() => null);
  const handle = response.response?.userHandle;
  if (handle !== undefined && Buffer.from(handle, "base64url").toString("utf8") !== userId) return null;
  return verified?.verified === true ? { ...data, counter: verified.authenticationInfo.newCounter } : null;
}
