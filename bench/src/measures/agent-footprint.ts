import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Child, runOk } from "@holdfast/e2e/rig/process";
import { startWard, type Ward } from "../enterprise/ward.ts";
import { type Measure, measured, notRun } from "../measure.ts";
import { pamNeeds, repositoryRoot, unmet } from "../needs.ts";
import { residentMegabytes } from "../process-usage.ts";
import { described, median, rounded, samples } from "../rounds.ts";

export const agentFootprint: Measure = {
  figures: [
    {
      name: "agent-memory",
      measure: "resident memory of the bundled agent, connected, after somebody signed in",
      unit: "MB",
      bar: { atMost: 90 },
    },
    {
      name: "agent-start",
      measure: "the bundled agent from start to ready",
      unit: "s",
      bar: { atMost: 0.5 },
    },
  ],
  async run(context) {
    const why = await unmet(pamNeeds);
    if (why !== null) return notRun(why);
    await runOk(process.execPath, [join(repositoryRoot, "scripts", "bundle.ts")], { timeoutMs: 120_000 });
    await using ward = await startWard({ policy: { offline: { enabled: true } } });
    await ward.signIn();
    await ward.workstation.untilCached(ward.person, 25);
    await ward.workstation.agent.stop();

    const seconds: number[] = [];
    const fresh: number[] = [];
    const used: number[] = [];
    const rounds = context.quick ? 3 : 9;
    for (let round = 0; round < rounds; round++) {
      const startedMs = performance.now();
      await using agent = await startBundle(ward);
      seconds.push((performance.now() - startedMs) / 1000);
      fresh.push(await residentMegabytes(agent.pid));
      // Memory needs fewer rounds than time.
      if (round % 3 !== 0) continue;
      await ward.workstation.untilContact();
      await ward.signIn();
      await ward.workstation.untilCached(ward.person, 25);
      await sleep(1_000);
      used.push(await residentMegabytes(agent.pid));
    }
    return measured({
      "agent-memory": {
        value: median(used),
        detail: {
          rounds: used.length,
          megabytes: described(samples(used)),
          whenReady: rounded(median(fresh)),
        },
      },
      "agent-start": { value: median(seconds), detail: { rounds, seconds: described(samples(seconds)) } },
    });
  },
};

/** By its own first line, which names node's options. */
async function startBundle({ workstation }: Ward): Promise<Child> {
  const agent = await workstation.machine.start(join(repositoryRoot, "dist", "holdfast-agent.mjs"), [], {
    env: { PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ""}` },
  });
  await agent.waitForOutput(/"event":"ready"/, { timeoutMs: 30_000 });
  return agent;
}
