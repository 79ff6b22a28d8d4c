import { join } from "node:path";
import { expect, test } from "vitest";
import { crashControl } from "./crash.ts";
import { combineEnvironments } from "./environment.ts";
import { fakeClock } from "./faketime.ts";
import { run } from "./process.ts";
import { describeWhere } from "./requirements.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

describeWhere(["gcc", "faketime"], "a moved clock and a crash control together", () => {
  test("both are in force in one process", async () => {
    await using directory = await temporaryDirectory("both");
    await using control = await crashControl();
    await using clock = await fakeClock(86_400);
    control.crashAt({ directory: directory.path, calls: ["write"], nth: 1, when: "after" });
    const program = `
      console.log(Date.now());
      require("node:fs").writeFileSync(${JSON.stringify(join(directory.path, "file"))}, "text");
    `;
    const env = combineEnvironments(control.env, clock.env);
    const done = await run(process.execPath, ["-e", program], { env });
    expect(done.signal).toBe("SIGKILL");
    expect(Number(done.stdout) - Date.now()).toBeGreaterThan(86_000_000);
  });
});
