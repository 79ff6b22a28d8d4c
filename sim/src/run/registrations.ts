import { parseRegistrationLink } from "@holdfast/core/registration/link";
import type { ServerWord } from "@holdfast/core/registration/phone-side";
import { hear, nextRequest } from "@holdfast/core/registration/phone-side";
import { thumbprint } from "@holdfast/envelope/keys";
import type { Self } from "@holdfast/server/app/me/self";
import type { Outcome } from "@holdfast/server/app/outcome";
import {
  claimRegistration,
  completeRegistration,
  finishRegistration,
} from "@holdfast/server/app/phones/claims";
import {
  beginRegistration,
  confirmDigits,
  endOwnRegistration,
  readRegistration,
} from "@holdfast/server/app/phones/registrations";
import type { AppPorts } from "@holdfast/server/app/ports";
import { type Configuration, newKeys, type OnlinePhone } from "../model/online-phone.ts";
import type { Person } from "../model/people.ts";
import * as faults from "./faults.ts";
import type { World } from "./world.ts";

/** What may come between a phone and its registration. */
const chances = {
  asks: 12,
  "answer lost": 3,
  "switched off": 2,
  compares: 4,
  cancels: 0.4,
  waits: 1.5,
  "server fails": 2.5,
  "servers start": 3,
} as const;

/**
 * Registers and rescans one person's phone while servers die before and after their commits, answers are lost and the phone
 * is switched off. Whatever comes: of the old and the new seed exactly one is in force, and the phone has it (AMB-REG-5).
 */
export async function phoneRegistrations(
  world: World,
  person: Person,
  phone: OnlinePhone,
  steps: number,
): Promise<string> {
  const { random, kernel } = world;
  const lines: string[] = [];
  for (let step = 0; step < steps && world.findings.length === 0; step += 1) {
    if (phone.registration === null) lines.push(await begin(world, person, phone));
    const way = random.weighted(chances);
    switch (way) {
      case "asks":
        lines.push(await ask(world, phone, "heard"));
        break;
      case "answer lost":
        lines.push(`lost ${await ask(world, phone, "lost")}`);
        break;
      case "switched off":
        lines.push(await ask(world, phone, "switched off"));
        break;
      case "compares":
        lines.push(await compare(world, person, phone));
        break;
      case "cancels": {
        const id = phone.registration?.id ?? "";
        await inServer(world, (ports) => endOwnRegistration(ports, selfOf(person), id, "cancelled"));
        lines.push("cancelled");
        break;
      }
      case "waits":
        await kernel.pass(random.integer(1_000, 200_000));
        break;
      case "server fails":
        lines.push(await faults.serverFails(world));
        break;
      case "servers start":
        lines.push(await faults.serversStart(world));
        break;
    }
    await look(world, person, phone, `after ${way}`);
  }
  return lines.filter((line) => line !== "").join(" | ");
}

async function begin(world: World, person: Person, phone: OnlinePhone): Promise<string> {
  const { profile } = phone;
  const request =
    profile === null ? ({ kind: "new" } as const) : ({ kind: "rescan", phoneId: profile.phoneId } as const);
  const begun = await inServer(world, (ports) => beginRegistration(ports, selfOf(person), request));
  if (begun?.kind !== "ok") return "";
  const parsed = parseRegistrationLink(begun.value.link);
  if (parsed.kind !== "ok" || parsed.link.kind !== "online") throw new Error("a link of another kind");
  const { registrationId: id, token } = parsed.link;
  phone.registration = { id, token, keys: newKeys(world.random), state: { step: "claiming" } };
  return `begins ${request.kind}`;
}

