import type { Process } from "../kernel/kernel.ts";
import type { Attempt, Typed } from "../model/attempt.ts";
import { conversationOf } from "../model/attempt.ts";
import type { Help } from "../model/help-desk.ts";
import type { HardToken, Person } from "../model/people.ts";
import type { EndpointMachine } from "../system/endpoint-machine.ts";
import type { Expectation } from "./expectations.ts";
import { expectationOf } from "./expectations.ts";
import { judge } from "./verdicts.ts";
import type { World } from "./world.ts";

/** What a person, or a thief, types. */
export const typings = {
  right: 60,
  skipped: 8,
  "wrong-password": 5,
  "wrong-code": 5,
  replayed: 5,
  "old-password": 2,
  "far-ahead": 1,
  nothing: 1,
} as const;
export type Typing = keyof typeof typings;

/** No sign-in may take longer, whatever happens around it. */
const longestSignInMs = 300_000;

type Running = { readonly attempt: Attempt; readonly process: Process; over: boolean };

/** One person at one machine. The result is a line for the log. */
export async function signIn(
  world: World,
  machine: EndpointMachine,
  person: Person,
  typing: Typing,
  options: { oneLine: boolean; leaves: boolean; slow: boolean },
  /** Something else happens to the machine while the person is at it. */
  meanwhile?: "meanwhile",
): Promise<string> {
  if (!machine.endpoint) await machine.start();
  const typed = type(world, person, typing);
  const expected: Expectation = meanwhile
    ? { kind: "anything" }
    : await expectationOf(world, machine, person, typed, options);
  const running = launch(world, machine, person, typed, options, expected);
  await finish(world, [running]);
  return describe(running.attempt);
}

/** By what the help desk said. `shown` gets the challenge that the machine showed. */
export async function signInWithHelp(
  world: World,
  machine: EndpointMachine,
  person: Person,
  help: Help,
  shown: { challenge: string | null } = { challenge: null },
): Promise<string> {
  if (!machine.endpoint) await machine.start();
  const typed: Typed = { password: person.password, code: "", help };
  const options = { oneLine: false, leaves: false, slow: false };
  const running = launch(world, machine, person, typed, options, { kind: "anything" });
  await finish(world, [running]);
  shown.challenge = running.attempt.challenge;
  return `${help.kind} ${describe(running.attempt)}`;
}

/** By the phone: what is typed of the QR code that the machine shows. */
export async function signInByPhone(
  world: World,
  machine: EndpointMachine,
  person: Person,
  phone: NonNullable<Typed["phone"]>,
  password = person.password,
): Promise<Attempt> {
  if (!machine.endpoint) await machine.start();
  const typed: Typed = { password, code: "", phone };
  const options = { oneLine: false, leaves: false, slow: false };
  const running = launch(world, machine, person, typed, options, { kind: "anything" });
  await finish(world, [running]);
  return running.attempt;
}

/** Several at the same moment: one code at several machines, or several tries at one. */
export async function signInAtOnce(
  world: World,
  machines: readonly EndpointMachine[],
  person: Person,
  typing: Typing,
): Promise<string> {
  const typed = type(world, person, typing);
  const all: Running[] = [];
  for (const machine of machines) {
    if (!machine.endpoint) await machine.start();
    const options = { oneLine: false, leaves: false, slow: false };
    all.push(launch(world, machine, person, typed, options, { kind: "anything" }));
  }
  await finish(world, all);
  return all.map(({ attempt }) => describe(attempt)).join(" | ");
}

/** One code, typed at one machine after the other. */
export async function signInWithOneCode(
  world: World,
  machines: readonly EndpointMachine[],
  person: Person,
): Promise<string> {
  const typed = type(world, person, "right");
  const lines: string[] = [];
  for (const machine of machines) {
    if (!machine.endpoint) await machine.start();
    const options = { oneLine: false, leaves: false, slow: false };
    const running = launch(world, machine, person, typed, options, { kind: "anything" });
    await finish(world, [running]);
    lines.push(describe(running.attempt));
    await world.kernel.pass(world.random.integer(1, 20) * 1000);
  }
  return lines.join(" | ");
}

/** A program with an API key of its own, as a VPN's RADIUS server is. */
export async function signInRemotely(world: World, person: Person, typing: Typing): Promise<string> {
  const typed = typeBoth(world, person, typing);
  const attempt = newAttempt(world, "remote access", person, typed);
  const answer = await world.console.ask("POST", "/sign-ins", {
    attemptId: `sim_${attempt.tag}`,
    userName: person.userName,
    workflow: "remote-access",
    given: [
      { factor: "password", value: typed.password },
      { factor: "hotp", value: typed.code },
    ],
    context: { tty: attempt.tag, service: "simulated" },
  });
  attempt.endedMs = world.kernel.nowMs;
  const body = (answer?.body ?? null) as { status?: string; reason?: string; code?: string } | null;
  if (body?.status === "succeeded") attempt.end = { code: "success", reason: "online" };
  else if (body) attempt.end = { code: "auth-error", reason: body.reason ?? body.code ?? "?" };
  await judge(world, null, attempt, { kind: "anything" });
  return describe(attempt);
}

