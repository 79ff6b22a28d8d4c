import { createHash } from "node:crypto";
import { superadministrator } from "@holdfast/core/authorization/built-in-roles";
import type { Resource } from "@holdfast/core/authorization/policy";
import { endsWithMaker, rightsOfKey } from "@holdfast/core/authorization/principal";
import type { ApiKeyQuery, ApiKeyScope, ApiKeyView } from "@holdfast/protocol/admin-api";
import type { ApiKeyRow, Page, Transaction } from "../store/store.ts";
import { report } from "./audit.ts";
import { refusalOfChange } from "./authorization.ts";
import type { Outcome } from "./outcome.ts";
import { notFound, ok, refused } from "./outcome.ts";
import type { Actor, AppPorts } from "./ports.ts";
import { newId, newSecret } from "./ports.ts";
import { said } from "./reach.ts";

/** An API key as the store keeps it: without its text. */
export type ApiKey = ApiKeyRow;
export type IssuedApiKey = ApiKeyView & { key: string };

/** A key by which a program other than an endpoint speaks for itself; its text is told once. */
export type ApiKeys = {
  /** The key of this text, or null; revoked here at once, on other servers within `staleAfterMs`. */
  find(text: string): Promise<ApiKeyRow | null>;
  issue(actor: Actor, name: string, scopes: readonly ApiKeyScope[]): Promise<Outcome<IssuedApiKey>>;
  list(query: ApiKeyQuery): Promise<Page<ApiKeyView>>;
  revoke(actor: Actor, id: string): Promise<Outcome<null>>;
  /** Within a transaction of somebody else's. */
  insert(tx: Transaction, actor: Actor, made: MadeApiKey): Promise<IssuedApiKey>;
  make(name: string, scopes: readonly ApiKeyScope[]): MadeApiKey;
};
type MadeApiKey = { id: string; key: string; name: string; scopes: ApiKeyScope[] };

/**
 * A known key is not looked up again for this long, so that a code step costs no second read. That is also how long a
 * key revoked at another server is still taken here.
 */
export const staleAfterMs = 3_000;
const mostKept = 1_000;
const keyForm = /^hfk_[A-Za-z0-9_-]{43}$/;

export function createApiKeys(ports: AppPorts): ApiKeys {
  const kept = new Map<string, { row: ApiKeyRow | null; readAtMs: number }>();

  const find = async (text: string): Promise<ApiKeyRow | null> => {
    const known = kept.get(text);
    const nowMs = performance.now();
    if (known && nowMs - known.readAtMs < staleAfterMs) return known.row;
    if (!keyForm.test(text)) return null;
    const row = await ports.store.read((tx) => liveKey(tx, hashOf(text)));
    kept.delete(text);
    // Unknown texts are not kept: a flood of them must not push out the known ones.
    if (row) kept.set(text, { row, readAtMs: nowMs });
    for (const oldest of kept.keys()) {
      if (kept.size <= mostKept) break;
      kept.delete(oldest);
    }
    return row;
  };

  const make: ApiKeys["make"] = (name, scopes) => ({
    id: newId(ports, "key"),
    key: `hfk_${newSecret(ports, 32)}`,
    name,
    scopes: [...new Set(scopes)],
  });

  const insert: ApiKeys["insert"] = async (tx, actor, made) => {
    const row: ApiKeyRow = {
      id: made.id,
      name: made.name,
      keyHash: hashOf(made.key),
      scopes: made.scopes,
      madeBy: makerOf(actor),
      createdAtMs: tx.now(),
      revokedAtMs: null,
    };
    await tx.apiKeys.insert(row);
    await report(tx, actor, "api-key-issued", {
      detail: { apiKeyId: row.id, name: row.name, scopes: row.scopes, madeBy: row.madeBy },
    });
    return { ...(await viewApiKey(tx, row)), key: made.key };
  };

  return {
    find,
    make,
    insert,
    async issue(actor, name, scopes) {
      const made = make(name, scopes);
      return ports.store.transaction(async (tx): Promise<Outcome<IssuedApiKey>> => {
        const no = await refusalOfChange(tx, actor, "properties.api-keys", keyResource(made));
        return no ?? ok(await insert(tx, actor, made));
      });
    },
    list: (query) =>
      ports.store.read(async (tx) => {
        const page = await tx.lists.apiKeys(said(query));
        const items: ApiKeyView[] = [];
        for (const row of page.items) items.push(await viewApiKey(tx, row));
        return { items, next: page.next };
      }),
    async revoke(actor, id) {
      const result = await ports.store.transaction(async (tx): Promise<Outcome<null>> => {
        const keys = await tx.apiKeys.list();
        const row = keys.find((one) => one.id === id);
        if (!row) return notFound("API key");
        const no = await refusalOfChange(tx, actor, "properties.api-keys", keyResource(row));
        if (no) return no;
        const administrators = keys.filter(
          ({ scopes, revokedAtMs }) => revokedAtMs === null && scopes.includes("admin"),
        );
        const last = row.revokedAtMs === null && row.scopes.includes("admin") && administrators.length === 1;
        if (last && !(await superadministratorExists(tx))) {
          return refused("conflict", "This is the last administrator's key; issue another first.");
        }
        if (await tx.apiKeys.revoke(id, tx.now()))
          await report(tx, actor, "api-key-revoked", { detail: { apiKeyId: id, name: row.name } });
        return ok(null);
      });
      kept.clear();
      return result;
    },
  };
}

