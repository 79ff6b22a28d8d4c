import { z } from "zod";
import { serverAddress } from "./endpoint-api.ts";
import { base64url, displayText, epochMs, identifier, signingPublicKey } from "./primitives.ts";

/** What the agent keeps beside the offline store: files of its state directory, 0600. */

/** PKCS #8, base64url. They are in no other file. */
const deviceKeys = { deviceKey: base64url, encryptionKey: base64url };

/** `identity.json`: who this endpoint is. Made by enrolment and never changed after. */
export const identityFile = z.strictObject({
  version: z.literal(1),
  endpointId: identifier,
  name: displayText,
  site: displayText,
  rootKey: signingPublicKey,
  ...deviceKeys,
});

/** `enrolment-keys.json`: the keys of an enrolment that is not finished. */
export const enrolmentKeysFile = z.strictObject({ version: z.literal(1), ...deviceKeys });

/** `enterprise.json`: what the server last said about itself. Rewritten at contacts; its only secret is the nonce. */
export const enterpriseFile = z.strictObject({
  version: z.literal(1),
  /** Certificates of the authorities to trust, PEM. */
  authorities: z.array(z.string().max(16_384)).min(1).max(16),
  /** JWS; verified with the root key at every read. */
  manifest: z.string().max(65_536),
  servers: z.array(serverAddress).max(64),
  /** The server that the enrolment code was used at. */
  enrolledAt: z.url({ protocol: /^https$/ }),
  failoverBetweenSites: z.boolean(),
  /** Goes with the next contact, so that a copy of this endpoint is noticed (SECURITY §1). */
  nonce: base64url.min(16).max(64),
  /** Highest that a contact of this endpoint was given; written before the contact is sent, so that none has it twice. */
  contactNumber: z.number().int().nonnegative(),
  lastContactMs: epochMs.nullable(),
  /** The server's signature over this endpoint's event chain, as it last gave it (SECURITY §7). */
  headSignature: z.string().max(4096).nullable(),
});
export type EnterpriseFile = z.infer<typeof enterpriseFile>;
