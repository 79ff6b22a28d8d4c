import type { OfflineOutlookEntry } from "@holdfast/protocol/admin-api";
import { localRules } from "../system/endpoint-machine.ts";
import type { World } from "./world.ts";

/** States in which the console says that nobody gets in there offline any more. */
const saysNobody = new Set<OfflineOutlookEntry["state"]>([
  "expired",
  "exhausted",
  "revoked",
  "fresh-sign-in-needed",
]);

/**
 * What the console says about who can sign in where, until when and how often, against what the endpoints would do:
 * it may know too little, and then says so, but must never promise that a door is shut which is open (DESIGN §7, 4).
 */
export async function compareOutlook(world: World): Promise<string> {
  const answer = await world.console.ask("GET", "/offline-outlook");
  if (answer?.status !== 200) return "no answer";
  const { items } = answer.body as { items: OfflineOutlookEntry[] };
  let compared = 0;
  for (const machine of world.endpoints) {
    const { endpoint } = machine;
    const notes = world.notesOf(machine);
    if (!endpoint || notes.suspect) continue;
    for (const holding of await endpoint.store.holdings(localRules)) {
      if (holding.refusal !== null) continue;
      compared += 1;
      const entry = items.find(
        (one) => one.endpointId === machine.endpointId && one.userId === holding.userId,
      );
      const who = `${holding.userName}@${machine.name}`;
      if (!entry) world.report("9", `${who} can sign in offline, and the outlook does not know it`);
      else if (saysNobody.has(entry.state) && !entry.note?.startsWith("pending") && !isPast(world, entry))
        world.report("9", `${who} can sign in offline, and the outlook says ${entry.state}`);
      else if (holding.remaining > entry.remainingAtMost)
        world.report(
          "9",
          `${who} can sign in offline ${holding.remaining} times, and the outlook says at most ${entry.remainingAtMost}`,
        );
      else if (holding.notAfterMs > entry.notAfterMs)
        world.report("9", `${who} can sign in offline longer than the outlook says`);
    }
  }
  return `${compared} compared`;
}

/** By true time the lease is over; a machine whose clock was kept back by its own reboot cannot know. */
function isPast(world: World, entry: OfflineOutlookEntry): boolean {
  return entry.state === "expired" && world.kernel.nowMs >= entry.notAfterMs;
}
