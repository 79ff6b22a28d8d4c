import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import type { Entry } from "../group-commit.ts";
import { createSqliteWriter } from "./sign-in-writer.ts";
import type { ThreadAnswer, ThreadData, ThreadRequest } from "./threaded-writer.ts";
import { lockTimeoutMs, setUpWriter } from "./writer-settings.ts";

/** A thread that writes batches of sign-ins, so that the server goes on while the disk works. */
if (parentPort === null) throw new Error("this file is started as a thread");
const port = parentPort;
const { file, chain } = workerData as ThreadData;
const database = new DatabaseSync(file, { timeout: lockTimeoutMs });
setUpWriter(database);
const writer = createSqliteWriter(database, chain);

port.on("message", (request: ThreadRequest) => {
  if (request.ask === "close") {
    database.close();
    port.close();
    return;
  }
  if (request.chainMoved) writer.forgetHead();
  port.postMessage(answer(request));
});
port.postMessage({ ready: true } satisfies ThreadAnswer);

function answer({ batch, receivedAtMs }: Extract<ThreadRequest, { ask: "write" }>): ThreadAnswer {
  try {
    return { results: writer.writeBatch(JSON.parse(batch) as Entry[], receivedAtMs) };
  } catch (error) {
    // A cloned error loses SQLite's result code.
    return {
      fault: error instanceof Error ? { ...error, message: error.message } : { message: String(error) },
    };
  }
}
