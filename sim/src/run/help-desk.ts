import type { Help } from "../model/help-desk.ts";
import type { Person } from "../model/people.ts";
import type { EndpointMachine } from "../system/endpoint-machine.ts";
import * as faults from "./faults.ts";
import { signInWithHelp } from "./sign-ins.ts";
import type { World } from "./world.ts";

/** Somebody at a machine without a network calls the help desk, and types what he hears, or what he heard before. */
export async function helpWithoutNetwork(
  world: World,
  machine: EndpointMachine,
  person: Person,
): Promise<string> {
  const { random, kernel } = world;
  const lines = [faults.cutOff(world, machine, "everywhere")];
  await kernel.pass(4000);
  for (let times = random.integer(1, 4); times > 0 && world.findings.length === 0; times -= 1) {
    const help = await askFor(world, machine, person, lines);
    if (help) lines.push(await signInWithHelp(world, machine, person, help));
    await kernel.pass(random.integer(10, 3000));
  }
  if (random.chance(0.5)) {
    lines.push(faults.reconnect(world, machine));
    await kernel.pass(random.integer(0, 8000));
  }
  return lines.join(" | ");
}

/** Null: the help desk's servers are away, or refuse. */
async function askFor(
  world: World,
  machine: EndpointMachine,
  person: Person,
  lines: string[],
): Promise<Help | null> {
  const { random, helpDesk } = world;
  const before = helpDesk.codesOf(person);
  // One that is over by now, or another machine's.
  if (before.length > 0 && random.chance(0.3)) return random.pick(before);
  const { endpointId } = machine;
  const path = `/users/${person.userId}`;
  if (random.chance(0.5)) {
    const answer = await world.console.ask("POST", `${path}/bypass-codes`, { endpointId });
    const { code } = (answer?.body ?? {}) as { code?: string };
    if (answer?.status !== 200 || code === undefined) return null;
    const help: Help = { kind: "bypass-code", value: code };
    helpDesk.gave(machine.name, person, help);
    return help;
  }
  // The first try shows the challenge; then he calls.
  const shown = { challenge: null as string | null };
  lines.push(await signInWithHelp(world, machine, person, { kind: "ocra", value: "" }, shown));
  if (shown.challenge === null) return null;
  const asked = { endpointId, challenge: shown.challenge };
  const answer = await world.console.ask("POST", `${path}/bypass-responses`, asked);
  const { answer: value } = (answer?.body ?? {}) as { answer?: string };
  if (answer?.status !== 200 || value === undefined) return null;
  const help: Help = { kind: "ocra", value: random.chance(0.9) ? value : "00000000" };
  helpDesk.gave(machine.name, person, { kind: "ocra", value });
  return help;
}
