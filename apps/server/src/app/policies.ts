import { reviewPolicy } from "@holdfast/core/policy/review-policy";
import type { PolicyQuery, PolicyView } from "@holdfast/protocol/admin-api";
import type { UserPolicy } from "@holdfast/protocol/policy";
import { userPolicy } from "@holdfast/protocol/policy";
import type { Page } from "../store/page.ts";
import type { PolicyRow } from "../store/policies-store.ts";
import type { Transaction } from "../store/store.ts";
import type { Actor } from "./actor.ts";
import { report } from "./audit.ts";
import { enterprise, refusalOfChange } from "./authorization.ts";
import type { Outcome, Refused } from "./outcome.ts";
import { notFound, ok, refused } from "./outcome.ts";
import type { AppPorts } from "./ports.ts";
import { newId } from "./ports.ts";
import { said } from "./reach.ts";
import { changeWithRevocations } from "./revocations.ts";
import { markRevoked, markStale } from "./users.ts";

type Changes = Record<string, unknown>;

/** A new policy begins as a copy of the Default. */
export function createPolicy(
  ports: AppPorts,
  actor: Actor,
  name: string,
  changes: Changes = {},
): Promise<Outcome<PolicyView>> {
  const id = newId(ports, "pol");
  return ports.store.transaction(async (tx) => {
    const no = await refusalOfChange(tx, actor, "properties.policies", enterprise);
    if (no) return no;
    if (await tx.policies.byName(name)) return refused("conflict", "A policy of this name exists already.");
    const document = changed((await tx.policies.default()).document, changes);
    if (document.kind === "refused") return document;
    const row: PolicyRow = { id, name, isDefault: false, version: 1, document: document.value };
    await tx.policies.insert(row);
    await report(tx, actor, "policy-created", { detail: { policyId: id, name, document: row.document } });
    return ok(viewPolicy(row));
  });
}

/** By name. */
export function listPolicies(ports: AppPorts, query: PolicyQuery): Promise<Page<PolicyView>> {
  return ports.store.read(async (tx) => {
    if (query.name !== undefined) {
      const row = await tx.policies.byName(query.name);
      return { items: row ? [viewPolicy(row)] : [], next: null };
    }
    const page = await tx.lists.policies(said({ after: query.after, limit: query.limit }));
    return { items: page.items.map(viewPolicy), next: page.next };
  });
}

export function readPolicy(ports: AppPorts, id: string): Promise<Outcome<PolicyView>> {
  return ports.store.read(async (tx) => {
    const row = await tx.policies.get(id);
    return row ? ok(viewPolicy(row)) : notFound("policy");
  });
}

/** Where offline sign-in is withdrawn, every endpoint that holds something of a user of this policy is told to delete it. */
export async function changePolicy(
  ports: AppPorts,
  actor: Actor,
  id: string,
  request: { name?: string | undefined; changes?: Changes | undefined },
): Promise<Outcome<PolicyView>> {
  const result = await ports.store.transaction(async (tx) => {
    const row = await tx.policies.get(id);
    if (!row) return notFound("policy");
    const no = await refusalOfChange(tx, actor, "properties.policies", enterprise);
    if (no) return no;
    const namesake = request.name === undefined ? null : await tx.policies.byName(request.name);
    if (namesake && namesake.id !== id) return refused("conflict", "A policy of this name exists already.");
    const document = changed(row.document, request.changes ?? {});
    if (document.kind === "refused") return document;
    const next: PolicyRow = {
      ...row,
      name: request.name ?? row.name,
      version: row.version + 1,
      document: document.value,
    };
    await tx.policies.update(next);
    await report(tx, actor, "policy-changed", {
      detail: { policyId: id, before: row.document, after: next.document },
    });
    return ok({ before: row, after: next });
  });
  if (result.kind === "refused") return result;
  const { before, after } = result.value;
  const withdrawn = before.document.offline.enabled && !after.document.offline.enabled;
  for (const userId of await usersWith(ports, id)) {
    await changeWithRevocations(
      ports,
      userId,
      (endpointId) =>
        withdrawn ? { endpointId, userId, tokenId: null, reason: "offline-disallowed" } : null,
      async (tx, queue) => {
        await queue(actor);
        await (withdrawn ? markRevoked(tx, userId) : markStale(tx, userId));
      },
    );
  }
  return ok(viewPolicy(after));
}

export function deletePolicy(ports: AppPorts, actor: Actor, id: string): Promise<Outcome<null>> {
  return ports.store.transaction(async (tx) => {
    const row = await tx.policies.get(id);
    if (!row) return notFound("policy");
    const no = await refusalOfChange(tx, actor, "properties.policies", enterprise);
    if (no) return no;
    if (row.isDefault) return refused("conflict", "The Default policy cannot be deleted.");
    const { items } = await tx.users.list({ policyId: id, limit: 1 });
    if (items.length > 0)
      return refused("conflict", "Users still have this policy; move them to another first.");
    await tx.policies.remove(id);
    await report(tx, actor, "policy-deleted", { detail: { policyId: id, name: row.name } });
    return ok(null);
  });
}

async function usersWith(ports: AppPorts, policyId: string): Promise<string[]> {
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const page = await ports.store.read((tx: Transaction) =>
      tx.users.list({ policyId, limit: 500, ...(after === undefined ? {} : { after }) }),
    );
    ids.push(...page.items.map(({ id }) => id));
    after = page.next ?? undefined;
  } while (after !== undefined);
  return ids;
}

/** The document with the given parts replaced; objects are merged, everything else is taken as it is. */
function changed(document: UserPolicy, changes: Changes): Outcome<UserPolicy> | Refused {
  const parsed = userPolicy.safeParse(merged(document, changes));
  if (parsed.success) return meant(parsed.data);
  const problems = parsed.error.issues.map(({ path, message }) => ({
    path: ["changes", ...path].join("."),
    message,
  }));
  return refused("invalid-request", "The policy would not be valid.", { problems });
}

/** What cannot mean what it says is refused; the rest of core's notices are for the administrator to weigh. */
function meant(document: UserPolicy): Outcome<UserPolicy> | Refused {
  const problems = reviewPolicy(document)
    .filter(({ severity }) => severity === "error")
    .map(({ path, text }) => ({ path: `changes.${path}`, message: text }));
  return problems.length === 0
    ? ok(document)
    : refused("invalid-request", "The policy would not mean what it says.", { problems });
}

function merged(base: unknown, changes: unknown): unknown {
  if (!isObject(base) || !isObject(changes)) return changes;
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(changes)) {
    // What is not a policy's own field reaches the strict schema as it is and is refused there.
    Object.defineProperty(result, key, {
      value: Object.hasOwn(base, key) ? merged(base[key], value) : value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return result;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function viewPolicy({ id, name, isDefault, version, document }: PolicyRow): PolicyView {
  return { id, name, isDefault, version, document };
}
