import type { ChainQuery } from "@holdfast/protocol/admin-api";
import type { AuditFilter, AuditRow } from "../store/audit-rows.ts";
import type { Page } from "../store/page.ts";
import type { Actor } from "./actor.ts";
import { namesOfActors } from "./actor-names.ts";
import { enterprise, refusal } from "./authorization.ts";
import type { Outcome } from "./outcome.ts";
import { ok } from "./outcome.ts";
import type { AppPorts } from "./ports.ts";
import { reachOf } from "./reach.ts";

type Asked = { readonly [K in keyof AuditFilter]: AuditFilter[K] | undefined } & { readonly limit: number };

/** A page of the audit, newest first. */
export function readAudit(
  ports: AppPorts,
  actor: Actor,
  { limit, ...filter }: Asked,
): Promise<Page<AuditRow>> {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  return ports.store.audit({ limit, ...Object.fromEntries(given), ...reachOf(actor) });
}

export type CheckedChain = { chain: string } & Awaited<ReturnType<AppPorts["store"]["verifyChain"]>>;

export type NamedAuditRow = AuditRow & { actorName: string | null; actorPerson: string | null };

/** The same for people: with names for who did it. */
export async function readNamedAudit(
  ports: AppPorts,
  actor: Actor,
  asked: Asked,
): Promise<Page<NamedAuditRow>> {
  const { items, next } = await readAudit(ports, actor, asked);
  const nameOf = await ports.store.read((tx) =>
    namesOfActors(
      tx,
      actor,
      items.map((row) => row.actor),
    ),
  );
  return { items: items.map((row) => ({ ...row, ...nameOf(row.actor) })), next };
}

/** Chains by name, each walked from its beginning; after the one of this name. */
export async function checkChains(
  ports: AppPorts,
  actor: Actor,
  { after, limit }: ChainQuery,
): Promise<Outcome<Page<CheckedChain>>> {
  const no = refusal(actor, "audit.check", enterprise);
  if (no) return no;
  const chains = (await ports.store.chains())
    .toSorted()
    .filter((name) => after === undefined || name > after);
  const asked = chains.slice(0, limit);
  const items: CheckedChain[] = [];
  // One after another: a long chain is read whole, and everybody else needs the store meanwhile.
  for (const chain of asked) items.push({ chain, ...(await ports.store.verifyChain(chain)) });
  return ok({ items, next: chains.length > limit ? (asked.at(-1) ?? null) : null });
}
