import { createHash } from "node:crypto";
import { superadministrator } from "@holdfast/core/authorization/built-in-roles";
import type { Resource } from "@holdfast/core/authorization/policy";
import type { KeyMaker } from "@holdfast/core/authorization/principal";
import { endsWithMaker, holdsScope, rightsOfKey } from "@holdfast/core/authorization/principal";
import type { ApiKeyQuery, ApiKeyScope, ApiKeyView } from "@holdfast/protocol/admin-api";
import type { ApiKeyRow } from "../store/api-keys-store.ts";
import type { Page } from "../store/page.ts";
import type { Transaction } from "../store/store.ts";
import type { Actor } from "./actor.ts";
import { report } from "./audit.ts";
import { refusalOfChange } from "./authorization.ts";
import type { Outcome } from "./outcome.ts";
import { notFound, ok, refused } from "./outcome.ts";
import type { AppPorts } from "./ports.ts";
import { newId, newSecret } from "./ports.ts";
import { said } from "./reach.ts";
import { roleOf } from "./role-of.ts";

/** An API key as the store keeps it, without its text, and with what its maker's role gives now. */
export type ApiKey = ApiKeyRow & { readonly maker: KeyMaker | null };
export type IssuedApiKey = ApiKeyView & { key: string };

/** A key by which a program other than an endpoint speaks for itself; its text is told once. */
export type ApiKeys = {
  /** The key of this text as it is now, or null. */
  read(text: string): Promise<ApiKey | null>;
  /** The same, as it was within `staleAfterMs`: for what is asked for thousands of times a second. */
  find(text: string): Promise<ApiKey | null>;
  /** Somebody's account or role was changed at this server: what is known of keys is read again. */
  forget(): void;
  issue(actor: Actor, name: string, scopes: readonly ApiKeyScope[]): Promise<Outcome<IssuedApiKey>>;
  list(query: ApiKeyQuery): Promise<Page<ApiKeyView>>;
  revoke(actor: Actor, id: string): Promise<Outcome<null>>;
  /** Within a transaction of somebody else's. */
  insert(tx: Transaction, actor: Actor, made: MadeApiKey): Promise<IssuedApiKey>;
  make(name: string, scopes: readonly ApiKeyScope[]): MadeApiKey;
};
type MadeApiKey = { id: string; key: string; name: string; scopes: ApiKeyScope[] };

/**
 * A known key is not looked up again for this long where people sign in, so that a code step costs no second read. That is
 * also how long it is still taken there after it was revoked, or its maker stopped or demoted, at another server.
 */
export const staleAfterMs = 1_000;
const mostKept = 1_000;
const keyForm = /^hfk_[A-Za-z0-9_-]{43}$/;

export function createApiKeys(ports: AppPorts): ApiKeys {
  const kept = new Map<string, { row: ApiKey | null; readAtMs: number }>();
  let changes = 0;

  const forget = (): void => {
    changes += 1;
    kept.clear();
  };

  const read = async (text: string): Promise<ApiKey | null> => {
    if (!keyForm.test(text)) return null;
    const before = changes;
    const nowMs = performance.now();
    const row = await ports.store.read((tx) => liveKey(tx, hashOf(text)));
    kept.delete(text);
    // Unknown texts are not kept: a flood of them must not push out the known ones. Nor is what was read before a change.
    if (row && changes === before) kept.set(text, { row, readAtMs: nowMs });
    for (const oldest of kept.keys()) {
      if (kept.size <= mostKept) break;
      kept.delete(oldest);
    }
    return row;
  };

  const find = async (text: string): Promise<ApiKey | null> => {
    const known = kept.get(text);
    return known && performance.now() - known.readAtMs < staleAfterMs ? known.row : read(text);
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
    read,
    find,
    forget,
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
        if ((await isLastAdministrator(tx, row, keys)) && !(await superadministratorExists(tx))) {
          return refused("conflict", "This is the last administrator's key; issue another first.");
        }
        if (await tx.apiKeys.revoke(id, tx.now()))
          await report(tx, actor, "api-key-revoked", { detail: { apiKeyId: id, name: row.name } });
        return ok(null);
      });
      forget();
      return result;
    },
  };
}

/** A key that is taken now: neither revoked, nor of somebody whose account has been stopped. */
export async function liveKey(tx: Transaction, keyHash: string): Promise<ApiKey | null> {
  const row = await tx.apiKeys.byHash(keyHash);
  if (row === null || row.revokedAtMs !== null || (await isStopped(tx, row))) return null;
  return { ...row, maker: await keyMaker(tx, row) };
}

async function keyMaker(tx: Transaction, { madeBy }: ApiKeyRow): Promise<KeyMaker | null> {
  return madeBy === null ? null : { userId: madeBy, role: await roleOf(tx, madeBy) };
}

/** Whether its maker's role gives less now than the key was given. */
async function isCut(tx: Transaction, row: ApiKeyRow): Promise<boolean> {
  const maker = await keyMaker(tx, row);
  return row.scopes.some((scope) => !holdsScope(scope, maker));
}

/** Whether no other key is left that may everything. */
async function isLastAdministrator(
  tx: Transaction,
  row: ApiKeyRow,
  keys: readonly ApiKeyRow[],
): Promise<boolean> {
  const mayAll = async (key: ApiKeyRow) =>
    key.revokedAtMs === null &&
    key.scopes.includes("admin") &&
    !(await isStopped(tx, key)) &&
    holdsScope("admin", await keyMaker(tx, key));
  if (!(await mayAll(row))) return false;
  for (const other of keys) if (other.id !== row.id && (await mayAll(other))) return false;
  return true;
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
  return principal?.kind === "api-key" ? (principal.maker?.userId ?? null) : null;
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
  const cut = revokedAtMs === null && !stopped && (await isCut(tx, row));
  return { id, name, scopes: scopes as ApiKeyScope[], madeBy: maker, stopped, cut, createdAtMs, revokedAtMs };
}

function hashOf(key: string): string {
  return createHash("sha256").update(key).digest("base64url");
}
