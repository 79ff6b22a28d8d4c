import { randomUUID } from "node:crypto";
import { writeSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { openStore } from "../open-store.ts";
import { StorageError } from "../storage-error.ts";
import { audit, factsOf, success } from "./samples.ts";

/**
 * A server process for tests to kill: signs people in and changes settings, and says each acknowledgement on its
 * standard output. `node writer.ts <location> load <people>` goes on until it is killed; `… step <people>` does one
 * round for each line of input.
 */
const [location = "", mode, people = ""] = process.argv.slice(2);
const names = people.split(",");
const store = await openStore({ location, now: Date.now, serverId: "server-1" });
say("ready");

if (mode === "load") {
  await Promise.all([...names.map((name) => forEver(() => signIn(name))), forEver(change)]);
} else {
  for await (const _line of process.stdin) {
    await Promise.all(names.map(signIn));
    await change();
    say("done");
  }
}

async function signIn(name: string): Promise<void> {
  const attemptId = randomUUID();
  try {
    if ((await store.commitSignIn(success(await factsOf(store, name), attemptId))) === "committed") {
      say(`attempt ${attemptId} ${name}`);
    }
  } catch (error) {
    refused(error);
  }
}

async function change(): Promise<void> {
  const key = randomUUID();
  try {
    await store.transaction(async (tx) => {
      await tx.settings.set(key, "set");
      await tx.audit(audit({ type: "setting-changed", detail: { key } }));
    });
    say(`setting ${key} -`);
  } catch (error) {
    refused(error);
  }
}

/** What is not acknowledged promises nothing; the database was killed, and this process will be. */
function refused(error: unknown): void {
  if (!(error instanceof StorageError)) throw error;
  say(`refused ${error.code} -`);
}

async function forEver(work: () => Promise<void>): Promise<void> {
  for (;;) {
    await work();
    await nextTurn();
  }
}

/** In the pipe before anything else happens, so that a kill takes no acknowledgement back. */
function say(line: string): void {
  writeSync(1, `${line}\n`);
}
