import { expect, test } from "vitest";
import type { Person } from "../model/people.ts";
import type { EndpointMachine } from "../system/endpoint-machine.ts";
import { goodLink, type LinkState } from "../system/network.ts";
import { patchPolicy } from "./administration.ts";
import { reconnect } from "./faults.ts";
import { contact, guessesAroundContacts } from "./operations.ts";
import { compareOutlook } from "./outlook.ts";
import type { Story } from "./run.ts";
import { runEnterprise } from "./run.ts";
import { signIn, signInAtOnce } from "./sign-ins.ts";
import type { World } from "./world.ts";

/**
 * What random runs found, told once more without chance: a seed alone would tell another story as soon as the operations
 * change. Each failed before its defect was mended.
 */

const calm = { oneLine: false, leaves: false, slow: false };

type Scene = {
  readonly world: World;
  readonly here: EndpointMachine;
  readonly elsewhere: EndpointMachine;
  readonly person: Person;
  readonly happened: (line: string) => Promise<void>;
};

/** Two machines, somebody with a token and a policy, and nothing wrong yet. */
const scene =
  (policy: Record<string, unknown>, tell: (scene: Scene) => Promise<void>): Story =>
  async (world, happened) => {
    const [here, elsewhere] = world.endpoints;
    const [person] = world.ledger.people;
    if (!here || !elsewhere || !person) throw new Error("an enterprise without machines or people");
    await happened(`policy ${await patchPolicy(world, person.policyId, policy)}`);
    await tell({ world, here, elsewhere, person, happened });
  };

const cut = (world: World, machine: EndpointMachine) => {
  for (const { place } of world.servers) world.network.set(machine.name, place.host, { kind: "down" });
};
const turn = (world: World, machine: EndpointMachine, ms: number) => {
  world.clocksTurned.add(machine.name);
  machine.clock.jump(ms);
};
const passwordAlone = { workflows: { workstation: [["password"]] } };

