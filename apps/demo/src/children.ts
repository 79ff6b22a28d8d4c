import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";

/** A program of the demo, whose lines on standard output are waited for and whose complaints are kept. */
export type Program = {
  readonly pid: number;
  /** The first line that this function makes something of; rejects when the program ends before. */
  line<T>(pick: (line: string) => T | null, limitMs: number): Promise<T>;
  /** As a power cut: SIGKILL, nothing is said goodbye to. */
  kill(): Promise<void>;
  stop(): Promise<void>;
};

const graceMs = 3000;
const keptComplaints = 20;

export function startProgram(name: string, script: string, argv: readonly string[]): Program {
  // Settings of a real installation on this machine are none of the demo's.
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith("HOLDFAST_")));
  const child = spawn(process.execPath, [script, ...argv], { stdio: ["ignore", "pipe", "pipe"], env });
  const seen: string[] = [];
  const complaints: string[] = [];
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const look of waiting) look();
  };
  lines(child.stdout, (line) => {
    seen.push(line);
    wake();
  });
  lines(child.stderr, (line) => {
    complaints.push(line);
    if (complaints.length > keptComplaints) complaints.shift();
  });
  let ended = false;
  const exited = new Promise<void>((resolve) => {
    child.once("close", () => {
      ended = true;
      wake();
      resolve();
    });
    child.once("error", (error) => {
      complaints.push(error.message);
      ended = true;
      wake();
      resolve();
    });
  });

  return {
    pid: child.pid ?? -1,
    line(pick, limitMs) {
      return new Promise((resolve, reject) => {
        let next = 0;
        const settle = (finish: () => void) => {
          waiting.delete(look);
          clearTimeout(limit);
          finish();
        };
        const look = () => {
          for (; next < seen.length; next++) {
            const found = pick(seen[next] ?? "");
            if (found !== null) return settle(() => resolve(found));
          }
          if (ended)
            settle(() => reject(new Error([`${name} ended before it was ready.`, ...complaints].join("\n"))));
        };
        const limit = setTimeout(
          () => settle(() => reject(new Error([`${name} was not ready in time.`, ...complaints].join("\n")))),
          limitMs,
        );
        waiting.add(look);
        look();
      });
    },
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
    async stop() {
      if (ended) return;
      child.kill("SIGTERM");
      const limit = setTimeout(() => child.kill("SIGKILL"), graceMs);
      await exited;
      clearTimeout(limit);
    },
  };
}

/** A port that was free a moment ago, so that a server can come back where it was. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}

function lines(stream: ChildProcess["stdout"], take: (line: string) => void): void {
  let rest = "";
  stream?.setEncoding("utf8").on("data", (chunk: string) => {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) take(part);
  });
}
