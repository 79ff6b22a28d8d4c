import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { type Acknowledgement, acknowledgements, expectNothingLost } from "../testing/acknowledged.ts";
import { sqlitePlace } from "../testing/place.ts";
import { populate } from "../testing/samples.ts";

const writer = fileURLToPath(new URL("../testing/writer.ts", import.meta.url));
const people = ["ada", "bob", "cyd", "dan", "eve", "fay"];

test("kill -9 amid sign-ins and transactions loses nothing that was acknowledged", {
  timeout: 60_000,
}, async () => {
  await using place = await sqlitePlace();
  const first = await place.open();
  await populate(first, ...people);
  await first.close();

  const acknowledged: Acknowledgement[] = [];
  for (let round = 0; round < 4; round += 1) {
    acknowledged.push(...(await killAmidLoad(place.location, 20 + 30 * round)));
    const store = await place.open();
    await expectNothingLost(store, acknowledged);
    await store.close();
  }
  expect(countOf("attempt", acknowledged)).toBeGreaterThan(200);
  expect(countOf("setting", acknowledged)).toBeGreaterThan(0);
});

/** Kills the writer once it has acknowledged so many sign-ins, with more under way. */
async function killAmidLoad(location: string, signIns: number): Promise<Acknowledgement[]> {
  const child = spawn(process.execPath, [writer, location, "load", people.join(",")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  const closed = once(child, "close");
  try {
    while (countOf("attempt", acknowledgements(output)) < signIns) {
      await Promise.race([once(child.stdout, "data"), closed]);
      if (child.exitCode !== null) throw new Error(`the writer ended with ${child.exitCode}`);
    }
  } finally {
    child.kill("SIGKILL");
    await closed;
  }
  return acknowledgements(output);
}

function countOf(kind: string, all: readonly Acknowledgement[]): number {
  return all.filter((one) => one.kind === kind).length;
}
