import { fileURLToPath } from "node:url";
import { run, start } from "@holdfast/e2e/rig/process";
import { missing } from "@holdfast/e2e/rig/requirements";
import { expect, test } from "vitest";

const demo = fileURLToPath(import.meta.resolve("@holdfast/demo/main"));
const nobody = ["--reuid=65534", "--regid=65534", "--clear-groups"];

type Step = { step: number; title: string; held: boolean; milliseconds: number; detail: string };

function stepsOf(output: string): Step[] {
  return output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Step);
}

test("npm start -- --exit --json: every step of the walk holds, one object each, and the status says so", async () => {
  const ended = await run(process.execPath, [demo, "--exit", "--json"], { timeoutMs: 90_000 });
  expect(ended.stderr).toBe("");
  const steps = stepsOf(ended.stdout);
  expect(steps.map(({ step, held }) => ({ step, held }))).toEqual(
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((step) => ({ step, held: true })),
  );
  expect(ended.code).toBe(0);
}, 120_000);

test("an ordinary user plays it as well, whatever the environment says of a real installation", async ({
  skip,
}) => {
  const lack = missing("root");
  if (lack) skip(`trying as another user takes root: ${lack}`);
  const readable = await run("setpriv", [...nobody, "test", "-r", demo]);
  if (readable.code !== 0) skip("this checkout lies where an ordinary user cannot read it");
  const ended = await run("setpriv", [...nobody, process.execPath, demo, "--exit", "--json"], {
    env: { HOME: "/nonexistent", HOLDFAST_STATE_DIR: "/nonexistent" },
    timeoutMs: 90_000,
  });
  expect(ended.stderr).toBe("");
  expect(ended.code).toBe(0);
}, 120_000);

test("without --exit it stays up, says what it left running, and ends with Ctrl-C", async () => {
  await using child = await start(process.execPath, [demo], {});
  await child.waitForOutput(/all 10 steps held/, { timeoutMs: 90_000 });
  const [, directory = ""] = await child.waitForOutput(/everything is in\s+(\S+)/);
  const [, orderEntry = ""] = await child.waitForOutput(/order entry\s+(\S+)/);
  expect(await (await fetch(orderEntry)).text()).toContain("Have it signed");
  const [, setting = ""] = await child.waitForOutput(/(export HOLDFAST_ADMIN_FILE=\S+)/);
  const [, alias = ""] = await child.waitForOutput(/alias holdfast="([^"]+)"/);
  const listed = await run("sh", ["-c", `${setting}; ${alias} admin users list`]);
  expect([listed.code, listed.stdout], listed.stderr).toEqual([0, expect.stringContaining("nora")]);
  child.signal("SIGINT");
  expect((await child.waitForExit(20_000)).code).toBe(0);
  expect((await run("test", ["-e", directory])).code).toBe(1);
}, 120_000);
