import type { AuditFilter, AuditRow, Page } from "../store/store.ts";
import type { AppPorts } from "./ports.ts";

type Asked = { readonly [K in keyof AuditFilter]: AuditFilter[K] | undefined } & { readonly limit: number };

/** A page of the audit, newest first. */
export function readAudit(ports: AppPorts, { limit, ...filter }: Asked): Promise<Page<AuditRow>> {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  return ports.store.audit({ limit, ...Object.fromEntries(given) });
}

export type CheckedChain = { chain: string } & Awaited<ReturnType<AppPorts["store"]["verifyChain"]>>;

/** Every chain, walked from its beginning. */
export async function checkChains(ports: AppPorts): Promise<CheckedChain[]> {
  const chains = await ports.store.chains();
  return Promise.all(chains.map(async (chain) => ({ chain, ...(await ports.store.verifyChain(chain)) })));
}
