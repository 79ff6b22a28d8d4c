import { type AgentFacts, type AgentUserFacts, agentHealth } from "@holdfast/core/health/agent-health";
import { bypassesOnOffer } from "@holdfast/core/sign-in/bypass";
import type { LocalRules } from "@holdfast/offline-store/types";
import type { AgentStatus } from "@holdfast/protocol/control";
import type { Endpoint } from "../endpoint.ts";
import { agentVersion } from "../version.ts";

type Connection = AgentStatus["connection"];

/** Where this endpoint stands: what `holdfast status` shows and a script may read. */
export async function agentStatus(
  endpoint: Endpoint | null,
  rules: LocalRules,
  damage: string | null,
): Promise<AgentStatus> {
  return endpoint === null ? notEnrolled(rules, damage) : enrolled(endpoint, rules);
}

async function enrolled(endpoint: Endpoint, rules: LocalRules): Promise<AgentStatus> {
  const { store, identity, enterprise } = endpoint;
  const holdings = await store.holdings(rules);
  const waiting = await store.events(Number.MAX_SAFE_INTEGER);
  const { nowMs, behindMs } = store.effectiveTime();
  const connection = connectionOf(endpoint);
  const { barred } = await store.facts("", rules);
  const health = agentHealth({
    nowMs,
    enrolled: true,
    revoked: barred.includes("endpoint-revoked"),
    connection:
      connection.state === "offline"
        ? { state: "offline", sinceMs: connection.sinceMs ?? nowMs, why: connection.why ?? "unknown" }
        : { state: connection.state === "online" ? "online" : "connecting" },
    lastContactMs: enterprise.record.lastContactMs,
    keyProtection: store.protection,
    offlineEnabledHere: rules.offlineEnabled,
    clockBehindMs: behindMs,
    store: store.condition(),
    storageProblem: endpoint.storageProblem,
    eventsWaiting: waiting.events.length,
    oldestEventMs: waiting.events[0]?.atMs ?? null,
    users: await Promise.all(holdings.map((holding) => userFacts(endpoint, rules, holding))),
  });
  return {
    agentVersion,
    enrolled: true,
    endpoint: { id: identity.endpointId, name: identity.name, site: identity.site },
    connection,
    keyProtection: store.protection,
    offlineEnabledHere: rules.offlineEnabled,
    effectiveTimeMs: nowMs,
    users: holdings.map(({ epoch, sequence, bypass: _bypass, ...holding }) => ({
      ...holding,
      bundle: { epoch, sequence },
    })),
    eventsWaiting: waiting.events.length,
    health,
  };
}

async function userFacts(
  { store }: Endpoint,
  rules: LocalRules,
  holding: Awaited<ReturnType<Endpoint["store"]["holdings"]>>[number],
): Promise<AgentUserFacts> {
  const facts = await store.facts(holding.userName, rules);
  const { policy, token, lease } = facts;
  return {
    userName: holding.userName,
    notAfterMs: holding.notAfterMs,
    remaining: holding.remaining,
    warnBelow: policy.offline.warnBelow,
    offlineAllowed: policy.offline.enabled,
    tokenSuspended: token?.suspended ?? false,
    freshSignInNeeded: lease?.freshSignInNeeded ?? false,
    helpDeskGives: bypassesOnOffer({ mode: "offline", oneLine: false }, facts),
    lockedUntilMs: holding.lockedUntilMs,
  };
}

function connectionOf({ connection, enterprise, contacts }: Endpoint): Connection {
  const state = connection.state;
  const declined = contacts.declined;
  return {
    state: state?.at ?? "connecting",
    server: state?.at === "online" ? state.server : null,
    sinceMs: connection.sinceWallMs,
    why:
      declined !== null
        ? `the server declined: ${declined.detail}`
        : state?.at === "offline"
          ? state.why
          : null,
    lastContactMs: enterprise.record.lastContactMs,
  };
}

/** `damage`: why an endpoint that was enrolled cannot work. */
function notEnrolled(rules: LocalRules, damage: string | null): AgentStatus {
  const nowMs = Date.now();
  const facts: AgentFacts = {
    nowMs,
    enrolled: false,
    revoked: false,
    connection: { state: "connecting" },
    lastContactMs: null,
    keyProtection: "file",
    offlineEnabledHere: rules.offlineEnabled,
    clockBehindMs: 0,
    store: damage === null ? { kind: "sound" } : { kind: "tampered", why: damage },
    storageProblem: null,
    eventsWaiting: 0,
    oldestEventMs: null,
    users: [],
  };
  return {
    agentVersion,
    enrolled: false,
    endpoint: null,
    connection: { state: "not-enrolled", server: null, sinceMs: null, why: damage, lastContactMs: null },
    keyProtection: "file",
    offlineEnabledHere: rules.offlineEnabled,
    effectiveTimeMs: nowMs,
    users: [],
    eventsWaiting: 0,
    health: agentHealth(facts),
  };
}
