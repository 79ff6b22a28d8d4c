import { createHash } from "node:crypto";
import type { Finding } from "../model/ledger.ts";
import { reconcile } from "./final.ts";
import { Observations } from "./observations.ts";
import { firstDay, operate } from "./operations.ts";
import { World } from "./world.ts";

export type RunOptions = {
  readonly seed: number;
  readonly operations: number;
  /** What happens instead of operations that are drawn: a story kept from a defect. */
  readonly story?: Story;
  /** Hears of every operation when it is over. */
  readonly onOperation?: (line: string) => void;
};

/** `happened` takes a line for the log and looks at everything. */
export type Story = (world: World, happened: (line: string) => Promise<void>) => Promise<void>;

export type RunResult = {
  readonly seed: number;
  readonly operations: number;
  /** SHA-256 over the log: the same seed gives the same, on every machine. */
  readonly hash: string;
  readonly log: readonly string[];
  readonly findings: readonly Finding[];
  readonly virtualMs: number;
  readonly warnings: readonly string[];
};

/** One enterprise out of one seed, until its operations are done or a promise is broken. */
export async function runEnterprise({
  seed,
  operations,
  story,
  onOperation,
}: RunOptions): Promise<RunResult> {
  const world = new World(seed);
  const log: string[] = [];
  const hash = createHash("sha256");
  const note = (text: string) => {
    const line = `${log.length + 1} ${clock(world)} ${text}`;
    log.push(line);
    hash.update(line).update("\n");
    onOperation?.(line);
  };
  const started = world.kernel.nowMs;
  let done = 0;
  try {
    await world.setUp();
    const observations = new Observations(world);
    if (story)
      await story(world, async (line) => {
        note(line);
        await observations.look();
      });
    else note(await firstDay(world));
    while (done < operations && world.findings.length === 0) {
      const attemptsBefore = world.ledger.attempts.size;
      note(await operate(world));
      await observations.look();
      // A day of sign-ins is as many operations as sign-ins.
      done += Math.max(1, world.ledger.attempts.size - attemptsBefore);
    }
    if (world.findings.length === 0) note(`everything back: ${await reconcile(world)}`);
    await observations.look();
  } finally {
    world.tearDown();
  }
  for (const { promise, what } of world.findings) hash.update(`${promise} ${what}\n`);
  return {
    seed,
    operations: done,
    hash: hash.digest("hex"),
    log,
    findings: world.findings,
    virtualMs: world.kernel.nowMs - started,
    warnings: world.logs.lines.map(({ process, line }) => `${process} ${line}`),
  };
}

/** Time since the enterprise began. */
function clock(world: World): string {
  const seconds = (world.kernel.nowMs - world.startedMs) / 1000;
  return `+${seconds.toFixed(3)}s`;
}
