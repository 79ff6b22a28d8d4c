import type { ChainQuery } from "@holdfast/protocol/admin-api";
import type { AuditFilter, AuditRow, Page } from "../store/store.ts";
import type { AppPorts } from "./ports.ts";

type Asked = { readonly [K in keyof AuditFilter]: AuditFilter[K] | undefined } & { readonly limit: number };

/** A page of the audit, newest first. */
export function readAudit(ports: AppPorts, { limit, ...filter }: Asked): Promise<Page<AuditRow>> {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  return ports.store.audit({ limit, ...Object.fromEntries(given) });
}

export type CheckedChain = { chain: string } & Awaited<ReturnType<AppPorts["store"]["verifyChain"]>>;

/** Chains by name, each walked from its beginning; after the one of this name. */
export async function checkChains(
  ports: AppPorts,
  { after, limit }: ChainQuery,
): Promise<Page<CheckedChain>> {
  const chains = (await ports.store.chains())
    .toSorted()
    .filter((name) => after === undefined || name > after);
  const asked = chains.slice(0, limit);
  const items: CheckedChain[] = [];
  // One after another: a long chain is read whole, and everybody else needs the store meanwhile.
  for (const chain of asked) items.push({ chain, ...(await ports.store.verifyChain(chain)) });
  return { items, next: chains.length > limit ? (asked.at(-1) ?? null) : null };
}
