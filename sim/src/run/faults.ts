import type { Random } from "../kernel/random.ts";
import type { EndpointMachine } from "../system/endpoint-machine.ts";
import type { DiskCopy } from "../system/machine-disk.ts";
import type { LinkState } from "../system/network.ts";
import { goodLink } from "../system/network.ts";
import { everyRubbish } from "../system/proxy.ts";
import type { World } from "./world.ts";

/** What goes wrong: network, machines, disks, clocks, servers, database. Each returns a line for the log. */

export function cutOff(world: World, machine: EndpointMachine, everywhere?: "everywhere"): string {
  const state = badLink(world.random);
  const servers = everywhere || world.random.chance(0.8) ? world.servers : [world.random.pick(world.servers)];
  for (const { place } of servers) world.network.set(machine.name, place.host, state);
  return `${machine.name} ${describe(state)} to ${servers.map(({ place }) => place.host).join(" ")}`;
}

export function reconnect(world: World, machine: EndpointMachine): string {
  for (const { place } of world.servers) world.network.set(machine.name, place.host, goodLink);
  if (world.random.chance(0.7)) machine.linkChanged();
  return machine.name;
}

/** Slow, not gone: seconds pass, and connections overtake each other. */
export function slowDown(world: World, machine: EndpointMachine): string {
  const state: LinkState = world.random.chance(0.5)
    ? { kind: "up", fromMs: 100, throughMs: 900 }
    : { kind: "up", fromMs: 500, throughMs: 4000 };
  for (const { place } of world.servers) world.network.set(machine.name, place.host, state);
  return `${machine.name} ${state.fromMs}-${state.throughMs} ms`;
}

export function loseAnswers(world: World, machine: EndpointMachine): string {
  const server = world.random.pick(world.servers);
  world.network.loseNextAnswer(machine.name, server.place.host);
  return `${machine.name} from ${server.place.host}`;
}

/** The agent alone, or the machine with it. */
export function kill(_world: World, machine: EndpointMachine, reboot: boolean): string {
  machine.kill();
  if (reboot) machine.clock.reboot();
  return `${machine.name}${reboot ? " rebooted" : ""}`;
}

/** The machine dies in place of one of its next durable steps. */
export function crashAhead(world: World, machine: EndpointMachine): string {
  const steps = world.random.integer(0, 30);
  const kind = world.random.pick(["kill", "power-cut"] as const);
  machine.disk.crashAfter(steps, kind);
  return `${machine.name} ${kind} after ${steps} steps`;
}

export function refuseWrites(world: World, machine: EndpointMachine): string {
  machine.disk.refusesWrites = world.random.pick(["ENOSPC", "EROFS"] as const);
  world.notesOf(machine).diskRefused = true;
  return `${machine.name} ${machine.disk.refusesWrites}`;
}

export function freeDisk(_world: World, machine: EndpointMachine): string {
  machine.disk.refusesWrites = null;
  return machine.name;
}

const copies = new WeakMap<EndpointMachine, DiskCopy>();

export function copyDisk(_world: World, machine: EndpointMachine): string {
  copies.set(machine, machine.disk.copy());
  return machine.name;
}

/** Somebody puts an older copy of the disk back: without its counter, as a TPM would keep it, or with it. */
export async function restoreDisk(world: World, machine: EndpointMachine): Promise<string> {
  const copy = copies.get(machine);
  if (!copy) return `${machine.name}: no copy`;
  machine.kill();
  machine.clock.reboot();
  const withCounter = world.random.chance(0.4);
  machine.disk.restart();
  machine.disk.restore(copy, withCounter);
  const notes = world.notesOf(machine);
  notes.setBack.push({ atMs: world.kernel.nowMs, withCounter });
  notes.suspect = true;
  world.forgetSignIns(machine);
  world.ledger.forgetFloors(machine.name);
  world.tries.setBack(machine.name);
  world.forgetTime(machine);
  await machine.start();
  return `${machine.name}${withCounter ? " with its counter" : ""}`;
}

export function turnClock(world: World, machine: EndpointMachine): string {
  const { random } = world;
  const { clock } = machine;
  world.clocksTurned.add(machine.name);
  switch (random.weighted({ back: 3, forward: 3, drift: 1, correct: 3 })) {
    case "back": {
      const hours = random.pick([0.1, 1, 24, 24 * 30]);
      clock.jump(-hours * 3_600_000);
      return `${machine.name} ${hours} h back`;
    }
    case "forward": {
      const hours = random.pick([0.1, 1, 24]);
      clock.jump(hours * 3_600_000);
      return `${machine.name} ${hours} h forward`;
    }
    case "drift": {
      const parts = random.pick([-200, 200]);
      clock.drift(parts);
      return `${machine.name} drifts ${parts} ppm`;
    }
    case "correct":
      clock.drift(0);
      clock.correct();
      return `${machine.name} correct`;
  }
}

export async function serverFails(world: World): Promise<string> {
  const { random } = world;
  const server = random.pick(world.servers);
  const { running } = server;
  if (!running) {
    await server.start();
    return `${server.place.host} starts`;
  }
  const fault = random.weighted({
    "killed at once": 2,
    "dies-after-commit": 4,
    "dies-before-commit": 1,
    fails: 1,
    "fails-after-commit": 2,
  });
  if (fault === "killed at once") server.kill();
  else world.database.arm(running.process, fault, random.integer(0, 4));
  return `${server.place.host} ${fault}`;
}

export async function serversStart(world: World): Promise<string> {
  for (const server of world.servers) {
    if (server.running) world.database.disarm(server.running.process);
    await server.start();
  }
  return world.servers.map(({ place }) => place.host).join(" ");
}

function badLink(random: Random): LinkState {
  const kind = random.weighted({ down: 4, "black-hole": 3, "answers-lost": 2, proxy: 3 });
  if (kind !== "proxy") return { kind };
  // What looks most like a server's own word is the most dangerous.
  const rubbish = random.chance(0.4)
    ? random.pick(["problem-of-somebody-else", "json-of-somebody-else"] as const)
    : random.pick(everyRubbish);
  return { kind, rubbish };
}

function describe(state: LinkState): string {
  return state.kind === "proxy" ? `proxy (${state.rubbish})` : state.kind;
}
