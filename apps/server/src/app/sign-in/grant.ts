import type { Factor } from "@holdfast/protocol/policy";
import type { Secrets } from "../../keys/secrets.ts";

/**
 * Proof of an online success at one endpoint, for five minutes: what registers a refill key and opens the parameters of
 * the password's slot (SECURITY §1).
 */
export type Grant = {
  readonly endpointId: string;
  readonly userId: string;
  readonly credentialEpoch: number;
  /** What was proven: a bundle holds the means of a workstation's sign-in, and no lesser one may bring it. */
  readonly factors: readonly Factor[];
  readonly expiresAtMs: number;
};

export const grantLifetimeMs = 5 * 60_000;
const purpose = "sign-in grant";

export function sealGrant(secrets: Secrets, grant: Grant): string {
  return secrets.sealTicket(purpose, Buffer.from(JSON.stringify(grant)));
}

export function openGrant(secrets: Secrets, text: string, endpointId: string, nowMs: number): Grant | null {
  const content = secrets.openTicket(purpose, text);
  if (content === null) return null;
  const grant = JSON.parse(Buffer.from(content).toString("utf8")) as Grant;
  return grant.endpointId === endpointId && nowMs < grant.expiresAtMs ? grant : null;
}
