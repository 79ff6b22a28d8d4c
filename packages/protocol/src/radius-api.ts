import { z } from "zod";
import { displayText, epochMs, identifier } from "./primitives.ts";

/** What a RADIUS client (a VPN gateway, a firewall, a switch) sends from: one address or a network. */
const clientAddress = z
  .union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])
  .refine((text) => prefixLength(text) >= (text.includes(":") ? 16 : 8), {
    message: "a network of at least /8 (IPv6: /16) is wanted: everybody in it is one client",
  });

function prefixLength(address: string): number {
  const [, prefix] = address.split("/");
  return prefix === undefined ? 128 : Number(prefix);
}

/**
 * How the second step is asked for: by an Access-Challenge, or, of clients that know none, in one line with the password
 * before it.
 */
export const radiusPrompts = z.enum(["challenge", "one-line"]);
export type RadiusPrompts = z.infer<typeof radiusPrompts>;

/**
 * Whether its requests must carry a Message-Authenticator (RFC 3579 §3.2). Without one, somebody on the network between
 * can make an acceptance out of a refusal (CVE-2024-3596); only for clients that cannot send it.
 */
const requiresMessageAuthenticator = z.boolean();

export const radiusClientCreation = z.strictObject({
  name: displayText,
  address: clientAddress,
  prompts: radiusPrompts.default("challenge"),
  requiresMessageAuthenticator: requiresMessageAuthenticator.default(true),
});
export type RadiusClientCreation = z.infer<typeof radiusClientCreation>;

export const radiusClientChange = z.strictObject({
  name: displayText.optional(),
  address: clientAddress.optional(),
  prompts: radiusPrompts.optional(),
  requiresMessageAuthenticator: requiresMessageAuthenticator.optional(),
});
export type RadiusClientChange = z.infer<typeof radiusClientChange>;

export const radiusClientView = z.strictObject({
  id: identifier,
  name: displayText,
  address: z.string(),
  prompts: radiusPrompts,
  requiresMessageAuthenticator,
  createdAtMs: epochMs,
  secretChangedAtMs: epochMs,
});
export type RadiusClientView = z.infer<typeof radiusClientView>;

/** The shared secret is told once; afterwards only FreeRADIUS's configuration has it. */
export const radiusClientIssued = radiusClientView.extend({ secret: z.string() });
export type RadiusClientIssued = z.infer<typeof radiusClientIssued>;

/**
 * A FreeRADIUS that asks this API. `certificateHash`: SHA-256 of the certificate (DER) that it shows, base64url; without
 * one it is listened to from the server's own machine only.
 */
export const radiusServerView = z.strictObject({
  id: identifier,
  name: displayText,
  certificateHash: z.string().nullable(),
  configuredAtMs: epochMs,
  /** Clients, secrets or the certificates' authority changed since: it must be configured again before it knows. */
  outdated: z.boolean(),
});
export type RadiusServerView = z.infer<typeof radiusServerView>;

export const radiusView = z.strictObject({
  clients: z.array(radiusClientView),
  servers: z.array(radiusServerView),
});
export type RadiusView = z.infer<typeof radiusView>;

/** POST /api/v1/radius/servers: of two with one name the later takes the place of the earlier. */
export const radiusServerRegistration = z.strictObject({
  name: displayText,
  certificateHash: z
    .string()
    .regex(/^[A-Za-z0-9_-]{43}$/)
    .nullable(),
});
export type RadiusServerRegistration = z.infer<typeof radiusServerRegistration>;

/** All that the configuration of this FreeRADIUS is made of, told once. */
export const radiusServerIssued = radiusServerView.extend({
  key: z.string(),
  /** PEM of the authority that our certificate leads to. */
  authority: z.string(),
  clients: z.array(radiusClientIssued),
});
export type RadiusServerIssued = z.infer<typeof radiusServerIssued>;

/** An attribute as FreeRADIUS's rlm_rest encodes it. */
const sentAttribute = z.strictObject({
  type: z.string().max(32).optional(),
  value: z.array(z.union([z.string(), z.number(), z.boolean()])).max(64),
});

/**
 * POST /api/v1/radius/access-requests: the attributes of an Access-Request by name, all of them. `Tmp-String-0` is the
 * client by the id that our configuration gives it, `Tmp-String-1` what tells the packet from every other.
 */
export const radiusAccessRequest = z.record(z.string().max(256), sentAttribute);
export type RadiusAccessRequest = z.infer<typeof radiusAccessRequest>;

/** `do_xlat` false: FreeRADIUS takes the value as it is, whatever percent signs are in it. */
const answeredAttribute = z.strictObject({
  op: z.literal(":="),
  do_xlat: z.literal(false),
  value: z.array(z.string().max(253)).min(1).max(1),
});

/** Neither `Auth-Type` nor `State` never comes: the one is the verdict, the other a challenge. */
export const radiusAccessAnswer = z.strictObject({
  "control:Auth-Type": answeredAttribute.optional(),
  "reply:State": answeredAttribute.optional(),
  "reply:Reply-Message": answeredAttribute.optional(),
  /** Whether the answer to a challenge may be shown as it is typed (RFC 2869 §5.10). */
  "reply:Prompt": answeredAttribute.optional(),
});
export type RadiusAccessAnswer = z.infer<typeof radiusAccessAnswer>;
