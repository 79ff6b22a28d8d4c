import { setTimeout as sleep } from "node:timers/promises";
import { temporaryDirectory } from "@holdfast/e2e/rig/temporary-directory";
import { makeBundle, startBundledServer } from "../enterprise/bundled-server.ts";
import { type Measure, measured } from "../measure.ts";
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
    await makeBundle();
    await using directory = await temporaryDirectory("bench-server");
    // Its authority, its keys and the empty store are made once, at the very first start.
    const firstMs = performance.now();
    await (await startBundledServer(directory.path)).stop();
    const firstSeconds = (performance.now() - firstMs) / 1000;

    const seconds: number[] = [];
    const ready: number[] = [];
    const idle: number[] = [];
    const rounds = context.quick ? 3 : 9;
    for (let round = 0; round < rounds; round++) {
      const startedMs = performance.now();
      await using server = await startBundledServer(directory.path);
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