/** A key that is taken now: neither revoked, nor of somebody whose account has been stopped. */
export async function liveKey(tx: Transaction, keyHash: string): Promise<ApiKeyRow | null> {
  const row = await tx.apiKeys.byHash(keyHash);
  return row === null || row.revokedAtMs !== null || (await isStopped(tx, row)) ? null : row;
}

/** Those of this user that end with his account, and come back with it. */
export async function keysOf(tx: Transaction, userId: string): Promise<{ id: string; name: string }[]> {
  return (await tx.apiKeys.list())
    .filter((row) => row.madeBy === userId && row.revokedAtMs === null && endsWithMaker(row.scopes))
    .map(({ id, name }) => ({ id, name }));
}

async function isStopped(tx: Transaction, { madeBy, scopes }: ApiKeyRow): Promise<boolean> {
  return madeBy !== null && endsWithMaker(scopes) && (await tx.users.get(madeBy))?.status !== "active";
}

/** A key that a key made is of the same person. */
function makerOf({ principal }: Actor): string | null {
  if (principal?.kind === "administrator") return principal.userId;
  return principal?.kind === "api-key" ? principal.madeBy : null;
}

/** Who issues a key gives what it may do; who revokes one takes that away. */
function keyResource({ scopes }: { readonly scopes: readonly string[] }): Resource {
  return { kind: "api-key", rights: rightsOfKey(scopes), scope: "enterprise" };
}

/** Somebody at the console, who can issue another key. */
async function superadministratorExists(tx: Transaction): Promise<boolean> {
  const query = { roleId: superadministrator.id, activeOnly: true };
  return (await tx.authorization.administrators.count(query)) > 0;
}

async function viewApiKey(tx: Transaction, row: ApiKeyRow): Promise<ApiKeyView> {
  const { id, name, scopes, madeBy, createdAtMs, revokedAtMs } = row;
  const maker =
    madeBy === null ? null : { userId: madeBy, userName: (await tx.users.get(madeBy))?.name ?? null };
  const stopped = revokedAtMs === null && (await isStopped(tx, row));
  return { id, name, scopes: scopes as ApiKeyScope[], madeBy: maker, stopped, createdAtMs, revokedAtMs };
}

function hashOf(key: string): string {
  return createHash("sha256").update(key).digest("base64url");
}
