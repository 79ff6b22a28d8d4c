import type { Person } from "../model/people.ts";
import type { EndpointMachine } from "../system/endpoint-machine.ts";
import * as administration from "./administration.ts";
import * as faults from "./faults.ts";
import { helpWithoutNetwork } from "./help-desk.ts";
import { compareOutlook } from "./outlook.ts";
import { phoneWithoutNetwork } from "./phones.ts";
import { signIn, signInAtOnce, signInRemotely, signInWithOneCode, typings } from "./sign-ins.ts";
import type { World } from "./world.ts";

/** What may happen, and how often. */
const weights = {
  "sign-in": 100,
  "same code at several machines": 6,
  "same code here and there": 4,
  "several tries at once": 4,
  "a day without network": 5,
  "guesses around contacts": 2,
  "cut off while somebody signs in": 4,
  "help without a network": 4,
  "phone without a network": 3,
  "remote sign-in": 8,
  contact: 6,
  "time passes": 18,
  "long time passes": 3,
  "cut off": 10,
  reconnect: 16,
  "slow link": 3,
  "answer lost": 5,
  "agent killed": 4,
  "machine rebooted": 3,
  "crash ahead": 7,
  "disk refuses": 3,
  "disk free": 4,
  "disk copied": 1,
  "disk set back": 1,
  "clock turned": 5,
  "server fails": 5,
  "servers start": 5,
  policy: 3,
  status: 2,
  password: 2,
  "token revoked": 1,
  "new token": 4,
  unlock: 1,
  resynchronise: 3,
  "token size": 1,
  "endpoint revoked": 0.5,
  outlook: 3,
} as const;
export type OperationName = keyof typeof weights;

const calm = { oneLine: false, leaves: false, slow: false };

/** Before anything goes wrong most people sign in at most machines. */
export async function firstDay(world: World): Promise<string> {
  const lines: string[] = [];
  for (const machine of world.endpoints)
    for (const person of world.ledger.people)
      if (world.random.chance(0.7)) lines.push(await signIn(world, machine, person, "right", calm));
  await world.kernel.pass(5000);
  return `first day: ${lines.join(" | ")}`;
}

/** Draws one operation and carries it out. The line says what it was and what came of it. */
export async function operate(world: World): Promise<string> {
  const name = world.random.weighted(weights);
  const person = world.random.pick(world.ledger.people);
  const machine = pickMachine(world);
  return `${name}: ${await carryOut(world, name, machine, person)}`;
}

async function carryOut(
  world: World,
  name: OperationName,
  machine: EndpointMachine,
  person: Person,
): Promise<string> {
  const { random, kernel } = world;
  switch (name) {
    case "sign-in": {
      const typing = random.weighted(typings);
      const options = {
        oneLine: random.chance(0.06),
        leaves: random.chance(0.02),
        slow: random.chance(0.08),
      };
      return `${typing}${options.oneLine ? " one-line" : ""} ${await signIn(world, machine, person, typing, options)}`;
    }
    case "same code at several machines":
      return signInAtOnce(world, activeMachines(world), person, "right");
    case "same code here and there":
      return signInWithOneCode(world, activeMachines(world), person);
    case "a day without network":
      return dayWithoutNetwork(world, machine, person);
    case "guesses around contacts":
      return guessesAroundContacts(world, machine, person);
    case "cut off while somebody signs in":
      return cutOffDuringSignIn(world, machine, person);
    case "help without a network":
      return helpWithoutNetwork(world, machine, person);
    case "phone without a network":
      return phoneWithoutNetwork(world, machine, person);
    case "several tries at once": {
      const typing = random.pick(["right", "wrong-password", "wrong-code"] as const);
      const machines = Array.from({ length: random.integer(2, 5) }, () => machine);
      return `${typing} ${await signInAtOnce(world, machines, person, typing)}`;
    }
    case "remote sign-in":
      return signInRemotely(world, person, random.weighted(typings));
    case "contact":
      return contact(world, machine);
    case "time passes": {
      const seconds = random.chance(0.8) ? random.integer(1, 8) : random.integer(10, 60);
      await kernel.pass(seconds * 1000);
      return `${seconds} s`;
    }
    case "long time passes": {
      const minutes = random.pick([6, 20, 60, 60, 300, 1440]);
      await kernel.sleep(minutes * 60_000);
      await kernel.pass(3000);
      return `${minutes} min`;
    }
    case "cut off":
      return faults.cutOff(world, machine);
    case "reconnect":
      return faults.reconnect(world, machine);
    case "slow link":
      return faults.slowDown(world, machine);
    case "answer lost":
      return faults.loseAnswers(world, machine);
    case "agent killed":
      return faults.kill(world, machine, false);
    case "machine rebooted":
      return faults.kill(world, machine, true);
    case "crash ahead":
      return faults.crashAhead(world, machine);
    case "disk refuses":
      return faults.refuseWrites(world, machine);
    case "disk free":
      return faults.freeDisk(world, machine);
    case "disk copied":
      return faults.copyDisk(world, machine);
    case "disk set back":
      return faults.restoreDisk(world, machine);
    case "clock turned":
      return faults.turnClock(world, machine);
    case "server fails":
      return faults.serverFails(world);
    case "servers start":
      return faults.serversStart(world);
    case "policy":
      return administration.changePolicy(world);
    case "status":
      return administration.setStatus(world, person);
    case "password":
      return administration.changePassword(world, person);
    case "token revoked":
      return administration.revokeToken(world, person);
    case "new token":
      return administration.newToken(world, person);
    case "unlock":
      return administration.unlock(world, person);
    case "resynchronise":
      return administration.resynchronise(world, person);
    case "token size":
      return person.token ? administration.sizeToken(world, person.token) : "no token";
    case "endpoint revoked":
      return administration.revokeEndpoint(world, machine);
    case "outlook":
      return compareOutlook(world);
  }
}

