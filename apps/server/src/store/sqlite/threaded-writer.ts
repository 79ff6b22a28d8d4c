import { Worker } from "node:worker_threads";
import type { Entry } from "../group-commit.ts";
import type { CommitResult } from "../sign-in-commit.ts";
import { StorageError } from "../storage-error.ts";
import { toText } from "./entry-text.ts";

export type ThreadData = { readonly file: string; readonly chain: string };
export type ThreadRequest =
  | {
      readonly ask: "write";
      /** The entries as entry-text.ts writes them. */
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

export type ThreadedWriterOptions = ThreadData & {
  /** Hears why the thread ended by itself. What it had then may be on disk or not, and was refused. */
  readonly ended?: ((cause: unknown) => void) | undefined;
  /** What the thread runs, where not the usual program. */
  readonly program?: URL | undefined;
};

/** A thread that ends over and over does not take the machine's time: no more starts than this in a minute. */
const startsAMinute = 5;

/**
 * Resolves once the thread is ready. Rejects with the reason where it cannot start. A thread that ends by itself is
 * started again by the next batch.
 */
export async function startThreadedWriter(options: ThreadedWriterOptions): Promise<ThreadedWriter> {
  const starts: number[] = [];
  let closing = false;
  let thread: Thread | null = null;
  let starting: Promise<Thread> | null = null;

  async function start(): Promise<Thread> {
    starts.push(performance.now());
    try {
      const started = await startThread(options, (cause) => {
        thread = null;
        if (!closing) options.ended?.(cause);
      });
      thread = started;
      return started;
    } finally {
      starting = null;
    }
  }

  function mayStart(): boolean {
    const minuteAgoMs = performance.now() - 60_000;
    while (starts[0] !== undefined && starts[0] < minuteAgoMs) starts.shift();
    return starts.length < startsAMinute;
  }

  await start();
  return {
    async writeBatch(batch, receivedAtMs) {
      if (thread !== null) return await thread.writeBatch(batch, receivedAtMs);
      if (starting === null && !mayStart()) {
        throw new StorageError("storage-failed", "the store's writer ends again and again; see the log");
      }
      starting ??= start();
      return await (await starting).writeBatch(batch, receivedAtMs);
    },
    chainMoved() {
      thread?.chainMoved();
    },
    async close() {
      closing = true;
      await starting?.catch(() => undefined);
      await thread?.close();
    },
  };
}

/** One life of the thread. */
type Thread = ThreadedWriter;

/** `writer-thread.ts` beside this file, or in a bundle `holdfast-server-writer.mjs` beside the program. */
const usualProgram = import.meta.url.endsWith(".ts") ? "./writer-thread.ts" : "./holdfast-server-writer.mjs";

async function startThread(options: ThreadedWriterOptions, onEnd: (cause: unknown) => void): Promise<Thread> {
  const { file, chain, program = new URL(usualProgram, import.meta.url) } = options;
  const workerData: ThreadData = { file, chain };
  const worker = new Worker(program, { workerData, name: "store writer" });
  const started = Promise.withResolvers<void>();
  const asked: PromiseWithResolvers<readonly CommitResult[]>[] = [];
  let ready = false;
  let ended: StorageError | null = null;
  // A new thread reads the chain's head for itself.
  let moved = false;
  const exited = new Promise<void>((resolve) => {
    worker.once("exit", (status) => {
      end(new Error(`the thread that writes has ended with status ${status}`));
      resolve();
    });
  });

  worker.on("error", end);
  worker.on("message", (answer: ThreadAnswer) => {
    // It keeps the process alive only while somebody waits for it.
    if ("ready" in answer) {
      worker.unref();
      ready = true;
      started.resolve();
      return;
    }
    const waiting = asked.shift();
    if (asked.length === 0) worker.unref();
    if ("results" in answer) waiting?.resolve(answer.results);
    else waiting?.reject(Object.assign(new Error(answer.fault.message), answer.fault));
  });

  function end(cause: unknown): void {
    if (ended !== null) return;
    ended = new StorageError("storage-failed", "the store's writer has ended", cause);
    if (ready) onEnd(cause);
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
        batch: toText(batch),
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
