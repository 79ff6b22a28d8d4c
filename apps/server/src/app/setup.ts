import { createHash, timingSafeEqual } from "node:crypto";
import { superadministrator } from "@holdfast/core/authorization/built-in-roles";
import type { Transaction } from "../store/store.ts";
import type { ApiKeys, IssuedApiKey } from "./api-keys.ts";
import type { Outcome, Refused } from "./outcome.ts";
import { ok, refused } from "./outcome.ts";
import type { AppPorts } from "./ports.ts";
import { newSecret } from "./ports.ts";

/** The way in before there is an administrator: one token, once, for a limited time (DESIGN §7, promise 5). */
export type Setup = {
  /** A token for the first administrator; null where there is one already. A new one voids the last. */
  open(): Promise<{ token: string; expiresAtMs: number } | null>;
  redeem(token: string, name: string): Promise<Outcome<IssuedApiKey>>;
  /** Null where this token opens setup now. */
  refuses(token: string): Refused | null;
  /** Lands only where there is no administrator yet, here or at another server; closes setup with a success. */
  settle<T>(token: string, work: (tx: Transaction) => Promise<Outcome<T>>): Promise<Outcome<T>>;
  administratorExists(): Promise<boolean>;
};

export const setupLifetimeMs = 24 * 3_600_000;

/** `onAdministrator` is over before the administrator is told: the server is then where he is told it is. */
export function createSetup(ports: AppPorts, apiKeys: ApiKeys, onAdministrator: () => Promise<void>): Setup {
  let offer: { hash: Buffer; expiresAtMs: number } | null = null;

  const administratorIn = async (tx: Transaction): Promise<boolean> => {
    if ((await tx.apiKeys.list()).some(({ scopes }) => scopes.includes("admin"))) return true;
    const query = { roleId: superadministrator.id, activeOnly: true };
    return (await tx.authorization.administrators.count(query)) > 0;
  };
  const administratorExists = () => ports.store.read(administratorIn);

  const refuses = (token: string): Refused | null => {
    const right = timingSafeEqual(hashOf(token), offer?.hash ?? Buffer.alloc(32));
    return right && offer !== null && ports.clock.now() < offer.expiresAtMs ? null : closed;
  };

  const settle: Setup["settle"] = async (token, work) => {
    const no = refuses(token);
    if (no) return no;
    const result = await ports.store.transaction(async (tx) =>
      (await administratorIn(tx)) ? refused("setup-closed", "An administrator exists already.") : work(tx),
    );
    if (result.kind === "refused" && result.code !== "setup-closed") return result;
    offer = null;
    await onAdministrator();
    return result;
  };

  return {
    administratorExists,
    async open() {
      if (await administratorExists()) return null;
      const token = newSecret(ports, 24);
      offer = { hash: hashOf(token), expiresAtMs: ports.clock.now() + setupLifetimeMs };
      return { token, expiresAtMs: offer.expiresAtMs };
    },
    refuses,
    settle,
    async redeem(token, name) {
      const made = apiKeys.make(name, ["admin", "read", "sign-in"]);
      return settle(token, async (tx) => ok(await apiKeys.insert(tx, { name: "setup" }, made)));
    },
  };
}

const closed = refused(
  "setup-closed",
  "Setup is closed, or this link is not the right one. Restart the server for a new link if no administrator exists yet.",
);

function hashOf(token: string): Buffer {
  return createHash("sha256").update("holdfast setup token v1").update(token).digest();
}
