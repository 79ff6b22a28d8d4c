import { needsCodeOffline } from "@holdfast/core/policy/workflows";
import type { Person } from "../model/people.ts";
import type { EndpointMachine } from "../system/endpoint-machine.ts";
import { localRules } from "../system/endpoint-machine.ts";
import { goodLink } from "../system/network.ts";
import { checkAlerts } from "./alerts.ts";
import { checkAudit } from "./audit-check.ts";
import { compareOutlook } from "./outlook.ts";
import { checkSetBack, noteMeeting } from "./set-back.ts";
import { signIn } from "./sign-ins.ts";
import type { World } from "./world.ts";

/** Within this everything is level again once network, servers and disks are well. */
const levelWithinMs = 15 * 60_000;
/** Within this an endpoint's news is with the server: seconds, or half a minute where there was much of it before. */
const deliveredWithinMs = 65_000;
const deliveryStepMs = 5000;

/** The faults end. Now everybody must find together again, and nothing may be lost (promises 3 and 8). */
export async function reconcile(world: World): Promise<string> {
  for (const server of world.servers) {
    if (server.running) world.database.disarm(server.running.process);
    await server.start();
  }
  world.network.losesNoMoreAnswers();
  for (const machine of world.endpoints) {
    for (const { place } of world.servers) world.network.set(machine.name, place.host, goodLink);
    machine.disk.refusesWrites = null;
    if (machine.endpoint) machine.disk.restart();
    else await machine.start();
    machine.linkChanged();
  }
  const inUse = world.endpoints.filter((machine) => !world.notesOf(machine).revoked);
  const certain = inUse.filter((machine) => !world.notesOf(machine).suspect);
  const level = await world.kernel.runUntil(
    () => certain.every((machine) => isOnline(machine)),
    levelWithinMs,
  );
  for (const machine of certain)
    if (!isOnline(machine)) world.report("8", `${machine.name} does not come online again`);
  if (!level) return "not level";
  for (const machine of world.endpoints) await contact(world, machine);
  const working = await untilDelivered(world, inUse);
  for (const machine of working) await checkLevel(world, machine);
  await checkAudit(world);
  await checkAlerts(world);
  const outlook = await compareOutlook(world);
  const signedIn = world.findings.length === 0 ? await everybodySignsIn(world, working) : 0;
  await untilDelivered(world, working);
  for (const machine of working) await checkDelivered(world, machine);
  return `${working.length} machines, ${signedIn} people in, outlook ${outlook}`;
}

function isOnline(machine: EndpointMachine): boolean {
  return machine.endpoint?.connection.state?.at === "online";
}

async function contact(world: World, machine: EndpointMachine): Promise<void> {
  const { endpoint } = machine;
  if (!endpoint) return;
  const server = world.serversFor(machine)[0]?.url;
  await machine.run(() => endpoint.contacts.now(server), 120_000);
}

/**
 * What comes down with a contact makes events of its own, and so does what people do: they go up by themselves. Those of
 * the machines that agree with the servers then; one that was set back need not.
 */
async function untilDelivered(
  world: World,
  machines: readonly EndpointMachine[],
): Promise<readonly EndpointMachine[]> {
  for (let waitedMs = 0; ; waitedMs += deliveryStepMs) {
    for (const machine of machines) await noteMeeting(world, machine);
    const agreeing = machines.filter((machine) => !world.notesOf(machine).suspect);
    const over = waitedMs >= deliveredWithinMs;
    if (over)
      for (const machine of machines) if (!agreeing.includes(machine)) await checkSetBack(world, machine);
    if (over || (agreeing.length === machines.length && (await everythingDelivered(agreeing))))
      return agreeing;
    await world.kernel.pass(deliveryStepMs);
  }
}

async function everythingDelivered(machines: readonly EndpointMachine[]): Promise<boolean> {
  for (const { endpoint } of machines) {
    const waiting = await endpoint?.store.events(1);
    if (waiting && waiting.events.length > 0) return false;
  }
  return true;
}

/** Sound, and all delivered that there is. */
async function checkLevel(world: World, machine: EndpointMachine): Promise<void> {
  const { endpoint } = machine;
  if (!endpoint) {
    world.report("8", `${machine.name} is not running`);
    return;
  }
  const condition = endpoint.store.condition();
  if (condition.kind !== "sound") {
    world.report("8", `the store of ${machine.name} is ${condition.kind}: ${condition.why}`);
    return;
  }
  await checkDelivered(world, machine);
  const { nowMs } = endpoint.store.effectiveTime();
  const offMs = Math.abs(nowMs - world.kernel.nowMs);
  if (offMs > 150_000)
    world.report("5", `${machine.name} has been told the time and is ${offMs / 1000} s off`);
}

async function checkDelivered(world: World, { name, endpoint }: EndpointMachine): Promise<void> {
  const waiting = (await endpoint?.store.events(Number.MAX_SAFE_INTEGER))?.events ?? [];
  if (waiting.length > 0)
    world.report(
      "8",
      `${name} is online and keeps ${waiting.length} events to itself: ${JSON.stringify(endpoint?.contacts.declined)}`,
    );
}

/** A right sign-in with a fresh code of everybody who may, at every machine that works. */
async function everybodySignsIn(world: World, machines: readonly EndpointMachine[]): Promise<number> {
  const signedIn: { readonly person: Person; readonly machine: EndpointMachine }[] = [];
  for (const person of world.ledger.people) {
    const row = await world.database.store.signInFacts(person.userName);
    if (row?.user.status !== "active" || row.token?.id !== person.token?.id) continue;
    const { lockedUntilMs } = row.state;
    if (lockedUntilMs !== null && lockedUntilMs > world.kernel.nowMs)
      await world.kernel.pass(lockedUntilMs - world.kernel.nowMs + 1000);
    const { token } = person;
    if (!token && needsCodeOffline(row.policy, "workstation")) continue;
    // The button was pressed so often that the token is out of step: that is for the help desk.
    if (token && row.token) {
      const windowSize = row.token.windowSize ?? row.policy.hotp.windowSize;
      while (token.next < row.token.nextCounter) token.press();
      if (token.next + machines.length > row.token.nextCounter + windowSize) continue;
      if (row.token.exposed.length > 0) continue;
    }
    for (const machine of machines) {
      await signIn(world, machine, person, "right", { oneLine: false, leaves: false, slow: false });
      signedIn.push({ person, machine });
      const attempt = [...world.ledger.attempts.values()].at(-1);
      if (attempt?.end?.code !== "success")
        world.report(
          "8",
          `everything is well, and ${person.userName} does not get in at ${machine.name}: ${attempt?.end?.code} ${attempt?.end?.reason}`,
        );
    }
  }
  await world.kernel.pass(5000);
  for (const { person, machine } of signedIn) await mayNowSignInOffline(world, person, machine);
  return signedIn.length;
}

/** Whoever has just signed in online and may sign in offline can do so. */
async function mayNowSignInOffline(world: World, person: Person, machine: EndpointMachine): Promise<void> {
  const policy = world.ledger.policyOf(person);
  if (!policy.offline.enabled || (!person.token && needsCodeOffline(policy, "workstation"))) return;
  const holdings = (await machine.endpoint?.store.holdings(localRules)) ?? [];
  const holding = holdings.find(({ userId }) => userId === person.userId);
  if (!holding || holding.refusal !== null)
    world.report(
      "8",
      `${person.userName} has just signed in at ${machine.name} and could not sign in offline: ${holding?.refusal ?? "nothing is held"}`,
    );
}
