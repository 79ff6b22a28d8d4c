import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Child, runOk, start } from "@holdfast/e2e/rig/process";
import { temporaryDirectory } from "@holdfast/e2e/rig/temporary-directory";
import { type Measure, measured } from "../measure.ts";
import { repositoryRoot } from "../needs.ts";
import { residentMegabytes } from "../process-usage.ts";
import { described, median, rounded, samples } from "../rounds.ts";

/** Whatever a start leaves to do is done, and the server waits. */
const idleAfterMs = 3_000;

export const serverFootprint: Measure = {
  figures: [
    {
      name: "server-memory",
      measure: "resident memory of the bundled server, idle",
      unit: "MB",
      bar: { atMost: 150 },
    },
    {
      name: "server-start",
      measure: "the bundled server from start to ready",
      unit: "s",
      bar: { atMost: 0.6 },
    },
  ],
  async run(context) {
    await runOk(process.execPath, [join(repositoryRoot, "scripts", "bundle.ts")], { timeoutMs: 120_000 });
    await using directory = await temporaryDirectory("bench-server");
    // Its authority, its keys and the empty store are made once, at the very first start.
    const firstMs = performance.now();
    await (await startBundle(directory.path)).stop();
    const firstSeconds = (performance.now() - firstMs) / 1000;

    const seconds: number[] = [];
    const ready: number[] = [];
    const idle: number[] = [];
    const rounds = context.quick ? 3 : 9;
    for (let round = 0; round < rounds; round++) {
      const startedMs = performance.now();
      await using server = await startBundle(directory.path);
      seconds.push((performance.now() - startedMs) / 1000);
      ready.push(await residentMegabytes(server.pid));
      // Memory needs fewer rounds than time.
      if (round % 3 !== 0) continue;
      await sleep(idleAfterMs);
      idle.push(await residentMegabytes(server.pid));
    }
    return measured({
      "server-memory": {
        value: median(idle),
        detail: {
          rounds: idle.length,
          megabytes: described(samples(idle)),
          whenReady: rounded(median(ready)),
        },
      },
      "server-start": {
        value: median(seconds),
        detail: { rounds, seconds: described(samples(seconds)), first: rounded(firstSeconds) },
      },
    });
  },
};

/** On SQLite with TLS and both web apps, as `holdfast-server` starts without any settings: by its own first line, which names node's options. */
async function startBundle(stateDir: string): Promise<Child> {
  const server = await start(
    join(repositoryRoot, "dist", "holdfast-server.mjs"),
    ["--json", "--state-dir", stateDir, "--listen", "127.0.0.1:0"],
    { cleanEnvironment: true, env: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` } },
  );
  await server.waitForOutput(/"event":"ready"/, { timeoutMs: 30_000 });
  return server;
}
