import { setTimeout as sleep } from "node:timers/promises";
import { argon2id } from "@holdfast/agent/system/argon2id";
import { expect, test } from "vitest";
import { TestEnterprise } from "./enterprise.ts";

test("a server whose passwords queue is there all the same: it says so, and gets its time", async () => {
  let slow = false;
  const kdf = async (password: string, salt: Uint8Array) => {
    if (slow) await sleep(5500);
    return argon2id.derive(password, salt, { version: 1, memoryKiB: 64, iterations: 1, parallelism: 1 });
  };
  await using enterprise = await TestEnterprise.start({ ports: { kdf } });
  const ada = await enterprise.person("ada", await enterprise.policy());
  const endpoint = await enterprise.endpoint();
  await endpoint.signInOnline(ada);
  slow = true;
  const told = await endpoint.signIn(ada);
  expect(told).toMatchObject({ code: "success", reason: "online" });
  expect(told.ms).toBeGreaterThan(5000);
  // The module in C gives up after 20 s of silence.
  expect(told.waits).toBeGreaterThan(0);
});

test("a server too busy says so, and that is final", async () => {
  await using enterprise = await TestEnterprise.start({ ports: { passwordPlaces: 1, kdf: slowly } });
  await enterprise.person("ada", await enterprise.policy());
  const endpoint = await enterprise.endpoint();
  const first = endpoint.converse("ada", ["wrong", "000000"]);
  await sleep(500);
  expect(await endpoint.converse("ada", ["wrong", "000000"])).toMatchObject({
    code: "auth-error",
    reason: "busy",
    errors: ["Too many sign-ins are under way. Wait a few seconds and try again."],
  });
  expect((await first).reason).toBe("wrong-credentials");
});

async function slowly(password: string, salt: Uint8Array): Promise<Uint8Array> {
  await sleep(1500);
  return argon2id.derive(password, salt, { version: 1, memoryKiB: 64, iterations: 1, parallelism: 1 });
}
