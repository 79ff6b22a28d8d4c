import { heldState } from "@holdfast/core/outage-planning/held-bundle";
import type { Obstacle } from "@holdfast/core/outage-planning/obstacle";
import { obstacleOf, obstacleTexts } from "@holdfast/core/outage-planning/obstacle";
import type { OutagePeople, OutageSummary } from "@holdfast/protocol/outage-api";
import type { PersonRow, Reach } from "../../store/outage-store.ts";
import type { PolicyRow, Transaction } from "../../store/store.ts";
import { asksForCode } from "../bundle-content.ts";
import { liveServers } from "../endpoint-connections.ts";
import type { Actor, AppPorts } from "../ports.ts";
import { reachOf } from "../reach.ts";
import type { HeldSnapshot } from "./snapshot.ts";

/** After so long without the network, how many could still sign in: an hour, a shift, a day, three days, a week. */
const lastingSeconds = [3_600, 8 * 3_600, 86_400, 3 * 86_400, 7 * 86_400];
const idsAtOnce = 500;

/** "If the network went now, who could sign in where, for how long, and who could not" (UNI-3, MDA-33). */
export async function outageSummary(
  ports: AppPorts,
  actor: Actor,
  snapshot: HeldSnapshot,
): Promise<OutageSummary> {
  const nowMs = snapshot.asOfMs;
  const able = whoCould(snapshot, nowMs);
  const { counts, connected, obstacles } = await ports.store.read(async (tx) => ({
    counts: await tx.outage.counts(reachOf(actor)),
    connected: await tx.outage.connections.count(await liveServers(tx), reachOf(actor)),
    obstacles: await countObstacles(tx, reachOf(actor), able.heldOnly),
  }));
  const lasting = lastingSeconds.map((afterSeconds) => {
    const then = whoCould(snapshot, nowMs + afterSeconds * 1000);
    return { afterSeconds, people: then.people.size, endpoints: then.endpoints };
  });
  return {
    asOfMs: nowMs,
    endpoints: { active: counts.endpoints, connected, usable: able.endpoints },
    people: {
      active: counts.people,
      couldSignIn: able.people.size,
      couldNot: Math.max(0, counts.people - able.people.size),
    },
    lasting,
    firstEndsAtMs: able.firstEndsAtMs,
    obstacles: [...obstacles]
      .map(([code, people]) => ({ code, people, ...obstacleTexts[code] }))
      .sort((one, other) => other.people - one.people),
    revocationsPending: able.revocationsPending,
  };
}

/** Active people who could sign in nowhere, by name, each with the first thing to mend. */
export async function outagePeople(
  ports: AppPorts,
  actor: Actor,
  snapshot: HeldSnapshot,
  { obstacle, after, limit }: { obstacle?: Obstacle | undefined; after?: string | undefined; limit: number },
): Promise<OutagePeople> {
  const able = whoCould(snapshot, snapshot.asOfMs).people;
  const items: OutagePeople["items"] = [];
  let from = after;
  for (;;) {
    const found = await ports.store.read(async (tx) => {
      const policies = await policiesById(tx);
      const people = await tx.outage.people({
        ...reachOf(actor),
        limit: idsAtOnce,
        ...(from === undefined ? {} : { after: from }),
      });
      return people.map((person) => ({ person, code: obstacleFor(person, policies) }));
    });
    for (const { person, code } of found) {
      if (able.has(person.id) || (obstacle !== undefined && code !== obstacle)) continue;
      if (items.length === limit) return { items, next: items.at(-1)?.userName ?? null };
      items.push({
        userId: person.id,
        userName: person.name,
        displayName: person.displayName,
        obstacle: code,
        ...obstacleTexts[code],
      });
    }
    from = found.at(-1)?.person.name;
    if (found.length < idsAtOnce) return { items, next: null };
  }
}

type Able = {
  readonly people: ReadonlySet<string>;
  readonly endpoints: number;
  readonly firstEndsAtMs: number | null;
  readonly revocationsPending: number;
  /** Active people who hold something that lets them in nowhere. */
  readonly heldOnly: ReadonlySet<string>;
};

function whoCould(snapshot: HeldSnapshot, atMs: number): Able {
  const people = new Set<string>();
  const heldOnly = new Set<string>();
  let [endpoints, revocationsPending] = [0, 0];
  let firstEndsAtMs: number | null = null;
  for (const there of snapshot.byEndpoint.values()) {
    let anybody = false;
    for (const held of there) {
      const state = heldState(held, atMs);
      if (state === "revocation-pending") revocationsPending += 1;
      if (!held.userActive) continue;
      if (state !== "may-sign-in") {
        if (held.userInReach) heldOnly.add(held.userId);
        continue;
      }
      anybody ||= held.endpointInReach;
      if (held.userInReach) people.add(held.userId);
      firstEndsAtMs = Math.min(firstEndsAtMs ?? held.notAfterMs, held.notAfterMs);
    }
    if (anybody) endpoints += 1;
  }
  for (const id of people) heldOnly.delete(id);
  return { people, endpoints, firstEndsAtMs, revocationsPending, heldOnly };
}

async function countObstacles(
  tx: Transaction,
  reach: Reach,
  heldOnly: ReadonlySet<string>,
): Promise<Map<Obstacle, number>> {
  const policies = await policiesById(tx);
  const counts = new Map<Obstacle, number>();
  const add = (code: Obstacle, people: number) => counts.set(code, (counts.get(code) ?? 0) + people);
  for (const kind of await tx.outage.peopleWithoutBundle(reach))
    add(obstacleFor(kind, policies), kind.people);
  const ids = [...heldOnly];
  for (let at = 0; at < ids.length; at += idsAtOnce) {
    const chunk = ids.slice(at, at + idsAtOnce);
    for (const person of await tx.outage.people({ ids: chunk, limit: chunk.length }))
      add(obstacleFor(person, policies), 1);
  }
  return counts;
}

async function policiesById(tx: Transaction): Promise<ReadonlyMap<string, PolicyRow>> {
  return new Map((await tx.policies.list()).map((row) => [row.id, row]));
}

function obstacleFor(
  person: Pick<
    PersonRow,
    "policyId" | "hasPassword" | "hasEventToken" | "hasTimeToken" | "hasPasskey" | "hasBundle"
  >,
  policies: ReadonlyMap<string, PolicyRow>,
): Obstacle {
  const policy = policies.get(person.policyId)?.document;
  if (policy === undefined) throw new Error("a user's policy is not there");
  return obstacleOf({
    offlineAllowed: policy.offline.enabled,
    workstationAsksForCode: asksForCode(policy),
    hasPassword: person.hasPassword,
    hasEventToken: person.hasEventToken,
    hasTimeToken: person.hasTimeToken,
    hasPasskey: person.hasPasskey,
    hasBundle: person.hasBundle,
  });
}
