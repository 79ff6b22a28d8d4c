import { rename } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { TestEnterprise } from "./enterprise.ts";

test("an online sign-in that cannot be recorded here succeeds; log and status say what is wrong until it is not", async () => {
  await using enterprise = await TestEnterprise.start();
  const ada = await enterprise.person("ada", await enterprise.policy());
  const endpoint = await enterprise.endpoint();
  await endpoint.signInOnline(ada);
  const failing = async () =>
    (await endpoint.status()).health.filter(({ code }) => code === "storage-failing");
  const logged = () => endpoint.log.filter(({ msg }) => msg === "something could not be stored");
  expect(await failing()).toEqual([]);

  const store = join(endpoint.directory, "state", "store");
  await rename(store, `${store}.away`);
  expect(await endpoint.signIn(ada)).toMatchObject({ code: "success", reason: "online" });
  expect(await failing()).toMatchObject([
    { severity: "error", detail: expect.stringContaining("the disk is full or cannot be written") },
  ]);
  expect(logged()).toEqual([
    expect.objectContaining({ level: "error", problem: "the disk is full or cannot be written" }),
  ]);
  await endpoint.settled();

  await rename(`${store}.away`, store);
  await endpoint.signInOnline(ada);
  expect(await failing()).toEqual([]);
  await rename(store, `${store}.away`);
  await enterprise.cut();
  await endpoint.offline();
  expect(await endpoint.signIn(ada)).toMatchObject({ reason: "storage-failed" });
  expect(await failing()).toHaveLength(1);
  // Nothing but the next sign-in writes here.
  await rename(`${store}.away`, store);
  expect(await endpoint.signIn(ada)).toMatchObject({ code: "success", reason: "offline" });
  expect(await failing()).toEqual([]);
});
