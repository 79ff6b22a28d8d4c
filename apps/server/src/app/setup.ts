import { createHash, timingSafeEqual } from "node:crypto";
import type { ApiKeys, IssuedApiKey } from "./api-keys.ts";
import type { Outcome } from "./outcome.ts";
import { ok, refused } from "./outcome.ts";
import type { AppPorts } from "./ports.ts";
import { newSecret } from "./ports.ts";

/** The way in before there is an administrator: one token, once, for a limited time (DESIGN §7, promise 5). */
export type Setup = {
  /** A token for the first administrator; null where there is one already. A new one voids the last. */
  open(): Promise<{ token: string; expiresAtMs: number } | null>;
  redeem(token: string, name: string): Promise<Outcome<IssuedApiKey>>;
  administratorExists(): Promise<boolean>;
};

export const setupLifetimeMs = 24 * 3_600_000;

/** `onAdministrator` is over before the administrator is told: the server is then where he is told it is. */
export function createSetup(ports: AppPorts, apiKeys: ApiKeys, onAdministrator: () => Promise<void>): Setup {
  let offer: { hash: Buffer; expiresAtMs: number } | null = null;

  const administratorExists = () =>
    ports.store.read(async (tx) => (await tx.apiKeys.list()).some(({ scopes }) => scopes.includes("admin")));

  return {
    administratorExists,
    async open() {
      if (await administratorExists()) return null;
      const token = newSecret(ports, 24);
      offer = { hash: hashOf(token), expiresAtMs: ports.clock.now() + setupLifetimeMs };
      return { token, expiresAtMs: offer.expiresAtMs };
    },
    async redeem(token, name) {
      const right = timingSafeEqual(hashOf(token), offer?.hash ?? Buffer.alloc(32));
      if (!right || offer === null || ports.clock.now() >= offer.expiresAtMs) {
        return refused(
          "setup-closed",
          "Setup is closed, or this link is not the right one. Restart the server for a new link if no administrator exists yet.",
        );
      }
      const made = apiKeys.make(name, ["admin", "read", "sign-in"]);
      const result = await ports.store.transaction(async (tx): Promise<Outcome<IssuedApiKey>> => {
        const keys = await tx.apiKeys.list();
        // Another server on this store may have been set up meanwhile.
        if (keys.some(({ scopes }) => scopes.includes("admin")))
          return refused("setup-closed", "An administrator exists already.");
        return ok(await apiKeys.insert(tx, { name: "setup" }, made));
      });
      offer = null;
      await onAdministrator();
      return result;
    },
  };
}

function hashOf(token: string): Buffer {
  return createHash("sha256").update("holdfast setup token v1").update(token).digest();
}
