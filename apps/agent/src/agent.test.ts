import { chmod, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type AgentPorts, createAgent } from "./agent.ts";

test("OTP-5: a state directory that was open to others is closed before anything is put there", async () => {
  const stateDirectory = await mkdtemp(join(tmpdir(), "holdfast-agent-"));
  try {
    await chmod(stateDirectory, 0o755);
    const config = { stateDirectory, runDirectory: join(stateDirectory, "run") };
    await createAgent(config as Parameters<typeof createAgent>[0], {} as AgentPorts);
    expect((await stat(stateDirectory)).mode & 0o777).toBe(0o700);
  } finally {
    await rm(stateDirectory, { recursive: true });
  }
});
