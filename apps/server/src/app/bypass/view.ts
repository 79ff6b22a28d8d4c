import { stateOf } from "@holdfast/core/help-desk-codes/bypass-standing";
import type { BypassKind, BypassStanding as BypassView } from "@holdfast/protocol/bypass-api";
import type { Transaction } from "../../store/store.ts";
import type { Actor } from "../actor.ts";
import { refusal, userResource } from "../authorization.ts";
import { connectionsOf } from "../endpoint-connections.ts";
import type { Outcome } from "../outcome.ts";
import { notFound, ok } from "../outcome.ts";
import type { AppPorts } from "../ports.ts";
import { policyOf } from "../users.ts";

/** Where the help desk could help this user out: the endpoints that hold something of his. No code and no answer. */
export function readBypass(ports: AppPorts, actor: Actor, userId: string): Promise<Outcome<BypassView>> {
  return ports.store.read(async (tx) => {
    const resource = await userResource(tx, userId);
    const no = refusal(actor, "users.read", resource);
    if (no) return no;
    const user = await tx.users.get(userId);
    if (user === null) return notFound("user");
    const { document: policy } = await policyOf(tx, user);
    const allowed = policy.offline.enabled && user.status === "active";
    const kinds: BypassKind[] = allowed ? [...policy.offline.bypass] : [];
    const may = refusal(actor, "users.bypass-codes", resource) === null;
    return ok({ userId, kinds, may, endpoints: await endpointsOf(tx, userId) });
  });
}

async function endpointsOf(tx: Transaction, userId: string): Promise<BypassView["endpoints"]> {
  const nowMs = tx.now();
  const held = (await tx.bundles.ofUser(userId)).filter(
    ({ status, tokenId, notAfterMs }) => status === "active" && tokenId !== null && notAfterMs > nowMs,
  );
  const ids = held.map(({ endpointId }) => endpointId);
  const endpoints = await tx.ofMany.endpoints(ids);
  const connections = await connectionsOf(tx, ids);
  const rows = new Map((await tx.bypasses.ofUser(userId)).map((row) => [row.endpointId, row]));
  return held
    .flatMap(({ endpointId, notAfterMs }) => {
      const endpoint = endpoints.get(endpointId);
      const row = rows.get(endpointId) ?? null;
      if (!endpoint) return [];
      const last = row?.codes.at(-1);
      const used = row?.codes.findLast(({ uses }) => uses > 0);
      return [
        {
          endpointId,
          name: endpoint.name,
          site: endpoint.site,
          connected: connections.get(endpointId)?.connected ?? false,
          lastContactAtMs: endpoint.lastContactAtMs,
          notAfterMs,
          state: stateOf(row),
          givenAtMs: last?.givenAtMs ?? null,
          givenBy: last?.givenBy ?? null,
          lastUsedAtMs: used?.lastUsedAtMs ?? null,
          uses: used?.uses ?? 0,
          answers: (row?.answers ?? [])
            .map(({ challenge, givenAtMs, usedAtMs }) => ({ challenge, givenAtMs, usedAtMs }))
            .toReversed(),
        },
      ];
    })
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
