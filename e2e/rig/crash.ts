import { closeSync, openSync, readSync, realpathSync, writeSync } from "node:fs";
import { join } from "node:path";
import { nativePart } from "./native.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

/** The kinds of file operation at which a process can be killed. */
export type FileCall = "fsync" | "fdatasync" | "rename" | "write" | "create" | "unlink" | "truncate";

export interface FileOperation {
  readonly call: FileCall;
  readonly path: string;
  /** Where a rename leads. */
  readonly to?: string;
}

export interface CrashWatch {
  /** Only operations on files below this directory count. */
  readonly directory: string;
  /** Default: all kinds. */
  readonly calls?: readonly FileCall[];
  /** fnmatch(3) pattern for the path below the directory (`*` crosses slashes); default: all. */
  readonly pattern?: string;
}

export interface CrashPoint extends CrashWatch {
  /** Which of the matching operations, from 1. */
  readonly nth: number;
  /** `half`: a write has put half of its bytes into the file; for other operations the same as `before`. */
  readonly when: "before" | "after" | "half";
}

/**
 * Kills a process (kill -9) at a chosen file operation, from outside of its code: start the process with
 * `env`, then `count`, `crashAt` and `off` change what happens while it runs. Durable data after power loss
 * is not what this shows: the page cache outlives a killed process.
 */
export interface CrashControl extends AsyncDisposable {
  readonly env: Readonly<Record<string, string>>;
  /** From now on counts matching operations, from zero. */
  count(watch: CrashWatch): void;
  /** From now on counts from zero and kills at the chosen one. */
  crashAt(point: CrashPoint): void;
  off(): void;
  /** The matching operations since `count` or `crashAt`, in order. */
  operations(): FileOperation[];
}

export async function crashControl(): Promise<CrashControl> {
  const directory = await temporaryDirectory("crash", 0o755);
  const path = join(directory.path, "control");
  const file = openSync(path, "wx+", 0o666);
  writeSync(file, Buffer.alloc(controlSize));
  writeSync(file, uint32(magic), 0, 4, 0);
  return {
    env: {
      LD_PRELOAD: await nativePart("crash-shim"),
      HOLDFAST_E2E_CRASH: path,
      // libuv's io_uring would pass by libc; it is off by default and stays so.
      UV_USE_IO_URING: "0",
    },
    count: (watch) => writeControl(file, modes.count, watch, 0, "before"),
    crashAt: (point) => writeControl(file, modes.crash, point, point.nth, point.when),
    off: () => void writeSync(file, uint32(modes.off), 0, 4, offsets.mode),
    operations: () => readLog(file),
    async [Symbol.asyncDispose]() {
      closeSync(file);
      await directory[Symbol.asyncDispose]();
    },
  };
}

// The layout of `struct control` in native/crash-shim.c.
const magic = 0x48464352;
const modes = { off: 0, count: 1, crash: 2 };
const callBits = { fsync: 1, fdatasync: 2, rename: 4, write: 8, create: 16, unlink: 32, truncate: 64 };
const whenCodes = { before: 0, after: 1, half: 2 };
const offsets = { mode: 4, logUsed: 24, directory: 64, pattern: 1088, log: 4096 };
const controlSize = 1 << 20;

function writeControl(
  file: number,
  mode: number,
  watch: CrashWatch,
  nth: number,
  when: CrashPoint["when"],
): void {
  const kinds = watch.calls ?? (Object.keys(callBits) as FileCall[]);
  const calls = kinds.reduce((bits, kind) => bits | callBits[kind], 0);
  // The kernel reports real paths for open files.
  const directory = realpathSync(watch.directory);
  writeSync(file, uint32(modes.off), 0, 4, offsets.mode);
  writeSync(file, text(directory, 1024), 0, 1024, offsets.directory);
  writeSync(file, text(watch.pattern ?? "", 256), 0, 256, offsets.pattern);
  writeSync(file, uint32(calls, nth, whenCodes[when], 0, 0), 0, 20, 8);
  writeSync(file, uint32(mode), 0, 4, offsets.mode);
}

function readLog(file: number): FileOperation[] {
  const used = Buffer.alloc(4);
  readSync(file, used, 0, 4, offsets.logUsed);
  const size = used.readUInt32LE();
  if (size > controlSize - offsets.log)
    throw new Error(`more file operations than the log holds: ${size} bytes`);
  const log = Buffer.alloc(size);
  readSync(file, log, 0, size, offsets.log);
  return log
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [call, path, to] = line.split("\t");
      return { call: call as FileCall, path: path ?? "", ...(to === undefined ? {} : { to }) };
    });
}

function uint32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, index) => {
    bytes.writeUInt32LE(value, 4 * index);
  });
  return bytes;
}

function text(value: string, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  if (bytes.write(value) >= size) throw new Error(`too long for the control file: ${value}`);
  return bytes;
}
