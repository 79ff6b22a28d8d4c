import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { setImmediate } from "node:timers/promises";

/** How a child ended: exactly one of the two is set. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Completed extends Exit {
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartOptions {
  /** Added to the test's own environment; `undefined` removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** `true`: only `env` is passed on, with a plain PATH. */
  readonly cleanEnvironment?: boolean;
}

export interface RunOptions extends StartOptions {
  readonly input?: string | Uint8Array;
  /** After this the child is killed and `run` throws. Default 60 s. */
  readonly timeoutMs?: number;
}

export interface WaitOptions {
  /** Default 30 s. */
  readonly timeoutMs?: number;
  /** Look only behind this many characters of `output`. */
  readonly after?: number;
}

/** A running child with captured output. Disposing it stops it by its pid, and kills what it left behind. */
export interface Child extends AsyncDisposable {
  readonly pid: number;
  readonly process: ChildProcess;
  readonly stdout: string;
  readonly stderr: string;
  /** Both streams in the order in which they arrived. */
  readonly output: string;
  readonly exit: Exit | null;
  readonly exited: Promise<Exit>;
  write(text: string | Uint8Array): void;
  endInput(): void;
  /** Waits until the output matches; throws, with the output, when the child ends or time runs out first. */
  waitForOutput(pattern: RegExp | string, options?: WaitOptions): Promise<RegExpExecArray>;
  /** Waits for the end; throws, with the output, when time runs out first. Default 30 s. */
  waitForExit(timeoutMs?: number): Promise<Exit>;
  signal(signal: NodeJS.Signals): void;
  /** SIGTERM, and SIGKILL when that has not ended it after `graceMs` (20 s). */
  stop(options?: { readonly graceMs?: number }): Promise<Exit>;
  /** kill -9. */
  kill(): Promise<Exit>;
}

/** A command that ended otherwise than its caller needed; the message carries its output. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}

const plainPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const outputLimitCharacters = 8 * 1024 * 1024;
const running = new Set<ChildProcess>();
let exitHookInstalled = false;

export async function start(
  command: string,
  args: readonly string[],
  options: StartOptions = {},
): Promise<Child> {
  const [file, argv] = boundToThisProcess(command, args);
  const child = spawn(file, argv, {
    stdio: ["pipe", "pipe", "pipe"],
    // A process group of its own, so that its descendants can be ended with it.
    detached: true,
    env: environment(options),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const shown = [command, ...args].join(" ");
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (cause) => reject(new CommandError(`cannot start: ${shown}: ${cause.message}`)));
  });
  endWithThisProcess(child);
  return new CapturedChild(child, shown);
}

/** Runs to completion and reports how it ended, whatever the exit status. */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Completed> {
  await using child = await start(command, args, options);
  return await complete(child, [command, ...args].join(" "), options);
}

