import type { EndpointMachine } from "../system/endpoint-machine.ts";
import type { World } from "./world.ts";

/**
 * Notes that a machine on an older copy of its disk and the servers have met and agree: it has the server's last word,
 * said since, and neither finds fault with the other. From then on it is a machine like any other.
 */
export async function noteMeeting(world: World, machine: EndpointMachine): Promise<void> {
  const notes = world.notesOf(machine);
  const last = notes.setBack.at(-1);
  const { endpoint } = machine;
  if (!notes.suspect || !last || !endpoint) return;
  const row = await world.database.store.read((tx) => tx.endpoints.get(machine.endpointId));
  const hasLastWord = row !== null && row.nonce === endpoint.enterprise.record.nonce;
  if (!hasLastWord || (row.lastContactAtMs ?? 0) <= last.atMs) return;
  if (endpoint.contacts.declined === null && endpoint.store.condition().kind === "sound")
    notes.suspect = false;
}

/**
 * What was set back and does not come right again says so: the server has alerted somebody, or declines it for its
 * clock, for which it has lost the nonce that would make up. Enrolled anew it would work.
 */
export async function checkSetBack(world: World, machine: EndpointMachine): Promise<void> {
  const { endpoint } = machine;
  const declined = endpoint?.contacts.declined?.code ?? null;
  if (declined === "proof-invalid") return;
  const since = world.notesOf(machine).setBack[0]?.atMs ?? 0;
  const alerts = await world.database.store.read((tx) => tx.alerts.list({}));
  const alerted = alerts.some(
    ({ kind, endpointId, atMs }) =>
      tellsSetBack.has(kind) && endpointId === machine.endpointId && atMs >= since,
  );
  if (alerted) return;
  const condition = endpoint?.store.condition().kind ?? "not running";
  world.report(
    "2",
    `${machine.name} was set back and is ${condition}, its contacts are declined for ${declined}, and nobody was alerted`,
  );
}

const tellsSetBack = new Set(["clone-suspected", "chain-broken", "rollback-detected", "tamper-detected"]);