function newAttempt(world: World, where: string, person: Person, typed: Typed): Attempt {
  const tag = `t${world.ledger.attempts.size + 1}`;
  const attempt: Attempt = {
    tag,
    where,
    person,
    typed,
    startedMs: world.kernel.nowMs,
    startedEffectiveMs:
      world.endpoints.find(({ name }) => name === where)?.endpoint?.store.effectiveTime().nowMs ?? null,
    endedMs: null,
    end: null,
    offline: false,
    challenge: null,
    asked: [],
    qr: null,
  };
  world.ledger.attempts.set(tag, attempt);
  return attempt;
}

function launch(
  world: World,
  machine: EndpointMachine,
  person: Person,
  typed: Typed,
  options: { oneLine: boolean; leaves: boolean; slow: boolean },
  expected: Expectation,
): Running {
  const attempt = newAttempt(world, machine.name, person, typed);
  const { kernel, random } = world;
  const { process } = machine;
  const thinks = () => {
    const ms = options.slow ? random.integer(500, 20_000) : random.integer(5, 50);
    return new Promise<void>((resolve) => kernel.after(process, ms, resolve));
  };
  const conversation = conversationOf(attempt, options.oneLine, thinks, options.leaves);
  const running: Running = { attempt, process, over: false };
  const whole = kernel.enter(process, () => machine.signIn(conversation));
  whole.then(
    async (end) => {
      attempt.end = end;
      attempt.endedMs = kernel.nowMs;
      // At once, before anything else happens to what the machine knows.
      await judge(world, machine, attempt, expected);
      running.over = true;
    },
    (error: unknown) => {
      running.over = true;
      world.report("3", `a sign-in ended in a fault of the agent: ${attempt.tag} ${String(error)}`);
    },
  );
  return running;
}

async function finish(world: World, all: readonly Running[]): Promise<void> {
  const { kernel } = world;
  const over = () => all.every((one) => one.over || !one.process.alive);
  const ended = await kernel.runUntil(over, longestSignInMs);
  if (!ended) world.report("8", `a sign-in did not end within ${longestSignInMs / 1000} s`);
}

export function describe({ tag, where, person, end, offline }: Attempt): string {
  const what = end ? `${end.code} ${end.reason}` : "no answer";
  return `${tag} ${person.userName}@${where} ${offline ? "offline " : ""}${what}`;
}

/** Whoever is never asked for a code types none, not even at the end of a line. */
function type(world: World, person: Person, typing: Typing): Typed {
  const typed = typeBoth(world, person, typing);
  return world.policyAsksForCode(person) ? typed : { ...typed, code: "" };
}

function typeBoth(world: World, person: Person, typing: Typing): Typed {
  const { random } = world;
  const token = person.token;
  const right = person.password;
  if (!token) return { password: right, code: "000000" };
  switch (typing) {
    case "right":
      return { password: right, code: token.codeAt(token.press()) };
    case "skipped": {
      for (let presses = random.integer(1, 4); presses > 0; presses -= 1) token.press();
      return { password: right, code: token.codeAt(token.press()) };
    }
    case "far-ahead": {
      for (let presses = random.integer(20, 60); presses > 0; presses -= 1) token.press();
      return { password: right, code: token.codeAt(token.press()) };
    }
    case "wrong-password":
      return { password: world.newPassword(), code: token.codeAt(token.press()) };
    case "wrong-code":
      return { password: right, code: noCodeOf(world, token) };
    case "replayed":
      return { password: right, code: token.codeAt(Math.max(0, token.next - random.integer(1, 4))) };
    case "old-password": {
      const old = random.pick(person.passwords).text;
      return { password: old, code: token.codeAt(token.press()) };
    }
    case "nothing":
      return { password: "", code: "" };
  }
}

/** Digits that this token shows nowhere near. */
function noCodeOf(world: World, token: HardToken): string {
  for (;;) {
    const code = String(world.random.integer(0, 10 ** token.digits - 1)).padStart(token.digits, "0");
    let shown = false;
    for (let at = Math.max(0, token.next - 100); at < token.next + 150 && !shown; at += 1)
      shown = token.codeAt(at) === code;
    if (!shown) return code;
  }
}
