import type { AuthenticationResponseJSON } from "@simplewebauthn/server";
import type { PhoneBiometric } from "../../store/phones-store.ts";
import { passkeyFits } from "../authenticators/passkeys.ts";
import type { AppPorts } from "../ports.ts";

/** The phone's credential as it is after this answer; null: it gave none to this challenge. */
export async function biometricAfter(
  ports: AppPorts,
  biometric: PhoneBiometric,
  challenge: Uint8Array,
  assertion: Readonly<Record<string, unknown>>,
): Promise<PhoneBiometric | null> {
  const party = ports.relyingParty("authenticator");
  if (party === null || assertion.id !== biometric.credentialId) return null;
  const { response, ...rest } = assertion as unknown as AuthenticationResponseJSON;
  if (typeof response !== "object" || response === null) return null;
  // Its user handle is the app's own, and says nothing here.
  const { userHandle: _, ...signed } = response;
  const data = { ...biometric, transports: [], synchronised: false };
  const asked = Buffer.from(challenge).toString("base64url");
  const answer = { ...rest, response: signed };
  const found = await passkeyFits(party, asked, biometric.credentialId, data, "", answer);
  return found === null ? null : { ...biometric, counter: found.counter };
}
