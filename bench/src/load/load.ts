import { join } from "node:path";
import { type Child, start } from "@holdfast/e2e/rig/process";
import type { Population } from "./population.ts";

export type LoadTarget = {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly apiKey: string;
  readonly connections: number;
  readonly population: Population;
};
export type LoadCommand =
  | { readonly do: "prepare"; readonly requests: number }
  | { readonly do: "play"; readonly forMs: number };
export type LoadReport = {
  readonly answered: number;
  /** Answered 200 with a success: the only ones that count. */
  readonly succeeded: number;
  readonly firstFailure: string | null;
  /** The prepared requests did not last. */
  readonly endedEarly: boolean;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
};

/** Clients in a process of their own, so that they share no event loop with what is measured. */
export interface Load extends AsyncDisposable {
  readonly pid: number;
  /** Makes requests ready for `play`; not timed. */
  prepare(requests: number): Promise<void>;
  /** Throws when any answer was not a success: a figure over failed sign-ins would be no figure. */
  play(forMs: number): Promise<LoadReport>;
}

export async function startLoad(target: LoadTarget): Promise<Load> {
  const child = await start(process.execPath, [
    join(import.meta.dirname, "generator.ts"),
    JSON.stringify(target),
  ]);
  await child.waitForOutput("ready\n");
  return {
    pid: child.pid,
    async prepare(requests) {
      await tell(child, { do: "prepare", requests }, /^prepared$/m, 120_000);
    },
    async play(forMs) {
      const [, text = ""] = await tell(child, { do: "play", forMs }, /^report (.*)\n/m, forMs + 30_000);
      const report = JSON.parse(text) as LoadReport;
      if (report.endedEarly) throw new Error(`${report.answered} prepared requests did not last ${forMs} ms`);
      if (report.firstFailure !== null) {
        const failed = report.answered - report.succeeded;
        throw new Error(`${failed} of ${report.answered} sign-ins failed, the first: ${report.firstFailure}`);
      }
      return report;
    },
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  };
}

async function tell(
  child: Child,
  command: LoadCommand,
  answer: RegExp,
  timeoutMs: number,
): Promise<RegExpExecArray> {
  const after = child.output.length;
  child.write(`${JSON.stringify(command)}\n`);
  return await child.waitForOutput(answer, { after, timeoutMs });
}
