import { TestPhone } from "@holdfast/offline-store/testing/phone";
import type { Attempt } from "../model/attempt.ts";
import type { Person } from "../model/people.ts";
import type { EndpointMachine } from "../system/endpoint-machine.ts";
import { localRules } from "../system/endpoint-machine.ts";
import * as faults from "./faults.ts";
import { describe, signIn, signInByPhone } from "./sign-ins.ts";
import type { World } from "./world.ts";

const calm = { oneLine: false, leaves: false, slow: false };
const ways = {
  own: 6,
  "wrong digits": 2,
  "another's phone": 2,
  "the answer of before": 2,
  "wrong password": 1,
  "agent killed in between": 2,
} as const;

/** Somebody at a machine without a network whose phone answers its QR codes; and who would like to be him. */
export async function phoneWithoutNetwork(
  world: World,
  machine: EndpointMachine,
  person: Person,
): Promise<string> {
  const { random, kernel } = world;
  if (!world.policyAsksForCode(person)) return `${person.userName} is asked for no second factor`;
  await giveAPhone(world, person);
  const lines = [faults.reconnect(world, machine)];
  await kernel.pass(3000);
  lines.push(await signIn(world, machine, person, "right", calm));
  await kernel.pass(4000);
  lines.push(faults.cutOff(world, machine, "everywhere"));
  await kernel.pass(4000);
  let before: string | null = null;
  for (let times = random.integer(2, 5); times > 0 && world.findings.length === 0; times -= 1) {
    const attempt = await byPhone(world, machine, person, before, lines);
    if (attempt?.qr) before = person.phone?.answerTo(attempt.qr.message) ?? null;
    await kernel.pass(random.chance(0.2) ? 130_000 : random.integer(10, 3000));
  }
  if (random.chance(0.5)) {
    lines.push(faults.reconnect(world, machine));
    await kernel.pass(random.integer(0, 8000));
  }
  return lines.join(" | ");
}

async function byPhone(
  world: World,
  machine: EndpointMachine,
  person: Person,
  before: string | null,
  lines: string[],
): Promise<Attempt | null> {
  const { phone } = person;
  if (phone === null) return null;
  const own = (message: Uint8Array) => phone.answerTo(message);
  const way = world.random.weighted(ways);
  const told = (attempt: Attempt): Attempt => {
    lines.push(`${way}: ${describe(attempt)}`);
    return attempt;
  };
  switch (way) {
    case "own": {
      const sure = await mustSucceed(world, machine, person);
      const attempt = told(await signInByPhone(world, machine, person, own));
      if (sure && attempt.end?.code !== "success")
        world.report(
          "6",
          `${attempt.tag}: everything was right by phone, and the answer is ${attempt.end?.reason}`,
        );
      return attempt;
    }
    case "wrong digits":
      return told(await signInByPhone(world, machine, person, () => "00000000"));
    case "another's phone": {
      const other = new TestPhone(world.random.bytes(32));
      return told(
        await signInByPhone(world, machine, person, (message) => other.answerTo(message, phone.publicKey)),
      );
    }
    case "the answer of before":
      return told(await signInByPhone(world, machine, person, () => before ?? "12345678"));
    case "wrong password":
      return told(await signInByPhone(world, machine, person, own, world.newPassword()));
    case "agent killed in between": {
      // He has seen the code; the agent that made it is gone when he types.
      const shown = told(await signInByPhone(world, machine, person, () => null));
      lines.push(faults.kill(world, machine, world.random.chance(0.3)));
      const old = shown.qr && own(shown.qr.message);
      return told(await signInByPhone(world, machine, person, () => old ?? "87654321"));
    }
  }
}

/** Nothing is wrong with this machine, its store would let him in, and his phone is in what it holds. */
async function mustSucceed(world: World, machine: EndpointMachine, person: Person): Promise<boolean> {
  const { endpoint } = machine;
  if (endpoint?.connection.state?.at !== "offline" || world.isDisturbed(machine)) return false;
  if (machine.disk.refusesWrites || world.slotPassword(machine, person) !== person.password) return false;
  const holdings = await endpoint.store.holdings(localRules);
  const holding = holdings.find(({ userId }) => userId === person.userId);
  const facts = await endpoint.store.facts(person.userName, localRules);
  const held = facts.authenticators.some(({ factor }) => factor === "qr-challenge");
  return held && holding?.refusal === null && holding.remaining > 0;
}

/** As after a registration: the phone's row, and a refill that is due. */
async function giveAPhone(world: World, person: Person): Promise<void> {
  if (person.phone !== null) return;
  const phone = new TestPhone(world.random.bytes(32));
  const id = `phone_${person.userName}`;
  const { userId } = person;
  await world.database.store.transaction(async (tx) => {
    await tx.phones.insert({
      id,
      userId,
      label: "Phone",
      mode: "offline",
      deviceId: "0000-0000-0000",
      types: ["qr-challenge"],
      status: "enabled",
      requestKeyThumbprint: null,
      requestKey: null,
      approvalKey: null,
      challengeKey: phone.inBundle.publicKey,
      biometric: null,
      phoneName: null,
      appVersion: null,
      registrationId: id,
      createdAtMs: tx.now(),
      lastSyncMs: null,
    });
    for (const held of await tx.bundles.ofUser(userId))
      if (held.status === "active") await tx.bundles.upsert({ ...held, requestId: "" });
  });
  person.phone = phone;
}