/** Somebody works at one machine as long as it lets him in, and longer. */
async function dayWithoutNetwork(world: World, machine: EndpointMachine, person: Person): Promise<string> {
  const { random, kernel } = world;
  const lines = [faults.reconnect(world, machine)];
  await kernel.pass(3000);
  lines.push(await signIn(world, machine, person, "right", calm));
  await kernel.pass(3000);
  lines.push(faults.cutOff(world, machine));
  await kernel.pass(4000);
  for (let times = random.integer(4, 30); times > 0 && world.findings.length === 0; times -= 1) {
    const typing = random.chance(0.9) ? "right" : random.weighted(typings);
    lines.push(await signIn(world, machine, person, typing, calm));
    await kernel.pass(random.integer(10, 2000));
  }
  return lines.join(" | ");
}

/** A thief at one machine pulls the cable and plugs it in again: no contact may give him his guesses back. */
export async function guessesAroundContacts(
  world: World,
  machine: EndpointMachine,
  person: Person,
): Promise<string> {
  const { random, kernel } = world;
  await faults.serversStart(world);
  faults.freeDisk(world, machine);
  const plugIn = async () => {
    faults.reconnect(world, machine);
    await kernel.runUntil(() => machine.endpoint?.connection.state?.at === "online", 35_000);
    return contact(world, machine);
  };
  // He whose account it is has just gone home.
  const lines = [await plugIn(), await signIn(world, machine, person, "right", calm)];
  await kernel.pass(3000);
  for (let rounds = random.integer(4, 6); rounds > 0 && world.findings.length === 0; rounds -= 1) {
    lines.push(faults.cutOff(world, machine, "everywhere"));
    await kernel.pass(1500);
    for (let guesses = random.integer(1, 2); guesses > 0; guesses -= 1)
      lines.push(await signIn(world, machine, person, "wrong-password", calm));
    lines.push(await plugIn());
    if (random.chance(0.2)) lines.push(await signIn(world, machine, person, "wrong-password", calm));
  }
  return lines.join(" | ");
}

/** The network goes between two prompts, or between a question and its answer. */
async function cutOffDuringSignIn(world: World, machine: EndpointMachine, person: Person): Promise<string> {
  const { random, kernel } = world;
  const lines: string[] = [];
  const cut = () => {
    lines.push(faults.cutOff(world, machine));
  };
  kernel.after(world.database.process, random.integer(0, 150), cut);
  lines.push(await signIn(world, machine, person, random.weighted(typings), calm, "meanwhile"));
  // Whoever was quicker than the fault meets it now.
  await kernel.pass(200);
  return lines.join(" | ");
}

export async function contact(_world: World, machine: EndpointMachine): Promise<string> {
  if (!machine.endpoint) await machine.start();
  const { endpoint } = machine;
  if (!endpoint) return `${machine.name} does not start`;
  const outcome = await machine.run(() => endpoint.contacts.now(), 120_000);
  return `${machine.name} ${outcome?.kind ?? "no answer"}`;
}

function activeMachines(world: World): EndpointMachine[] {
  return world.endpoints.filter((machine) => !world.notesOf(machine).revoked);
}

/** Mostly machines in use; now and then one that was revoked. */
function pickMachine(world: World): EndpointMachine {
  const active = activeMachines(world);
  return world.random.pick(active.length > 0 && world.random.chance(0.97) ? active : world.endpoints);
}