const stories: Record<string, Story> = {
  "seed 9000: a clock ran six minutes ahead and was put right, and people get in online (UNI-6)": scene(
    {},
    async ({ world, here, person, happened }) => {
      await happened(await signIn(world, here, person, "right", calm));
      turn(world, here, 360_000);
      await happened(await signIn(world, here, person, "wrong-password", calm));
      turn(world, here, -360_000);
      await happened(await signIn(world, here, person, "right", calm));
    },
  ),
  "seed 9055: one line is all password where no code is asked for, and opens the slot offline": scene(
    passwordAlone,
    async ({ world, here, person, happened }) => {
      await happened(await signIn(world, here, person, "right", { ...calm, oneLine: true }));
      await world.kernel.pass(3000);
      cut(world, here);
      await world.kernel.pass(3000);
      await happened(await signIn(world, here, person, "right", calm));
      expect([...world.ledger.attempts.values()].at(-1)?.end).toMatchObject({ code: "success" });
    },
  ),
  "seed 90007: several at once share what is left of a bundle's sign-ins": scene(
    { ...passwordAlone, offline: { maxSignIns: 1 } },
    async ({ world, here, person, happened }) => {
      await happened(await signIn(world, here, person, "right", calm));
      await world.kernel.pass(3000);
      cut(world, here);
      await world.kernel.pass(3000);
      await happened(await signInAtOnce(world, Array(4).fill(here), person, "right"));
    },
  ),
  "a lease that could not be shortened yet is in the outlook with its own end (DESIGN §7, promise 4)": scene(
    { offline: { maxAge: "P3D" } },
    async ({ world, here, person, happened }) => {
      await happened(await signIn(world, here, person, "right", calm));
      await world.kernel.pass(3000);
      const issued = () => world.ledger.bundlesOf(here.endpointId, person.userId).length;
      const before = issued();
      await happened(await patchPolicy(world, person.policyId, { offline: { maxAge: "PT2H" } }));
      // The refill is on its way when the machine loses its power, and the network does not come back with it.
      await world.kernel.runUntil(() => issued() > before, 30_000);
      here.kill();
      cut(world, here);
      await here.start();
      await happened(await compareOutlook(world));
    },
  ),
  "a success that was dated an hour late gives nobody his guesses back (AMB-MDA-9)": scene(
    { lockout: { failures: 6, duration: "PT10M" } },
    async ({ world, here, elsewhere, person, happened }) => {
      await happened(await signIn(world, here, person, "right", calm));
      await world.kernel.pass(3000);
      cut(world, here);
      await world.kernel.pass(3000);
      turn(world, here, 3_600_000);
      await happened(await signIn(world, here, person, "right", calm));
      for (let guesses = 0; guesses < 5; guesses += 1)
        await happened(await signIn(world, elsewhere, person, "wrong-password", calm));
      await happened(reconnect(world, here));
      await world.kernel.runUntil(() => here.endpoint?.connection.state?.at === "online", 35_000);
      await happened(await contact(world, here));
      for (let guesses = 0; guesses < 5; guesses += 1)
        await happened(await signIn(world, elsewhere, person, "wrong-password", calm));
    },
  ),
  "seed 905096: a contact that was under way when the agent was killed comes after the next one (SECURITY §1)":
    scene({}, async ({ world, here, happened }) => {
      await world.kernel.pass(10_000);
      const links = (state: LinkState) => {
        for (const { place } of world.servers) world.network.set(here.name, place.host, state);
      };
      const used = () => here.endpoint?.enterprise.record.contactNumber ?? 0;
      links({ kind: "up", fromMs: 6000, throughMs: 6000 });
      const before = used();
      void world.kernel.enter(here.process, () => here.endpoint?.contacts.now());
      await world.kernel.runUntil(() => used() > before, 1000);
      await world.kernel.pass(100);
      here.kill();
      links(goodLink);
      await here.start();
      await happened(await contact(world, here));
      const row = () => world.database.store.read((tx) => tx.endpoints.get(here.endpointId));
      const taken = await row();
      expect(taken?.contactsTaken[0]?.number).toBe(before + 2);
      await world.kernel.pass(8000);
      await happened("the older one has come");
      await happened(await contact(world, here));
      expect((await row())?.contactsTaken.map(({ number }) => number)).not.toContain(before + 1);
    }),
  "guesses around contacts add up": scene(
    { lockout: { failures: 4, duration: "PT10M" } },
    async ({ world, here, person, happened }) => {
      await happened(await signIn(world, here, person, "right", calm));
      for (let times = 0; times < 3; times += 1)
        await happened(await guessesAroundContacts(world, here, person));
    },
  ),
  "another's refusal out of a proxy's cache is nobody's word (OTP-30)": scene(
    {},
    async ({ world, here, person, happened }) => {
      for (let times = 0; times < 6; times += 1) {
        await happened(await signIn(world, here, person, "right", calm));
        for (const { place } of world.servers)
          world.network.set(here.name, place.host, { kind: "proxy", rubbish: "problem-of-somebody-else" });
        await happened(await signIn(world, here, person, "right", calm));
        await world.kernel.pass(3000);
        await happened(reconnect(world, here));
        await world.kernel.runUntil(() => here.endpoint?.connection.state?.at === "online", 35_000);
      }
    },
  ),
  "what happens while everything is connected is with the server within seconds": scene(
    {},
    async ({ world, here, person, happened }) => {
      await world.kernel.pass(10_000);
      await happened(await signIn(world, here, person, "right", calm));
      await world.kernel.pass(5000);
      await happened("five seconds later");
      expect((await here.endpoint?.store.events(1))?.events).toEqual([]);
    },
  ),
  "seed 1013: news that other contacts take along is as soon with the server the next time": scene(
    {},
    async ({ world, here, person, happened }) => {
      await world.kernel.pass(10_000);
      for (let times = 0; times < 8; times += 1) {
        await happened(await signIn(world, here, person, "wrong-password", calm));
        await happened(await signIn(world, here, person, "right", calm));
        await world.kernel.pass(200);
        await happened(await contact(world, here));
      }
      await happened(await signIn(world, here, person, "right", calm));
      await world.kernel.pass(5000);
      await happened("five seconds later");
      expect((await here.endpoint?.store.events(1))?.events).toEqual([]);
    },
  ),
  "seed 771029: a success whose answer was lost begins a new count of guesses": scene(
    {},
    async ({ world, here, person, happened }) => {
      const { failures } = world.ledger.policyOf(person).lockout;
      expect(failures).toBeGreaterThan(2);
      const guess = async () => {
        for (let guesses = 1; guesses < failures; guesses += 1)
          await happened(await signIn(world, here, person, "wrong-password", calm));
      };
      const { kernel, ledger } = world;
      await guess();
      const cutOnceLetIn = () => {
        if (ledger.acceptances.length > 0) cut(world, here);
        else kernel.after(world.database.process, 1, cutOnceLetIn);
      };
      cutOnceLetIn();
      await happened(await signIn(world, here, person, "right", calm, "meanwhile"));
      expect(ledger.acceptances).toHaveLength(1);
      expect([...ledger.attempts.values()].at(-1)?.end).not.toMatchObject({ code: "success" });
      await happened(reconnect(world, here));
      await kernel.runUntil(() => here.endpoint?.connection.state?.at === "online", 35_000);
      await guess();
    },
  ),
};

test.each(Object.entries(stories))("%s", async (_name, story) => {
  const { findings, log } = await runEnterprise({ seed: 9, operations: 0, story });
  expect(findings, log.join("\n")).toEqual([]);
});

test("seed 372468: an answer that was to be lost and never was is not lost when all is well", async () => {
  const story = scene({}, async ({ world, here, happened }) => {
    // With one server the machine goes offline by the lost answer, and its contact is made again.
    expect(world.serversFor(here)).toHaveLength(2);
    await world.kernel.pass(10_000);
    turn(world, here, 360_000);
    for (const { place } of world.serversFor(here)) world.network.loseNextAnswer(here.name, place.host);
    await happened("the next answers would be lost");
  });
  const { findings, log } = await runEnterprise({ seed: 11, operations: 0, story });
  expect(findings, log.join("\n")).toEqual([]);
});