/** Runs to completion; any status but 0 throws with the output. */
export async function runOk(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Completed> {
  const done = await run(command, args, options);
  if (done.code !== 0) throw new CommandError(failureText([command, ...args].join(" "), done, done));
  return done;
}

/** Feeds `input` to a started child and waits for its end. */
export async function complete(child: Child, shown: string, options: RunOptions = {}): Promise<Completed> {
  const timeoutMs = options.timeoutMs ?? 60_000;
  if (options.input !== undefined) child.write(options.input);
  child.endInput();
  const exit = await within(child.exited, timeoutMs);
  if (exit === "timeout") {
    await child.kill();
    throw new CommandError(`no end within ${timeoutMs} ms: ${shown}${quoted(child.output)}`);
  }
  return { ...exit, stdout: child.stdout, stderr: child.stderr };
}

export function failureText(
  shown: string,
  exit: Exit,
  output: { readonly stdout: string; readonly stderr: string },
): string {
  return `${shown}: ${describeExit(exit)}${quoted(output.stdout + output.stderr)}`;
}

class CapturedChild implements Child {
  readonly pid: number;
  readonly process: ChildProcess;
  readonly exited: Promise<Exit>;
  stdout = "";
  stderr = "";
  output = "";
  exit: Exit | null = null;
  readonly #shown: string;
  readonly #watchers = new Set<() => void>();

  constructor(child: ChildProcess, shown: string) {
    this.process = child;
    this.#shown = shown;
    if (child.pid === undefined) throw new CommandError(`no pid: ${shown}`);
    this.pid = child.pid;
    child.stdout?.setEncoding("utf8").on("data", (text: string) => this.#take("stdout", text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => this.#take("stderr", text));
    // A child that ends before it has read its input is seen by its exit, not by EPIPE.
    child.stdin?.on("error", () => undefined);
    this.exited = new Promise((resolve) => {
      child.once("close", (code, signal) => {
        this.exit = { code, signal };
        resolve(this.exit);
        for (const watch of this.#watchers) watch();
      });
    });
    // A grandchild that inherited the pipes keeps "close" away: its parent's end must still be seen.
    child.once("exit", () => {
      setTimeout(async () => {
        // Where this process was kept from running all the while, what the child wrote is still to be read.
        for (let turn = 0; turn < 5; turn += 1) await setImmediate();
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, 1_000).unref();
    });
  }

  write(text: string | Uint8Array): void {
    this.process.stdin?.write(text);
  }

  endInput(): void {
    this.process.stdin?.end();
  }

  async waitForOutput(pattern: RegExp | string, options: WaitOptions = {}): Promise<RegExpExecArray> {
    const timeoutMs = options.timeoutMs ?? 30_000;
    const expression = typeof pattern === "string" ? new RegExp(RegExp.escape(pattern)) : pattern;
    const find = () => expression.exec(this.output.slice(options.after ?? 0));
    return await new Promise((resolve, reject) => {
      const timer = setTimeout(() => finish(`not seen within ${timeoutMs} ms`), timeoutMs);
      const check = () => {
        const found = find();
        if (found !== null || this.exit !== null) finish(found ?? "ended first");
      };
      const finish = (result: RegExpExecArray | string) => {
        clearTimeout(timer);
        this.#watchers.delete(check);
        if (typeof result !== "string") resolve(result);
        else {
          const ended = this.exit === null ? "" : ` (${describeExit(this.exit)})`;
          reject(new CommandError(`${this.#shown}: ${expression} ${result}${ended}${quoted(this.output)}`));
        }
      };
      this.#watchers.add(check);
      check();
    });
  }

  async waitForExit(timeoutMs = 30_000): Promise<Exit> {
    const exit = await within(this.exited, timeoutMs);
    if (exit !== "timeout") return exit;
    throw new CommandError(`${this.#shown}: no end within ${timeoutMs} ms${quoted(this.output)}`);
  }

  signal(signal: NodeJS.Signals): void {
    if (this.exit === null) this.process.kill(signal);
  }

  async stop(options: { readonly graceMs?: number } = {}): Promise<Exit> {
    this.signal("SIGTERM");
    const exit = await within(this.exited, options.graceMs ?? 20_000);
    return exit === "timeout" ? await this.kill() : exit;
  }

  async kill(): Promise<Exit> {
    this.signal("SIGKILL");
    return await this.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    killGroup(this.pid);
  }

  #take(stream: "stdout" | "stderr", text: string): void {
    this[stream] = (this[stream] + text).slice(-outputLimitCharacters);
    this.output = (this.output + text).slice(-outputLimitCharacters);
    for (const watch of this.#watchers) watch();
  }
}

/**
 * `setpriv --pdeathsig` makes the kernel kill the child with the test process, also when that is killed
 * itself. It replaces itself by the command, so the pid is the command's own.
 */
function boundToThisProcess(command: string, args: readonly string[]): [string, string[]] {
  if (!existsSync("/usr/bin/setpriv")) return [command, [...args]];
  return ["/usr/bin/setpriv", ["--pdeathsig", "KILL", "--", command, ...args]];
}

function environment(options: StartOptions): NodeJS.ProcessEnv {
  const base: NodeJS.ProcessEnv = options.cleanEnvironment
    ? { PATH: plainPath, LANG: "C.UTF-8" }
    : { ...process.env, PATH: `${process.env.PATH ?? ""}:/usr/sbin:/sbin` };
  for (const [name, value] of Object.entries(options.env ?? {})) {
    if (value === undefined) delete base[name];
    else base[name] = value;
  }
  return base;
}

function endWithThisProcess(child: ChildProcess): void {
  if (!exitHookInstalled) {
    exitHookInstalled = true;
    process.on("exit", () => {
      for (const left of running) if (left.pid !== undefined) killGroup(left.pid);
    });
  }
  running.add(child);
  child.once("exit", () => running.delete(child));
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, "SIGKILL");
  } catch {
    // Nobody is left in it.
  }
}

async function within<T>(promise: Promise<T>, timeoutMs: number): Promise<T | "timeout"> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"timeout">((resolve) => {
    timer = setTimeout(() => resolve("timeout"), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function describeExit(exit: Exit): string {
  return exit.signal === null ? `exit status ${exit.code}` : `ended by ${exit.signal}`;
}

function quoted(output: string): string {
  const text = output.trim();
  return text === "" ? " (no output)" : `\n--- output ---\n${text.slice(-8_000)}\n--------------`;
}
