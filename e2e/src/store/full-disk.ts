import { spawnSync } from "node:child_process";
import { rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openStore } from "@holdfast/server/store/open-store";
import { StorageError } from "@holdfast/server/store/storage-error";
import { audit, factsOf, populate, success } from "@holdfast/server/store/testing/samples";

/** Runs on a small file system of its own, given as the argument, and prints what it saw as JSON. */
const directory = process.argv[2] ?? "";
const location = join(directory, "store.db");
const ballast = join(directory, "ballast");
const open = () => openStore({ location, now: Date.now, serverId: "server-1" });
const store = await open();
await populate(store, "ada");
const { bavail, bsize } = statfsSync(directory);
writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - 600_000), 1));

const acknowledged: string[] = [];
let full: unknown = null;
while (full === null && acknowledged.length < 10_000) {
  const commit = success(await factsOf(store, "ada"), `attempt-${acknowledged.length}`);
  try {
    await store.commitSignIn(commit);
    acknowledged.push(commit.attempt?.id ?? "");
  } catch (error) {
    full = error;
  }
}
const before = await factsOf(store, "ada");
const whileFull = {
  signIn: await faultOf(store.commitSignIn(success(before))),
  note: await faultOf(
    store.note(Array.from({ length: 200 }, () => audit({ detail: { text: "x".repeat(4000) } }))),
  ),
  transaction: await faultOf(store.transaction((tx) => tx.settings.set("key", "x".repeat(700_000)))),
  sameFacts: JSON.stringify(before) === JSON.stringify(await factsOf(store, "ada")),
  chain: await store.verifyChain(store.chain),
};
rmSync(ballast);
const afterwards = {
  signIn: await store.commitSignIn(success(await factsOf(store, "ada"), "attempt-last")),
  chain: await store.verifyChain(store.chain),
  verdicts: 0,
};
for (const id of acknowledged)
  if ((await store.attempt(id, "ep_desk")) === `"${id}"`) afterwards.verdicts += 1;
await store.close();

spawnSync("mount", ["-o", "remount,ro", directory], { stdio: "inherit" });
const readOnly = await faultOf(open());
console.log(
  JSON.stringify({ acknowledged: acknowledged.length, full: codeOf(full), whileFull, afterwards, readOnly }),
);

async function faultOf(work: Promise<unknown>): Promise<string | null> {
  try {
    await work;
    return null;
  } catch (error) {
    return codeOf(error);
  }
}

function codeOf(error: unknown): string {
  return error instanceof StorageError ? error.code : String(error);
}
