import { z } from "zod";
import { counter, identifier, userName } from "./primitives.ts";

/**
 * What an endpoint knows of its users and of its own chain, told where the server was restored from a backup and asks for
 * it (problem code `restored`; SECURITY §7). No secret and no code.
 */
export const endpointMemory = z.strictObject({
  /** The server's signature over the chain as this endpoint last got it; null: none yet. */
  headSignature: z.string().max(4096).nullable(),
  /** It was ordered to delete everything. */
  revoked: z.boolean(),
  users: z
    .array(
      z.strictObject({
        userId: identifier,
        userName,
        status: z.enum(["active", "disabled"]),
        credentialEpoch: z.number().int().nonnegative(),
        /** A bundle of his lies here. */
        holds: z.boolean(),
        tokens: z
          .array(z.strictObject({ tokenId: identifier, floor: counter, revoked: z.boolean() }))
          .max(100),
      }),
    )
    .max(1000),
});
export type EndpointMemory = z.infer<typeof endpointMemory>;