/** Stored before anything else happens, unless the phone is switched off before it is. */
async function ask(
  world: World,
  phone: OnlinePhone,
  end: "heard" | "lost" | "switched off",
): Promise<string> {
  const { registration } = phone;
  const request = registration && nextRequest(registration.state);
  if (!registration || request === null) return "";
  const { id, token, keys } = registration;
  const word = await inServer(world, async (ports): Promise<ServerWord<Configuration> | null> => {
    const print = await thumbprint(keys.requestKey);
    if (request === "claim") {
      const brought = { ...keys, token, biometric: null, phoneName: "Phone", appVersion: "1" };
      const answer = await claimRegistration(ports, print, id, brought);
      return answer.kind === "ok" ? { said: "claimed", digits: answer.value.digits } : over(answer);
    }
    if (request === "complete") {
      const answer = await completeRegistration(ports, print, id);
      if (answer.kind !== "ok") return over(answer);
      const { value } = answer;
      if (value.state === "waiting") return { said: "waiting" };
      if (value.state !== "ready") return { said: "over", why: value.state };
      const { phoneId, codes } = value.configuration;
      return { said: "ready", configuration: { phoneId, secret: codes[0]?.secret ?? "" } };
    }
    const answer = await finishRegistration(ports, print, id);
    if (answer.kind !== "ok") return over(answer);
    return answer.value.state === "done" ? { said: "done" } : { said: "over", why: answer.value.why };
  });
  if (word === null || end !== "heard") return `${request}: ${end === "heard" ? "no answer" : end}`;
  registration.state = hear(registration.state, word);
  const { state } = registration;
  if (state.step === "registered") phone.profile = state.configuration;
  if (state.step === "registered" || state.step === "dropped") phone.registration = null;
  return `${request}: ${word.said}${state.step === "registered" ? " REGISTERED" : ""}`;
}

async function compare(world: World, person: Person, { registration }: OnlinePhone): Promise<string> {
  const id = registration?.id ?? "";
  const confirmed = await inServer(world, async (ports) => {
    const seen = await readRegistration(ports, selfOf(person), id);
    if (seen.kind !== "ok" || seen.value.state !== "scanned") return null;
    return confirmDigits(ports, selfOf(person), id, seen.value.digits);
  });
  return confirmed?.kind === "ok" ? "compared" : "";
}

/** By the store itself, whoever is alive. */
async function look(world: World, person: Person, phone: OnlinePhone, when: string): Promise<void> {
  const server = world.servers.find(({ running }) => running)?.running?.server;
  if (server === undefined) return;
  const { store } = world.database;
  const { tokens, phones } = await store.read(async (tx) => ({
    tokens: await tx.tokens.ofUser(person.userId),
    phones: await tx.phones.ofUser(person.userId),
  }));
  const online = phones.filter(({ mode }) => mode === "online");
  const inForce = tokens
    .filter(({ phoneId, status }) => status === "enabled" && online.some(({ id }) => id === phoneId))
    .map(({ id, sealedSecret }) =>
      Buffer.from(server.ports.secrets.open("token-secret", id, sealedSecret)).toString("base64url"),
    );
  const state = phone.registration?.state;
  const staged = state?.step === "finishing" ? state.configuration.secret : null;
  const held = [phone.profile?.secret, staged].filter((secret) => secret != null);
  if (online.length > 1 || inForce.length !== online.length)
    world.report("AMB-REG-5", `${when}: ${online.length} phones, and ${inForce.length} seeds in force`);
  if (inForce.some((secret) => !held.includes(secret)))
    world.report("AMB-REG-5", `${when}: a seed is in force that the phone does not have`);
  if (phone.profile !== null && inForce.length === 0)
    world.report("AMB-REG-5", `${when}: the phone has a seed, and none is in force`);
}

function over(answer: Extract<Outcome<unknown>, { kind: "refused" }>): ServerWord<Configuration> {
  return { said: "over", why: answer.detail };
}

function selfOf({ userId }: Person): Self {
  return {
    userId,
    sessionId: "ses_simulated",
    actor: { name: `user:${userId}`, principal: { kind: "person", userId } },
  };
}

/** In one of the servers that run. Null: none does, it died over it, or its database failed. */
async function inServer<T>(world: World, work: (ports: AppPorts) => Promise<T>): Promise<T | null> {
  const alive = world.servers.filter(({ running }) => running);
  const running = alive.length === 0 ? null : world.random.pick(alive).running;
  if (!running) return null;
  const { ports } = running.server;
  // The app's own origin is none of the simulation's; its requests are the phone's word alone.
  const origin = () => "https://authenticator.test";
  const done: { value: T | null; over: boolean } = { value: null, over: false };
  world.kernel
    .enter(running.process, () => work({ ...ports, phones: { ...ports.phones, origin } }))
    .then((value) => {
      done.value = value;
    })
    .catch((error: unknown) => {
      if ((error as Error).name !== "StorageError") throw error;
    })
    .finally(() => {
      done.over = true;
    });
  await world.kernel.runUntil(() => done.over || !running.process.alive, 60_000);
  return done.value;
}
