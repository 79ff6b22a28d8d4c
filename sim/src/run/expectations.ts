import { needsCodeOffline } from "@holdfast/core/policy/workflows";
import type { Typed } from "../model/attempt.ts";
import type { Person } from "../model/people.ts";
import type { EndpointMachine } from "../system/endpoint-machine.ts";
import { localRules } from "../system/endpoint-machine.ts";
import type { World } from "./world.ts";

/** What must come of a sign-in, where that can be said beforehand. */
export type Expectation =
  | { readonly kind: "anything" }
  /** Everything is well and everything typed is right: promise 6. */
  | { readonly kind: "success"; readonly mode: "online" | "offline"; readonly counter: number | null }
  /** No server can be reached from here: nothing but this machine's store decides. */
  | { readonly kind: "not-online" };

const anything: Expectation = { kind: "anything" };

/** Asked before the sign-in begins, of the system's own state; the judging is the model's. */
export async function expectationOf(
  world: World,
  machine: EndpointMachine,
  person: Person,
  typed: Typed,
  options: { readonly leaves: boolean; readonly slow: boolean },
): Promise<Expectation> {
  const servers = world.servers;
  const links = servers.map((server) => world.network.link(machine.name, server.place.host));
  if (links.every(({ kind }) => kind !== "up")) {
    const offline = await mustSucceedOffline(world, machine, person, typed, options);
    return offline ?? { kind: "not-online" };
  }
  if (options.leaves || options.slow || world.isDisturbed(machine)) return anything;
  return (await mustSucceedOnline(world, machine, person, typed)) ?? anything;
}

async function mustSucceedOnline(
  world: World,
  machine: EndpointMachine,
  person: Person,
  typed: Typed,
): Promise<Expectation | null> {
  const state = machine.endpoint?.connection.state;
  const notes = world.notesOf(machine);
  if (state?.at !== "online" || notes.revoked || notes.suspect || notes.diskRefused) return null;
  const calm = world.serversFor(machine).every((server) => {
    const link = world.network.link(machine.name, server.place.host);
    return server.running && link.kind === "up" && link.throughMs <= 50;
  });
  if (!calm || Math.abs(machine.clock.errorMs) > 60_000) return null;
  if (person.status !== "active" || person.changing || typed.password !== person.password) return null;
  const row = await world.database.store.signInFacts(person.userName);
  if (row?.user.status !== "active") return null;
  const { lockedUntilMs } = row.state;
  if (lockedUntilMs !== null && lockedUntilMs > world.kernel.nowMs) return null;
  if (!needsCodeOffline(row.policy, "workstation")) return { kind: "success", mode: "online", counter: null };
  const token = person.token;
  if (!token || row.token?.id !== token.id) return null;
  const counter = token.next - 1;
  const { nextCounter, exposed, windowSize } = row.token;
  const inWindow =
    counter >= nextCounter && counter < nextCounter + (windowSize ?? row.policy.hotp.windowSize);
  const open = exposed.every(({ from, through }) => counter < from || counter > through);
  return inWindow && open && typed.code === token.codeAt(counter)
    ? { kind: "success", mode: "online", counter }
    : null;
}

async function mustSucceedOffline(
  world: World,
  machine: EndpointMachine,
  person: Person,
  typed: Typed,
  options: { readonly leaves: boolean; readonly slow: boolean },
): Promise<Expectation | null> {
  const { endpoint } = machine;
  if (endpoint?.connection.state?.at !== "offline" || options.leaves || options.slow) return null;
  if (world.isDisturbed(machine) || machine.disk.refusesWrites) return null;
  if (typed.password !== person.password || world.slotPassword(machine, person) !== typed.password)
    return null;
  const holdings = await endpoint.store.holdings(localRules);
  const holding = holdings.find(({ userId }) => userId === person.userId);
  if (!holding || holding.refusal !== null || holding.remaining <= 0) return null;
  const facts = await endpoint.store.facts(person.userName, localRules);
  if (!needsCodeOffline(facts.policy, "workstation"))
    return { kind: "success", mode: "offline", counter: null };
  const token = person.token;
  if (!token || facts.token?.id !== token.id || world.exposedEver.has(token.id)) return null;
  const counter = token.next - 1;
  const { nextCounter } = facts.token;
  const held = counter >= nextCounter && counter < nextCounter + (facts.lease?.codesLeft ?? 0);
  return held && typed.code === token.codeAt(counter) ? { kind: "success", mode: "offline", counter } : null;
}
