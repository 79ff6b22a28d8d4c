import { join } from "node:path";
import { startPostgres } from "@holdfast/e2e/rig/postgres";
import { temporaryDirectory } from "@holdfast/e2e/rig/temporary-directory";
import {
  type CodeStepServer,
  clients,
  signInPath,
  startCodeStepServer,
} from "../enterprise/code-step-server.ts";
import { type Load, type LoadReport, startLoad } from "../load/load.ts";
import type { Population } from "../load/population.ts";
import { type Context, type Measure, measured, notRun, type Outcome } from "../measure.ts";
import { postgresNeeds, unmet } from "../needs.ts";
import { type Peer, startBarePostgres, startBareSqlite } from "../peers/peers.ts";
import { described, interleaved, median, type Rounds, ratios, rounded } from "../rounds.ts";

const population: Population = { users: 1000, playing: 1000 };

export const codeStepsSqlite: Measure = {
  figures: [
    {
      name: "code-steps-sqlite",
      measure:
        "durable code steps per second over HTTP, SQLite, 64 clients, against bare Fastify + node:sqlite",
      unit: "×",
      bar: { atLeast: 0.5 },
    },
  ],
  async run(context) {
    await using stack = new AsyncDisposableStack();
    const bareDirectory = stack.use(await temporaryDirectory("bench-bare"));
    const directory = stack.use(await temporaryDirectory("bench-server"));
    const peer = stack.use(await startBareSqlite(join(bareDirectory.path, "bare.db"), population.users));
    const real = stack.use(await startCodeStepServer({ directory, databaseUrl: null, population }));
    return await compare("code-steps-sqlite", context, real, peer);
  },
};

export const codeStepsPostgres: Measure = {
  figures: [
    {
      name: "code-steps-postgresql",
      measure: "the same on PostgreSQL, against Fastify with one bare CTE per request",
      unit: "×",
      bar: { atLeast: 0.3 },
    },
  ],
  async run(context) {
    const why = await unmet(postgresNeeds);
    if (why !== null) return notRun(why);
    await using stack = new AsyncDisposableStack();
    const directory = stack.use(await temporaryDirectory("bench-server"));
    const cluster = stack.use(await startPostgres());
    const bareDatabase = stack.use(await cluster.createDatabase());
    const database = stack.use(await cluster.createDatabase());
    const peer = stack.use(await startBarePostgres(bareDatabase, population.users));
    const real = stack.use(await startCodeStepServer({ directory, databaseUrl: database.url, population }));
    return await compare("code-steps-postgresql", context, real, peer);
  },
};

async function compare(name: string, context: Context, real: CodeStepServer, peer: Peer): Promise<Outcome> {
  await using bareLoad = await startLoad({
    host: "127.0.0.1",
    port: peer.port,
    path: signInPath,
    apiKey: `hfk_${"x".repeat(43)}`,
    connections: clients,
    population,
  });
  const { rounds, reports } = await alternate(context, { holdfast: real.load, bare: bareLoad });
  const { holdfast, bare } = rounds.sides;
  const ratio = ratios(rounds.values.holdfast, rounds.values.bare);
  return measured({
    [name]: {
      value: ratio.median,
      detail: {
        rounds: rounds.rounds,
        clients,
        ratio: described(ratio),
        perSecond: { holdfast: described(holdfast), bare: described(bare) },
        medianLatencyMs: latencies(reports),
      },
    },
  });
}

/** Servers are fast only once their hot code has been compiled, which takes some ten thousand sign-ins. */
const warmUp = { signIns: 20_000, atMostMs: 12_000 };

/** Each side plays for a second, in turn, after a warm-up that does not count. */
export async function alternate<Name extends string>(
  context: Context,
  loads: Readonly<Record<Name, Load>>,
): Promise<{ rounds: Rounds<Name>; reports: Readonly<Record<Name, LoadReport[]>> }> {
  const forMs = 1_000;
  const names = Object.keys(loads) as Name[];
  const reports = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<
    Name,
    LoadReport[]
  >;
  const perSecond = new Map<Name, number>();
  const play = async (name: Name, ms: number) => {
    // Twice of what the fastest play used; before the first nobody knows.
    const expected = perSecond.get(name) ?? 25_000;
    await loads[name].prepare(Math.ceil((expected * 2 * ms) / 1000));
    const report = await loads[name].play(ms);
    perSecond.set(name, Math.max(report.perSecond, perSecond.get(name) ?? 0));
    return report;
  };
  for (const name of names) {
    const startedMs = performance.now();
    for (let done = 0; done < warmUp.signIns && performance.now() - startedMs < warmUp.atMostMs; ) {
      done += (await play(name, 1_500)).succeeded;
    }
  }
  const turn = (name: Name) => async () => {
    const report = await play(name, forMs);
    reports[name].push(report);
    return report.perSecond;
  };
  const sides = Object.fromEntries(names.map((name) => [name, turn(name)])) as Record<
    Name,
    () => Promise<number>
  >;
  const rounds = await interleaved(sides, { rounds: context.quick ? 5 : 15, atMostMs: 60_000 });
  return { rounds, reports };
}

export function latencies<Name extends string>(
  reports: Readonly<Record<Name, LoadReport[]>>,
): Record<string, { p50: number; p99: number }> {
  return Object.fromEntries(
    Object.entries<LoadReport[]>(reports).map(([name, all]) => [
      name,
      {
        p50: rounded(median(all.map(({ p50Ms }) => p50Ms))),
        p99: rounded(median(all.map(({ p99Ms }) => p99Ms))),
      },
    ]),
  );
}
