import type { ServerAddress } from "@holdfast/protocol/endpoint-api";

/**
 * A whole decision "is any server there?" takes no longer than this (OTP-30): a person may be kept 1.5 s by an outage
 * that nobody knew of, and a tenth of a second of it is for what comes before and after.
 */
export const DECISION_MS = 1400;

/** The second server is tried this long after the first, if that has not answered; the third twice as long. */
export const STAGGER_MS = 400;

/** No server is tried later than this within a decision, so that each has time to answer. */
const LAST_START_MS = 800;

export type ConnectivitySettings = {
  /** In the order the server gave them. */
  readonly servers: readonly ServerAddress[];
  readonly ownSite: string;
  readonly failoverBetweenSites: boolean;
};

export type Candidate = { readonly server: string; readonly startAfterMs: number };

/**
 * Which servers may be asked, in order: the own site's, then the others' where failover between sites is on (MDA-11).
 * A site for which no server is known has none that could be down: it belongs to all the others.
 */
export function eligibleServers(settings: ConnectivitySettings): string[] {
  const own = settings.servers.filter(({ site }) => site === settings.ownSite);
  const others = settings.servers.filter(({ site }) => site !== settings.ownSite);
  const eligible = settings.failoverBetweenSites || own.length === 0 ? [...own, ...others] : own;
  return [...new Set(eligible.map(({ url }) => url))];
}

/**
 * When each starts within one decision. Whoever runs them starts the next at once when one fails, takes the first
 * that answers, and gives up after `DECISION_MS`: every server has been tried by then (MDA-13).
 */
export function staggered(servers: readonly string[]): Candidate[] {
  return servers.map((server, index) => ({
    server,
    startAfterMs: Math.min(index * STAGGER_MS, LAST_START_MS),
  }));
}
