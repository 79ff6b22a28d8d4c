import { join } from "node:path";
import { run } from "@holdfast/e2e/rig/process";
import { type Measure, measured } from "../measure.ts";
import { repositoryRoot } from "../needs.ts";
import { described, median, samples } from "../rounds.ts";

type Summary = {
  readonly operations: number;
  readonly operationsPerMinute: number;
  readonly failure: { readonly seed: number; readonly operations: number } | null;
};

const minutesPerRound = 0.15;

export const simulation: Measure = {
  figures: [
    {
      name: "simulation-operations",
      measure: "operations a minute of the simulation, every promise checked after each",
      unit: "/min",
      bar: { atLeast: 10_000 },
    },
  ],
  async run(context) {
    const perMinute: number[] = [];
    const rounds = context.quick ? 2 : 3;
    for (let round = 0; round < rounds; round++) {
      const args = [`--seed=${1 + round * 1000}`, `--minutes=${minutesPerRound}`, "--json"];
      const program = join(repositoryRoot, "sim", "src", "main.ts");
      const done = await run(process.execPath, [program, ...args], { timeoutMs: 120_000 });
      const line = done.stdout.trim().split("\n").at(-1) ?? "";
      if (!line.startsWith("{"))
        throw new Error(`the simulation ended with ${done.code}: ${done.stderr.slice(-2000)}`);
      const { operationsPerMinute, failure } = JSON.parse(line) as Summary;
      if (failure !== null) {
        const again = `npm run sim -- --once --seed ${failure.seed} --operations ${failure.operations}`;
        throw new Error(`a promise was broken: ${again}`);
      }
      perMinute.push(operationsPerMinute);
    }
    return measured({
      "simulation-operations": {
        value: median(perMinute),
        detail: { rounds, secondsPerRound: minutesPerRound * 60, perMinute: described(samples(perMinute)) },
      },
    });
  },
};
