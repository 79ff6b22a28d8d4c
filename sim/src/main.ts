import { parseArgs } from "node:util";
import { smallestFailure } from "./run/minimise.ts";
import type { RunResult } from "./run/run.ts";
import { runEnterprise } from "./run/run.ts";

const help = `holdfast simulation: whole enterprises from a seed, with every promise checked

  npm run sim -- [--seed N] [--minutes M] [--operations K] [--once] [--json]

  --seed N         the first enterprise; the next ones are N+1, N+2, … (default: by the clock, and printed)
  --minutes M      go on for so long (default 1)
  --operations K   operations in each enterprise (default 400)
  --once           this one enterprise only, with its log: to look at a failure
  --json           one JSON object at the end

Status 0: every promise was kept. 1: one was broken; seed and operations are printed. 2: called wrongly.
`;

type Options = { seed: number; minutes: number; operations: number; once: boolean; json: boolean };

const options = read();
if (options) process.exitCode = await main(options);

async function main({ seed, minutes, operations, once, json }: Options): Promise<number> {
  const startedMs = performance.now();
  const untilMs = startedMs + minutes * 60_000;
  const tally = { enterprises: 0, operations: 0, virtualMs: 0 };
  let failed: RunResult | null = null;
  if (!json) process.stdout.write(`seed ${seed}, ${operations} operations in each enterprise\n`);
  for (let next = seed; failed === null; next += 1) {
    const show = once && !json;
    const result = await runEnterprise({
      seed: next,
      operations,
      ...(show ? { onOperation: (line: string) => process.stdout.write(`${line}\n`) } : {}),
    });
    tally.enterprises += 1;
    tally.operations += result.operations;
    tally.virtualMs += result.virtualMs;
    if (result.findings.length > 0) failed = result;
    if (!json) progress(next, tally, performance.now() - startedMs);
    if (once || performance.now() >= untilMs) break;
  }
  const elapsedMs = performance.now() - startedMs;
  const perMinute = Math.round((tally.operations / elapsedMs) * 60_000);
  const smallest = failed && (await smallestFailure(failed));
  if (json) process.stdout.write(`${JSON.stringify(summary(seed, tally, perMinute, smallest))}\n`);
  else if (smallest) tell(smallest);
  else
    process.stdout.write(`${tally.operations} operations, ${perMinute} a minute: every promise was kept\n`);
  return smallest ? 1 : 0;
}

function progress(
  seed: number,
  { enterprises, operations, virtualMs }: { enterprises: number; operations: number; virtualMs: number },
  elapsedMs: number,
): void {
  const perMinute = Math.round((operations / elapsedMs) * 60_000);
  const days = (virtualMs / 86_400_000).toFixed(1);
  const line = `${enterprises} enterprises (seed ${seed}), ${operations} operations, ${perMinute} a minute, ${days} days of theirs`;
  if (process.stdout.isTTY) process.stdout.write(`\r${line}\u001b[K`);
  else if (enterprises % 20 === 0) process.stdout.write(`${line}\n`);
}

function tell({ seed, operations, log, findings, warnings }: RunResult): void {
  process.stdout.write(`\n\nThe smallest run that shows it: seed ${seed}, ${operations} operations\n\n`);
  for (const line of log.slice(-40)) process.stdout.write(`${line}\n`);
  process.stdout.write("\nWhat the parts logged last:\n");
  for (const line of warnings.slice(-10)) process.stdout.write(`  ${line.slice(0, 300)}\n`);
  process.stdout.write("\nBroken:\n");
  for (const { promise, what } of findings) process.stdout.write(`  promise ${promise}: ${what}\n`);
  process.stdout.write(`\nnpm run sim -- --once --seed ${seed} --operations ${operations}\n`);
}

function summary(
  seed: number,
  tally: { enterprises: number; operations: number; virtualMs: number },
  perMinute: number,
  failed: RunResult | null,
) {
  const failure = failed && {
    seed: failed.seed,
    operations: failed.operations,
    findings: failed.findings,
    log: failed.log,
  };
  return { seed, ...tally, operationsPerMinute: perMinute, failure };
}

function read(): Options | null {
  try {
    const { values } = parseArgs({
      options: {
        seed: { type: "string" },
        minutes: { type: "string" },
        operations: { type: "string" },
        once: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) {
      process.stdout.write(help);
      return null;
    }
    return {
      seed: number(values.seed, "--seed") ?? Math.floor(Date.now() / 1000) % 1_000_000,
      minutes: number(values.minutes, "--minutes") ?? 1,
      operations: number(values.operations, "--operations") ?? 400,
      once: values.once,
      json: values.json,
    };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${help}`);
    process.exitCode = 2;
    return null;
  }
}

function number(text: string | undefined, flag: string): number | null {
  if (text === undefined) return null;
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) throw new Error(`${flag} takes a number`);
  return value;
}
