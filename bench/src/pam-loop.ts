import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import type { Machine } from "@holdfast/e2e/rig/machine";
import { runOk } from "@holdfast/e2e/rig/process";

export type PamAttempt = {
  readonly service: string;
  readonly user: string;
  readonly answers?: readonly string[];
};
export type PamTimes = {
  /** PAM's result codes; 0 is PAM_SUCCESS. */
  readonly results: readonly number[];
  /** From pam_start to pam_end. */
  readonly milliseconds: readonly number[];
  /** The last line that the modules showed. */
  readonly shown: string;
};

/** One process on the machine that authenticates over and over, so that a program's start is not measured. */
export interface PamLoop extends AsyncDisposable {
  authenticate(attempt: PamAttempt, count?: number): Promise<PamTimes>;
}

export async function startPamLoop(machine: Machine): Promise<PamLoop> {
  const child = await machine.start(await compiled(), []);
  return {
    async authenticate({ service, user, answers = [] }, count = 1) {
      const after = child.stdout.length;
      child.write(`${[service, user, count, ...answers].join("\t")}\n`);
      const [, shown = ""] = await child.waitForOutput(/^done\t(.*)\n/m, { after, timeoutMs: 60_000 });
      const lines = child.stdout.slice(after).split("\n").slice(0, count);
      const pairs = lines.map((line) => line.split(" ").map(Number));
      return {
        results: pairs.map(([result = Number.NaN]) => result),
        milliseconds: pairs.map(([, nanoseconds = Number.NaN]) => nanoseconds / 1e6),
        shown,
      };
    },
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  };
}

async function compiled(): Promise<string> {
  const source = join(import.meta.dirname, "native", "pam-loop.c");
  const digest = createHash("sha256")
    .update(await readFile(source))
    .digest("hex");
  const folder = join(import.meta.dirname, "..", "..", ".cache", "bench");
  const target = join(folder, `pam-loop-${process.arch}-${digest.slice(0, 16)}`);
  if (existsSync(target)) return target;
  await mkdir(folder, { recursive: true });
  const draft = `${target}.${process.pid}`;
  await runOk("gcc", ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-o", draft, source, "-lpam"]);
  await rename(draft, target);
  return target;
}
