import { join } from "node:path";
import { expect, test } from "vitest";
import { run, start } from "../rig/process.ts";
import { temporaryDirectory } from "../rig/temporary-directory.ts";
import { converse } from "./pam-client.ts";

const main = join(import.meta.dirname, "../../apps/agent/src/main.ts");
const shipped = join(import.meta.dirname, "../../deploy/agent.toml");

test("starts on the shipped configuration, survives kill -9, ends on SIGTERM", async () => {
  await using directory = await temporaryDirectory("agent-process");
  const places = ["--state-dir", join(directory.path, "state"), "--run-dir", join(directory.path, "run")];
  const arguments_ = [main, "--config", shipped, ...places];
  const socket = join(directory.path, "run", "pam.sock");
  {
    await using agent = await start(process.execPath, arguments_);
    await agent.waitForOutput('"ready"');
    expect(await converse(socket, { user: "ada" }, [])).toMatchObject({
      code: "unavailable",
      reason: "not-enrolled",
    });
    const second = await run(process.execPath, arguments_);
    expect(second).toMatchObject({ code: 1, stdout: expect.stringContaining("another agent is running") });
    await agent.kill();
  }
  await using agent = await start(process.execPath, [...arguments_, "--last-event", "restart"]);
  const ready = await agent.waitForOutput(/^.*"event":"ready".*$/m);
  expect(JSON.parse(ready[0])).toMatchObject({ level: "info", enrolled: false, lastEvent: "restart" });
  expect((await converse(socket, { user: "ada" }, [])).code).toBe("unavailable");
  expect(await agent.stop()).toMatchObject({ code: 0 });
});

test("help, version and wrong options", async () => {
  expect(await run(process.execPath, [main, "--help"])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("--state-dir PATH"),
  });
  expect((await run(process.execPath, [main, "--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  const wrong = await run(process.execPath, [main, "--state-dri", "x"]);
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining("did you mean --state-dir?") });
  const missing = await run(process.execPath, [main, "--config", "/nowhere/agent.toml"]);
  expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining("does not exist") });
});
