import { temporaryDirectory } from "@holdfast/e2e/rig/temporary-directory";
import { clients, startCodeStepServer } from "../enterprise/code-step-server.ts";
import type { Population } from "../load/population.ts";
import { type Measure, measured } from "../measure.ts";
import { described, ratios, rounded } from "../rounds.ts";
import { alternate, latencies } from "./code-steps.ts";

const few: Population = { users: 1_000, playing: 1_000 };

export const manyUsers: Measure = {
  figures: [
    {
      name: "code-step-million-users",
      measure: "time of a code step with 1,000,000 users in the store, against 1,000 (SQLite)",
      unit: "×",
      bar: { atMost: 1.3 },
    },
  ],
  async run(context) {
    const users = context.quick ? 100_000 : 1_000_000;
    // Spread over the whole store, so that index pages are met as in a large enterprise.
    const many: Population = { users, playing: context.quick ? 5_000 : 20_000 };
    await using stack = new AsyncDisposableStack();
    const fewDirectory = stack.use(await temporaryDirectory("bench-few"));
    const manyDirectory = stack.use(await temporaryDirectory("bench-many"));
    const small = stack.use(
      await startCodeStepServer({ directory: fewDirectory, databaseUrl: null, population: few }),
    );
    const startedMs = performance.now();
    const large = stack.use(
      await startCodeStepServer({ directory: manyDirectory, databaseUrl: null, population: many }),
    );
    const fillSeconds = (performance.now() - startedMs) / 1000;
    context.say(`${users} users stored in ${fillSeconds.toFixed(1)} s`);
    const { rounds, reports } = await alternate(context, { few: small.load, many: large.load });
    const ratio = ratios(rounds.values.few, rounds.values.many);
    return measured({
      "code-step-million-users": {
        value: ratio.median,
        detail: {
          rounds: rounds.rounds,
          ratio: described(ratio),
          clients,
          users: { few: few.users, many: users, signingIn: many.playing },
          fillSeconds: rounded(fillSeconds),
          perSecond: { few: described(rounds.sides.few), many: described(rounds.sides.many) },
          medianLatencyMs: latencies(reports),
        },
      },
    });
  },
};
