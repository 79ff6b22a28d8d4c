import type { AuditRow } from "@holdfast/server/store/audit-rows";
import { tagOf } from "../model/ledger.ts";
import { isHeeded } from "./alerts.ts";
import type { World } from "./world.ts";

/** Every success that somebody was told is in the audit once, its floor holds, and the chains are whole (promise 3). */
export async function checkAudit(world: World): Promise<void> {
  const { store } = world.database;
  for (const chain of await store.chains()) {
    const verdict = await store.verifyChain(chain);
    if (verdict.kind === "broken")
      world.report("3", `the audit chain ${chain} breaks at ${verdict.at}: ${verdict.why}`);
  }
  const successes = await readSuccesses(world);
  for (const attempt of world.ledger.attempts.values()) {
    if (attempt.end?.code !== "success") continue;
    const mode = attempt.end.reason === "online" ? "online" : "offline";
    const rows = (successes.get(attempt.tag) ?? []).filter((row) => row.mode === mode);
    if (rows.length > 1) world.report("3", `${attempt.tag} is in the audit ${rows.length} times`);
    if (rows.length === 0 && !lostWithItsDisk(world, attempt.where, attempt.endedMs ?? 0))
      world.report("3", `${attempt.tag} (${mode}, ${attempt.where}) succeeded and is not in the audit`);
  }
  await checkFloors(world);
}

async function checkFloors(world: World): Promise<void> {
  for (const { source, tokenId, counter, tag } of world.ledger.acceptances) {
    const row = await world.database.store.read((tx) => tx.tokens.get(tokenId));
    if (!row || row.nextCounter > counter || row.status === "revoked") continue;
    // What the server had no reason to believe raises no floors: codes of a revoked endpoint are exposed instead.
    if (!isHeeded(world, source, tag)) continue;
    world.report(
      "3",
      `${tag}: counter ${counter} was accepted at ${source}, and the server would accept it again`,
    );
  }
}

/** An older copy of the disk was put in place of the one that had the event. */
function lostWithItsDisk(world: World, where: string, endedMs: number): boolean {
  const machine = world.endpoints.find(({ name }) => name === where);
  return (
    machine !== undefined &&
    world.notesOf(machine).setBack.some(({ atMs }) => atMs >= endedMs || endedMs >= atMs)
  );
}

async function readSuccesses(world: World): Promise<Map<string, AuditRow[]>> {
  const found = new Map<string, AuditRow[]>();
  let after: string | undefined;
  do {
    const page = await world.database.store.audit({ limit: 500, ...(after === undefined ? {} : { after }) });
    for (const row of page.items) {
      if (row.type !== "sign-in" || row.outcome !== "succeeded") continue;
      const tag = tagOf(row);
      found.set(tag, [...(found.get(tag) ?? []), row]);
    }
    after = page.next ?? undefined;
  } while (after !== undefined);
  return found;
}
