import { readFileSync } from "node:fs";
import { access } from "node:fs/promises";
import { expect, test } from "vitest";
import { run, runOk, start } from "./process.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

test("a command's streams, status and input are seen apart", async () => {
  const done = await run("sh", ["-c", "cat; echo oops >&2; exit 3"], { input: "hello\n" });
  expect(done).toEqual({ code: 3, signal: null, stdout: "hello\n", stderr: "oops\n" });
});

test("a failing command's error carries its output", async () => {
  await expect(runOk("sh", ["-c", "echo what went wrong >&2; exit 4"])).rejects.toThrow(
    /exit status 4[\s\S]*what went wrong/,
  );
});

test("a command that hangs is killed after its time", async () => {
  await expect(run("sh", ["-c", "echo begun; sleep 60"], { timeoutMs: 200 })).rejects.toThrow(
    /no end within 200 ms[\s\S]*begun/,
  );
});

test("output is awaited across writes, and an early end is an error with the output", async () => {
  await using child = await start("sh", ["-c", "printf rea; sleep 0.1; echo dy on 4711; cat"], {});
  const found = await child.waitForOutput(/ready on (\d+)/);
  expect(found[1]).toBe("4711");
  child.endInput();
  await expect(child.waitForOutput("never")).rejects.toThrow(
    /ended first \(exit status 0\)[\s\S]*ready on 4711/,
  );
});

test("stop escalates to SIGKILL; kill is immediate", async () => {
  await using stubborn = await start("sh", ["-c", "trap '' TERM; echo ready; while :; do sleep 0.05; done"]);
  await stubborn.waitForOutput("ready");
  expect(await stubborn.stop({ graceMs: 100 })).toEqual({ code: null, signal: "SIGKILL" });
  await using other = await start("sleep", ["60"]);
  expect(await other.kill()).toEqual({ code: null, signal: "SIGKILL" });
});

test("what a child left behind in its process group ends with it", async () => {
  const { stdout } = await run("sh", ["-c", "sleep 60 >/dev/null 2>&1 & echo $!"]);
  expect(Number(stdout)).toBeGreaterThan(1);
  await expect.poll(() => isRunning(Number(stdout))).toBe(false);
});

test("leaving the scope ends the child and removes its directory", async () => {
  let path: string;
  let exited: Promise<unknown>;
  {
    await using directory = await temporaryDirectory("scope");
    await using child = await start("sleep", ["60"], { cwd: directory.path });
    path = directory.path;
    exited = child.exited;
  }
  expect(await exited).toEqual({ code: null, signal: "SIGTERM" });
  await expect(access(path)).rejects.toThrow(/ENOENT/);
});

test("a child dies with the process that started it, even by kill -9", async () => {
  const program = `
    import { start } from ${JSON.stringify(`${import.meta.dirname}/process.ts`)};
    const child = await start("sleep", ["60"]);
    console.log("child " + child.pid);
  `;
  await using parent = await start(process.execPath, ["--input-type=module-typescript", "-e", program]);
  const pid = Number((await parent.waitForOutput(/child (\d+)/))[1]);
  expect(isRunning(pid)).toBe(true);
  await parent.kill();
  await expect.poll(() => isRunning(pid)).toBe(false);
});

/** A killed child that nobody has waited for yet is a zombie, and not running. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
