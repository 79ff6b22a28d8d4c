import type { UserPolicy } from "@holdfast/protocol/policy";
import type { HardToken, Person } from "../model/people.ts";
import type { EndpointMachine } from "../system/endpoint-machine.ts";
import type { World } from "./world.ts";

/**
 * What administrators do. An answer may be lost with its server, so afterwards the model looks up what came of it: what
 * is true is what the enterprise says it is.
 */

export async function changePolicy(world: World): Promise<string> {
  const { random } = world;
  const id = random.pick(world.policyIds);
  const changes: Record<string, unknown> = random.pick([
    { lockout: { failures: random.integer(3, 6) } },
    { offline: { maxAge: random.pick(["PT2H", "PT6H", "P1D", "P3D"]) } },
    { offline: { maxSignIns: random.pick([null, 3, 8]) } },
    { offline: { cacheSize: random.pick([null, 6, 10]) } },
    { hotp: { windowSize: random.pick([10, 20, 30, 40]) } },
    { offline: { enabled: false } },
    { offline: { enabled: true } },
    { offline: { enabled: true } },
    { offline: { enabled: true } },
  ]);
  return `${JSON.stringify(changes)} ${await patchPolicy(world, id, changes)}`;
}

/** The answer's status, or that there was none. */
export async function patchPolicy(
  world: World,
  id: string,
  changes: Record<string, unknown>,
): Promise<string> {
  const answer = await changing(world, peopleOf(world, id), () =>
    world.console.ask("PATCH", `/policies/${id}`, { changes }),
  );
  const rows = await world.database.store.read((tx) => tx.policies.list());
  for (const row of rows)
    if (world.policyIds.includes(row.id)) world.notePolicy(row.id, row.document as UserPolicy);
  return String(answer?.status ?? "no answer");
}

export async function setStatus(world: World, person: Person): Promise<string> {
  const status = person.status === "active" && world.random.chance(0.6) ? "disabled" : "active";
  const answer = await changing(world, [person], () =>
    world.console.ask("PATCH", `/users/${person.userId}`, { status }),
  );
  const row = await world.database.store.read((tx) => tx.users.get(person.userId));
  if (row) person.status = row.status;
  return `${person.userName} ${status} ${answer?.status ?? "no answer"}`;
}

export async function changePassword(world: World, person: Person): Promise<string> {
  const text = world.newPassword();
  const before = await world.database.store.read((tx) => tx.users.get(person.userId));
  const answer = await changing(world, [person], () =>
    world.console.ask("PUT", `/users/${person.userId}/password`, { password: text }),
  );
  const after = await world.database.store.read((tx) => tx.users.get(person.userId));
  if (after && before && after.credentialEpoch > before.credentialEpoch)
    person.passwords.push({ text, sinceMs: world.kernel.nowMs });
  return `${person.userName} ${answer?.status ?? "no answer"}`;
}

export async function revokeToken(world: World, person: Person): Promise<string> {
  const token = person.token;
  if (!token) return `${person.userName} has none`;
  const answer = await changing(world, [person], () =>
    world.console.ask("POST", `/tokens/${token.id}/revocation`, {}),
  );
  await lookUpTokens(world, person);
  return `${person.userName} ${answer?.status ?? "no answer"}`;
}

export async function newToken(world: World, anybody: Person): Promise<string> {
  const person = world.withoutToken()[0] ?? anybody;
  if (person.token && !world.random.chance(0.1)) return `${person.userName} has one`;
  await changing(world, [person], () => world.newToken(person));
  return person.userName;
}

export async function unlock(world: World, person: Person): Promise<string> {
  const answer = await world.console.ask("POST", `/users/${person.userId}/unlock`, {});
  world.tries.unlocked(person.userName);
  return `${person.userName} ${answer?.status ?? "no answer"}`;
}

/** Two codes in a row, read out to the help desk. */
export async function resynchronise(world: World, person: Person): Promise<string> {
  const token = person.token;
  if (!token) return `${person.userName} has no token`;
  const first = token.press();
  const second = token.press();
  const answer = await changing(world, [person], () =>
    world.console.ask("POST", `/tokens/${token.id}/resynchronisation`, {
      first: token.codeAt(first),
      second: token.codeAt(second),
    }),
  );
  const row = await world.database.store.read((tx) => tx.tokens.get(token.id));
  if (row) world.ledger.raiseFloor("server", token.id, row.nextCounter);
  return `${person.userName} ${answer?.status ?? "no answer"}`;
}

export async function sizeToken(world: World, token: HardToken): Promise<string> {
  const cacheSize = world.random.pick([null, 5, 12, 35]);
  const answer = await world.console.ask("PATCH", `/tokens/${token.id}`, { cacheSize, confirmWindow: true });
  return `${token.id.slice(0, 8)} cache ${cacheSize} ${answer?.status ?? "no answer"}`;
}

/** Stolen: its codes are exposed, and another machine takes its place. */
export async function revokeEndpoint(world: World, machine: EndpointMachine): Promise<string> {
  const answer = await world.console.ask("POST", `/endpoints/${machine.endpointId}/revocation`, {});
  const row = await world.database.store.read((tx) => tx.endpoints.get(machine.endpointId));
  if (row?.status === "revoked") {
    world.notesOf(machine).revoked = true;
    for (const person of world.ledger.people) for (const { id } of person.tokens) world.exposedEver.add(id);
    const active = world.endpoints.filter((one) => !world.notesOf(one).revoked);
    if (active.length < 2) {
      for (const server of world.servers) {
        if (server.running) world.database.disarm(server.running.process);
        await server.start();
      }
      await world.newEndpoint();
    }
  }
  return `${machine.name} ${answer?.status ?? "no answer"}`;
}

function peopleOf(world: World, policyId: string): Person[] {
  return world.ledger.people.filter((person) => person.policyId === policyId);
}

async function changing<T>(world: World, people: readonly Person[], work: () => Promise<T>): Promise<T> {
  for (const person of people) person.changing = true;
  try {
    return await work();
  } finally {
    // A request that its server has taken up goes on after its client has given up waiting.
    await world.kernel.settle();
    for (const person of people) person.changing = false;
  }
}

async function lookUpTokens(world: World, person: Person): Promise<void> {
  const rows = await world.database.store.read((tx) => tx.tokens.ofUser(person.userId));
  for (const token of person.tokens)
    token.revoked = rows.find(({ id }) => id === token.id)?.status === "revoked";
}
