import { DatabaseSync } from "node:sqlite";
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import type { Entry } from "../group-commit.ts";
import { fromText } from "./entry-text.ts";
import { createSqliteWriter } from "./sign-in-writer.ts";
import type { ThreadAnswer, ThreadData, ThreadRequest } from "./threaded-writer.ts";
import { lockTimeoutMs, setUpWriter } from "./writer-settings.ts";

type Write = { readonly batch: readonly Entry[]; readonly receivedAtMs: number };

/** A thread that writes batches of sign-ins, so that the server goes on while the disk works. */
if (parentPort === null) throw new Error("this file is started as a thread");
const port = parentPort;
const { file, chain } = workerData as ThreadData;
const database = new DatabaseSync(file, { timeout: lockTimeoutMs });
setUpWriter(database);
// A code's token and a verdict's audit row are known to be there: the claim has found the one in the same transaction, and
// the other was written just before. SQLite would look for both once more, and among a million tokens that is a page read
// from the file for each sign-in. Everybody else's statements, on the connection beside, are checked.
database.exec("PRAGMA foreign_keys = OFF");
const writer = createSqliteWriter(database, chain);

/** Bounds how long the first of a transaction waits for the last. */
const mostTogether = 512;

port.on("message", (first: ThreadRequest) => {
  // What came during the last COMMIT goes into one transaction.
  let waiting: Write[] = [];
  let entries = 0;
  for (let request: ThreadRequest | undefined = first; request; ) {
    if (request.ask === "close") {
      write(waiting);
      database.close();
      port.close();
      return;
    }
    if (request.chainMoved) {
      write(waiting);
      waiting = [];
      writer.forgetHead();
    }
    const batch = fromText(request.batch);
    waiting.push({ batch, receivedAtMs: request.receivedAtMs });
    entries += batch.length;
    request = entries < mostTogether ? receiveMessageOnPort(port)?.message : undefined;
  }
  write(waiting);
});
port.postMessage({ ready: true } satisfies ThreadAnswer);

function write(requests: readonly Write[]): void {
  const last = requests.at(-1);
  if (last === undefined) return;
  try {
    const results = writer.writeBatch(
      requests.flatMap(({ batch }) => batch),
      last.receivedAtMs,
    );
    let from = 0;
    for (const { batch } of requests) {
      answer({ results: results.slice(from, from + batch.length) });
      from += batch.length;
    }
  } catch (error) {
    // Each for itself: what is wrong with one is not the others' fault.
    if (requests.length > 1) for (const request of requests) write([request]);
    else answer({ fault: faultOf(error) });
  }
}

/** A cloned error loses SQLite's result code. */
function faultOf(error: unknown): { message: string } {
  return error instanceof Error ? { ...error, message: error.message } : { message: String(error) };
}

function answer(content: ThreadAnswer): void {
  port.postMessage(content);
}
