import type { AppPorts } from "../app/ports.ts";
import { currentEpoch } from "../keys/key-manifest.ts";
import type { Gauges } from "./metrics.ts";

/** A server that has not told that it is alive for this long holds no streams. */
const aliveMs = 90_000;

export function enterpriseFigures(ports: AppPorts): ReturnType<Gauges["enterprise"]> {
  return ports.store.read(async (tx) => {
    const servers = await tx.servers.list();
    const alive = servers.filter(({ lastSeenAtMs }) => ports.clock.now() - lastSeenAtMs < aliveMs);
    return {
      endpoints: await tx.outage.activeEndpoints({}),
      connected: await tx.outage.connections.count(
        alive.map(({ id }) => id),
        {},
      ),
      sessions: await tx.web.sessions.counts(),
      temporaryCodes: await tx.temporaryCodes.count(ports.clock.now()),
      pushRequests: await tx.push.requests.count(ports.clock.now()),
      openAlerts: (await tx.alerts.list({ status: "open" })).length,
      epoch: await currentEpoch(tx),
    };
  });
}
