import { appendFile, mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@holdfast/e2e/rig/temporary-directory";
import { expect, test } from "vitest";
import { fileSizes, replay, sized } from "./replay.ts";

test("repeats renames and appends with the sizes that were seen, without leaving anything open or behind", async () => {
  await using seen = await temporaryDirectory("replay-seen");
  await using again = await temporaryDirectory("replay-again");
  const store = join(seen.path, "store");
  await mkdir(store);
  const [state, log] = [join(store, "state"), join(store, "log")];
  await appendFile(log, "x".repeat(100));
  const before = await fileSizes(seen.path);
  await appendFile(log, "y".repeat(40));
  await appendFile(state, "z".repeat(7));
  const operations = sized(
    [
      { call: "write", path: log },
      { call: "fsync", path: log },
      { call: "create", path: `${state}.tmp` },
      { call: "write", path: `${state}.tmp` },
      { call: "fsync", path: `${state}.tmp` },
      { call: "rename", path: `${state}.tmp`, to: state },
      { call: "fsync", path: store },
    ],
    before,
    await fileSizes(seen.path),
  );
  expect(operations.filter(({ call }) => call === "write").map(({ bytes }) => bytes)).toEqual([40, 7]);

  const openBefore = (await readdir("/proc/self/fd")).length;
  expect(replay(operations, again.path)).toBeGreaterThan(0);
  expect(replay(operations, again.path)).toBeGreaterThan(0);
  expect((await readdir("/proc/self/fd")).length).toBe(openBefore);
  const sizes = await Promise.all(
    (await readdir(again.path)).map(async (name) => (await readFile(join(again.path, name))).length),
  );
  expect(sizes.toSorted((a, b) => a - b)).toEqual([7, 80]);
});
