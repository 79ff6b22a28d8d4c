import { z } from "zod";
import { base64url, epochMs, identifier } from "./primitives.ts";

/**
 * JWS payload, `typ` = "holdfast-chain-head+jws", signed by a bundle key: how far the server holds an endpoint's event
 * chain, so that neither side can later deny a link (SECURITY §7).
 */
export const chainHead = z.strictObject({
  version: z.literal(1),
  endpointId: identifier,
  sequence: z.number().int().nonnegative(),
  /** The last link's mac; empty before the first. */
  mac: z.union([base64url.length(43), z.literal("")]),
  atMs: epochMs,
});
export type ChainHead = z.infer<typeof chainHead>;
