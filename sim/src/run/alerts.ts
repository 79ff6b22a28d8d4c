import type { AlertRow } from "@holdfast/server/store/alerts-store";
import type { Acceptance } from "../model/ledger.ts";
import type { World } from "./world.ts";

/**
 * Verifiers that could not talk find out when they can: the same code accepted twice always ends in an alert and in a
 * fresh sign-in; and no alert comes without its cause (promise 2).
 */
export async function checkAlerts(world: World): Promise<void> {
  const alerts = await world.database.store.read((tx) => tx.alerts.list({}));
  const conflicts = conflictsOf(world);
  for (const conflict of conflicts) await checkConflict(world, conflict, alerts);
  for (const alert of alerts) checkCause(world, alert, conflicts);
}

type Conflict = {
  readonly tokenId: string;
  readonly counter: number;
  readonly acceptances: readonly Acceptance[];
};

function conflictsOf(world: World): Conflict[] {
  const byCode = new Map<string, Acceptance[]>();
  for (const one of world.ledger.acceptances) {
    const key = `${one.tokenId} ${one.counter}`;
    byCode.set(key, [...(byCode.get(key) ?? []), one]);
  }
  return [...byCode.values()]
    .filter((all) => new Set(all.map(({ tag }) => tag)).size > 1)
    .map((acceptances) => ({
      tokenId: acceptances[0]?.tokenId ?? "",
      counter: acceptances[0]?.counter ?? 0,
      acceptances,
    }));
}

async function checkConflict(world: World, conflict: Conflict, alerts: readonly AlertRow[]): Promise<void> {
  const { tokenId, counter, acceptances } = conflict;
  if (!acceptances.every(({ source, tag }) => isHeeded(world, source, tag))) return;
  const alert = alerts.find(
    ({ kind, detail }) =>
      kind === "same-counter-twice" && detail.tokenId === tokenId && detail.counter === counter,
  );
  const story = acceptances.map(({ source, tag }) => `${tag}@${source}`).join(" and ");
  if (!alert) {
    world.report("2", `counter ${counter} was accepted by ${story}, and nobody was alerted`);
    return;
  }
  for (const later of laterThanFirst(world, acceptances)) await checkFreshSignIn(world, later, alert, story);
}

/** Whether the server has heard of it and had reason to believe it. */
export function isHeeded(world: World, source: string, tag: string): boolean {
  if (source === "server") return true;
  return world.ledger.merged.some(
    ({ draft }) => draft.detail.tty === tag && draft.outcome === "succeeded" && !draft.detail.unheeded,
  );
}

/** By when it happened, as the events themselves say. */
function laterThanFirst(world: World, acceptances: readonly Acceptance[]): readonly Acceptance[] {
  const atMs = ({ source, tag, atMs: heard }: Acceptance): number =>
    (source === "server"
      ? null
      : world.ledger.merged.find(({ draft }) => draft.detail.tty === tag && draft.outcome === "succeeded")
          ?.draft.atMs) ?? heard;
  const times = acceptances.map(atMs);
  const firstMs = Math.min(...times);
  // Clocks that differ make the order uncertain: only what is clearly later is judged.
  const uncertainMs = acceptances.some(({ source }) => world.clocksTurned.has(source)) ? 300_000 : 2_000;
  return acceptances.filter((_, at) => (times[at] ?? 0) > firstMs + uncertainMs);
}

async function checkFreshSignIn(
  world: World,
  later: Acceptance,
  alert: AlertRow,
  story: string,
): Promise<void> {
  const where = world.ledger.attempts.get(later.tag)?.where;
  const person = world.ledger.attempts.get(later.tag)?.person;
  const machine = world.endpoints.find(({ name }) => name === where);
  if (!machine || !person || world.notesOf(machine).revoked) return;
  const row = await world.database.store.read((tx) => tx.bundles.get(machine.endpointId, person.userId));
  if (row?.status !== "active" || row.freshSignInNeeded) return;
  const freshened = [...world.ledger.attempts.values()].some(
    (attempt) =>
      attempt.where === where &&
      attempt.person === person &&
      (attempt.endedMs ?? 0) >= alert.atMs - 300_000 &&
      world.ledger.acceptances.some(({ source, tag }) => source === "server" && tag === attempt.tag),
  );
  if (!freshened)
    world.report(
      "2",
      `counter ${later.counter} was accepted by ${story}, and ${where} needs no fresh sign-in`,
    );
}

function checkCause(world: World, alert: AlertRow, conflicts: readonly Conflict[]): void {
  const machine = world.endpoints.find(({ endpointId }) => endpointId === alert.endpointId);
  const setBack = machine !== undefined && world.notesOf(machine).setBack.length > 0;
  const { kind, detail } = alert;
  switch (kind) {
    case "same-counter-twice": {
      const caused = conflicts.some(
        ({ tokenId, counter }) => tokenId === detail.tokenId && counter === detail.counter,
      );
      if (!caused) world.report("2", `an alert without cause: ${kind} ${JSON.stringify(detail)}`);
      return;
    }
    case "clone-suspected":
    case "chain-broken":
    case "rollback-detected":
    case "tamper-detected":
    case "counter-jump":
    case "bypass-not-given":
      if (!setBack)
        world.report("2", `an alert without cause: ${kind} at ${machine?.name} ${JSON.stringify(detail)}`);
      return;
    case "token-suspended":
    case "more-than-one-token":
      return;
  }
}
