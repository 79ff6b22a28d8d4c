import { expect, test } from "vitest";
import { fakeClock } from "./faketime.ts";
import { type Child, start } from "./process.ts";
import { describeWhere } from "./requirements.ts";

/** Prints both clocks for every line it gets, and how long a timer of 50 ms took. */
const clockProgram = `
  process.stdin.on("data", () => {
    const before = process.hrtime.bigint();
    setTimeout(() => {
      const timerMs = Number(process.hrtime.bigint() - before) / 1e6;
      console.log(JSON.stringify({ now: Date.now(), monotonic: process.hrtime()[0], timerMs }));
    }, 50);
  });
  console.log("ready");
`;

describeWhere(["faketime"], "a process's wall clock", () => {
  test("moves both ways while the process runs; the monotonic clock and timers stay true", async () => {
    await using clock = await fakeClock();
    await using child = await start(process.execPath, ["-e", clockProgram], { env: clock.env });
    await child.waitForOutput("ready");

    for (const offsetSeconds of [0, 86_400, -3_600, 0]) {
      await clock.setOffsetSeconds(offsetSeconds);
      const seen = await readClocks(child);
      expect(seen.now - Date.now()).toBeGreaterThan(offsetSeconds * 1_000 - 2_000);
      expect(seen.now - Date.now()).toBeLessThan(offsetSeconds * 1_000 + 2_000);
      expect(Math.abs(seen.monotonic - process.hrtime()[0])).toBeLessThanOrEqual(2);
      expect(seen.timerMs).toBeGreaterThan(45);
      expect(seen.timerMs).toBeLessThan(2_000);
    }
  });
});

async function readClocks(child: Child): Promise<{ now: number; monotonic: number; timerMs: number }> {
  const after = child.output.length;
  child.write("\n");
  return JSON.parse((await child.waitForOutput(/\{.*\}/, { after }))[0]);
}
