import { heldState } from "@holdfast/core/outage-planning/held-bundle";
import type { Obstacle } from "@holdfast/core/outage-planning/obstacle";
import { obstacleOf, obstacleTexts } from "@holdfast/core/outage-planning/obstacle";
import { needsCodeOffline } from "@holdfast/core/policy/workflows";
import type { OutagePeople, OutageSummary } from "@holdfast/protocol/outage-api";
import { nextTurn } from "../../store/next-turn.ts";
import type { KindOfPeople, PersonRow } from "../../store/outage-store.ts";
import type { PolicyRow } from "../../store/policies-store.ts";
import type { Transaction } from "../../store/store.ts";
import type { Actor } from "../actor.ts";
import { liveServers } from "../endpoint-connections.ts";
import type { AppPorts } from "../ports.ts";
import { reachOf } from "../reach.ts";
import { howManyPeople, kindsOfPeople } from "./kinds-of-people.ts";
import type { HeldSnapshot } from "./snapshot.ts";
import { rowsAtOnce } from "./steps.ts";

/** After so long without the network, how many could still sign in: an hour, a shift, a day, three days, a week. */
const lastingSeconds = [3_600, 8 * 3_600, 86_400, 3 * 86_400, 7 * 86_400];
const idsAtOnce = 500;
const peopleAtOnce = { embedded: 500, elsewhere: 5_000 };
const bundlesAtOnce = 10_000;

/** "If the network went now, who could sign in where, for how long, and who could not" (UNI-3, MDA-33). */
export async function outageSummary(
  ports: AppPorts,
  actor: Actor,
  snapshot: HeldSnapshot,
): Promise<OutageSummary> {
  const nowMs = snapshot.asOfMs;
  const able = await whoCould(snapshot);
  const { endpoints, connected, people, obstacles } = await ports.store.read(async (tx) => {
    const kinds = await kindsOfPeople(ports.store, tx, reachOf(actor));
    return {
      endpoints: await tx.outage.activeEndpoints(reachOf(actor)),
      connected: await tx.outage.connections.count(await liveServers(tx), reachOf(actor)),
      people: howManyPeople(kinds),
      obstacles: await countObstacles(tx, kinds, able.heldOnly),
    };
  });
  const lasting = lastingSeconds.map((afterSeconds) => {
    const thenMs = nowMs + afterSeconds * 1000;
    return {
      afterSeconds,
      people: howMany(able.people.values(), thenMs),
      endpoints: howMany(able.endpoints, thenMs),
    };
  });
  return {
    asOfMs: nowMs,
    endpoints: { active: endpoints, connected, usable: able.endpoints.length },
    people: {
      active: people,
      couldSignIn: able.people.size,
      couldNot: Math.max(0, people - able.people.size),
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
  const able = (await whoCould(snapshot)).people;
  const items: OutagePeople["items"] = [];
  const atOnce = rowsAtOnce(ports.store, peopleAtOnce);
  let from = after;
  for (;;) {
    const found = await ports.store.read(async (tx) => {
      const policies = await policiesById(tx);
      const people = await tx.outage.people({
        ...reachOf(actor),
        limit: atOnce,
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
    if (found.length < atOnce) return { items, next: null };
    await nextTurn();
  }
}

/** Of one moment; who could sign in later is who could now and holds something that lasts until then. */
type Able = {
  /** Active people, and until when at the latest. */
  readonly people: ReadonlyMap<string, number>;
  /** Until when somebody could sign in there, of every endpoint where somebody could. */
  readonly endpoints: readonly number[];
  readonly firstEndsAtMs: number | null;
  readonly revocationsPending: number;
  /** Active people who hold something that lets them in nowhere. */
  readonly heldOnly: ReadonlySet<string>;
};

/** Once for each snapshot: several pages are made of it. */
const known = new WeakMap<HeldSnapshot, Promise<Able>>();

function whoCould(snapshot: HeldSnapshot): Promise<Able> {
  const before = known.get(snapshot);
  if (before) return before;
  const able = findAble(snapshot);
  known.set(snapshot, able);
  return able;
}

async function findAble({ asOfMs, byEndpoint }: HeldSnapshot): Promise<Able> {
  const people = new Map<string, number>();
  const endpoints: number[] = [];
  const heldOnly = new Set<string>();
  let [revocationsPending, seen] = [0, 0];
  let firstEndsAtMs: number | null = null;
  for (const there of byEndpoint.values()) {
    let usableUntilMs: number | null = null;
    for (const held of there) {
      seen += 1;
      const state = heldState(held, asOfMs);
      if (state === "revocation-pending") revocationsPending += 1;
      if (!held.userActive) continue;
      if (state !== "may-sign-in") {
        if (held.userInReach) heldOnly.add(held.userId);
        continue;
      }
      const { notAfterMs, userId } = held;
      if (held.endpointInReach) usableUntilMs = Math.max(usableUntilMs ?? notAfterMs, notAfterMs);
      if (held.userInReach) people.set(userId, Math.max(people.get(userId) ?? notAfterMs, notAfterMs));
      firstEndsAtMs = Math.min(firstEndsAtMs ?? notAfterMs, notAfterMs);
    }
    if (usableUntilMs !== null) endpoints.push(usableUntilMs);
    if (seen >= bundlesAtOnce) {
      seen = 0;
      await nextTurn();
    }
  }
  for (const id of people.keys()) heldOnly.delete(id);
  return { people, endpoints, firstEndsAtMs, revocationsPending, heldOnly };
}

function howMany(untilMs: Iterable<number>, atMs: number): number {
  let count = 0;
  for (const one of untilMs) if (atMs < one) count += 1;
  return count;
}

async function countObstacles(
  tx: Transaction,
  kinds: readonly KindOfPeople[],
  heldOnly: ReadonlySet<string>,
): Promise<Map<Obstacle, number>> {
  const policies = await policiesById(tx);
  const counts = new Map<Obstacle, number>();
  const add = (code: Obstacle, people: number) => counts.set(code, (counts.get(code) ?? 0) + people);
  for (const kind of kinds) if (!kind.hasBundle) add(obstacleFor(kind, policies), kind.people);
  const ids = [...heldOnly];
  for (let at = 0; at < ids.length; at += idsAtOnce) {
    const chunk = ids.slice(at, at + idsAtOnce);
    for (const person of await tx.outage.people({ ids: chunk, limit: chunk.length }))
      add(obstacleFor(person, policies), 1);
    await nextTurn();
  }
  return counts;
}

async function policiesById(tx: Transaction): Promise<ReadonlyMap<string, PolicyRow>> {
  return new Map((await tx.policies.list()).map((row) => [row.id, row]));
}

function obstacleFor(
  person: Pick<
    PersonRow,
    "policyId" | "hasPassword" | "hasEventToken" | "hasTimeToken" | "hasPasskey" | "hasPhone" | "hasBundle"
  >,
  policies: ReadonlyMap<string, PolicyRow>,
): Obstacle {
  const policy = policies.get(person.policyId)?.document;
  if (policy === undefined) throw new Error("a user's policy is not there");
  return obstacleOf({
    offlineAllowed: policy.offline.enabled,
    workstationAsksForCode: needsCodeOffline(policy, "workstation", person.hasPhone),
    hasPassword: person.hasPassword,
    hasEventToken: person.hasEventToken,
    hasTimeToken: person.hasTimeToken,
    hasPasskey: person.hasPasskey,
    hasBundle: person.hasBundle,
  });
}
