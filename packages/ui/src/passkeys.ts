import type { ProblemText } from "./states.tsx";

export type PasskeyAnswer =
  | { readonly kind: "given"; readonly value: string }
  | { readonly kind: "refused"; readonly problem: ProblemText };

/** Asks the browser for an assertion (Web Authentication Level 3 §5.1.4); the value is its JSON form. */
export async function askPasskey(options: unknown): Promise<PasskeyAnswer> {
  return withPasskeys(async () => {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
      options as PublicKeyCredentialRequestOptionsJSON,
    );
    return navigator.credentials.get({ publicKey });
  });
}

/** Whether this browser offers passkeys among what it fills into a name field (§5.1.4, conditional mediation). */
export async function offersPasskeys(): Promise<boolean> {
  const credentials = globalThis.PublicKeyCredential;
  if (credentials?.parseRequestOptionsFromJSON === undefined || isAddress(location.hostname)) return false;
  return (await credentials.isConditionalMediationAvailable?.()) ?? false;
}

/** No passkey is made for an address (§5.1.2). */
function isAddress(hostName: string): boolean {
  return /^[\d.]+$|^\[/.test(hostName);
}

/**
 * Waits, without any window, until somebody picks a passkey in a field marked `webauthn`. Null: the wait was ended, or
 * came to nothing, which nobody need be told: there are other ways.
 */
export async function pickedPasskey(options: unknown, signal: AbortSignal): Promise<string | null> {
  try {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
      options as PublicKeyCredentialRequestOptionsJSON,
    );
    const credential = await navigator.credentials.get({ publicKey, mediation: "conditional", signal });
    return credential === null ? null : JSON.stringify((credential as PublicKeyCredential).toJSON());
  } catch {
    return null;
  }
}

/** Has the browser make a passkey (§5.1.3); the value is the registration's JSON form. */
export async function makePasskey(options: unknown): Promise<PasskeyAnswer> {
  return withPasskeys(async () => {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
      options as PublicKeyCredentialCreationOptionsJSON,
    );
    return navigator.credentials.create({ publicKey });
  });
}

async function withPasskeys(ask: () => Promise<Credential | null>): Promise<PasskeyAnswer> {
  if (globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON === undefined) {
    return refused("This browser cannot use passkeys.", "Choose another way, or use a newer browser.");
  }
  try {
    const credential = (await ask()) as PublicKeyCredential | null;
    if (credential === null) return refused("No passkey was chosen.", "Try again, or choose another way.");
    return { kind: "given", value: JSON.stringify(credential.toJSON()) };
  } catch (error) {
    const name = error instanceof DOMException ? error.name : "";
    if (name === "InvalidStateError") {
      return refused(
        "This passkey is registered already.",
        "Use another authenticator, or leave it as it is.",
      );
    }
    if (name === "SecurityError") {
      return refused(
        "Passkeys do not work at this address.",
        "Open the page by its host name over HTTPS, or choose another way.",
      );
    }
    // NotAllowedError stands for cancelled, timed out and unknown alike, on purpose (§13.4.2).
    return refused(
      "The passkey was not used.",
      "It was cancelled, took too long, or is not known here. Try again.",
    );
  }
}

function refused(what: string, next: string): PasskeyAnswer {
  return { kind: "refused", problem: { what, next } };
}
