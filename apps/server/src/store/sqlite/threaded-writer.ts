import { Worker } from "node:worker_threads";
import type { Entry } from "../group-commit.ts";
import { StorageError } from "../storage-error.ts";
import type { CommitResult } from "../store.ts";

export type ThreadData = { readonly file: string; readonly chain: string };
export type ThreadRequest =
  | {
      readonly ask: "write";
      /** JSON of the entries: cheaper to hand over than objects. */
      readonly batch: string;
      readonly receivedAtMs: number;
      /** A transaction has gone on with the chain since the last batch. */
      readonly chainMoved: boolean;
    }
  | { readonly ask: "close" };
export type ThreadAnswer =
  | { readonly ready: true }
  | { readonly results: readonly CommitResult[] }
  | { readonly fault: { readonly message: string } };

export type ThreadedWriter = {
  /** Answered in the order of the calls. Rejects with SQLite's own error, or a StorageError where the thread has ended. */
  writeBatch(batch: readonly Entry[], receivedAtMs: number): Promise<readonly CommitResult[]>;
  /** To be said after each COMMIT elsewhere that may have appended to the chain. */
  chainMoved(): void;
  close(): Promise<void>;
};

/** `writer-thread.ts` beside this file, or in a bundle `holdfast-server-writer.mjs` beside the program. */
const program = import.meta.url.endsWith(".ts") ? "./writer-thread.ts" : "./holdfast-server-writer.mjs";

/** Resolves once the thread is ready. Rejects with the reason where it cannot start. */
export async function startThreadedWriter(data: ThreadData): Promise<ThreadedWriter> {
  const worker = new Worker(new URL(program, import.meta.url), { workerData: data, name: "store writer" });
  const started = Promise.withResolvers<void>();
  const asked: PromiseWithResolvers<readonly CommitResult[]>[] = [];
  let ended: StorageError | null = null;
  let moved = true;
  const exited = new Promise<void>((resolve) => {
    worker.once("exit", () => {
      end(new Error("the thread that writes has ended"));
      resolve();
    });
  });

  worker.on("error", end);
  worker.on("message", (answer: ThreadAnswer) => {
    // It keeps the process alive only while somebody waits for it.
    if ("ready" in answer) {
      worker.unref();
      started.resolve();
      return;
    }
    const waiting = asked.shift();
    if (asked.length === 0) worker.unref();
    if ("results" in answer) waiting?.resolve(answer.results);
    else waiting?.reject(Object.assign(new Error(answer.fault.message), answer.fault));
  });

  function end(cause: unknown): void {
    ended ??= new StorageError(
      "storage-failed",
      "the store's writer has ended: start the server again",
      cause,
    );
    started.reject(ended);
    for (const waiting of asked.splice(0)) waiting.reject(ended);
  }

  await started.promise;
  return {
    writeBatch(batch, receivedAtMs) {
      if (ended !== null) return Promise.reject(ended);
      const waiting = Promise.withResolvers<readonly CommitResult[]>();
      asked.push(waiting);
      worker.ref();
      const request: ThreadRequest = {
        ask: "write",
        batch: JSON.stringify(batch),
        receivedAtMs,
        chainMoved: moved,
      };
      moved = false;
      worker.postMessage(request);
      return waiting.promise;
    },
    chainMoved() {
      moved = true;
    },
    async close() {
      worker.ref();
      worker.postMessage({ ask: "close" } satisfies ThreadRequest);
      await exited;
    },
  };
}
